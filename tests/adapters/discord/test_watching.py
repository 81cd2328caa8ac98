"""What staff do by hand on a server reaches the core once each, in order, whatever was missed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.discord.snowflakes import made_at
from adapters.discord.watching import LogClosedError, Watcher
from bot.domain.outcome import OutcomeKind
from bot.domain.outside import Deed, DeedKind
from bot.errors import LocumError
from bot.ports import Feed
from tests.adapters.discord.ground import DiscordGround, discord_ground
from tests.discord.harbour import MODERATING
from tests.discord.permissions import Permission


class ClosedError(LocumError):
    """The core can't record it now."""


@dataclass(kw_only=True)
class Core:
    """What was told, each once as the core records it, and from when on it wants to be told."""

    since: datetime | None
    told: list[Deed] = field(default_factory=list)
    #: deeds that can't be recorded, one each
    failing: int = 0
    asked: int = 0

    async def noticed(self, deed: Deed) -> None:
        if self.failing:
            self.failing -= 1
            raise ClosedError
        if deed.id not in {one.id for one in self.told}:
            self.told.append(deed)

    async def until(self) -> datetime | None:
        self.asked += 1
        return self.since


async def _answer(*_: object) -> object:
    raise AssertionError


def feed_of(core: Core) -> Feed:
    return Feed(
        offer=lambda _: True, expect=lambda _: None, interrupted=lambda _: None, resumed=lambda _: None,
        give=_answer, noticed=core.noticed, noticed_until=core.until,  # type: ignore[arg-type]  # stand-ins of the test
    )  # fmt: skip


@asynccontextmanager
async def listening(ground: DiscordGround, core: Core) -> AsyncIterator[None]:
    task = asyncio.create_task(ground.connected.listen(feed_of(core)))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110 - the wire has no event here
            await asyncio.sleep(0.01)


@asynccontextmanager
async def staffed() -> AsyncIterator[DiscordGround]:
    """Open a server whose staff may do everything, and on which what fails is tried again at once."""
    async with discord_ground() as ground:
        allow(ground, ground.place.staff_role, Permission.ADMINISTRATOR)
        ground.connected.handlers = Watcher(again=0.01).handlers
        yield ground


def allow(ground: DiscordGround, role: str, permissions: Permission) -> None:
    """Give a role exactly these rights."""
    roles = ground.place.guild.roles
    roles[role] = roles[role] | {"permissions": str(int(permissions))}


async def test_what_staff_do_by_hand_is_told_as_it_happens() -> None:
    async with staffed() as ground:
        core = Core(since=ground.clock.now())
        async with listening(ground, core):
            await until(lambda: core.asked > 0)
            ada = ground.join("ada")
            hands, place = ground.server.hands, ground.place
            ref = ground.say(ada, "hello")
            ground.erase(ref)
            hands.time_out(place.staff, place.guild.id, ada.user, timedelta(hours=1))
            hands.ban(place.staff, place.guild.id, ada.user)
            hands.unban(place.staff, place.guild.id, ada.user)
            await until(lambda: len(core.told) == 4)
        deleted, timed, banned, freed = core.told
        assert (deleted.kind, deleted.stream, deleted.member) == (DeedKind.DELETION, ground.help, ada)
        assert (timed.sanction, timed.standing.held) == (OutcomeKind.TIMEOUT, True)
        assert timed.standing.until == ground.clock.now() + timedelta(hours=1)
        assert (banned.sanction, banned.standing.held) == (OutcomeKind.BAN, True)
        assert (freed.sanction, freed.standing.held) == (OutcomeKind.BAN, False)
        assert {deed.by.user for deed in core.told if deed.by is not None} == {ground.place.staff}


async def test_what_was_done_while_nobody_listened_is_read_back_oldest_first() -> None:
    async with staffed() as ground:
        hands, place = ground.server.hands, ground.place
        core = Core(since=ground.clock.now())
        assert core.since is not None
        # more than a page
        members = [ground.join(f"m{number}") for number in range(120)]
        for one in members:
            hands.kick(place.staff, place.guild.id, one.user)
        async with listening(ground, core):
            await until(lambda: len(core.told) == len(members))
            late = ground.join("late")
            hands.kick(place.staff, place.guild.id, late.user)
            await until(lambda: len(core.told) > len(members))
        assert [deed.member for deed in core.told] == [*members, late]
        first, *others = ground.server.record.asked("GET", "/guilds/{guild_id}/audit-logs")
        # a little is read again, for entries may arrive out of order
        assert made_at(first.query["after"]) == core.since - timedelta(minutes=5, milliseconds=1)
        assert others


async def test_a_first_installation_reads_nothing_back() -> None:
    async with staffed() as ground:
        hands, place = ground.server.hands, ground.place
        core = Core(since=None)
        async with listening(ground, core):
            await until(lambda: core.asked > 0)
            after = ground.join("after")
            hands.kick(place.staff, place.guild.id, after.user)
            await until(lambda: bool(core.told))
        assert [deed.member for deed in core.told] == [after]
        assert not ground.server.record.asked("GET", "/guilds/{guild_id}/audit-logs")


async def test_what_can_not_be_recorded_is_told_again_before_anything_newer() -> None:
    async with staffed() as ground:
        hands, place = ground.server.hands, ground.place
        core = Core(since=ground.clock.now(), failing=2)
        async with listening(ground, core):
            await until(lambda: core.asked > 0)
            people = [ground.join("one"), ground.join("two")]
            for one in people:
                hands.kick(place.staff, place.guild.id, one.user)
            await until(lambda: {deed.member for deed in core.told} == set(people))
        firsts = list(dict.fromkeys(deed.member for deed in core.told))
        assert firsts == people
        assert [type(error) for error in ground.told] == [ClosedError, ClosedError]


async def test_what_locum_itself_does_is_not_told() -> None:
    async with staffed() as ground:
        core = Core(since=ground.clock.now())
        async with listening(ground, core):
            await until(lambda: core.asked > 0)
            ada, bob = ground.join("ada"), ground.join("bob")
            guild = ground.place.guild
            guild.ban(ada.user, by=ground.server.world.bot["id"])
            guild.ban(bob.user, by=ground.place.staff)
            await until(lambda: bool(core.told))
        assert [deed.member for deed in core.told] == [bob]


async def test_a_log_that_discord_does_not_show_is_told_to_whoever_runs_the_program() -> None:
    async with staffed() as ground:
        own = ground.place.guild.members[ground.place.bot]["roles"][0]
        allow(ground, own, MODERATING & ~Permission.VIEW_AUDIT_LOG)
        core = Core(since=ground.clock.now())
        async with listening(ground, core):
            await until(lambda: bool(ground.told))
        assert isinstance(ground.told[0], LogClosedError)
