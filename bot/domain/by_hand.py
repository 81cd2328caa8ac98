"""Manual steps: what a platform leaves to a human with the right, who goes there by a link and says when it is done."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from bot.domain.action import Action, ActionKind, ActionState
from bot.domain.severity import Severity

#: key of an action's details: who says that it was done by hand, as their snapshot
HAND = "hand"
#: what a human can do in the place of a platform's own call; anything else that can't be done is forbidden
POSSIBLE = frozenset({ActionKind.DELETE, ActionKind.RESTRICT, ActionKind.KICK, ActionKind.ROLE})
#: for so long it may wait until somebody is reminded, by how grave it is
WITHIN: Mapping[Severity, timedelta] = {
    Severity.CRITICAL: timedelta(minutes=15),
    Severity.HIGH: timedelta(hours=1),
    Severity.MEDIUM: timedelta(hours=8),
    Severity.LOW: timedelta(hours=24),
}
#: cards that one connection may have waiting before new ones are joined into one for each sort and hour
MOST_CARDS = 10
#: links that a card lists at most
MOST_LINKS = 20

_LONGEST_LINK = 500
#: what could end a link where a platform renders it, or begin something else
_UNSOUND = frozenset("<>\"'`|\\^{}()[]* ")


@dataclass(frozen=True, kw_only=True, slots=True)
class ManualStep:
    """One action that was left to hands."""

    #: surrogate of the action
    action: str
    #: what sort of effect
    kind: ActionKind
    #: what its card stands on
    subject: str
    #: digest of what belongs together
    ground: str
    #: name of the connection
    connection: str
    #: whose message or membership it is; empty for nobody's
    account: str = ""
    #: restrict: timeout, quarantine or ban; empty otherwise
    sanction: str = ""
    #: restrict: whether it is to be set, and not ended
    held: bool = True
    #: surrogate of the case, if there is one
    case: str | None = None
    #: how grave
    severity: Severity = Severity.MEDIUM
    #: where the action stands
    state: ActionState = ActionState.BY_HAND
    #: why, as a code
    reason: str = ""
    #: number of the entry under which the link is sealed; None before it is known
    entry: int | None = None
    #: when people were asked
    asked_at: datetime
    #: when it was done, as the platform told
    deed_at: datetime | None = None
    #: when its action came to an end; None while it waits
    finished_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pile:
    """What one card shows of steps that belong together."""

    #: still to be done
    open: int
    #: said to be done, and looked at now
    checked: int
    #: done, by whoever's hand
    done: int
    #: can't be done, or somebody gave up
    failed: int
    #: made pointless by what came later
    pointless: int

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to be done."""
        return not (self.open or self.checked)


def pile_of(states: Collection[ActionState]) -> Pile:
    """Return how many of a card's steps stand where; what is asked of the platform once more counts as looked at."""
    found = list(states)
    checked = (ActionState.UNKNOWN, ActionState.ATTEMPTED, ActionState.PLANNED)
    failed = (ActionState.FAILED, ActionState.DEAD, ActionState.REFUSED)
    return Pile(
        open=found.count(ActionState.BY_HAND),
        checked=sum(one in checked for one in found),
        done=found.count(ActionState.CONFIRMED),
        failed=sum(one in failed for one in found),
        pointless=found.count(ActionState.SUPERSEDED),
    )


def ground_of(action: Action) -> str:
    """Return the digest of what an action belongs to: its connection, its case or else its decision, and its sort."""
    return _digest(action.connection, action.case or action.decision, *sort_of(action))


def crowd_of(action: Action, now: datetime) -> str:
    """Return the digest of what it is joined with when there are too many cards already: its sort, and the hour."""
    return _digest("crowd", action.connection, *sort_of(action), now.strftime("%Y-%m-%dT%H"))


def sort_of(action: Action) -> tuple[str, ...]:
    """Return what is to be done, in words that are alike for what one person does in one go."""
    details = action.details
    if action.kind is not ActionKind.RESTRICT:
        return (action.kind.value,)
    return (action.kind.value, str(details.get("sanction", "")), str(int(bool(details.get("held", 1)))))


def sound_link(link: str) -> str:
    """Return a link that can be shown anywhere as it is; empty for one that could be anything else."""
    if not link or len(link) > _LONGEST_LINK or not link.isascii() or not link.isprintable():
        return ""
    if _UNSOUND & set(link):
        return ""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    return link if parts.scheme in ("https", "http") and parts.hostname and parts.username is None else ""


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:32]
