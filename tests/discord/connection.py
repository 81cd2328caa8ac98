"""One connection to the gateway: HELLO, heartbeats, IDENTIFY, RESUME with what was missed, and the close codes."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSCloseCode, WSMsgType

from tests.discord.content import shown_to
from tests.discord.intents import KNOWN, PRIVILEGED, Intent
from tests.discord.sessions import Session, packed
from tests.discord.wire import Wire

if TYPE_CHECKING:
    from tests.discord.gateway import Gateway

#: bytes of the largest payload that a bot may send
LARGEST = 4096
#: payloads that a connection may send in a minute
SENDS = 120
#: guilds that one shard may hold
GUILDS_A_SHARD = 2500
#: Discord's words for its close codes
WORDS: Mapping[int, str] = {
    4001: "Unknown opcode.",
    4002: "Error while decoding payload.",
    4003: "Not authenticated.",
    4004: "Authentication failed.",
    4005: "Already authenticated.",
    4007: "Invalid seq.",
    4008: "You are being rate limited.",
    4009: "Session timed out.",
    4010: "Invalid shard.",
    4011: "Sharding required.",
    4012: "Invalid API version.",
    4013: "Invalid intent(s).",
    4014: "Disallowed intent(s).",
}


class Op:
    """What a payload is."""

    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE_STATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Thrown(Exception):  # noqa: N818 - an answer, not a mistake of the server
    """A connection that ends with one of Discord's close codes."""

    def __init__(self, code: int) -> None:
        super().__init__(f"{code} {WORDS[code]}")
        self.code = code


@dataclass(kw_only=True, eq=False)
class Connection:
    """What one bot says and hears on one websocket."""

    #: the whole
    gateway: "Gateway"
    #: what is sent goes there
    wire: Wire
    #: None before IDENTIFY or RESUME
    session: Session | None = None
    #: whether the bot closed it with a code that ends the session too
    goodbye: bool = False
    #: when the last heartbeat came, on the loop's clock
    _beat: float = 0.0
    _sends: deque[float] = field(default_factory=lambda: deque(maxlen=SENDS))

    def send(self, op: int, data: Any) -> None:
        """Send what is no event."""
        self.wire.write(packed({"op": op, "d": data, "s": None, "t": None}))

    async def serve(self, query: Mapping[str, str]) -> None:
        """Answer until one side ends the connection."""
        self._beat = asyncio.get_running_loop().time()
        try:
            self._welcome(query)
            while (payload := await self._next()) is not None:
                self._answer(payload.get("op"), payload.get("d"))
        except Thrown as thrown:
            self.wire.end(thrown.code, WORDS[thrown.code])
        else:
            self.wire.end(WSCloseCode.OK)

    def _welcome(self, query: Mapping[str, str]) -> None:
        if query.get("v") != "10":
            raise Thrown(4012)
        if query.get("encoding", "json") != "json":
            raise Thrown(4002)
        self.send(Op.HELLO, {"heartbeat_interval": int(self.gateway.heartbeat * 1000)})

    async def _next(self) -> Mapping[str, Any] | None:
        loop = asyncio.get_running_loop()
        patience = self._beat + 1.5 * self.gateway.heartbeat - loop.time()
        try:
            message = await self.wire.socket.receive(timeout=max(patience, 0.001))
        except TimeoutError:
            raise Thrown(4009) from None
        if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
            self.goodbye = message.type is WSMsgType.CLOSE and message.data in {1000, 1001}
            return None
        if len(self._sends) == SENDS and loop.time() - self._sends[0] < 60:
            raise Thrown(4008)
        self._sends.append(loop.time())
        if len(message.data) > LARGEST:
            raise Thrown(4002)
        try:
            payload = json.loads(message.data)
        except ValueError:
            raise Thrown(4002) from None
        if not isinstance(payload, dict):
            raise Thrown(4002)
        return payload

    def _answer(self, op: Any, data: Any) -> None:
        match op:
            case Op.HEARTBEAT:
                self._beat = asyncio.get_running_loop().time()
                if self.session is not None:
                    self.session.heard(data)
                if not self.gateway.faults.deaf:
                    # a way of some milliseconds: the library notes when it has sent only after it has
                    asyncio.get_running_loop().call_later(0.02, self.send, Op.HEARTBEAT_ACK, None)
            case Op.IDENTIFY | Op.RESUME if self.session is not None:
                raise Thrown(4005)
            case Op.IDENTIFY | Op.RESUME if not isinstance(data, dict):
                raise Thrown(4002)
            case Op.IDENTIFY:
                self._identify(data)
            case Op.RESUME:
                self._resume(data)
            case Op.PRESENCE | Op.VOICE_STATE | Op.REQUEST_MEMBERS if self.session is None:
                raise Thrown(4003)
            case Op.REQUEST_MEMBERS if self.session is not None and isinstance(data, dict):
                self.gateway.chunks.answer(self.session, data)
            case Op.PRESENCE | Op.VOICE_STATE:
                # nobody in this world looks at either
                pass
            case Op.REQUEST_MEMBERS:
                raise Thrown(4002)
            case _:
                raise Thrown(4001)

    def _identify(self, data: Mapping[str, Any]) -> None:
        world = self.gateway.world
        self._recognise(data)
        shard = data.get("shard") or [0, 1]
        if (
            not isinstance(shard, list)
            or len(shard) != 2
            or not all(isinstance(one, int) for one in shard)
            or not 0 <= shard[0] < shard[1]
        ):
            raise Thrown(4010)
        if len(world.guilds) // shard[1] > GUILDS_A_SHARD:
            raise Thrown(4011)
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN:
            raise Thrown(4013)
        if Intent(intents) & PRIVILEGED & ~world.privileged:
            raise Thrown(4014)
        if self.gateway.remaining() <= 0:
            self.gateway.revoke()
            raise Thrown(4004)
        if not self.gateway.begins(shard[0]):
            self.send(Op.INVALID_SESSION, False)
            return
        self.session = self.gateway.sessions.begin(
            intents, (shard[0], shard[1]), self.wire, large=int(data.get("large_threshold", 50))
        )
        self._greet(self.session)

    def _greet(self, session: Session) -> None:
        """Tell who the bot is, and then of every guild that is its shard's."""
        world = self.gateway.world
        bot = world.bot["id"]
        guilds = [one for one in world.guilds.values() if bot in one.members and session.hears(one.id, Intent.NONE)]
        ready = {
            "v": 10,
            "user": world.users[bot],
            "guilds": [{"id": one.id, "unavailable": True} for one in guilds],
            "session_id": session.id,
            "resume_gateway_url": world.gateway_url,
            "session_type": "normal",
            "shard": list(session.shard),
            "application": {"id": world.application_id, "flags": world.application["flags"]},
            "private_channels": [],
            "relationships": [],
            "presences": [],
        }
        session.tell("READY", packed(ready))
        if session.intents & Intent.GUILDS:
            for guild in guilds:
                session.tell(
                    "GUILD_CREATE",
                    packed(
                        shown_to(
                            session.intents,
                            "GUILD_CREATE",
                            guild.arrival() | {"unavailable": False},
                            bot,
                            large=session.large,
                        )
                    ),
                )

    def _resume(self, data: Mapping[str, Any]) -> None:
        self._recognise(data)
        session = self.gateway.sessions.resumable(str(data.get("session_id")))
        seq = data.get("seq")
        if session is not None and (not isinstance(seq, int) or seq > session.seq):
            raise Thrown(4007)
        missed = None if session is None or not isinstance(seq, int) else session.missed(seq)
        if session is None or missed is None or self.gateway.faults.refused_resumes:
            self.gateway.faults.refused_resumes -= bool(self.gateway.faults.refused_resumes)
            self.send(Op.INVALID_SESSION, False)
            return
        if session.wire is not None:
            # two connections can't have one session: the newer one takes it
            session.wire.cut()
        for text in missed:
            self.wire.write(text)
        session.wire, session.left = self.wire, None
        self.session = session
        self.gateway.resumed.append(self.gateway.world.now())
        session.tell("RESUMED", packed({}))

    def _recognise(self, data: Mapping[str, Any]) -> None:
        world = self.gateway.world
        if world.revoked or data.get("token") not in {world.token, f"Bot {world.token}"}:
            raise Thrown(4004)
