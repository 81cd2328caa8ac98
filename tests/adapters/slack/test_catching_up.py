"""A workspace is missed for a while, and read back: nothing is lost or doubled, edits and deletions are noticed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy import select

from adapters.slack.pacing import Paces
from bot.domain.command import Invocation, Reply
from bot.domain.message import MessageRef
from bot.domain.place import Stream
from bot.ports import Feed
from bot.services.intake.intake import Intake
from bot.services.intake.reading_back import catch_up
from bot.services.record import begin_ledger
from bot.store.communities import add_community
from bot.store.engine import Store
from bot.store.tables import gaps, seen
from tests.adapters.slack.ground import SlackGround, policies_of, slack_ground
from tests.fakes.keys import FakeKeys
from tests.slack.uses import until

MINUTE = timedelta(minutes=1)


@dataclass(kw_only=True)
class Town:
    """A workspace, and a community's intake that hears it; both can be away for a while."""

    store: Store
    ground: SlackGround
    keys: FakeKeys = field(default_factory=FakeKeys)
    gone: list[str] = field(default_factory=list)
    lives: int = 0

    @asynccontextmanager
    async def hearing(self) -> AsyncIterator[Intake]:
        """Hear everything while the block runs; what waits at its end is thrown away."""
        intake = Intake(self.store, self.keys, self.ground.clock, policies_of(self.ground.place.workspace.id))
        running = asyncio.create_task(intake.run())
        await intake.ready()
        resumed = asyncio.Event()
        connection = self.ground.platform.connection

        async def give(_: Invocation) -> Reply:
            raise AssertionError

        def live(at: datetime) -> None:
            intake.resumed(connection, at)
            resumed.set()
            self.lives += 1

        feed = Feed(
            offer=intake.offer, settled=intake.settled, expect=intake.expect, give=give, resumed=live,
            interrupted=lambda cause: intake.interrupted(connection, cause), gone=self.told,
        )  # fmt: skip
        listening = asyncio.create_task(self.ground.connected.listen(feed))
        try:
            await until(resumed.is_set)
            yield intake
        finally:
            for task in (listening, running):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def told(self, _stream: Stream, messages: Sequence[str], _at: datetime) -> None:
        """Hear that messages went."""
        self.gone += messages

    async def judged(self) -> list[str]:
        """Return the ids of what was judged and stands somewhere, but for what was there from the beginning."""
        async with self.store.reading() as tx:
            found = [one for one in await tx.scalars(select(seen.c.message)) if "-" not in one]
        return sorted(one for one in found if one != self.ground.thread.thread)

    async def read_back(self, intake: Intake) -> set[tuple[str, str]]:
        """Read back what can be, and return how gaps ended."""
        await catch_up(intake, self.ground.platform, self.told)
        async with self.store.reading() as tx:
            return {(state, reason) for state, reason in await tx.execute(select(gaps.c.state, gaps.c.reason))}


@pytest_asyncio.fixture
async def town(store: Store) -> AsyncIterator[Town]:
    async with slack_ground() as ground:
        async with store.writing() as tx:
            await add_community(tx, "acme", ground.clock.now())
            await begin_ledger(tx, "acme", "locum.test/acme", ground.clock.now())
        yield Town(store=store, ground=ground)


async def talk(town: Town, *, words: int, begin: str) -> list[MessageRef]:
    """Let somebody write in a channel and answer in threads."""
    ground, kim = town.ground, town.ground.join(f"kim {begin}")
    refs = []
    for number in range(words):
        ref = ground.say(kim, f"{begin} {number}")
        refs += [ref, ground.say(kim, f"{begin} answer {number}", where=replace(ground.help, thread=ref.message))]
        refs.append(ground.say(kim, f"{begin} {number}", where=ground.thread))
        ground.clock.move(timedelta(seconds=7))
    return refs


@pytest.mark.parametrize("how", ["restart", "lost socket"])
async def test_all_that_was_written_meanwhile_is_judged_once(town: Town, how: str) -> None:
    async with town.hearing() as intake:
        refs = await talk(town, words=20, begin="before")
        await until(lambda: not town.ground.server.delivery.pending)
        await intake.settled()
        if how == "lost socket":
            town.ground.clock.move(10 * MINUTE)
            town.ground.server.delivery.lose(times=None)
            refs += await talk(town, words=20, begin="meanwhile")
            town.ground.server.delivery.mend()
            town.ground.server.sockets.drop()
            await until(lambda: town.lives == 2)
            refs += await _and_then(town, intake)
            assert await town.judged() == sorted(one.message for one in refs)
            return
    town.ground.clock.move(10 * MINUTE)
    refs += await talk(town, words=20, begin="meanwhile")
    async with town.hearing() as intake:
        refs += await _and_then(town, intake)
    assert await town.judged() == sorted(one.message for one in refs)


async def test_an_edit_and_a_deletion_of_what_was_judged_before_are_noticed(town: Town) -> None:
    ground = town.ground
    async with town.hearing() as intake:
        refs = await talk(town, words=5, begin="before")
        await until(lambda: not ground.server.delivery.pending)
        await intake.settled()
    ground.clock.move(10 * MINUTE)
    ground.edit(refs[0], "something else")
    for ref in refs[6:8]:
        ground.erase(ref)
    before = await _digests(town)
    async with town.hearing() as intake:
        await _and_then(town, intake)
    after = await _digests(town)
    assert {one for one in before if before[one] != after[one]} == {refs[0].message}
    assert sorted(town.gone) == sorted(one.message for one in refs[6:8])


async def test_what_nobody_keeps_is_recorded_as_lost(town: Town) -> None:
    async with town.hearing() as intake:
        town.ground.join("kim")
        await until(lambda: not town.ground.server.delivery.pending)
        await intake.settled()
    town.ground.clock.move(10 * MINUTE)
    async with town.hearing() as intake:
        town.ground.clock.move(5 * MINUTE)
        assert ("lost", "too_old") in await town.read_back(intake)


async def test_catching_up_stays_within_slack_s_limits(town: Town) -> None:
    async with town.hearing() as intake:
        await talk(town, words=10, begin="before")
        await until(lambda: not town.ground.server.delivery.pending)
        await intake.settled()
    town.ground.clock.move(10 * MINUTE)
    async with town.hearing() as intake:
        town.ground.clock.move(5 * MINUTE)
        town.ground.connected.door.paces = Paces(since=-1_000.0)
        town.ground.server.limits.on = True
        await town.read_back(intake)
    assert not town.ground.server.record.over


async def _and_then(town: Town, intake: Intake) -> list[MessageRef]:
    """Let somebody write once more, return once everything is judged, and what was written."""
    town.ground.clock.move(5 * MINUTE)
    refs = await talk(town, words=1, begin="after")
    await until(lambda: not town.ground.server.delivery.pending)
    await intake.settled()
    await town.read_back(intake)
    # threads that came to be meanwhile are known once their channel was read, and have gaps of their own
    states = await town.read_back(intake)
    assert {state for state, _ in states} <= {"closed", "lost"}
    assert {reason for state, reason in states if state == "lost"} <= {"too_old"}
    return refs


async def _digests(town: Town) -> dict[str, bytes]:
    async with town.store.reading() as tx:
        return {one.message: one.digest for one in await tx.execute(select(seen.c.message, seen.c.digest))}
