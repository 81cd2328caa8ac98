"""What becomes of an action after an answer: pure, and the same for every platform and pager."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import isfinite

from bot.domain.action import (
    ATTEMPTS,
    FIRST,
    REPEATABLE,
    Action,
    ActionKind,
    ActionState,
    Answer,
    Result,
    back_off,
)
from bot.domain.by_hand import HAND, POSSIBLE
from bot.ports import Effect
from bot.store.columns import moment

#: a token that is no longer good: nobody knows how far the platform had come
REVOKED = Result(answer=Answer.UNKNOWN, reason="revoked")
#: seconds that are waited at least, whatever a platform says
_SOONEST = 1.0
#: seconds that are waited at most: then it is asked again, for what it said may have been a mistake
_LATEST = 86_400.0
_NO_CODE = re.compile(r"[^A-Za-z0-9_.:-]+")
#: why doors aren't closed once more
OPENED_OUTSIDE = "opened_outside"
#: what says of a notice that was sent that it didn't arrive, or that nobody knows
_NO_NOTICE = frozenset({Answer.RETRY_AFTER, Answer.UNKNOWN, Answer.FORBIDDEN})
_ENDED = frozenset({ActionState.CONFIRMED, ActionState.FAILED, ActionState.DEAD, ActionState.SUPERSEDED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Became:
    """Where an action stands after an answer."""

    #: its state
    state: ActionState
    #: why, as a code
    reason: str = ""
    #: attempts that counted so far
    attempts: int
    #: when it is looked at again
    due_at: datetime

    @property
    def ended(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.state in _ENDED


def code_of(reason: str) -> str:
    """Return a platform's reason as a code that every database stores, and in which no text of anybody survives whole.

    Only letters, digits and `_.:-` of ASCII are kept, and no more than 64 of them.
    """
    return _NO_CODE.sub("_", reason)[:64]


def told_to_wait(result: Result) -> float:
    """Return the seconds to wait that an answer tells of, within reason whatever it says."""
    return min(max(result.after, _SOONEST), _LATEST) if isfinite(result.after) else _LATEST


def asked(action: Action, effect: Effect, result: Result, now: datetime, doubt: float) -> Became:
    """Return what becomes of an action that was asked for just now."""
    if result.answer is Answer.RETRY_AFTER:
        if _is_too_late(action, now + timedelta(seconds=told_to_wait(result))) and not result.everywhere:
            return _became(action, ActionState.FAILED, "not_in_time", now)
        return _became(action, ActionState.PLANNED, result.reason, now, told_to_wait(result))
    if result == REVOKED:
        return _became(action, ActionState.UNKNOWN, result.reason, now)
    if result.answer is Answer.UNKNOWN:
        return _became(action, ActionState.UNKNOWN, result.reason or "no_answer", now, doubt, counts=True)
    return _told(action, effect, result, now)


def read(action: Action, effect: Effect, result: Result, now: datetime, chance: float) -> Became:
    """Return what becomes of an action of unknown outcome that was read back just now."""
    if HAND in action.details:
        return _looked_at(action, effect, result, now)
    if FIRST in action.details and result.answer in _NO_NOTICE:
        # its one try is over: whom it holds up is removed now
        return _became(action, ActionState.FAILED, result.reason or "not_in_time", now)
    if result.answer is Answer.RETRY_AFTER:
        return again(action, result.reason or "not_done", now, chance)
    if result.answer is Answer.UNKNOWN and result.after > 0:
        return _became(action, ActionState.UNKNOWN, result.reason or "no_answer", now, told_to_wait(result))
    if result.answer in {Answer.UNKNOWN, Answer.FORBIDDEN}:
        if _repeatable(effect):
            return again(action, result.reason or "cannot_tell", now, chance)
        return _became(action, ActionState.DEAD, result.reason or "cannot_tell", now)
    return _told(action, effect, result, now)


def _looked_at(action: Action, effect: Effect, result: Result, now: datetime) -> Became:
    """Return what becomes of what somebody says they did by hand: what plainly still stands wasn't done.

    Where the platform can't tell, their word counts, and their name.
    """
    if result.answer in {Answer.RETRY_AFTER, Answer.BY_HAND}:
        return _became(action, ActionState.BY_HAND, "still_there", now)
    if result.answer is Answer.UNKNOWN and result.after > 0:
        return _became(action, ActionState.UNKNOWN, result.reason or "no_answer", now, told_to_wait(result))
    if result.answer in {Answer.UNKNOWN, Answer.FORBIDDEN}:
        return _became(action, ActionState.CONFIRMED, "their_word", now)
    return replace(_told(action, effect, result, now), reason="by_hand" if result.answer is not Answer.GONE else "gone")


def again(action: Action, reason: str, now: datetime, chance: float) -> Became:
    """Return an action that wasn't done: tried again later, or given up."""
    if action.attempts >= ATTEMPTS:
        return _became(action, ActionState.DEAD, reason, now)
    return _became(action, ActionState.PLANNED, reason, now, back_off(action.attempts, chance))


def not_asked(action: Action, reason: str, now: datetime, after: float) -> Became:
    """Return an action that nobody was asked for after all: it keeps its place, and nothing counts."""
    reading = action.state is ActionState.UNKNOWN
    if reading and reason != REVOKED.reason and _is_too_late(action, now):
        return _became(action, ActionState.FAILED, "not_in_time", now)
    return _became(action, ActionState.UNKNOWN if reading else ActionState.PLANNED, reason, now, after)


def opened_outside(action: Action, now: datetime) -> Became:
    """Return an action that would keep doors closed which somebody opened on the platform: that is their word."""
    return _became(action, ActionState.SUPERSEDED, OPENED_OUTSIDE, now)


def _is_too_late(action: Action, at: datetime) -> bool:
    """Return whether a notice may no longer hold up the removal that it goes before."""
    return FIRST in action.details and at > moment(int(action.details[FIRST]))


def _told(action: Action, effect: Effect, result: Result, now: datetime) -> Became:
    """Return what becomes of an action whose answer says how it went."""
    match result.answer:
        case Answer.DONE:
            return _became(action, ActionState.CONFIRMED, "", now, counts=True)
        case Answer.ALREADY_SO:
            return _became(action, ActionState.CONFIRMED, "already_so", now, counts=True)
        case Answer.GONE if action.kind is ActionKind.DELETE:
            return _became(action, ActionState.CONFIRMED, "gone", now, counts=True)
        case Answer.GONE if action.kind is ActionKind.CARD and effect.message is not None:
            # what showed the card was deleted: it is posted anew
            return _became(action, ActionState.PLANNED, "gone", now)
        case Answer.GONE:
            return _became(action, ActionState.FAILED, "gone", now, counts=True)
        case Answer.BY_HAND if action.kind in POSSIBLE:
            return _became(action, ActionState.BY_HAND, result.reason or "by_hand", now)
        case _:
            return _became(action, ActionState.FAILED, result.reason or "forbidden", now, counts=True)


def _became(
    action: Action, state: ActionState, reason: str, now: datetime, after: float = 0.0, *, counts: bool = False
) -> Became:
    due_at = now + timedelta(seconds=max(after, 0.0))
    return Became(state=state, reason=code_of(reason), attempts=action.attempts + counts, due_at=due_at)


def _repeatable(effect: Effect) -> bool:
    # a card that is shown already is brought to a state; its first post isn't
    return effect.kind in REPEATABLE or (effect.kind is ActionKind.CARD and effect.message is not None)
