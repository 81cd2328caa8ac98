"""One session with Discord: it goes on where it can, says where it can't, and is begun anew only so often."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

import pytest

from adapters.discord.beginnings import AT_ONCE, BETWEEN, Beginnings
from adapters.discord.sharing import NotInvitedError
from bot.domain.action import ActionKind
from bot.domain.command import Invocation, Reply
from bot.domain.message import Message
from bot.domain.outcome import OutcomeKind
from bot.errors import LocumError
from bot.ports import ConnectionRevokedError, Effect, Feed
from tests.adapters.discord.ground import DiscordGround, discord_ground
from tests.discord.bots import until

HOUR = 3_600.0


@dataclass(kw_only=True)
class Heard:
    """What the core was told."""

    ground: DiscordGround
    texts: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    listening: "asyncio.Task[None] | None" = None

    def feed(self) -> Feed:
        async def give(invocation: Invocation) -> Reply:
            return Reply(text=f"{invocation.command} was given")

        def offer(message: Message) -> bool:
            self.texts.append(message.text)
            return True

        def resumed(_: datetime) -> None:
            self.said.append("resumed")

        return Feed(
            offer=offer,
            expect=lambda _: None,
            interrupted=lambda _: self.said.append("interrupted"),
            resumed=resumed,
            give=give,
        )

    async def until(self, *texts: str) -> None:
        await until(lambda: self.texts == list(texts))


@asynccontextmanager
async def listening() -> AsyncIterator[Heard]:
    """Listen to a server while the block runs."""
    async with discord_ground() as ground:
        heard = Heard(ground=ground)
        ground.server.connections.identify_every = 0
        heard.listening = asyncio.create_task(ground.connected.listen(heard.feed()))
        await until(lambda: heard.said)
        yield heard
        heard.listening.cancel()
        with suppress(asyncio.CancelledError, LocumError):
            await heard.listening


async def test_what_was_said_while_the_connection_was_broken_is_heard_once_it_goes_on() -> None:
    async with listening() as heard:
        ground = heard.ground
        limpet = ground.join("limpet")
        ground.say(limpet, "before")
        await until(lambda: "before" in heard.texts)
        ground.server.connections.drop()
        ground.say(limpet, "meanwhile")
        await until(lambda: "meanwhile" in heard.texts)
        assert heard.texts.count("before") == 1
        assert heard.said == ["resumed"]
        assert len(ground.server.connections.identified) == 1


async def test_a_session_that_cannot_go_on_says_that_something_may_have_been_missed() -> None:
    async with listening() as heard:
        ground = heard.ground
        ground.server.faults.refused_resumes = 1
        ground.server.connections.drop()
        limpet = ground.join("limpet")
        ref = ground.say(limpet, "unheard")
        await until(lambda: heard.said == ["resumed", "interrupted", "resumed"])
        assert "unheard" not in heard.texts
        now = ground.clock.now()
        read = [one async for page in ground.platform.history(ground.help, now, now) for one in page]
        assert [one.ref for one in read] == [ref]


async def test_a_token_that_is_no_longer_good_ends_it_all_and_nothing_more_is_asked() -> None:
    async with listening() as heard:
        ground = heard.ground
        limpet = ground.join("limpet")
        ref = ground.say(limpet, "one")
        ground.server.connections.revoke()
        assert heard.listening is not None
        with pytest.raises(ConnectionRevokedError):
            await heard.listening
        delete = Effect(action="a1", kind=ActionKind.DELETE, message=ref, stream=ground.help)
        refused = 0
        for _ in range(5):
            with pytest.raises(ConnectionRevokedError):
                await ground.platform.enforce([delete])
            refused = refused or len(ground.server.record.requests)
            with pytest.raises(ConnectionRevokedError):
                await ground.platform.standings([limpet], OutcomeKind.BAN)
        assert [one.status for one in ground.server.record.requests].count(401) <= 1
        assert len(ground.server.record.requests) == refused
        assert len(ground.server.connections.identified) == 1


async def test_whoever_removes_the_bot_ends_the_connection() -> None:
    async with listening() as heard:
        ground = heard.ground
        ground.place.guild.leave(ground.place.bot)
        assert heard.listening is not None
        with pytest.raises(NotInvitedError):
            await heard.listening


@pytest.mark.parametrize("every", [0.0, 1.0, 7.0, 60.0])
def test_in_no_hour_are_there_more_than_forty_beginnings_however_often_connections_break(every: float) -> None:
    beginnings, now, begun = Beginnings(), 0.0, list[float]()
    while now < 5 * HOUR:
        wait = beginnings.wait(now)
        if not wait:
            beginnings.begin(now)
            begun.append(now)
        now += max(wait, every)
    assert max(sum(1 for one in begun if at <= one < at + HOUR) for at in begun) <= 40
    assert all(later - earlier >= BETWEEN for earlier, later in pairwise(begun))


def test_a_connection_that_seldom_breaks_waits_for_nothing() -> None:
    beginnings = Beginnings()
    for number in range(AT_ONCE * 10):
        now = number * HOUR / 10
        assert beginnings.wait(now) == 0
        beginnings.begin(now)


async def test_a_channel_that_is_hidden_from_us_is_not_expected() -> None:
    async with discord_ground() as ground:
        guild = ground.place.guild
        # so the gateway tells of channels that a bot doesn't see
        hidden, open_ = guild.add_channel("___hidden___"), guild.add_channel("deck")
        await until(lambda: ground.connected.channel(open_["id"]) is not None)
        expected: list[str] = []
        told = asyncio.Event()

        def resumed(_: datetime) -> None:
            told.set()

        async def give(_: Invocation) -> Reply:
            return Reply()

        feed = Feed(
            offer=lambda _: True, expect=lambda streams: expected.extend(one.channel for one in streams),
            interrupted=lambda _: None, resumed=resumed, give=give,
        )  # fmt: skip
        listening = asyncio.create_task(ground.connected.listen(feed))
        await told.wait()
        listening.cancel()
        assert {ground.place.room, open_["id"]} <= set(expected)
        assert hidden["id"] not in expected
