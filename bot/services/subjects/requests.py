"""What members asked for, and the month within which it is answered."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.action import Action
from bot.domain.actor import Actor, scheduler
from bot.domain.entry_kind import EntryKind
from bot.domain.message import AccountRef
from bot.errors import LocumError
from bot.ports import Keys
from bot.services.alarms import alarm
from bot.services.record import Draft, record
from bot.services.timing import Handler
from bot.store.actions import plan
from bot.store.columns import new_id
from bot.store.engine import Store, Tx
from bot.store.requests import (
    Request,
    RequestKind,
    RequestState,
    add_request,
    community_requests,
    find_request,
    open_request,
)
from bot.store.timers import Timer, drop_timer, set_timers

#: kind of the timer that warns before a request is due, and when it is
REQUEST_DUE = "request_due"
#: so long before, somebody is told
WARNING = timedelta(days=7)


class UnknownSubjectError(LocumError):
    """Nothing is stored about this account in this community."""

    def __init__(self, ref: AccountRef) -> None:
        super().__init__()
        #: who was asked for; never part of the message
        self.ref = ref


@dataclass(frozen=True, kw_only=True, slots=True)
class Clocked:
    """A request and how its clock stands."""

    #: the request
    request: Request
    #: whole days until it must be answered; below 0 once it is late
    days: int
    #: True once the time is over and it isn't answered
    late: bool


def a_month_after(at: datetime) -> datetime:
    """Return the same day and time of the next month, or the month's last day where that one is shorter."""
    year, month = (at.year + 1, 1) if at.month == 12 else (at.year, at.month + 1)
    return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))


def clocked(request: Request, now: datetime) -> Clocked:
    """Return how a request's clock stands; an answered one is never late."""
    over = request.state is not RequestState.DONE and now >= request.due_at
    return Clocked(request=request, days=(request.due_at - now) // timedelta(days=1), late=over)


async def receive(  # noqa: PLR0917 - what came in, from whom, when
    tx: Tx, community: str, account: str, kind: RequestKind, ground: str, received_at: datetime, actor: Actor
) -> tuple[Request, list[Draft]]:
    """Return the member's open request of a kind, made when there is none, and what is to be recorded of that.

    Whoever calls has locked the account's row.
    """
    found = await open_request(tx, account, kind)
    if found is not None:
        return found, []
    request = Request(
        id=new_id(),
        community=community,
        account=account,
        kind=kind,
        state=RequestState.OPEN,
        ground=ground,
        received_at=received_at,
        due_at=a_month_after(received_at),
    )
    await add_request(tx, request)
    await set_timers(tx, [_timer(request, request.due_at - WARNING)])
    details = {"request": request.id, "account": account, "what": kind.value}
    return request, [Draft(kind=EntryKind.SUBJECT_REQUEST, actor=actor, details=details)]


async def answered(tx: Tx, request: Request) -> None:
    """Drop the warning of a request that is answered."""
    await drop_timer(tx, REQUEST_DUE, request.community, request.id)


async def list_requests(store: Store, community: str, now: datetime, *, pending: bool) -> list[Clocked]:
    """Return a community's requests with their clocks, the most urgent first."""
    async with store.reading() as tx:
        return [clocked(request, now) for request in await community_requests(tx, community, pending=pending)]


def request_due_handler(keys: Keys) -> Handler:
    """Return what the timer's firing does: staff are paged a week before a request is due, and when it is."""

    async def handle(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
        pages = []
        again = []
        for timer in timers:
            request = await find_request(tx, timer.subject)
            if request is None or request.state is RequestState.DONE:
                continue
            late = now >= request.due_at
            pages.append(_page(request, "late" if late else "soon", now))
            if not late:
                again.append(replace(timer, due_at=request.due_at))
        await set_timers(tx, again)
        await plan(tx, pages, now)
        planned = [{"id": page.id, "kind": page.kind.value, "target": page.target} for page in pages]
        if planned:
            draft = Draft(kind=EntryKind.PLANNED, actor=scheduler(REQUEST_DUE), details={"actions": planned})
            await record(tx, keys, timers[0].community, now, [draft])

    return handle


def _timer(request: Request, at: datetime) -> Timer:
    return Timer(kind=REQUEST_DUE, community=request.community, subject=request.id, due_at=at)


def _page(request: Request, when: str, now: datetime) -> Action:
    return alarm(request.community, f"subject_request_{when}", request.id, {"subject": request.id}, now)
