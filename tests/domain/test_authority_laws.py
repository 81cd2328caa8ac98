"""Laws of authority that hold for any mandates, people and moments."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actor import automation
from bot.domain.authority import Allow, Ask, Deny, decide
from bot.domain.budget import Budget, Spent
from bot.domain.governance import Automation, Governance
from bot.domain.right import POWERS, Deed, Permission, Right
from bot.domain.ruling import NOBODY, Facts, Ruling, Scope, Target
from bot.domain.severity import Severity
from bot.domain.staff import Delegation, Level, Mandate, Roster
from tests.domain.authority_world import (
    DAY,
    END,
    GOVERNANCE,
    HOUR,
    NOON,
    ROSTER,
    START,
    actor,
    contract,
    mandate,
    organisation,
    person,
    shift,
    standing,
)

LENGTHS = st.none() | st.sampled_from([HOUR, 2 * HOUR, DAY, 7 * DAY])
POWER = st.sampled_from(sorted(POWERS))
PERMISSION = st.builds(Permission, right=POWER, up_to=LENGTHS)
CHANNELS = st.frozensets(st.sampled_from(["help", "gaming"]))
QUEUES = st.frozensets(st.sampled_from(["hate", "scams"]))
SEVERITY = st.none() | st.sampled_from(list(Severity))
MANDATES = st.builds(
    mandate,
    channels=CHANNELS,
    queues=QUEUES,
    cases_up_to=SEVERITY,
    on_shift_only=st.booleans(),
    may=st.lists(PERMISSION, max_size=4).map(tuple),
    asks=st.dictionaries(POWER, st.just("internal"), max_size=2),
    meanwhile=st.none() | PERMISSION,
    contain=st.none() | PERMISSION,
)
DELEGATIONS = st.builds(
    Delegation,
    may=st.none() | st.lists(PERMISSION, max_size=4).map(tuple),
    channels=st.none() | CHANNELS,
    queues=st.none() | QUEUES,
    cases_up_to=SEVERITY,
)
SCOPES = st.builds(
    Scope,
    community=st.just("acme"),
    channel=st.none() | st.sampled_from(["", "help", "gaming"]),
    queue=st.none() | st.sampled_from(["", "hate", "scams"]),
    severity=SEVERITY,
)
DEEDS = st.builds(Deed, right=st.sampled_from(sorted(Right)), lasts=LENGTHS)
LEVELS = st.sampled_from(list(Level))
TARGETS = st.builds(
    Target, account=st.just("m"), people=st.sampled_from([(), ("lee",), ("heron",), ("onda",)]), protected=st.booleans()
)  # fmt: skip


def reach(found: Ruling) -> int:
    """Return how far a ruling reaches: a yes further than a question, that further than a no."""
    return {Deny: 0, Ask: 1, Allow: 2}[type(found)]


def world(mandates: list[Mandate], *, level: Level, on_shift: bool, only: Delegation | None = None) -> Facts:
    named = [replace(one, id=f"m{number}") for number, one in enumerate(mandates)]
    people = {**ROSTER.people, "robin": person("robin", "night", only=only)}
    roster = Roster(organisations={**ROSTER.organisations, "night": organisation("night", *named)}, people=people)
    known = standing("robin", level=level, on_shift=on_shift)
    return Facts(community="acme", governance=replace(GOVERNANCE, roster=roster), standing=known)


def robin(deed: Deed, target: Target, scope: Scope, known: Facts, now: datetime = NOON) -> Ruling:
    return decide(actor("robin"), deed, target, scope, now, known)


@given(
    mandates=st.lists(MANDATES, min_size=1, max_size=3),
    deed=DEEDS,
    target=TARGETS,
    scope=SCOPES,
    level=LEVELS,
    on_shift=st.booleans(),
    data=st.data(),
)
def test_removing_a_mandate_never_adds_a_right(
    *,
    mandates: list[Mandate],
    deed: Deed,
    target: Target,
    scope: Scope,
    level: Level,
    on_shift: bool,
    data: st.DataObject,
) -> None:
    gone = data.draw(st.integers(0, len(mandates) - 1))
    fewer = [one for number, one in enumerate(mandates) if number != gone]
    before = robin(deed, target, scope, world(mandates, level=level, on_shift=on_shift))
    after = robin(deed, target, scope, world(fewer, level=level, on_shift=on_shift))
    assert reach(after) <= reach(before)


@given(
    mandates=st.lists(MANDATES, max_size=2),
    only=DELEGATIONS,
    deed=DEEDS,
    target=TARGETS,
    scope=SCOPES,
    level=LEVELS,
    on_shift=st.booleans(),
)
def test_delegating_a_part_never_widens(
    *, mandates: list[Mandate], only: Delegation, deed: Deed, target: Target, scope: Scope, level: Level, on_shift: bool
) -> None:
    whole = robin(deed, target, scope, world(mandates, level=level, on_shift=on_shift))
    part = robin(deed, target, scope, world(mandates, level=level, on_shift=on_shift, only=only))
    assert reach(part) <= reach(whole)
    if isinstance(part, Ask) and part.interim is not None and isinstance(whole, Ask):
        assert only.may is None or any(one.covers(part.interim.right, part.interim.up_to) for one in only.may)


@given(
    mandates=st.lists(MANDATES, max_size=2),
    deed=DEEDS,
    target=TARGETS,
    scope=SCOPES,
    level=LEVELS,
    length=st.timedeltas(timedelta(0), timedelta(days=900)),
)
def test_nothing_is_possible_after_the_last_day_and_nothing_before_the_first(
    *, mandates: list[Mandate], deed: Deed, target: Target, scope: Scope, level: Level, length: timedelta
) -> None:
    known = world(mandates, level=level, on_shift=True)
    assert isinstance(robin(deed, target, scope, known, END + length), Deny)
    assert isinstance(robin(deed, target, scope, known, START - timedelta(microseconds=1) - length), Deny)


@given(st.lists(MANDATES, max_size=2), DEEDS, TARGETS, SCOPES, LEVELS)
def test_nothing_is_possible_without_a_signed_agreement(
    mandates: list[Mandate], deed: Deed, target: Target, scope: Scope, level: Level
) -> None:
    known = world(mandates, level=level, on_shift=True)
    unsigned = organisation("night", *mandates, contract=contract(agreed=None))
    roster = replace(
        known.governance.roster, organisations={**known.governance.roster.organisations, "night": unsigned}
    )
    known = replace(known, governance=replace(known.governance, roster=roster))
    assert isinstance(robin(deed, target, scope, known), Deny)


@given(st.sampled_from(sorted(ROSTER.people)), DEEDS, TARGETS, SCOPES, LEVELS)
def test_communities_are_disjoint(who: str, deed: Deed, target: Target, scope: Scope, level: Level) -> None:
    known = Facts(community="other", governance=GOVERNANCE, standing=standing(who, level=level))
    assert isinstance(decide(actor(who), deed, target, scope, NOON, known), Deny)


@given(st.sampled_from(sorted(ROSTER.people)), DEEDS, TARGETS, SCOPES, LEVELS)
def test_a_lower_level_never_reaches_further(who: str, deed: Deed, target: Target, scope: Scope, level: Level) -> None:
    known = Facts(community="acme", governance=GOVERNANCE, standing=standing(who, level=level))
    trusted = replace(known, standing=standing(who))
    assert reach(decide(actor(who), deed, target, scope, NOON, known)) <= reach(
        decide(actor(who), deed, target, scope, NOON, trusted)
    )


@given(
    who=st.sampled_from(sorted(ROSTER.people)),
    deed=DEEDS,
    target=TARGETS,
    scope=SCOPES,
    used=st.integers(0, 20),
    alone=st.booleans(),
)
def test_spending_never_gives_anything_back(
    *, who: str, deed: Deed, target: Target, scope: Scope, used: int, alone: bool
) -> None:
    spent = (Spent(budget=Budget(limit=5, within=HOUR), used=used),)
    known = Facts(community="acme", governance=GOVERNANCE, standing=standing(who), alone_on_duty=alone)
    free = decide(actor(who), deed, target, scope, NOON, known)
    assert reach(decide(actor(who), deed, target, scope, NOON, replace(known, spent=spent))) <= reach(free)


@given(st.lists(PERMISSION, max_size=4), st.dictionaries(POWER, st.just("internal"), max_size=3), DEEDS, TARGETS)
def test_automation_never_passes_its_mandate(
    may: list[Permission], asks: dict[Right, str], deed: Deed, target: Target
) -> None:
    governance = Governance(roster=ROSTER, automation=Automation(may=tuple(may), asks=asks))
    known = Facts(community="acme", governance=governance)
    found = decide(automation("a/b"), deed, target, Scope(community="acme"), NOON, known)
    if isinstance(found, Allow):
        assert deed.right is Right.NOTICE or any(one.covers(deed.right, deed.lasts) for one in may)
    if isinstance(found, Ask):
        assert deed.right in asks


@given(st.sampled_from(sorted(ROSTER.people)), DEEDS, SCOPES)
def test_a_shift_for_somebody_else_gives_nothing(who: str, deed: Deed, scope: Scope) -> None:
    known = Facts(
        community="acme",
        governance=GOVERNANCE,
        standing=standing(who, shift=shift(who, "elsewhere"), level=Level.TRUSTED),
    )
    found = decide(actor(who), deed, NOBODY, scope, NOON, known)
    assert isinstance(found, Deny) or deed.right in (Right.SHIFT, Right.MAY)
