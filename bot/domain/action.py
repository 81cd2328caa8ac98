"""Actions: single effects on a platform, from the intent to the outcome that was seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.severity import Severity


class ActionKind(StrEnum):
    """Every effect that is asked of a platform or a pager."""

    #: remove one message
    DELETE = "delete"
    #: bring a member to what the active sanctions of one kind add up to: set, extend or lift it
    RESTRICT = "restrict"
    #: remove a member once; they may come back
    KICK = "kick"
    #: tell a member
    NOTICE = "notice"
    #: bring a card to its wanted version
    CARD = "card"
    #: tell staff
    PAGE = "page"
    #: the pause between messages in a channel; zero ends it
    SLOW_MODE = "slow_mode"
    #: close the doors of a server or workspace, or open them
    RAID_MODE = "raid_mode"
    #: take a role from somebody who no longer moderates
    ROLE = "role"
    #: open the thread of a case's card, or end it
    THREAD = "thread"


#: what may be asked again without a second effect: the platform is brought to a state, and being there counts as done
REPEATABLE = frozenset({
    ActionKind.DELETE, ActionKind.RESTRICT, ActionKind.SLOW_MODE, ActionKind.RAID_MODE, ActionKind.KICK,
    ActionKind.ROLE, ActionKind.THREAD,
})  # fmt: skip


class ActionState(StrEnum):
    """Where an action stands. A failed one is never deleted."""

    #: to be done from `due_at` on; with attempts behind it, to be tried again
    PLANNED = "planned"
    #: asked of the platform; nobody knows yet
    ATTEMPTED = "attempted"
    #: asked, and the answer never came: to be read back, never blindly repeated
    UNKNOWN = "unknown"
    #: seen done
    CONFIRMED = "confirmed"
    #: the platform won't: gone, or forbidden
    FAILED = "failed"
    #: given up after too many attempts; somebody was paged
    DEAD = "dead"
    #: waits for an approval
    HELD = "held"
    #: left to a human with the right: a manual step, until somebody says that it is done, or the platform shows it
    BY_HAND = "by_hand"
    #: not allowed
    REFUSED = "refused"
    #: made pointless by what came later
    SUPERSEDED = "superseded"


#: states from which nothing more happens by itself
FINAL = frozenset({
    ActionState.CONFIRMED, ActionState.FAILED, ActionState.DEAD, ActionState.REFUSED, ActionState.SUPERSEDED,
})  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """One effect that a decision asks for."""

    #: surrogate
    id: str
    #: the community
    community: str
    #: name of the connection that performs it; `pager` for pages
    connection: str
    #: no second one with this key is ever planned in the community
    key: str
    #: what sort of effect
    kind: ActionKind
    #: `message:…`, `account:…`, `channel:…`, `card:…`, `connection:…`, by surrogate
    target: str
    #: how grave: the gravest goes first
    severity: Severity
    #: surrogate of the decision that asks for it
    decision: str
    #: surrogate of the case, if there is one
    case: str | None = None
    #: references that its kind needs to render it; never text of members
    details: Mapping[str, str | int] = field(default_factory=dict)
    #: where it stands
    state: ActionState = ActionState.PLANNED
    #: when it is to be done, or tried again
    due_at: datetime
    #: how often the platform was asked and it counted
    attempts: int = 0
    #: grows with every claim; who holds an older one may no longer say how it went
    fence: int = 0


class Answer(StrEnum):
    """What a platform said to one effect."""

    #: done now
    DONE = "done"
    #: nothing had to be done
    ALREADY_SO = "already_so"
    #: the message, member or channel doesn't exist any more
    GONE = "gone"
    #: the platform doesn't let us
    FORBIDDEN = "forbidden"
    #: not now: rate limited, or the platform said to come back
    RETRY_AFTER = "retry_after"
    #: asked, and no answer that says whether it happened
    UNKNOWN = "unknown"
    #: the platform has no way for it, and a human with the right has: a manual step
    BY_HAND = "by_hand"


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What became of one effect."""

    #: what the platform said
    answer: Answer
    #: `RETRY_AFTER`: how many seconds
    after: float = 0.0
    #: `RETRY_AFTER`: it holds for everything that is asked through this connection
    everywhere: bool = False
    #: a short code for people: `http_500`, `missing_permission`; never text of members or secrets
    reason: str = ""
    #: the platform's id of the message that a notice, card or page became
    posted: str = ""
    #: `BY_HAND`: where it is done, such as a message's own address; never a secret
    link: str = ""


#: among equally grave ones: first what makes other work pointless or concerns everybody, last what there is most of
_RANKS = {
    ActionKind.PAGE: 0,
    ActionKind.RAID_MODE: 0,
    ActionKind.SLOW_MODE: 0,
    ActionKind.RESTRICT: 1,
    ActionKind.KICK: 1,
    ActionKind.ROLE: 1,
    ActionKind.CARD: 2,
    # behind the card at which it hangs
    ActionKind.THREAD: 3,
    ActionKind.NOTICE: 3,
    ActionKind.DELETE: 3,
}


#: key of a notice's details: it goes out before its member is removed, and until then (microseconds, UTC) holds up
#: what removes them; from then on it is given up as soon as it fails
FIRST = "first"
#: for so long a notice may hold up a removal
HOLDS_UP = timedelta(seconds=8)


def weight(severity: Severity, kind: ActionKind, *, first: bool = False) -> int:
    """Return what due actions are put in order by: the lightest goes first.

    `first` is a notice about a removal: it goes before what removes the member it is for.
    """
    return (Severity.CRITICAL - severity) * 10 + (0 if first else _RANKS[kind])


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """Why an action may not be performed after all."""

    #: a short code: `mandate_ended`, `budget_spent`
    reason: str


#: attempts that count before an action is given up
ATTEMPTS = 8
_FIRST, _LONGEST, _DOUBLINGS = 2.0, 600.0, 10


def back_off(attempts: int, chance: float) -> float:
    """Return the seconds to wait after so many attempts; `chance` in [0, 1) spreads those that failed together.

    Doubles from two seconds to ten minutes; half of each wait is chance.
    """
    whole = min(_FIRST * 2.0 ** min(max(attempts - 1, 0), _DOUBLINGS), _LONGEST)
    return whole / 2 + whole / 2 * chance
