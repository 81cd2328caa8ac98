"""Laws: whatever policies are loaded, no level rises and no freeze ends; and a delegation never widens."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actor import Actor, ActorKind
from bot.domain.authority import NOBODY, Allow, Ask, Facts, Scope, decide
from bot.domain.delegation import DelegationError, parse_delegation
from bot.domain.right import CASEWORK, POWERS, Deed, Permission, Right
from bot.domain.rights import rights_of
from bot.domain.severity import Severity
from bot.domain.staff import Delegation, Level, Shift, Standing
from bot.services.staff.governing import read_delegation, write_delegation
from bot.services.staff.knowing import standing_of
from bot.services.staff.levelling import hold_levels
from bot.services.staff.restraining import hold_account
from bot.store.engine import Store
from tests.services.staff.staging import on_stage, working
from tests.stage.policies import policies_of
from tests.stage.stage import NOON, Stage

POLICIES = policies_of()
ROSTER = POLICIES.governance.roster
ROBIN, NIGHTWATCH = ROSTER.people["robin"], ROSTER.organisations["nightwatch"]
OWN = NIGHTWATCH.mandates
LEVELS = tuple(Level)
#: lengths that lie on either side of every limit in the policies
LENGTHS = (None, *(timedelta(hours=hours) for hours in (1, 2, 24, 25, 24 * 40)))


def load(stage: Stage, level: Level) -> None:
    """Let other policies hold, in which Merle would begin at that level."""
    roster = stage.policies.governance.roster
    merle = replace(roster.people["merle"], starts_as=level)
    governance = replace(
        stage.policies.governance, roster=replace(roster, people={**roster.people, "merle": merle})
    )  # fmt: skip
    stage.policies = replace(stage.policies, governance=governance)


@pytest.mark.parametrize("sequence", list(product(LEVELS, repeat=2)))
async def test_no_policies_ever_raise_a_level_or_lift_a_freeze(store: Store, sequence: Sequence[Level]) -> None:
    async with on_stage(store) as stage:
        async with working(stage) as work:
            await hold_account(
                work,
                Actor(kind=ActorKind.OPERATOR),
                work.governance.roster.people["merle"],
                until=stage.clock.now() + timedelta(days=1),
                reason="lead",
            )
        before = Level.SUPERVISED
        for level in sequence:
            load(stage, level)
            async with working(stage) as work:
                await hold_levels(work)
                merle = work.governance.roster.people["merle"]
                standing = await standing_of(work.tx, work.community, merle, work.now)
            assert standing.level <= before
            assert standing.frozen_until == NOON + timedelta(days=1)
            before = standing.level


permissions = st.builds(
    Permission, right=st.sampled_from(sorted(POWERS)), up_to=st.sampled_from(LENGTHS)
)  # fmt: skip
delegations = st.builds(
    Delegation,
    may=st.none() | st.lists(permissions, max_size=4).map(tuple),
    channels=st.none() | st.frozensets(st.sampled_from(("help", "gaming", "kneipe", "leads"))),
    queues=st.none() | st.frozensets(st.sampled_from(("hate", "scams", "care"))),
    cases_up_to=st.none() | st.sampled_from(Severity),
)
deeds = st.builds(Deed, right=st.sampled_from(sorted(POWERS | CASEWORK)), lasts=st.sampled_from(LENGTHS))
scopes = st.builds(
    Scope,
    community=st.just("acme"),
    channel=st.none() | st.sampled_from(("help", "gaming", "kneipe", "leads", "")),
    queue=st.none() | st.sampled_from(("hate", "scams", "care", "")),
    severity=st.none() | st.sampled_from(Severity),
)


def ruling(only: Delegation | None, deed: Deed, scope: Scope, level: Level) -> object:
    """Return what authority says to Robin with a delegation."""
    robin = replace(ROBIN, only=only)
    roster = replace(ROSTER, people={**ROSTER.people, "robin": robin})
    shift = Shift(id="s", person="robin", organisation="nightwatch", start=NOON, until=NOON + timedelta(hours=10))
    facts = Facts(
        community="acme",
        governance=replace(POLICIES.governance, roster=roster),
        standing=Standing(level=level, shift=shift),
    )
    actor = Actor(kind=ActorKind.PERSON, who="robin", organisation="nightwatch")
    return decide(actor, deed, NOBODY, scope, NOON, facts)


@given(only=delegations, deed=deeds, scope=scopes, level=st.sampled_from(LEVELS))
def test_a_delegation_never_widens(only: Delegation, deed: Deed, scope: Scope, level: Level) -> None:
    narrow, whole = ruling(only, deed, scope, level), ruling(None, deed, scope, level)
    if isinstance(narrow, Allow):
        assert isinstance(whole, Allow)
    if isinstance(narrow, Ask):
        assert isinstance(whole, Allow | Ask)


@given(only=delegations)
def test_a_delegation_is_read_as_it_was_written(only: Delegation) -> None:
    assert read_delegation(write_delegation(only)) == only


@given(text=st.text(alphabet="#abdelmotuqe0123456789 ,hx", max_size=40))
def test_what_can_be_delegated_by_words_is_never_more_than_the_lead_has(text: str) -> None:
    try:
        only = parse_delegation(text, OWN)
    except DelegationError:
        return
    if only is None:
        return
    held = {one.right for one in OWN[0].may} | set(OWN[0].asks)
    assert {one.right for one in only.may or ()} <= held
    assert (only.channels or frozenset()) <= OWN[0].channels
    assert (only.queues or frozenset()) <= OWN[0].queues


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("", None),
        (" , ", None),
        ("delete", Delegation(may=(Permission(right=Right.DELETE),))),
        ("timeout 1h", Delegation(may=(Permission(right=Right.TIMEOUT, up_to=timedelta(hours=1)),))),
        ("#help, queue scams", Delegation(channels=frozenset({"help"}), queues=frozenset({"scams"}))),
        ("cases medium", Delegation(cases_up_to=Severity.MEDIUM)),
    ],
)
def test_a_delegation_is_written_in_few_words(text: str, only: Delegation | None) -> None:
    assert parse_delegation(text, OWN) == only


@pytest.mark.parametrize("text", ["everything", "timeout soon", "#", "queue", "warn 1h", "timeout 0m", "cases grave"])
def test_what_cannot_be_read_is_not_delegated(text: str) -> None:
    with pytest.raises(DelegationError, match="can't be read"):
        parse_delegation(text, OWN)


def standing(**fields: Any) -> Standing:
    shift = Shift(id="s", person="robin", organisation="nightwatch", start=NOON, until=NOON + timedelta(hours=10))
    return replace(Standing(level=Level.TRUSTED, shift=shift), **fields)


def test_what_somebody_may_do_is_what_authority_says() -> None:
    held = rights_of(ROBIN, NIGHTWATCH, standing(), NOON, POLICIES.governance)
    said = {(one.right, one.longest, one.asks) for one in held.powers}
    assert (Right.DELETE, None, "") in said
    assert (Right.TIMEOUT, timedelta(hours=24), "") in said
    assert (Right.BAN, None, "internal") in said
    assert not any(one.right is Right.QUARANTINE for one in held.powers)
    assert held.queues == {"hate": Severity.HIGH, "scams": Severity.HIGH}
    assert Right.FREEZE in held.roles
    assert Right.SUSPEND not in held.roles
    assert held.hindered is None


def test_whoever_may_do_nothing_is_told_why() -> None:
    off = rights_of(ROBIN, NIGHTWATCH, standing(shift=None), NOON, POLICIES.governance, channel="help")
    assert not off.powers
    assert off.hindered is not None
    assert off.hindered.say().startswith("Only whoever is on shift")
    gone = rights_of(ROBIN, NIGHTWATCH, standing(suspended=True), NOON, POLICIES.governance)
    assert (gone.powers, gone.queues, gone.roles) == ((), {}, frozenset())


async def test_holding_an_account_holds_every_seat_of_the_same_human(store: Store) -> None:
    async with on_stage(store) as stage:
        # the policies leave the workspace open that the filled seat names
        assert (await stage.give("gaivota", "partner.seat", account=stage.member("robin"), alias="Rob")).done
        assert (await stage.give("lee", "lead.freeze", person="robin", why="stolen")).done
        (seat,) = await stage.rows("seats")
        assert {row["subject"] for row in await stage.rows("restraints")} == {"robin", seat["person"]}
        for partner in ("nightwatch", "faro"):
            assert not (await stage.give("robin", "shift.start", **{"for": partner})).done
        assert (await stage.give("lee", "lead.unfreeze", person="robin")).done
        assert (await stage.give("robin", "shift.start", **{"for": "faro"})).done
