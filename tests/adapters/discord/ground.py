"""A ground on Discord: the real library against a server of our own, a community on it, and everybody's hands."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from adapters.discord.connected import ServerConnected
from adapters.discord.connecting import connect
from adapters.discord.home import Home
from adapters.discord.sharing import Access, Session
from adapters.discord.translate import account_ref
from bot.domain.capability import Ability, Way
from bot.domain.card import Card
from bot.domain.message import AccountRef, MessageRef, PlatformName
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Stream
from bot.domain.sanction import Standing
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from bot.ports import Platform
from tests.discord.conftest import pointed_at
from tests.discord.harbour import Harbour, harbour
from tests.discord.server import LoopbackDiscord
from tests.discord.shapes import when
from tests.discord.world import World
from tests.fakes.clock import FakeClock
from tests.policy.folders import write

_TEXT = 10
_ESCAPED = re.compile(r"\\(.)")


@dataclass(kw_only=True)
class DiscordGround:
    """One server on Discord, and Locum's connection to it."""

    clock: FakeClock
    server: LoopbackDiscord
    place: Harbour
    connected: ServerConnected
    help: Stream
    thread: Stream
    leads: Stream
    #: what was told to whoever runs the program
    told: list[Exception] = field(default_factory=list)
    titled: bool = True

    @property
    def platform(self) -> Platform:
        return self.connected.platform

    def way(self, _ability: Ability) -> Way:
        return Way.DIRECT

    def join(self, name: str) -> AccountRef:
        return account_ref(self.place.guild.id, self.server.hands.join(self.place.guild.id, name))

    def leave(self, account: AccountRef) -> None:
        self.server.hands.leave(self.place.guild.id, account.user)

    def say(self, account: AccountRef, text: str, *, where: Stream | None = None) -> MessageRef:
        where = where or self.help
        return self.ref(where, self.server.hands.say(account.user, where.thread or where.channel, text))

    def edit(self, ref: MessageRef, text: str) -> None:
        place = self._place(ref)
        self.server.hands.edit(self.server.world.message(place, ref.message)["author"]["id"], place, ref.message, text)

    def erase(self, ref: MessageRef) -> None:
        self.server.hands.delete(self.place.staff, self._place(ref), ref.message)

    def natively(self, account: AccountRef, sanction: OutcomeKind, standing: Standing) -> None:
        guild, by, user = self.place.guild, self.place.staff, account.user
        match sanction:
            case OutcomeKind.BAN:
                guild.ban(user, by=by)
            case OutcomeKind.TIMEOUT:
                until = None if standing.until is None else when(standing.until)
                guild.change_member(user, by=by, communication_disabled_until=until)
            case _:
                guild.change_member(user, by=by, roles=[self.place.member_role])

    def hold(self, account: AccountRef) -> tuple[str, str]:
        role = self.place.member_role
        self.place.guild.change_member(account.user, by=self.place.staff, roles=[role])
        return role, "crew"

    def notices(self, account: AccountRef) -> list[str]:
        return [words_of(one) for one in self.server.hands.direct_messages(account.user)]

    def cards(self) -> list[Card]:
        shown = self.server.hands.sees(self.place.staff, self.leads.channel)
        return [Card(title=title_of(one)) for one in shown if title_of(one)]

    def talk(self, ref: MessageRef) -> tuple[str, list[str]] | None:
        thread = self.place.guild.threads.get(ref.message)
        if thread is None:
            return None
        said = self.server.world.messages.get(ref.message, {}).values()
        own = [one for one in said if one["author"]["id"] == self.server.world.bot["id"] and one["type"] == 0]
        return thread["name"], [words_of(one) for one in own]

    def ref(self, where: Stream, posted: str) -> MessageRef:
        return MessageRef(platform=where.platform, workspace=where.workspace, channel=where.channel, message=posted)

    def _place(self, ref: MessageRef) -> str:
        places = (ref.channel, self.thread.thread)
        return next(one for one in places if ref.message in self.server.world.messages.get(one, {}))


def texts_of(message: Any) -> list[str]:
    """Return what a message made of components says, each text by itself, without the line that Locum knows it by."""
    found: list[str] = []
    for one in message.get("components", ()):
        if one["type"] == _TEXT:
            found.append(one["content"])
        found += texts_of(one)
    return [text for text in found if not text.startswith("-# ")]


def words_of(message: Any) -> str:
    """Return everything that a message says."""
    return _ESCAPED.sub(r"\1", "\n".join(texts_of(message)))


def title_of(message: Any) -> str:
    """Return the title of the card that a message shows; nothing of a message that shows none."""
    heads = [text for text in texts_of(message) if text.startswith("### ")]
    return _ESCAPED.sub(r"\1", heads[0].splitlines()[0].removeprefix("### ")) if heads else ""


@lru_cache
def policies_of(server: str, quarantine: str) -> PolicySet:
    """Return policies of a community on one server, with a role for who is quarantined."""
    community = (
        f'community: acme\nlanguages: [en]\ndiscord: "{server}"\nchannels: {{help: {{}}}}\n'
        f'roles: {{quarantine: {{discord: "{quarantine}"}}}}\n'
    )
    loaded = load_policies(write(Path(mkdtemp()), {"community.yaml": community}), "acme", live=True)
    assert loaded.policies is not None, loaded.problems
    return loaded.policies


@asynccontextmanager
async def discord_ground() -> AsyncIterator[DiscordGround]:
    """Connect a community to a server of its own while the block runs; nothing that is asked is off Discord's words."""
    clock = FakeClock()
    async with LoopbackDiscord(World(now=clock.now)) as server:
        place = harbour(server.world)
        # limits have tests of their own: whoever waits for them here only waits
        server.limits.on = False
        leads = place.guild.add_channel("leads")["id"]
        gaming = place.guild.add_channel("gaming")["id"]
        thread = place.guild.open_thread(gaming, "knots", by=place.staff)["id"]
        told: list[Exception] = []
        policies = policies_of(place.guild.id, place.member_role)
        home = Home(community="acme", server=place.guild.id, policies=lambda: policies, tell=told.append)
        access = Access(token=server.world.token, api=server.api, gateway=server.gateway)
        with pointed_at(server):
            connected = await connect(Session(access), home, clock)
            try:
                here = Stream(platform=PlatformName.DISCORD, workspace=place.guild.id, channel=place.room)
                yield DiscordGround(
                    clock=clock, server=server, place=place, connected=connected, told=told, help=here,
                    leads=replace(here, channel=leads), thread=replace(here, channel=gaming, thread=thread),
                )  # fmt: skip
            finally:
                await connected.close()
        assert not server.record.off, server.record.off
