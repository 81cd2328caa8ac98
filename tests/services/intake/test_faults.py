"""A database that is gone, an account that is forgotten, a row that can't be stored, a rule that fails."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import update

from bot.policy.detection import ALWAYS, Answer, Detector
from bot.policy.inspection import Inspection
from bot.services.intake.intake import Intake
from bot.services.intake.settings import Limits
from bot.store.engine import Store, Tx
from bot.store.errors import StatementError, UnavailableError
from bot.store.tables import accounts, communities
from tests.services.intake.house import CONNECTION, SECOND, House, policies_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut(Store):
    """A store whose line can be cut."""

    #: writing transactions that are to fail at their end, each with its error
    faults: list[Exception]

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Tx]:
        """Begin a transaction, and fail it at its end when that is its turn."""
        async with super(Cut, self).writing() as tx:
            yield tx
            if self.faults:
                raise self.faults.pop()


def _cut(house: House, *faults: Exception) -> Cut:
    whole = house.store
    cut = Cut(
        writer=whole.writer,
        reader=whole.reader,
        glancer=whole.glancer,
        turn=whole.turn,
        guard=whole.guard,
        faults=list(faults),
    )
    house.store = cut
    return cut


async def _reopen(house: House, *faults: Exception) -> Cut:
    await house.crash()
    cut = _cut(house)
    await house.open()
    cut.faults.extend(faults)
    return cut


async def test_a_judged_batch_is_stored_once_the_database_is_back(house: House) -> None:
    cut = await _reopen(house, *[UnavailableError()] * 5)
    house.say("blockhead")
    house.say("hello")
    await house.settle()
    assert not cut.faults
    assert await house.count("seen") == 2
    assert await house.count("decisions") == 1


async def test_while_the_database_is_gone_the_queue_fills_and_overflows_into_a_gap(house: House) -> None:
    house.limits = Limits(queue=3, batch=2, first_wait=0.001, longest_wait=0.001)
    cut = await _reopen(house)
    house.say("hello")
    await house.settle()
    cut.faults.extend([UnavailableError()] * 1_000)
    for _ in range(9):
        house.clock.move(SECOND)
        house.say("hello")
    await house.until(lambda: house.health.stalled)
    assert house.health.dropped == 6
    cut.faults.clear()
    await house.settle()
    (gap,) = await house.rows("gaps")
    (channel,) = await house.rows("channels")
    assert (gap["cause"], gap["state"]) == ("overflow", "open")
    assert channel["mark"] < gap["after"]


async def test_a_message_that_cant_be_stored_is_recorded_as_lost_and_stops_no_other(house: House) -> None:
    cut = await _reopen(house)
    house.say("hello")
    house.say("hello", user="u2")
    await house.settle()
    cut.faults.extend([StatementError()] * 2)
    house.clock.move(SECOND)
    first = house.say("hello")
    house.say("hello", user="u2")
    await house.settle()
    assert await house.count("seen") == 3
    lost = [gap for gap in await house.rows("gaps") if gap["state"] == "lost"]
    assert [(gap["reason"], gap["after"]) for gap in lost] == [("unstorable", first.at)]


async def test_who_was_forgotten_meanwhile_is_somebody_new(house: House) -> None:
    house.say("hello")
    await house.settle()
    (before,) = await house.rows("accounts")
    async with house.store.writing() as tx:
        await tx.execute(update(accounts).values(user=None, erased_at=house.clock.now()))
        await tx.execute(update(communities).values(generation=communities.c.generation + 1))
    house.clock.move(SECOND)
    house.say("blockhead")
    await house.settle()
    (decision,) = await house.rows("decisions")
    assert decision["account"] != before["id"]
    assert await house.count("accounts") == 2


async def test_surrogates_are_looked_up_anew_when_too_many_are_remembered(house: House) -> None:
    house.limits = Limits(accounts=3, batch=2)
    await house.crash()
    await house.open()
    for number in range(20):
        house.say("hello", user=f"u{number % 7}")
    await house.settle()
    assert await house.count("accounts") == 7
    assert await house.count("seen") == 20


async def test_a_rule_that_fails_is_recorded_once_an_hour_and_silences_no_other(house: House) -> None:
    def fail(_: Inspection) -> Answer:
        raise ZeroDivisionError

    policies = policies_of()
    broken = replace(policies.rules[0], name="respect/broken", when=Detector(key="broken", anchors=ALWAYS, probe=fail))
    house.policies = replace(policies, rules=(*policies.rules, broken), plans={}, named={})
    await house.crash()
    await house.open()
    assert house.intake is not None
    for _ in range(3):
        house.say("rascal")
        await house.settle()
    house.clock.move(timedelta(hours=1))
    house.say("rascal")
    await house.settle()
    failed = [row for row in await house.rows("ledger_entries") if b'"rule_failed"' in bytes(row["body"])]
    assert len(failed) == 2
    assert house.intake.health().failed == 4
    assert await house.count("actions") == 4


WINDOWED = """\
guideline: respect
title: {en: Be respectful}
text: {en: Be kind}
rules:
  - {id: flood, when: {flood: {messages: 4, within: 1m}}, severity: medium, then: [delete]}
  - {id: same, when: {duplicates: {at_least: 3, within: 5m}}, severity: medium, then: [{strike: 1}]}
"""


async def test_windows_after_a_restart_are_those_before(house: House) -> None:
    await house.crash()
    house.policies = policies_of(("guidelines/respect.yaml", WINDOWED))
    for _ in range(4):
        await house.open()
        house.clock.move(SECOND)
        house.say("the very same letters again")
        await house.settle()
        await house.crash()
    assert len([row for row in await house.rows("actions") if row["kind"] == "delete"]) == 1
    assert await house.count("strikes") == 1


async def test_other_policies_hold_from_the_next_batch_with_windows_of_their_own(house: House) -> None:
    intake: Intake | None = house.intake
    assert intake is not None
    for _ in range(3):
        house.clock.move(SECOND)
        house.say("the very same letters again")
    await house.settle()
    intake.use(policies_of(("guidelines/respect.yaml", WINDOWED)))
    house.clock.move(SECOND)
    house.say("the very same letters again")
    await house.settle()
    decisions = await house.rows("decisions")
    # nobody watched for copies before, and floods need only the times
    assert [decision["rules"] for decision in decisions] == ['["respect/flood"]']


async def test_a_connection_that_is_interrupted_before_the_intake_is_ready_has_its_gap(house: House) -> None:
    house.say()
    await house.settle()
    await house.crash()
    house.intake = Intake(house.store, house.keys, house.clock, house.policies, limits=house.limits)
    house.intake.interrupted(CONNECTION)
    house.task = asyncio.create_task(house.intake.run())
    await house.intake.ready()
    house.intake.resumed(CONNECTION, house.clock.now())
    assert len(house.intake.gaps(CONNECTION)) == 1
