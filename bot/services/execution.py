"""Looks again, right before something is performed, whether whoever decided it may still do so."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from bot.domain.action import FIRST, Action, ActionKind, Refusal
from bot.domain.actor import Actor, ActorKind
from bot.domain.authority import BREAK_GLASS, hindrance
from bot.domain.governance import Governance
from bot.domain.judgement import Mode
from bot.domain.right import Right
from bot.domain.staff import OWNER, Organisation, Person, RestraintKind, Standing
from bot.policy.policy_set import PolicySet
from bot.services.outside.ending import suspended_of, why_ended
from bot.services.performing.entries import actor_of
from bot.services.performing.needs import Check
from bot.services.performing.renewing import is_doors_renewal
from bot.services.staff.governing import govern
from bot.store.accounts import account_refs
from bot.store.actions import Claimed
from bot.store.engine import Tx
from bot.store.restraints import ORGANISATION, PERSON, Restraint, restraints_of

_FOREVER = datetime.max.replace(tzinfo=UTC)
#: kinds that take something from somebody; which of their actions do is said by `takes`
_TAKING = frozenset({
    ActionKind.DELETE, ActionKind.RESTRICT, ActionKind.KICK, ActionKind.SLOW_MODE, ActionKind.RAID_MODE,
    ActionKind.ROLE,
})  # fmt: skip


def check_execution(policies: Callable[[str], PolicySet | None]) -> Check:
    """Return what is asked right before performing: which of these actions may not be done after all.

    A shift that ended since takes nothing back that was clicked within it; the end of a contract or mandate, a
    suspension and a freeze do. What somebody approved is judged by who approved it.
    """

    async def check(tx: Tx, claimed: Sequence[Claimed], now: datetime) -> Mapping[int, Refusal]:
        by_community: dict[str, list[Claimed]] = defaultdict(list)
        for one in claimed:
            if one.sound and takes(one.action):
                by_community[one.action.community].append(one)
        refused: dict[int, Refusal] = {}
        for community, ones in by_community.items():
            active = policies(community)
            codes = await _codes(tx, active, ones, now)
            refused |= {number: Refusal(reason=code) for number, code in codes.items()}
        return refused

    return check


def takes(action: Action) -> bool:
    """Return whether an action takes something from somebody, and neither gives it back nor only keeps it so."""
    if action.kind is ActionKind.NOTICE:
        # what goes out before a removal tells of it
        return FIRST in action.details
    if action.kind is ActionKind.RESTRICT:
        return action.key.startswith("ask:") or action.key.endswith(":start")
    if action.kind is ActionKind.SLOW_MODE:
        return bool(action.details.get("every"))
    if action.kind is ActionKind.RAID_MODE:
        return bool(action.details.get("on")) and not is_doors_renewal(action)
    return action.kind in _TAKING


async def _codes(tx: Tx, policies: PolicySet | None, ones: Sequence[Claimed], now: datetime) -> dict[int, str]:
    """Return why actions of one community may not be done, by number."""
    if policies is None:
        # nobody can say who may do what
        return {one.number: "no_policies" for one in ones}
    actors = {one.number: actor_of(one) for one in ones}
    people = {actor.who for actor in actors.values() if actor.kind is ActorKind.PERSON}
    governance, holding = policies.governance, list[Restraint]()
    if people:
        governance = await govern(tx, policies)
        subjects = people | {actor.organisation for actor in actors.values() if actor.organisation}
        holding = await restraints_of(tx, policies.community, subjects, now)
    found = await _restored(tx, policies, [one for one in ones if one.action.kind is ActionKind.ROLE], now)
    for one in ones:
        actor = actors[one.number]
        code = ""
        if actor.kind is ActorKind.PERSON:
            code = _of_person(actor, governance, holding, now)
        elif actor.kind is ActorKind.AUTOMATION and "asked" not in one.action.details:
            code = _of_rule(actor.who, one.action, policies)
        if code:
            found[one.number] = code
    return found


async def _restored(tx: Tx, policies: PolicySet, taking: Sequence[Claimed], now: datetime) -> dict[int, str]:
    """Return which roles aren't taken after all, by number: whoever moderates again keeps theirs."""
    if not taking:
        return {}
    roster = (await govern(tx, policies)).roster
    suspended = await suspended_of(tx, policies.community, roster, now)
    refs = await account_refs(tx, {str(one.action.details["account"]) for one in taking})
    found: dict[int, str] = {}
    for one in taking:
        ref = refs.get(str(one.action.details["account"]))
        if ref is not None and not why_ended(ref, roster, suspended, now):
            found[one.number] = "restored"
    return found


def _of_person(actor: Actor, governance: Governance, holding: Sequence[Restraint], now: datetime) -> str:
    """Return why somebody's act isn't carried out any more, as a code; empty where it is."""
    person = governance.roster.people.get(actor.who)
    organisation = None if person is None else governance.roster.organisations.get(person.organisation)
    if person is None or organisation is None or actor.organisation not in ("", organisation.id):
        return "not_staff"
    seats = {(PERSON, person.id), (ORGANISATION, organisation.id)}
    mine = [one for one in holding if (one.of, one.subject) in seats]
    frozen = [one.until or _FOREVER for one in mine if one.kind is RestraintKind.FREEZE]
    standing = Standing(
        level=person.starts_as,
        frozen_until=max(frozen, default=None),
        suspended=any(one.kind is RestraintKind.SUSPENSION for one in mine),
    )
    denied = hindrance(organisation, standing, now)
    if denied is not None:
        return denied.code
    return "" if _has_mandate(actor.mandate, person, organisation, now) else "mandate_ended"


def _has_mandate(name: str, person: Person, organisation: Organisation, now: datetime) -> bool:
    """Return whether a mandate that was acted under still holds; without one, a role gave the right."""
    if not name:
        return True
    if name == BREAK_GLASS:
        # an override that ran out since is like a shift that ended
        return organisation.is_internal and person.role == OWNER
    mandate = next((one for one in organisation.mandates if one.id == name), None)
    if mandate is None:
        return False
    begun = mandate.start is None or now >= mandate.start
    over = mandate.end is not None and now >= mandate.end
    return begun and not over


def _of_rule(rule: str, action: Action, policies: PolicySet) -> str:
    """Return why what a rule asked for isn't done any more, as a code; empty where it is."""
    named = next((one for one in policies.rules if one.name == rule), None)
    # the ladder and what brings members back to their sanctions are no rules
    if named is not None and not any(mode is Mode.LIVE for mode in (named.mode, *(o.mode for o in named.overrides))):
        return "rule_in_shadow"
    if named is None and "/" in rule:
        return "rule_gone"
    if action.kind is ActionKind.NOTICE:
        return ""
    right = _right_of(action)
    return "" if any(one.right is right for one in policies.governance.automation.may) else "no_power"


def _right_of(action: Action) -> Right:
    if action.kind is ActionKind.RESTRICT:
        return Right(str(action.details["sanction"]))
    return Right(action.kind.value)
