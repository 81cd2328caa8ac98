"""The gateway: who is connected to it, how they came in, and every way to be sent off."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web

from tests.discord.chunks import Chunks
from tests.discord.connection import Connection, Op
from tests.discord.faults import Faults
from tests.discord.sessions import Sessions
from tests.discord.wire import Wire
from tests.discord.world import World


@dataclass(kw_only=True)
class Gateway:
    """Everybody who is connected, and how they came in."""

    #: what they hear of
    world: World
    #: what goes wrong
    faults: Faults
    #: seconds between two heartbeats
    heartbeat: float = 41.25
    #: seconds between two IDENTIFYs of shards that may not
    identify_every: float = 5.0
    #: the sessions
    sessions: Sessions = field(init=False)
    #: who asked for members
    chunks: Chunks = field(init=False)
    #: when each session was begun
    identified: list[datetime] = field(default_factory=list)
    #: when each session went on
    resumed: list[datetime] = field(default_factory=list)
    _connections: list[Connection] = field(default_factory=list)
    #: by bucket of shards: when the last one identified, on the loop's clock
    _last: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sessions = Sessions(world=self.world)
        self.chunks = Chunks(world=self.world)

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        if self.faults.refused_connections:
            self.faults.refused_connections -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=2**20)
        await socket.prepare(request)
        wire = Wire(socket=socket, request=request, compressed=request.query.get("compress") == "zlib-stream")
        connection = Connection(gateway=self, wire=wire)
        pump = asyncio.create_task(wire.pump())
        self._connections.append(connection)
        try:
            await connection.serve(request.query)
            await pump
        finally:
            self._connections.remove(connection)
            self.sessions.lose(wire, for_good=connection.goodbye)
            pump.cancel()
        return socket

    @property
    def connected(self) -> int:
        """Return how many connections have a session."""
        return sum(1 for one in self._connections if one.session is not None)

    def drop(self, code: int | None = None, *, shard: int | None = None) -> int:
        """End connections without a word, or with a close code, and return how many there were."""
        chosen = self._chosen(shard)
        for one in chosen:
            if code is None:
                one.wire.cut()
            else:
                one.wire.end(code)
        return len(chosen)

    def ask_to_reconnect(self, *, shard: int | None = None) -> None:
        """Tell bots to come back on a new connection, as Discord does when a machine of its own is renewed."""
        for one in self._chosen(shard):
            one.send(Op.RECONNECT, None)

    def invalidate(self, *, resumable: bool, shard: int | None = None) -> None:
        """Tell bots that their session is no longer good; one that isn't resumable is forgotten."""
        for one in self._chosen(shard):
            if not resumable and one.session is not None:
                self.sessions.by_id.pop(one.session.id, None)
                one.session = None
            one.send(Op.INVALID_SESSION, resumable)

    def revoke(self) -> None:
        """Let the token be no longer good, as when it is reset: every session ends, and none can be begun."""
        self.world.revoked = True
        self.sessions.by_id.clear()
        self.drop(4004)

    def begins(self, shard: int) -> bool:
        """Count a session that is begun, and return whether it may be: not too soon after another of its bucket."""
        bucket, now = shard % self.world.max_concurrency, asyncio.get_running_loop().time()
        last = self._last.get(bucket)
        self.identified.append(self.world.now())
        if last is not None and now - last < self.identify_every:
            return False
        self._last[bucket] = now
        return True

    def remaining(self) -> int:
        """Return how many sessions may still be begun today; whoever begins more loses their token."""
        yesterday = self.world.now() - timedelta(days=1)
        return self.world.sessions_a_day - sum(1 for at in self.identified if at > yesterday)

    def _chosen(self, shard: int | None) -> Sequence[Connection]:
        return [
            one
            for one in self._connections
            if shard is None or (one.session is not None and one.session.shard[0] == shard)
        ]
