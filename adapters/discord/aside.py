"""Direct messages to the bot: whoever writes is told what can be done there, once a server they have to do with.

Nobody reads along in a direct message: what is written there is no report yet. Reports and appeals are forms behind
buttons, and each button says which server it is about, so that whoever was banned from one can still appeal.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

from adapters.discord import responding
from adapters.discord.calls import CallError, called, payload, read
from adapters.discord.cards import COMPONENTS, components
from adapters.discord.client import Client
from adapters.discord.connected import ServerConnected
from adapters.discord.interactions import COMPLETION, language_of, server_of
from adapters.discord.translate import Json, account_ref
from bot.domain.action import Answer
from bot.domain.card import Card
from bot.domain.command import Invocation, Reply
from bot.errors import LocumError
from bot.i18n import say

#: seconds in which somebody is answered once, however much they write, and people who are remembered for it
_ONCE_IN = 60.0
_MOST = 10_000
#: answers that are made side by side, and that wait for it: who writes to us takes nothing from who moderates
_AT_ONCE, _WAITING = 2, 50
#: seconds in which another process may answer that listens to the server
_OTHERS = 2.0
#: servers that one answer names: a message holds forty components
_SERVERS = 6
#: characters about one of them
_ROOM = 600


@dataclass(kw_only=True, slots=True)
class Aside:
    """What is heard apart from all servers."""

    #: the session's client, with everybody who listens to a server
    client: Client
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    _answered: "OrderedDict[str, float]" = field(default_factory=OrderedDict)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    def heard(self, event: str, data: Json) -> None:
        """Take in a direct message, or what somebody pressed or sent in one."""
        match event:
            case "INTERACTION_CREATE":
                listener = self.client.listeners.get(server_of(data) or "")
                if listener is not None:
                    listener.heard(event, data)
                else:
                    self._begin(self._refuse(data))
            case "MESSAGE_CREATE":
                author = data.get("author") or {}
                if not author.get("bot") and not data.get("webhook_id") and self._is_turn(str(author.get("id", ""))):
                    self._begin(self._in_turn(data))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        async def done() -> None:
            try:
                await work
            except Exception as error:  # noqa: BLE001 - whatever it is, everything else goes on
                for one in self._servers()[:1]:
                    one.door.home.tell(error)

        task = asyncio.create_task(done())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _servers(self) -> list[ServerConnected]:
        return [one for one in self.client.listeners.values() if isinstance(one, ServerConnected)]

    def _is_turn(self, user: str) -> bool:
        """Return whether somebody wasn't answered within the last minute, and remember that they are now."""
        now = asyncio.get_running_loop().time()
        before = self._answered.get(user)
        if not user or (before is not None and now - before < _ONCE_IN) or len(self._tasks) >= _WAITING:
            return False
        self._answered[user] = now
        self._answered.move_to_end(user)
        while len(self._answered) > _MOST:
            self._answered.popitem(last=False)
        return True

    async def _in_turn(self, data: Json) -> None:
        async with self._turn:
            await self._offer(data)

    async def _offer(self, data: Json) -> None:
        """Answer with what can be done, for each server that somebody is on, or where something was done to them."""
        found: list[dict[str, Any]] = []
        named: list[str] = []
        for server in self._servers():
            home = server.door.home
            try:
                card = await _card_of(server, str(data["author"]["id"]), str(data["id"]))
            except LocumError as error:
                # the others are offered all the same
                home.tell(error)
                continue
            if card is not None and len(named) < _SERVERS:
                named.append(home.server)
                found += components(card, home.language, server=home.server, room=_ROOM)
        if not found:
            # nobody that we know: there is nothing to be said to them
            return
        body = {
            "flags": COMPONENTS, "components": found, "allowed_mentions": {"parse": []},
            "nonce": _nonce(str(data["id"]), named), "enforce_nonce": True,
        }  # fmt: skip
        try:
            await called(self.client.http.send_message(int(data["channel_id"]), params=payload(body)))
        except CallError as error:
            # who was banned from the only server that we share can't be written to: their notice has a button
            if error.result.answer is not Answer.FORBIDDEN:
                raise

    async def _refuse(self, data: Json) -> None:
        """Say that a server isn't reached, or isn't ours any more, unless somebody else answered."""
        if data.get("type") == COMPLETION:
            return
        await asyncio.sleep(_OTHERS)
        language = language_of(data)
        reply = Reply(text=say("discord.no_answer", language), done=False)
        await responding.respond(self.client, data, responding.body_of(reply, language))


def _nonce(message: str, servers: list[str]) -> str:
    """Return what tells an answer from another process's, which is about other servers; at most 25 characters."""
    return message[:20] + blake2b(",".join(servers).encode(), digest_size=2).hexdigest()


async def _card_of(server: ServerConnected, user: str, message: str) -> Card | None:
    """Return what somebody can do on one server; None for whoever isn't there, unless they are banned by Locum."""
    feed, home = server.feed, server.door.home
    if feed is None:
        return None
    there = await server.platform.members.member(user) is not None
    if not there and await read(server.door.http.get_ban(int(user), server.door.number)) is None:
        return None
    invocation = Invocation(
        community=home.community, id=f"{home.server}-{message}", account=account_ref(home.server, user),
        command="everyone.write", connection=home.connection, language="",
    )  # fmt: skip
    reply = await feed.give(invocation)
    if reply.card is None or not (there or reply.done):
        return None
    return replace(reply.card, title=server.door.server.name or reply.card.title)
