"""What somebody may do here and now: found by asking authority, never by a second logic."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.actor import Actor, ActorKind
from bot.domain.authority import NOBODY, Allow, Ask, Deny, Facts, Scope, decide
from bot.domain.governance import Governance
from bot.domain.right import LEADING, LIMITABLE, PARTNER_LEADING, POWERS, STAFF, Deed, Right
from bot.domain.severity import Severity
from bot.domain.staff import Organisation, Person, Standing
from bot.i18n import Phrase

#: what is asked about cases: whoever may close one may work on it
_CLOSING = Right.DECIDE
#: nothing here names a community: one stands for the one that is asked about
_HERE = "here"


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """One power, as far as it reaches alike."""

    #: which
    right: Right
    #: for at most so long; None for any time, and for what doesn't last
    longest: timedelta | None = None
    #: names of the channels it reaches
    channels: frozenset[str] = frozenset()
    #: the organisation that has to say yes; empty where nobody has
    asks: str = ""
    #: why it is asked for, as a code: asks, supervised, observing
    cause: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rights:
    """Everything somebody may do here and now."""

    #: powers over members, messages and places
    powers: tuple[Held, ...] = ()
    #: queue → the gravest case in it that may be worked on
    queues: Mapping[str, Severity]
    #: what comes with the role
    roles: frozenset[Right] = frozenset()
    #: why there are no powers; None where there are
    hindered: Phrase | None = None


def rights_of(
    person: Person,
    organisation: Organisation,
    standing: Standing,
    now: datetime,
    governance: Governance,
    *,
    seats: int = 1,
    channel: str | None = None,
) -> Rights:
    """Return what somebody may do now, in one channel or in all that a mandate of theirs names.

    Budgets aren't looked at: they say how often, not what.
    """
    asking = _Asking(person, organisation, standing, now, governance, seats)
    named = frozenset(name for mandate in organisation.mandates for name in mandate.channels)
    channels = named if channel is None else frozenset((channel,))
    powers = [held for right in sorted(POWERS) for held in _powers(asking, right, channels)]
    queues = {queue: found for queue in sorted(governance.queues) if (found := _gravest(asking, queue)) is not None}
    roles = {right for right in STAFF | LEADING | PARTNER_LEADING if isinstance(asking.ask(right), Allow)}
    if isinstance(asking.ask(Right.BREAK_GLASS), Allow):
        roles.add(Right.BREAK_GLASS)
    hindered = None if powers else _why_not(asking, channels)
    return Rights(powers=tuple(powers), queues=queues, roles=frozenset(roles), hindered=hindered)


class _Asking:
    """Asks authority about one person, again and again."""

    def __init__(  # noqa: PLR0917 - all that authority wants to know of somebody
        self,
        person: Person,
        organisation: Organisation,
        standing: Standing,
        now: datetime,
        governance: Governance,
        seats: int,
    ) -> None:
        self.mandates = organisation.mandates
        self._now = now
        self._actor = Actor(
            kind=ActorKind.PERSON, who=person.id, organisation=organisation.id, side=organisation.kind
        )  # fmt: skip
        self._facts = Facts(community=_HERE, governance=governance, standing=standing, seats=seats)

    def ask(
        self,
        right: Right,
        *,
        lasts: timedelta | None = None,
        channel: str | None = None,
        queue: str | None = None,
        severity: Severity | None = None,
    ) -> Allow | Deny | Ask:
        """Return authority's word."""
        scope = Scope(community=_HERE, channel=channel, queue=queue, severity=severity)
        return decide(self._actor, Deed(right=right, lasts=lasts), NOBODY, scope, self._now, self._facts)


def _lengths(asking: _Asking, right: Right) -> list[timedelta | None]:
    """Return the lengths at which a power may end: for good, and every limit that a mandate names, longest first."""
    if right not in LIMITABLE:
        return [None]
    limits = {
        one.up_to for mandate in asking.mandates for one in mandate.may if one.right is right and one.up_to is not None
    }
    return [None, *sorted(limits, reverse=True)]


def _powers(asking: _Asking, right: Right, channels: Iterable[str]) -> list[Held]:
    """Return a power as far as it reaches, channels that it reaches alike together."""
    alike: dict[tuple[timedelta | None, str, str], set[str]] = {}
    for channel in channels:
        for length in _lengths(asking, right):
            ruling = asking.ask(right, lasts=length, channel=channel)
            if isinstance(ruling, Ask):
                alike.setdefault((length, ruling.whom, ruling.code), set()).add(channel)
            elif isinstance(ruling, Allow):
                alike.setdefault((length, "", ""), set()).add(channel)
                break
    return [
        Held(right=right, longest=length, channels=frozenset(reached), asks=whom, cause=cause)
        for (length, whom, cause), reached in alike.items()
    ]


def _gravest(asking: _Asking, queue: str) -> Severity | None:
    graver = sorted(Severity, reverse=True)
    return next((one for one in graver if not isinstance(asking.ask(_CLOSING, queue=queue, severity=one), Deny)), None)


def _why_not(asking: _Asking, channels: Iterable[str]) -> Phrase | None:
    for channel in sorted(channels):
        ruling = asking.ask(Right.DELETE, channel=channel)
        if isinstance(ruling, Deny):
            return ruling.reason
    ruling = asking.ask(Right.DELETE)
    return ruling.reason if isinstance(ruling, Deny) else None
