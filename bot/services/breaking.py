"""Break-glass: an owner acts without a mandate's limits for a while, loudly, and somebody else reviews it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.domain.authority import Scope
from bot.domain.entry_kind import EntryKind
from bot.domain.retention import Retention
from bot.domain.right import Right
from bot.domain.severity import Severity
from bot.errors import LocumError
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.alarms import BROKEN, UNREVIEWED
from bot.services.authorising import require
from bot.services.firing import under_policies
from bot.services.performing.paging import raise_alarm
from bot.services.record import Draft, Private
from bot.services.showing.news import tell_leads
from bot.services.staff.knowing import Caller
from bot.services.timing import Handler
from bot.services.work import Work
from bot.store.columns import new_id
from bot.store.overrides import Override, add_override, find_override, note_reason, open_override, review, unreviewed
from bot.store.timers import Timer, drop_timer, set_timers

#: kind of the timers that page when nobody looked at an override; their subject is the override
GLASS_REVIEW = "glass_review"
#: how long an override holds at most
LONGEST = timedelta(minutes=60)
#: by when somebody else has to look at it
REVIEW_WITHIN = timedelta(hours=72)
#: how long after a page the next one goes out
_AGAIN = timedelta(hours=24)
_MINUTE = timedelta(minutes=1)


class TooLongError(LocumError):
    """An override holds for an hour at most."""


class AlreadyBrokenError(LocumError):
    """One of the same owner holds already."""


class NothingToReviewError(LocumError):
    """There is no override that waits for this reader's look."""


async def break_glass(work: Work, caller: Caller, why: str, lasts: timedelta) -> Override:
    """Begin an owner's override, tell everybody who should know, and return it.

    Raises DeniedError, TooLongError, AlreadyBrokenError.
    """
    await require(work, caller, Right.BREAK_GLASS)
    if not timedelta(0) < lasts <= LONGEST:
        raise TooLongError
    assert caller.person is not None  # noqa: S101 - authority knew them
    person = caller.person
    if await open_override(work.tx, work.community, person.id, work.now) is not None:
        raise AlreadyBrokenError
    one = Override(
        id=new_id(),
        person=person.id,
        start=work.now,
        until=work.now + lasts,
        review_due=work.now + REVIEW_WITHIN,
    )
    await add_override(work.tx, work.community, one)
    await set_timers(work.tx, [_timer(work.community, one.id, one.review_due)])
    work.record(
        Draft(
            kind=EntryKind.GLASS_BROKEN,
            actor=caller.actor(),
            policy=work.policies.version,
            details={"override": one.id, "person": person.id, "until": one.until.isoformat()},
            private=(_words(caller, why),),
        ),
        noting=lambda entry: note_reason(work.tx, one.id, entry),
    )
    await tell_leads(work, one.id, severity=Severity.HIGH)
    await raise_alarm(work, BROKEN, one.id, {"person": person.alias, "minutes": max(lasts // _MINUTE, 1)})
    return one


async def review_override(work: Work, caller: Caller, override: str, words: str) -> Override:
    """Write down that somebody else looked at an override; without a name, at the oldest that waits.

    Raises DeniedError, NothingToReviewError.
    """
    if override:
        found = await find_override(work.tx, work.community, override)
    else:
        waiting = await unreviewed(work.tx, work.community)
        own = "" if caller.person is None else caller.person.id
        found = next((one for one in waiting if one.person != own), waiting[0] if waiting else None)
    doer = "" if found is None else found.person
    await require(work, caller, Right.APPROVE, scope=Scope(community=work.community, doer=doer))
    if found is None or not await review(work.tx, found.id, caller.actor(), work.now):
        raise NothingToReviewError
    await drop_timer(work.tx, GLASS_REVIEW, work.community, found.id)
    work.record(
        Draft(
            kind=EntryKind.GLASS_REVIEWED,
            actor=caller.actor(),
            policy=work.policies.version,
            details={"override": found.id, "person": found.person},
            private=(_words(caller, words),) if words else (),
        )
    )
    await tell_leads(work, found.id)
    return found


def _words(caller: Caller, text: str) -> Private:
    return Private(field="details.text", account=caller.account, value=text, retention=Retention.REASON)


def _timer(community: str, override: str, at: datetime) -> Timer:
    return Timer(kind=GLASS_REVIEW, community=community, subject=override, due_at=at)


def glass_review_handler(keys: Keys, policies: Callable[[str], PolicySet | None]) -> Handler:
    """Return what fires when nobody has looked at an override in time: leads are paged, and again every day."""

    async def handle(work: Work, timers: Sequence[Timer]) -> None:
        for timer in timers:
            one = await find_override(work.tx, work.community, timer.subject)
            if one is None or one.reviewed_at is not None:
                continue
            person = work.governance.roster.people.get(one.person)
            said = {"person": one.person if person is None else person.alias}
            await raise_alarm(work, UNREVIEWED, f"{one.id}:{work.now.date().isoformat()}", said)
            await set_timers(work.tx, [_timer(work.community, one.id, work.now + _AGAIN)])

    return under_policies(keys, policies, handle)
