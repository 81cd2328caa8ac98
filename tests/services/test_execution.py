"""What was decided is looked at again right before it is done: contracts, freezes, suspensions and rules of now."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.action import Action, ActionKind
from bot.domain.actor import Actor, ActorKind, OrganisationKind, automation
from bot.domain.judgement import Mode
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.severity import Severity
from bot.domain.staff import RestraintKind, Shift
from bot.services.execution import takes
from bot.services.intake.following import Deciding
from bot.store.accounts import add_accounts
from bot.store.columns import new_id
from bot.store.decisions import Decision, add_decisions
from bot.store.engine import Store
from bot.store.restraints import Restraint, add_restraint
from bot.store.shifts import add_shift, end_shifts
from tests.services.performing.imposing import impose
from tests.stage.policies import ORGANISATIONS, policies_of
from tests.stage.stage import CONNECTION, Stage, set_stage

ROBIN = Actor(
    kind=ActorKind.PERSON, who="robin", organisation="nightwatch", side=OrganisationKind.PARTNER, contract="DPA-1",
    mandate="night-moderation", level="trusted",
)  # fmt: skip
LEE = Actor(kind=ActorKind.PERSON, who="lee", organisation="internal", side=OrganisationKind.INTERNAL)
#: the last instant of Nightwatch's contract, and the first after it
LAST = datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)


@pytest_asyncio.fixture
async def stage(store: Store) -> AsyncIterator[Stage]:
    """Return a community in which nothing has happened yet."""
    made = await set_stage(store)
    yield made
    await made.close()


async def clicked(stage: Stage, actor: Actor, user: str = "u1") -> str:
    """Let somebody have decided on a timeout that isn't performed yet, and return the sanction."""
    stage.world.join(stage.ref(user))
    now = stage.clock.now()
    async with stage.store.writing() as tx:
        account = (await add_accounts(tx, "acme", [stage.ref(user)], now))[stage.ref(user)]
        decision = Decision(
            id=new_id(), account=account, actor=actor, rules=(), outcomes=(), mode=Mode.LIVE,
            policy=stage.policies.version, severity=Severity.HIGH,
        )  # fmt: skip
        await add_decisions(tx, "acme", [decision], now)
        deciding = Deciding(
            community="acme", decision=decision.id, message="", account=account, channel=0, connection=CONNECTION,
            severity=Severity.HIGH, now=now, at=now,
        )  # fmt: skip
        sanction = await impose(tx, deciding, Outcome(kind=OutcomeKind.TIMEOUT, duration=timedelta(hours=2)))
    return sanction.id


async def hold(stage: Stage, kind: RestraintKind, subject: str, *, of: str = "person") -> None:
    now = stage.clock.now()
    async with stage.store.writing() as tx:
        one = Restraint(id=new_id(), kind=kind, of=of, subject=subject, reason="lead", start=now)
        await add_restraint(tx, "acme", one, LEE)


async def outcome(stage: Stage, sanction: str) -> tuple[str, str, bool]:
    """Perform, and return how the sanction's action ended, why, and whether the sanction still holds."""
    await stage.perform()
    (action,) = await stage.rows("actions", key=f"restrict:{sanction}:start")
    (row,) = await stage.rows("sanctions", id=sanction)
    return action["state"], action["reason"], row["lifted_at"] is None


async def test_what_nothing_has_changed_about_is_done(stage: Stage) -> None:
    assert await outcome(stage, await clicked(stage, ROBIN)) == ("confirmed", "", True)


async def test_a_contract_that_ends_mid_click_ends_what_was_clicked(store: Store) -> None:
    stage = await set_stage(store, at=LAST)
    early = await clicked(stage, ROBIN, "u1")
    assert await outcome(stage, early) == ("confirmed", "", True)
    late = await clicked(stage, ROBIN, "u2")
    stage.clock.move(timedelta(seconds=1))
    assert await outcome(stage, late) == ("refused", "contract_ended", False)
    (entry,) = await stage.entries("sanction_ended")
    assert (entry["details"]["sanction"], entry["details"]["reason"]) == (late, "refused")
    # nothing brings the member to it later: not another sanction's end, and no timer of its own
    await stage.pass_time(timedelta(hours=3), step=timedelta(hours=1))
    assert len(await stage.entries("sanction_ended")) == 2
    await stage.close()


@pytest.mark.parametrize(
    ("kind", "subject", "of", "code"),
    [
        (RestraintKind.FREEZE, "robin", "person", "frozen"),
        (RestraintKind.SUSPENSION, "robin", "person", "suspended"),
        (RestraintKind.SUSPENSION, "nightwatch", "organisation", "suspended"),
    ],
)
async def test_whoever_is_held_between_click_and_execution_does_nothing_more(
    stage: Stage, kind: RestraintKind, subject: str, of: str, code: str
) -> None:
    sanction = await clicked(stage, ROBIN)
    await hold(stage, kind, subject, of=of)
    assert await outcome(stage, sanction) == ("refused", code, False)


async def test_what_a_lead_approved_is_judged_by_the_lead(stage: Stage) -> None:
    sanction = await clicked(stage, LEE)
    await hold(stage, RestraintKind.SUSPENSION, "nightwatch", of="organisation")
    assert await outcome(stage, sanction) == ("confirmed", "", True)


async def test_a_shift_that_ended_since_takes_nothing_back(stage: Stage) -> None:
    shift = Shift(id=new_id(), person="robin", organisation="nightwatch", start=stage.clock.now(),
                  until=stage.clock.now() + timedelta(hours=1))  # fmt: skip
    async with stage.store.writing() as tx:
        await add_shift(tx, "acme", shift)
    sanction = await clicked(stage, ROBIN)
    async with stage.store.writing() as tx:
        await end_shifts(tx, [shift.id], stage.clock.now(), by="person")
    assert await outcome(stage, sanction) == ("confirmed", "", True)


async def test_a_mandate_that_is_gone_since_takes_what_was_clicked_along(stage: Stage) -> None:
    sanction = await clicked(stage, ROBIN)
    other = await set_policies(stage, ORGANISATIONS.replace("id: night-moderation", "id: other-moderation"))
    assert await outcome(other, sanction) == ("refused", "mandate_ended", False)


async def test_somebody_who_is_no_longer_listed_does_nothing(stage: Stage) -> None:
    sanction = await clicked(stage, ROBIN)
    other = await set_policies(stage, ORGANISATIONS.replace("id: robin", "id: raven"))
    assert await outcome(other, sanction) == ("refused", "not_staff", False)


async def set_policies(stage: Stage, organisations: str) -> Stage:
    """Let other policies be the active ones."""
    stage.policies = policies_of(("organisations.yaml", organisations))
    return stage


async def test_a_rule_that_dropped_to_shadow_since_sanctions_nobody_more(stage: Stage) -> None:
    before = await clicked(stage, automation("respect/harsh"))
    assert await outcome(stage, before) == ("confirmed", "", True)
    after = await clicked(stage, automation("respect/harsh"), "u2")
    stage.policies = stage.policies.shadowing({"respect/harsh"})
    assert await outcome(stage, after) == ("refused", "rule_in_shadow", False)


async def test_a_rule_that_is_gone_since_sanctions_nobody_more(stage: Stage) -> None:
    assert await outcome(stage, await clicked(stage, automation("respect/gone"))) == ("refused", "rule_gone", False)


def _action(kind: ActionKind, key: str, **details: Any) -> Action:
    return Action(
        id="a", community="acme", connection="c", key=key, kind=kind, target="account:a", severity=Severity.LOW,
        decision="d", details=details, due_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (_action(ActionKind.RESTRICT, "restrict:s:start"), True),
        (_action(ActionKind.RESTRICT, "restrict:s:end"), False),
        (_action(ActionKind.RESTRICT, "restrict:a:ban:renew:1"), False),
        (_action(ActionKind.RESTRICT, "restrict:s:joined:1"), False),
        (_action(ActionKind.KICK, "kick:d:a"), True),
        (_action(ActionKind.DELETE, "delete:m"), True),
        (_action(ActionKind.NOTICE, "notice:i"), False),
        (_action(ActionKind.SLOW_MODE, "slow:1:d", every=30), True),
        (_action(ActionKind.SLOW_MODE, "slow:1:d", every=0), False),
        (_action(ActionKind.RAID_MODE, "raid:c:d", on=1), True),
        (_action(ActionKind.RAID_MODE, "raid:c:d", on=0), False),
    ],
)
def test_only_what_takes_something_from_somebody_is_looked_at_again(action: Action, expected: bool) -> None:
    assert takes(action) is expected


async def test_nobody_is_told_of_what_isnt_done(stage: Stage) -> None:
    async with stage.store.writing() as tx:
        now = stage.clock.now()
        shift = Shift(id="s" * 32, person="robin", organisation="nightwatch", start=now, until=now + timedelta(hours=9))
        await add_shift(tx, "acme", shift)
    stage.joined("u1")
    stage.waiting = True
    await stage.give("robin", "mod.timeout", member=stage.member("u1"), guideline="respect", for_="1h")
    await hold(stage, RestraintKind.SUSPENSION, "robin")
    await stage.perform()
    assert not stage.world.standing(stage.ref("u1"), OutcomeKind.TIMEOUT).held
    assert stage.notices("u1") == []
    (notice,) = await stage.rows("actions", kind="notice")
    assert (notice["state"], notice["reason"]) == ("superseded", "refused")


async def test_nobody_is_told_of_a_removal_that_isnt_done(stage: Stage) -> None:
    stage.joined("u1")
    stage.waiting = True
    await stage.give("lee", "mod.kick", member=stage.member("u1"), guideline="respect")
    await hold(stage, RestraintKind.SUSPENSION, "lee")
    await stage.perform()
    await stage.pass_time(timedelta(minutes=3))
    assert stage.ref("u1") in stage.world.members
    assert stage.notices("u1") == []
