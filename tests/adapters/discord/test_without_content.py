"""Without Discord's leave to read what members write: what is judged all the same, and what is said of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from adapters.discord.connected import ServerConnected
from adapters.discord.connecting import connect
from adapters.discord.home import Home
from adapters.discord.sharing import Access, Session
from bot.commands.naming import menus
from bot.domain.capability import Ability, Capability, Way
from bot.domain.command import Invocation, Reply
from bot.domain.message import Message, MessageKind, MessageRef, PlatformName
from bot.domain.place import Stream
from bot.ports import Feed
from tests.adapters.discord.ground import policies_of
from tests.discord.bots import until
from tests.discord.conftest import pointed_at
from tests.discord.harbour import Harbour, harbour
from tests.discord.server import LoopbackDiscord
from tests.discord.world import World
from tests.fakes.clock import FakeClock

#: an application that may hear of members, and one that may read as well
MEMBERS, CONTENT = 1 << 15, 1 << 19


@dataclass(kw_only=True)
class Heard:
    """A connection, and what came in through it."""

    server: LoopbackDiscord
    place: Harbour
    clock: FakeClock
    connected: ServerConnected
    offered: list[Message] = field(default_factory=list)
    able: list[Capability] = field(default_factory=list)
    asked: list[Invocation] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.offered if one.kind is MessageKind.MESSAGE]

    @property
    def missing(self) -> set[Ability]:
        return {one.ability for one in self.able if one.way is Way.MISSING}

    def say(self, text: str) -> str:
        return str(self.server.hands.say(self.place.member, self.place.room, text))

    async def marker(self) -> None:
        """Return once all that was said before has come in."""
        mention = f"<@{self.place.bot}> marker"
        self.say(mention)
        await until(lambda: mention in self.texts)

    async def _wonder(self, known: Sequence[Capability]) -> None:
        self.able += known

    async def _give(self, asked: Invocation) -> Reply:
        self.asked.append(asked)
        return Reply(text="-", done=True)

    def feed(self) -> Feed:
        def offer(message: Message) -> bool:
            self.offered.append(message)
            return True

        return Feed(
            offer=offer, expect=lambda _: None, interrupted=lambda _: None, resumed=lambda _: None, give=self._give,
            able=self._wonder,
        )  # fmt: skip


@asynccontextmanager
async def heard(flags: int) -> AsyncIterator[Heard]:
    """Listen to a server as an application with these flags while the block runs."""
    clock = FakeClock()
    async with LoopbackDiscord(World(now=clock.now)) as server:
        server.world.application["flags"] = flags
        server.limits.on = False
        server.connections.identify_every = 0
        place = harbour(server.world)
        policies = policies_of(place.guild.id, place.member_role)
        home = Home(community="acme", server=place.guild.id, policies=lambda: policies, tell=lambda _: None)
        access = Access(token=server.world.token, api=server.api, gateway=server.gateway)
        with pointed_at(server):
            connected = await connect(Session(access), home, clock)
            found = Heard(server=server, place=place, clock=clock, connected=connected)
            listening = asyncio.create_task(connected.listen(found.feed()))
            try:
                await until(lambda: found.able)
                yield found
            finally:
                listening.cancel()
                await asyncio.wait({listening})
                await connected.close()


async def test_a_message_that_came_without_its_words_is_not_judged_as_an_empty_one() -> None:
    async with heard(MEMBERS) as here:
        here.say("what Locum may not read")
        await here.marker()
        assert here.texts == [f"<@{here.place.bot}> marker"]


async def test_with_the_right_to_read_everything_is_judged() -> None:
    async with heard(MEMBERS | CONTENT) as here:
        here.say("what Locum may read")
        await here.marker()
        assert here.texts == ["what Locum may read", f"<@{here.place.bot}> marker"]


async def test_an_edit_without_its_words_is_none() -> None:
    async with heard(MEMBERS) as here:
        said = here.say("first")
        here.clock.move(timedelta(seconds=5))
        here.server.hands.edit(here.place.member, here.place.room, said, "second")
        await here.marker()
        assert here.texts == [f"<@{here.place.bot}> marker"]


async def test_what_is_read_back_leaves_out_what_has_no_words_too() -> None:
    async with heard(MEMBERS) as here:
        begun = here.clock.now()
        silent = here.say("kept back")
        await here.marker()
        here.clock.move(timedelta(minutes=1))
        server, room, platform = here.place.guild.id, here.place.room, here.connected.platform
        stream = Stream(platform=PlatformName.DISCORD, workspace=server, channel=room)
        pages = [page async for page in platform.history(stream, begun, here.clock.now())]
        assert [one.text for page in pages for one in page] == [f"<@{here.place.bot}> marker"]
        ref = MessageRef(platform=PlatformName.DISCORD, workspace=server, channel=room, message=silent)
        assert list(await platform.read([(stream, ref)])) == [None]


async def test_who_comes_is_still_judged_by_name() -> None:
    async with heard(MEMBERS) as here:
        here.server.hands.join(here.place.guild.id, "Newcomer")
        await until(lambda: any(one.kind is MessageKind.JOIN for one in here.offered))
        (join,) = [one for one in here.offered if one.kind is MessageKind.JOIN]
        assert "Newcomer" in join.author.names


@pytest.mark.parametrize(
    ("flags", "missing"),
    [
        (MEMBERS | CONTENT, set()),
        (MEMBERS, {Ability.MESSAGES}),
        (CONTENT, {Ability.JOINS}),
        (0, {Ability.MESSAGES, Ability.JOINS}),
    ],
)
async def test_the_core_is_told_what_can_t_be_seen(flags: int, missing: set[Ability]) -> None:
    async with heard(flags) as here:
        assert here.missing == missing


async def test_a_message_that_somebody_reports_from_its_menu_has_its_words() -> None:
    async with heard(MEMBERS) as here:
        await until(lambda: here.place.guild.commands)
        said = here.say("what was reported")
        (menu,) = [name for (kind, name), row in menus().items() if row.name == "everyone.report"]
        here.server.hands.use_on_message(here.place.member, here.place.room, said, menu)
        await until(lambda: here.asked)
        (message,) = [one for one in here.asked[0].options.values() if isinstance(one, Message)]
        assert message.text == "what was reported"
