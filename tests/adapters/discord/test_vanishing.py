"""What isn't there any more on a server reaches the core: messages by whoever's hand, members, and Locum itself."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from adapters.discord import arrivals
from adapters.discord.sharing import NotInvitedError
from bot.domain.gap import ALLOWANCE
from bot.domain.message import AccountRef, Message
from bot.domain.place import Stream
from bot.errors import LocumError
from bot.ports import Feed, PlatformUnavailableError
from tests.adapters.discord.ground import DiscordGround, discord_ground
from tests.discord.bots import until

FORUM = 15
SECOND = timedelta(seconds=1)


class ClosedError(LocumError):
    """The core can't record it now."""


@dataclass(kw_only=True)
class Core:
    """What the core was told."""

    gone: list[tuple[Stream, tuple[str, ...]]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    offered: list[Message] = field(default_factory=list)
    resumed: int = 0
    #: what can't be recorded, one each
    failing: int = 0
    #: held while something is being recorded
    busy: asyncio.Event = field(default_factory=asyncio.Event)

    def feed(self) -> Feed:
        async def gone(stream: Stream, ids: Sequence[str], _at: datetime) -> None:
            await self.busy.wait()
            if self.failing:
                self.failing -= 1
                raise ClosedError
            self.gone.append((stream, tuple(ids)))

        async def left(account: AccountRef, _at: datetime) -> None:
            self.left.append(account.user)

        def offer(message: Message) -> bool:
            self.offered.append(message)
            return True

        def resumed(_at: datetime) -> None:
            self.resumed += 1

        async def give(_invocation: object) -> object:
            raise AssertionError

        return Feed(
            offer=offer, expect=lambda _: None, interrupted=lambda _: None, resumed=resumed,
            give=give, gone=gone, left=left,  # type: ignore[arg-type]  # nobody gives a command here
        )  # fmt: skip


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[DiscordGround, Core, "asyncio.Task[None]"]]:
    async with discord_ground() as ground:
        core = Core()
        core.busy.set()
        task = asyncio.create_task(ground.connected.listen(core.feed()))
        await until(lambda: core.resumed or task.done())
        try:
            yield ground, core, task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError, LocumError):
                await task


async def test_a_message_that_anybody_deletes_is_told_of_where_it_stood() -> None:
    async with listening() as (ground, core, _):
        kim = ground.join("kim")
        said, answered = ground.say(kim, "one"), ground.say(kim, "two", where=ground.thread)
        ground.server.hands.delete(kim.user, ground.help.channel, said.message)
        ground.server.hands.delete(ground.place.staff, ground.thread.thread, answered.message)
        await until(lambda: len(core.gone) == 2)
        assert core.gone == [(ground.help, (said.message,)), (ground.thread, (answered.message,))]


async def test_what_went_together_is_told_together() -> None:
    async with listening() as (ground, core, _):
        kim = ground.join("kim")
        ids = [ground.say(kim, str(number)).message for number in range(5)]
        ground.server.hands.delete_many(ground.server.world.bot["id"], ground.help.channel, ids)
        await until(lambda: core.gone)
        assert [(stream, sorted(names)) for stream, names in core.gone] == [(ground.help, sorted(ids))]


async def test_what_goes_while_the_core_is_busy_is_told_at_once() -> None:
    async with listening() as (ground, core, _):
        kim = ground.join("kim")
        ids = [ground.say(kim, str(number)).message for number in range(20)]
        core.busy.clear()
        for one in ids:
            ground.server.hands.delete(kim.user, ground.help.channel, one)
        ground.say(kim, "last")
        await until(lambda: any(one.text == "last" for one in core.offered))
        core.busy.set()
        await until(lambda: sum(len(names) for _, names in core.gone) == len(ids))
        assert len(core.gone) <= 3


async def test_what_could_not_be_recorded_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.discord.vanishing.AGAIN", 0.01)
    async with listening() as (ground, core, _):
        core.failing = 2
        said = ground.say(ground.join("kim"), "one")
        ground.erase(said)
        await until(lambda: core.gone)
        assert core.gone == [(ground.help, (said.message,))]
        assert [type(one) for one in ground.told] == [ClosedError, ClosedError]


async def test_a_message_of_a_thread_that_was_put_away_is_told_of_there() -> None:
    async with listening() as (ground, core, _):
        said = ground.say(ground.join("kim"), "one", where=ground.thread)
        shown = ground.place.guild.threads[ground.thread.thread]["thread_metadata"]
        ground.place.guild.change_channel(
            ground.thread.thread, by=ground.place.staff, thread_metadata=shown | {"archived": True}
        )
        await until(lambda: ground.connected.channel(ground.thread.thread) is None)
        ground.server.hands.delete(ground.place.staff, ground.thread.thread, said.message)
        await until(lambda: core.gone)
        assert core.gone == [(ground.thread, (said.message,))]


@pytest.mark.parametrize("how", ["leave", "kick"])
async def test_who_leaves_or_is_removed_is_told_of(how: str) -> None:
    async with listening() as (ground, core, _):
        kim = ground.join("kim")
        if how == "leave":
            ground.leave(kim)
        else:
            ground.place.guild.kick(kim.user, by=ground.place.staff)
        await until(lambda: core.left)
        assert core.left == [kim.user]


async def test_who_comes_back_has_the_roles_of_now() -> None:
    async with listening() as (ground, core, _):
        kim = ground.join("kim")
        ground.hold(kim)
        members = ground.connected.platform.members
        held = await members.member(kim.user)
        assert held is not None
        assert held["roles"]
        ground.leave(kim)
        ground.place.guild.join(kim.user)
        await until(lambda: sum(one.author.key == kim.user for one in core.offered) >= 2)
        back = await members.member(kim.user)
        assert back is not None
        assert not back["roles"]


# --- Locum itself


async def test_whoever_was_removed_while_away_is_told_so_and_does_not_listen_to_silence() -> None:
    async with listening() as (ground, _, task):
        server, guild = ground.server, ground.place.guild
        server.delivery.lose("GUILD_DELETE", times=None)
        guild.kick(server.world.bot["id"], by=ground.place.staff)
        server.connections.invalidate(resumable=False)
        await until(task.done)
        with pytest.raises(NotInvitedError):
            task.result()


# --- who came while nobody listened


async def joins(ground: DiscordGround, after: datetime, until_: datetime) -> list[str]:
    stream = replace(ground.help, channel=ground.place.guild.id)
    return [one.author.key async for page in ground.platform.history(stream, after, until_) for one in page]


def listings(ground: DiscordGround) -> int:
    return sum(one.route == "/guilds/{guild_id}/members" for one in ground.server.record.requests)


async def test_one_listing_of_the_members_serves_every_gap_that_it_covers() -> None:
    async with discord_ground() as ground:
        since = ground.clock.now()
        ground.clock.move(SECOND)
        kim = ground.join("kim")
        ground.clock.move(SECOND)
        now = ground.clock.now()
        for after in (since, since + SECOND):
            assert kim.user in await joins(ground, after, now)
        assert await joins(ground, now, now + ALLOWANCE) == []
        assert listings(ground) == 1


async def test_a_dear_listing_is_not_made_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "PAGE", 2)
    async with discord_ground() as ground:
        since = ground.clock.now()
        came = [ground.join(f"m{number}").user for number in range(6)]
        assert set(came) <= set(await joins(ground, since, ground.clock.now()))
        ground.clock.move(ALLOWANCE + SECOND)
        ground.connected.platform.arrivals.pages = 1_000
        late = ground.join("late").user
        with pytest.raises(PlatformUnavailableError) as told:
            await joins(ground, ground.clock.now(), ground.clock.now() + SECOND)
        # what waits shares the next one
        assert told.value.after > 60
        await wait_for(ground, told.value.after)
        assert late in await joins(ground, since, ground.clock.now())


async def wait_for(ground: DiscordGround, seconds: float) -> None:
    ground.clock.move(timedelta(seconds=seconds + 1))


# --- titles


async def test_a_forum_posts_title_that_comes_behind_its_message_is_judged_too() -> None:
    async with listening() as (ground, core, _):
        forum = ground.place.guild.add_channel("questions", kind=FORUM)["id"]
        await until(lambda: ground.connected.channel(forum))
        ground.server.delivery.hold("THREAD_CREATE")
        thread = ground.server.hands.open_thread(ground.place.member, forum, "You are all fools", text="hello")
        await until(lambda: core.offered)
        assert [one.text for one in core.offered] == ["hello"]
        ground.server.delivery.release()
        await until(lambda: len(core.offered) == 2)
        titled = core.offered[1]
        assert (titled.text, titled.ref.message) == ("You are all fools\nhello", thread)
