"""What mandates give: the one that reaches furthest counts, within channels, languages, queues, severity and limits."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.domain.governance import INTERNAL, Governance
from bot.domain.right import CASEWORK, POWERS, Deed, Permission, Right
from bot.domain.ruling import Allow, Ask, Deny, Facts, Ruling, Scope, deny
from bot.domain.severity import Severity
from bot.domain.staff import LEAD, OWNER, PARTNER_LEAD, Delegation, Mandate, Organisation, Person, Phase, Standing

#: for so long anybody on shift may contain a case of any severity
CONTAIN_FOR = timedelta(hours=1)
#: of several mandates, the denial that came closest to a yes is the one that is told
_STAGES = {
    code: stage
    for stage, code in enumerate(
        ("no_mandate", "channel", "language", "queue", "not_yours", "no_power", "too_long", "severity", "no_shift")
    )
}
#: sanctions, the milder first: nothing stronger than what was asked for holds meanwhile
_STRENGTH = {Right.TIMEOUT: 1, Right.QUARANTINE: 2, Right.KICK: 3, Right.BAN: 4}


class Acting(NamedTuple):
    """Somebody who acts, with all that is known of them; a tuple, since one is made for every decision."""

    #: who
    person: Person
    #: for whom
    organisation: Organisation
    #: how they stand
    standing: Standing
    #: whether they are on shift for that organisation at this moment
    on_shift: bool
    #: the time
    now: datetime
    #: what else is known
    facts: Facts


class Given(NamedTuple):
    """What the mandates of somebody come to."""

    #: before levels and budgets
    ruling: Ruling
    #: what holds while somebody is asked all the same, because of a level
    interim: Permission | None = None


def under_mandates(acting: Acting, deed: Deed, scope: Scope) -> Given:
    """Return what somebody's mandates say before levels and budgets: a yes before a question, that before a no."""
    asked: Given | None = None
    contained: Given | None = None
    denied: Deny | None = None
    for held in acting.organisation.mandates:
        if not _holds(acting, held):
            continue
        mandate = narrowed(held, acting.person.only)
        ruling = _under(mandate, acting, deed, scope)
        if isinstance(ruling, Allow):
            return Given(ruling=ruling, interim=_interim(mandate.meanwhile, deed))
        if contained is None and _contains(mandate, acting, deed, scope):
            contained = Given(ruling=Allow(mandate=mandate.id), interim=_interim(mandate.contain, deed))
        if isinstance(ruling, Ask):
            asked = asked or Given(ruling=ruling)
        elif denied is None or _STAGES[ruling.code] > _STAGES[denied.code]:
            denied = ruling
    return contained or asked or Given(ruling=denied or deny("no_mandate"))


def _holds(acting: Acting, mandate: Mandate) -> bool:
    """Return whether a mandate is somebody's: their role's; those who lead an organisation hold their people's too."""
    role = acting.person.role
    if role == mandate.role:
        return True
    if acting.organisation.is_internal:
        return role == OWNER or (role == LEAD and mandate.role != OWNER)
    return role == PARTNER_LEAD


def narrowed(mandate: Mandate, only: Delegation | None) -> Mandate:
    """Return a mandate with no more than the delegated part of it: delegating never widens."""
    if only is None:
        return mandate
    return replace(
        mandate,
        channels=mandate.channels if only.channels is None else mandate.channels & only.channels,
        queues=mandate.queues if only.queues is None else mandate.queues & only.queues,
        cases_up_to=_lower(mandate.cases_up_to, only.cases_up_to),
        may=mandate.may if only.may is None else _both(mandate.may, only.may),
        # what is asked for has no limit of its own: where the delegation sets one, it isn't delegated
        asks=mandate.asks
        if only.may is None
        else {
            right: whom
            for right, whom in mandate.asks.items()
            if any(one.right is right and one.up_to is None for one in only.may)
        },
        meanwhile=_part(mandate.meanwhile, only.may),
        contain=_part(mandate.contain, only.may),
    )


def _lower(one: Severity | None, other: Severity | None) -> Severity | None:
    if one is None or other is None:
        return one
    return min(one, other)


def _both(ones: Iterable[Permission], others: Iterable[Permission]) -> tuple[Permission, ...]:
    """Return what both permit: of two limits the shorter."""
    others = tuple(others)
    return tuple(
        Permission(right=right, up_to=_shorter(one.up_to, other.up_to))
        for one in ones
        for other in others
        for right in (one.right, other.right)
        if (one.right is right or _implies(one.right, right)) and (other.right is right or _implies(other.right, right))
    )


def _shorter(one: timedelta | None, other: timedelta | None) -> timedelta | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _part(one: Permission | None, may: tuple[Permission, ...] | None) -> Permission | None:
    if one is None or may is None:
        return one
    return max(_both([one], may), key=lambda part: part.up_to or timedelta.max, default=None)


def _implies(held: Right, wanted: Right) -> bool:
    """Return whether one power comes with another: whoever may warn may remind."""
    return held is Right.WARN and wanted is Right.NOTICE


def _under(mandate: Mandate, acting: Acting, deed: Deed, scope: Scope) -> Ruling:
    """Return what one mandate says, before levels and budgets."""
    away = _away(mandate, acting, deed, scope)
    if away is not None:
        return away
    grave = scope.severity is not None and (mandate.cases_up_to is None or scope.severity > mandate.cases_up_to)
    ruling: Ruling = Allow(mandate=mandate.id) if deed.right in CASEWORK else _power(mandate, acting, deed)
    if isinstance(ruling, Deny):
        return ruling
    if grave and scope.severity is not None:
        return deny("severity", severity=scope.severity.word)
    if mandate.on_shift_only and not acting.on_shift:
        return deny("no_shift")
    return ruling


def _away(mandate: Mandate, acting: Acting, deed: Deed, scope: Scope) -> Deny | None:
    """Return why a mandate doesn't hold now, or there."""
    now, own = acting.now, acting.organisation
    if (mandate.start is not None and now < mandate.start) or (mandate.end is not None and now >= mandate.end):
        return deny("no_mandate")
    if scope.channel is not None and scope.channel not in mandate.channels:
        return deny("channel", channel=scope.channel or "–")
    if scope.channel is None and scope.queue is None and deed.right in POWERS and deed.right is not Right.RAID_MODE:
        # nothing says that it happens where the mandate holds
        return deny("channel", channel="–")
    languages = acting.person.languages
    if languages and scope.languages and languages.isdisjoint(scope.languages):
        return deny("language", languages=", ".join(sorted(scope.languages)))
    if scope.queue is not None and not _serves(mandate, own, scope.queue, acting.facts.governance):
        return deny("queue", queue=scope.queue or "–")
    if deed.right is Right.LIFT and not own.is_internal and scope.doer_for not in ("", own.id):
        return deny("not_yours")
    return None


def _serves(mandate: Mandate, organisation: Organisation, queue: str, governance: Governance) -> bool:
    """Return whether a mandate opens a queue's cases; what belongs to no queue is for the community's own team."""
    if queue in mandate.queues and queue:
        return True
    return organisation.is_internal and queue not in governance.queues


def _power(mandate: Mandate, acting: Acting, deed: Deed) -> Ruling:
    """Return whether a mandate gives a power: alone, on asking, or not."""
    right, own = deed.right, acting.organisation
    granted = [one for one in mandate.may if one.right is right or _implies(one.right, right)]
    given = any(one.covers(one.right, deed.lasts) for one in granted)
    governance = acting.facts.governance
    # what needs another organisation's yes is nothing that a partner does alone, whatever its mandate says
    if given and (own.is_internal or right not in governance.by_another_organisation):
        return Allow(mandate=mandate.id)
    if given or right in mandate.asks:
        whom = asked_of(mandate.asks.get(right, INTERNAL), right, governance, acting.now, own)
        return Ask(whom=whom, interim=_interim(mandate.meanwhile, deed), mandate=mandate.id)
    if granted:
        return deny("too_long", deed=right.value, longest=max(one.up_to or timedelta() for one in granted))
    return deny("no_power", deed=right.value)


def asked_of(whom: str, right: Right, governance: Governance, now: datetime, asking: Organisation | None = None) -> str:
    """Return who decides: the organisation named, or the own team where that can't be, or may not be the asking one."""
    found = governance.roster.organisations.get(whom)
    if found is None or found.phase(now) not in (Phase.RUNNING, Phase.WINDING_DOWN):
        return INTERNAL
    if asking is not None and found.id == asking.id and right in governance.by_another_organisation:
        return INTERNAL
    return whom


def _contains(mandate: Mandate, acting: Acting, deed: Deed, scope: Scope) -> bool:
    """Return whether it contains: at any severity, by whoever is on shift, for an hour at most."""
    contain = mandate.contain
    if contain is None or not acting.on_shift or deed.lasts is None or deed.lasts > CONTAIN_FOR:
        return False
    return contain.covers(deed.right, deed.lasts) and _away(mandate, acting, deed, scope) is None


def _interim(permission: Permission | None, deed: Deed) -> Permission | None:
    """Return what holds while somebody is asked: of a sanction alone, never stronger or longer than what is asked."""
    asked = _STRENGTH.get(deed.right)
    if permission is None or asked is None or _STRENGTH.get(permission.right, 0) > asked:
        return None
    return Permission(right=permission.right, up_to=_shorter(permission.up_to, deed.lasts))
