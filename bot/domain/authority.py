"""Authority: who may do what, to whom, where and when; a pure function that denies whatever nothing allows.

It is asked when a command is given, and again right before anything is performed: what was true of a mandate, a
contract or a shift when a button was drawn says nothing about now.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.actor import Actor, ActorKind
from bot.domain.budget import Spent
from bot.domain.governance import INTERNAL
from bot.domain.mandates import CONTAIN_FOR, Acting, Given, asked_of, narrowed, under_mandates
from bot.domain.right import CASEWORK, IRREVERSIBLE, LEADING, PARTNER_LEADING, POWERS, STAFF, Deed, Permission, Right
from bot.domain.ruling import (
    NOBODY,
    Allow,
    Ask,
    Deny,
    Facts,
    Ruling,
    Scope,
    Target,
    deny,
)
from bot.domain.staff import LEAD, OWNER, PARTNER_LEAD, Level, Organisation, Person, Phase, Standing

__all__ = [
    "BREAK_GLASS",
    "CONTAIN_FOR",
    "NOBODY",
    "Allow",
    "Ask",
    "Deny",
    "Facts",
    "Ruling",
    "Scope",
    "Target",
    "decide",
    "deny",
    "hindrance",
    "narrowed",
    "rank",
]

#: done under an owner's override
BREAK_GLASS = "break_glass"
#: the mandate of rules
AUTOMATION = "automation"

#: what is done to the very person that it is about
_AGAINST = POWERS | {Right.LIFT, Right.HEAR, Right.FREEZE, Right.SUSPEND, Right.LEVEL}
#: what nothing is decided by
_LOOKING = frozenset({Right.VIEW, Right.NOTE, Right.CONSULT, Right.ESCALATE, Right.PASS})
#: what supervised people do alone: it takes nothing from anybody
_HARMLESS = _LOOKING | {Right.CLAIM, Right.NOTICE}
#: what is looked at again of sampled people
_SAMPLED = POWERS | {Right.DECIDE, Right.LIFT}
#: what an organisation other than the own team decides where it is asked: through whoever leads it
_ASKED_FOR = frozenset({Right.APPROVE, Right.HEAR})
#: what rules never do to people who moderate, or who hold a protected role
_SANCTIONS = frozenset({Right.WARN, Right.TIMEOUT, Right.QUARANTINE, Right.KICK, Right.BAN})


def decide(  # noqa: PLR0917 - the six things that every decision is made of
    actor: Actor, deed: Deed, target: Target, scope: Scope, now: datetime, facts: Facts
) -> Ruling:
    """Return whether an actor may do something now, may not, or whom they must ask.

    What isn't allowed by a mandate or a role is denied. Of a person, the mandate that reaches furthest counts.
    """
    if scope.community != facts.community:
        return deny("other_community")
    if actor.kind is ActorKind.AUTOMATION:
        return _decide_automation(deed, target, now, facts)
    if actor.kind is not ActorKind.PERSON:
        # a member is told whom to ask
        return deny("not_staff" if actor.kind is ActorKind.OUTSIDE else "nobody")
    acting = _acting(actor, now, facts)
    return deny("not_staff") if acting is None else _decide_person(acting, deed, target, scope)


def _decide_person(acting: Acting, deed: Deed, target: Target, scope: Scope) -> Ruling:
    denied = (
        hindrance(acting.organisation, acting.standing, acting.now)
        or _elsewhere(acting, deed)
        or _about_case(acting, scope)
        or _about_target(acting, target, deed)
        or _about_doer(acting, deed, scope)
    )
    if denied is not None:
        return denied
    if deed.right not in POWERS and deed.right not in CASEWORK:
        return _by_role(acting, deed, scope)
    if _has_override(acting):
        return Allow(mandate=BREAK_GLASS)
    given = under_mandates(acting, deed, scope)
    if isinstance(given.ruling, Deny):
        return given.ruling
    return _after_budget(_at_level(given, acting, deed), acting, deed)


def _acting(actor: Actor, now: datetime, facts: Facts) -> Acting | None:
    """Return who acts, as the roster has them now; None for whoever isn't of it, or is of another organisation."""
    roster, standing = facts.governance.roster, facts.standing
    person = roster.people.get(actor.who)
    if person is None or standing is None or actor.organisation not in ("", person.organisation):
        return None
    organisation = roster.organisations.get(person.organisation)
    if organisation is None:
        return None
    shift = standing.shift
    on_shift = shift is not None and shift.organisation == organisation.id and shift.start <= now < shift.until
    return Acting(
        person=person, organisation=organisation, standing=standing, on_shift=on_shift, now=now, facts=facts
    )  # fmt: skip


def hindrance(organisation: Organisation, standing: Standing, now: datetime) -> Deny | None:
    """Return why somebody may do nothing at all: suspended, held, or without a contract that runs."""
    if standing.suspended:
        return deny("suspended")
    if standing.frozen_until is not None and now < standing.frozen_until:
        return deny("frozen")
    match organisation.phase(now):
        case Phase.NO_AGREEMENT:
            return deny("no_agreement", organisation=organisation.name)
        case Phase.NOT_STARTED:
            return deny("not_started", organisation=organisation.name)
        case Phase.ENDED:
            return deny("contract_ended", organisation=organisation.name)
        case _:
            return None


def _elsewhere(acting: Acting, deed: Deed) -> Deny | None:
    """Return why somebody may not do that now, though nothing holds them: a contract's last days, another shift."""
    organisation, shift, now = acting.organisation, acting.standing.shift, acting.now
    if deed.right is Right.CLAIM and organisation.phase(now) is Phase.WINDING_DOWN:
        return deny("winding_down", organisation=organisation.name)
    if acting.on_shift or deed.right in (Right.SHIFT, Right.MAY):
        return None
    if shift is not None and shift.organisation != organisation.id and now < shift.until:
        return deny("other_shift", organisation=organisation.name)
    return deny("which_organisation") if acting.facts.seats > 1 else None


def rank(person: Person, facts: Facts) -> int:
    """Return how high somebody stands: owner 5, internal lead 4, internal 3, a partner's lead 2, its people 1."""
    organisation = facts.governance.roster.organisations.get(person.organisation)
    if organisation is not None and organisation.is_internal:
        return {OWNER: 5, LEAD: 4}.get(person.role, 3)
    return 2 if person.role == PARTNER_LEAD else 1


def _same_human(one: Person, other: Person) -> bool:
    """Return whether two seats are one human's: by id, or by an account that both have."""
    if one.id == other.id:
        return True
    for platform, (workspace, user) in one.accounts.items():
        held = other.accounts.get(platform)
        if held is not None and held[1] == user and (held[0] == workspace or "" in (held[0], workspace)):
            return True
    return False


def _about_case(acting: Acting, scope: Scope) -> Deny | None:
    """Return that a case is about whoever acts, or about their organisation's people where it is a partner."""
    if not scope.about:
        return None
    organisation, people = acting.organisation, acting.facts.governance.roster.people
    if acting.person.id in scope.about or organisation.id in scope.about:
        return deny("about_you")
    for name in scope.about:
        one = people.get(name)
        if one is None:
            continue
        if _same_human(acting.person, one) or (one.organisation == organisation.id and not organisation.is_internal):
            return deny("about_you")
    return None


def _about_target(acting: Acting, target: Target, deed: Deed) -> Deny | None:
    """Return why nobody may do that to this target, whatever their mandate."""
    if not (target.people or target.complained or target.protected) or deed.right not in _AGAINST:
        return None
    if target.complained:
        return deny("complaint")
    if target.people:
        known = acting.facts.governance.roster.people
        denied = _about_staff(acting, [known[one] for one in target.people if one in known], deed)
        if denied is not None:
            return denied
    return deny("protected") if target.protected and deed.right in POWERS else None


def _about_staff(acting: Acting, people: Sequence[Person], deed: Deed) -> Deny | None:
    person, facts = acting.person, acting.facts
    own, highest = rank(person, facts), max((rank(one, facts) for one in people), default=0)
    if any(_same_human(person, one) for one in people):
        return deny("oneself")
    if deed.right is Right.FREEZE:
        # colleagues hold each other's accounts; one that was taken over doesn't hold those that could stop it
        near = acting.organisation.is_internal or any(one.organisation == person.organisation for one in people)
        return None if near and highest <= own else deny("rank")
    if deed.right not in (Right.SUSPEND, Right.LEVEL) and any(
        one.organisation == person.organisation for one in people
    ):
        return deny("colleague")
    return deny("rank") if highest >= own else None


def _about_doer(acting: Acting, deed: Deed, scope: Scope) -> Deny | None:
    """Return why somebody may not judge or lift what somebody else did or asks for."""
    if not (scope.doer or scope.another) or (deed.right not in _ASKED_FOR and deed.right is not Right.LIFT):
        return None
    doer = acting.facts.governance.roster.people.get(scope.doer)
    if deed.right is Right.LIFT:
        above = doer is not None and rank(doer, acting.facts) > rank(acting.person, acting.facts)
        return deny("not_yours") if above else None
    if scope.doer == acting.person.id or (doer is not None and _same_human(acting.person, doer)):
        return deny("own_request")
    if scope.another and scope.doer_for == acting.organisation.id:
        return deny("own_organisation")
    return None


def _by_role(acting: Acting, deed: Deed, scope: Scope) -> Ruling:
    """Return what somebody's role gives them beside mandates."""
    person, organisation, right = acting.person, acting.organisation, deed.right
    leads = organisation.is_internal and person.role in (OWNER, LEAD)
    leads_partner = not organisation.is_internal and person.role == PARTNER_LEAD
    allowed, code = False, "no_power"
    if right is Right.FREEZE:
        allowed, code = leads or acting.on_shift, "no_shift"
    elif right in STAFF:
        allowed = True
    elif right in LEADING:
        asked = right in _ASKED_FOR and leads_partner and scope.organisation == organisation.id
        allowed, code = leads or asked, "leads_only"
    elif right in PARTNER_LEADING:
        # a seat that was given a part of its role's rights gives nothing on
        own = leads_partner and person.only is None and scope.organisation in ("", organisation.id)
        allowed, code = leads or own, "partner_leads_only"
    elif right is Right.BREAK_GLASS:
        allowed, code = organisation.is_internal and person.role == OWNER, "owners_only"
    return Allow() if allowed else deny(code)


def _has_override(acting: Acting) -> bool:
    until = acting.standing.override_until
    is_owner = acting.organisation.is_internal and acting.person.role == OWNER
    return until is not None and acting.now < until and is_owner


def _at_level(given: Given, acting: Acting, deed: Deed) -> Allow | Ask | Deny:
    """Return what becomes of a yes or a question at somebody's level."""
    ruling, level = given.ruling, acting.standing.level
    if isinstance(ruling, Deny):
        return ruling
    if level is Level.OBSERVING and deed.right not in _LOOKING:
        if deed.right is Right.CLAIM:
            return deny("observing")
        return Ask(whom=INTERNAL, code="observing", mandate=ruling.mandate)
    if isinstance(ruling, Ask):
        return ruling
    if level is Level.SUPERVISED and deed.right not in _HARMLESS:
        return Ask(whom=INTERNAL, interim=given.interim, code="supervised", mandate=ruling.mandate)
    if level is Level.SAMPLED and deed.right in _SAMPLED:
        return Allow(mandate=ruling.mandate, sampled=True)
    return ruling


def _after_budget(ruling: Allow | Ask | Deny, acting: Acting, deed: Deed) -> Ruling:
    """Return a question instead of a yes where a budget is used up, and nothing that holds while somebody is asked.

    Whoever is alone on duty isn't disarmed: what can be taken back within the hour stays theirs to do. What can't be
    isn't even asked for any more once they went on for long.
    """
    spent = acting.facts.spent
    if isinstance(ruling, Deny) or not spent or all(one.allows(deed.count) for one in spent):
        return ruling
    if isinstance(ruling, Ask) and ruling.is_proposal:
        return ruling
    if acting.facts.alone_on_duty and acting.on_shift:
        if _is_mild(deed):
            return ruling if isinstance(ruling, Allow) else replace(ruling, interim=_an_hour(ruling.interim))
        if any(one.is_exceeded_badly for one in spent):
            return deny("overrun")
    whom = ruling.whom if isinstance(ruling, Ask) else INTERNAL
    return Ask(whom=whom, code="budget", mandate=ruling.mandate)


def _is_mild(deed: Deed) -> bool:
    if deed.right in IRREVERSIBLE:
        return False
    return deed.right is Right.DELETE or (deed.lasts is not None and deed.lasts <= CONTAIN_FOR)


def _an_hour(interim: Permission | None) -> Permission | None:
    if interim is None or (interim.up_to is not None and interim.up_to <= CONTAIN_FOR):
        return interim
    return replace(interim, up_to=CONTAIN_FOR)


def _decide_automation(deed: Deed, target: Target, now: datetime, facts: Facts) -> Ruling:
    """Return what rules may do by themselves.

    Nobody who moderates or holds a protected role is sanctioned by a machine, and nobody is asked to either.
    """
    powers, right = facts.governance.automation, deed.right
    if right in _SANCTIONS and (target.protected or target.people):
        return deny("protected")
    if right is Right.NOTICE:
        return Allow(mandate=AUTOMATION)
    granted = [one for one in powers.may if one.right is right]
    given = any(one.covers(right, deed.lasts) for one in granted)
    if not given and right not in powers.asks:
        if granted:
            return deny("too_long", deed=right.value, longest=max(one.up_to or CONTAIN_FOR for one in granted))
        return deny("no_power", deed=right.value)
    whom = asked_of(powers.asks.get(right, INTERNAL), right, facts.governance, now)
    if given and _fits(facts.spent, deed):
        return Allow(mandate=AUTOMATION)
    return Ask(whom=whom, code="budget" if given else "asks", mandate=AUTOMATION)


def _fits(spent: Sequence[Spent], deed: Deed) -> bool:
    return all(one.allows(deed.count) for one in spent)
