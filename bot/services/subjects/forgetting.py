"""Forgets one member within a transaction: everything, or all but an id that something still needs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.actor import Actor
from bot.domain.entry_kind import EntryKind
from bot.ledger.canonical import Plain
from bot.services.appeals.opening import APPEAL_MOOT
from bot.services.record import Draft
from bot.services.subjects.redrawing import redraw
from bot.services.subjects.requests import answered
from bot.store.appeals import appeals_of
from bot.store.engine import Tx
from bot.store.holds import active_holds
from bot.store.requests import Request, RequestState, move_request
from bot.store.subjects import Forgotten, Needs, Subject, delete_id, delete_personal, needs_of
from bot.store.timers import Timer, drop_timer, set_timers

#: kind of the timer that forgets the rest
FORGET = "forget"
#: open actions are looked at again after so long
_SOON = timedelta(minutes=10)
#: what holds for good, or stays on a platform, is looked at again after so long
_LATER = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """What came of forgetting a member."""

    #: the request and where it stands
    request: Request
    #: how much was deleted
    forgotten: Forgotten
    #: what keeps the id
    needs: Needs
    #: references of the legal holds that keep everything
    holds: tuple[str, ...] = ()


async def forget(tx: Tx, subject: Subject, request: Request, at: datetime, actor: Actor) -> tuple[Erased, list[Draft]]:
    """Forget a locked member as far as may be, and return what came of it and what is to be recorded.

    A legal hold keeps everything. A sanction that holds, a platform that still holds the member to one, or an open
    action keeps the id and the refs that it needs, and nothing else; a timer comes back for them.
    """
    holds = await active_holds(tx, [subject.account])
    if holds:
        await drop_timer(tx, FORGET, subject.community, subject.account)
        moved = await move_request(tx, request, RequestState.HELD, at)
        references = tuple(hold.reference for hold in holds)
        return Erased(request=moved, forgotten=Forgotten(), needs=Needs(), holds=references), []
    needs = await needs_of(tx, subject.account)
    forgotten = await delete_personal(tx, subject.account, needs.messages)
    if needs.any:
        moved = await move_request(tx, request, RequestState.PARTLY, at)
        await set_timers(tx, [forget_timer(subject.community, subject.account, _next_look(needs, at))])
    else:
        await delete_id(tx, subject.account, at)
        moved = await move_request(tx, request, RequestState.DONE, at)
        await drop_timer(tx, FORGET, subject.community, subject.account)
        await answered(tx, moved)
        await _end_appeals(tx, subject, at)
    erased = Erased(request=moved, forgotten=forgotten, needs=needs)
    # a look that changed nothing isn't worth an entry
    changed = forgotten.any or moved.state is RequestState.DONE or request.state is not RequestState.PARTLY
    if not changed:
        return erased, []
    return erased, [_draft(erased, subject, actor), *await redraw(tx, subject, at, actor)]


async def _end_appeals(tx: Tx, subject: Subject, at: datetime) -> None:
    """Let what watches appeals look at the member's at once: of somebody who is forgotten, there is nothing to hear."""
    due = [
        Timer(kind=APPEAL_MOOT, community=subject.community, subject=one.id, due_at=at)
        for one in await appeals_of(tx, subject.community, subject.account)
    ]
    if due:
        await set_timers(tx, due)


def forget_timer(community: str, account: str, due_at: datetime) -> Timer:
    """Return the timer that forgets the rest of a member."""
    return Timer(kind=FORGET, community=community, subject=account, due_at=due_at)


def _next_look(needs: Needs, at: datetime) -> datetime:
    """Return when something may have changed."""
    if needs.sanctions and needs.until is not None:
        # its end is performed by then
        return max(needs.until, at) + _SOON
    return at + (_LATER if needs.sanctions or needs.standings else _SOON)


def _draft(erased: Erased, subject: Subject, actor: Actor) -> Draft:
    """Return the entry: how much, on what ground, and what is kept for now."""
    forgotten, needs = erased.forgotten, erased.needs
    kept = {
        "sanctions": needs.sanctions,
        "standings": needs.standings,
        "actions": needs.actions,
        "messages": len(needs.messages),
    }
    details: dict[str, Plain] = {
        "account": subject.account,
        "request": erased.request.id,
        "scope": "partly" if needs.any else "all",
        "ground": erased.request.ground,
        "values": forgotten.values,
        "messages": forgotten.messages,
    }
    if needs.any:
        details["kept"] = {name: count for name, count in kept.items() if count}
    return Draft(kind=EntryKind.ERASED, actor=actor, details=details)
