"""What members asked for about their data, each with its clock."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from bot.store.engine import Tx
from bot.store.tables import subject_requests


class RequestKind(StrEnum):
    """What can be asked for."""

    EXPORT = "export"
    ERASE = "erase"


class RequestState(StrEnum):
    """Where a request stands."""

    #: to be answered
    OPEN = "open"
    #: a legal hold is in the way
    HELD = "held"
    #: all but an id and what needs it is gone
    PARTLY = "partly"
    #: answered
    DONE = "done"


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One request."""

    #: surrogate
    id: str
    #: the community
    community: str
    #: surrogate of the member's account
    account: str
    #: what was asked for
    kind: RequestKind
    #: where it stands
    state: RequestState
    #: on what ground, as a code
    ground: str
    #: when it came in
    received_at: datetime
    #: when it must be answered
    due_at: datetime
    #: when it was answered
    done_at: datetime | None = None


_FIELDS = ("id", "community", "account", "kind", "state", "ground", "received_at", "due_at", "done_at")
_COLUMNS = tuple(subject_requests.c[name] for name in _FIELDS)


async def add_request(tx: Tx, request: Request) -> None:
    """Store a request."""
    await tx.execute(insert(subject_requests), {name: getattr(request, name) for name in _FIELDS})


async def open_request(tx: Tx, account: str, kind: RequestKind) -> Request | None:
    """Return the member's oldest request of a kind that isn't answered yet."""
    statement = select(*_COLUMNS).where(
        subject_requests.c.account == account,
        subject_requests.c.kind == kind.value,
        subject_requests.c.state != RequestState.DONE.value,
    )
    found = (await tx.execute(statement.order_by(subject_requests.c.received_at).limit(1))).one_or_none()
    return None if found is None else _request(found)


async def find_request(tx: Tx, request: str) -> Request | None:
    """Return a request by its surrogate."""
    found = (await tx.execute(select(*_COLUMNS).where(subject_requests.c.id == request))).one_or_none()
    return None if found is None else _request(found)


async def move_request(tx: Tx, request: Request, state: RequestState, at: datetime) -> Request:
    """Note where a request stands, and return it so."""
    done_at = at if state is RequestState.DONE else None
    changed = update(subject_requests).where(subject_requests.c.id == request.id)
    await tx.execute(changed.values(state=state.value, done_at=done_at))
    return replace(request, state=state, done_at=done_at)


async def account_requests(tx: Tx, account: str) -> list[Request]:
    """Return everything that a member asked for, the oldest first."""
    statement = select(*_COLUMNS).where(subject_requests.c.account == account)
    return [_request(row) for row in await tx.execute(statement.order_by(subject_requests.c.received_at))]


async def community_requests(tx: Tx, community: str, *, pending: bool) -> list[Request]:
    """Return a community's requests, the most urgent first; `pending` leaves out those that are answered."""
    statement = select(*_COLUMNS).where(subject_requests.c.community == community)
    if pending:
        statement = statement.where(subject_requests.c.state != RequestState.DONE.value)
    return [_request(row) for row in await tx.execute(statement.order_by(subject_requests.c.due_at))]


async def count_requests(tx: Tx, now: datetime) -> tuple[int, int]:
    """Return how many requests aren't answered, and how many of them are late, for whoever watches.

    What is erased but for an id that a ban needs isn't late: there is nothing more that anybody could do.
    """
    partly = subject_requests.c.state == RequestState.PARTLY.value
    late = func.count().filter(subject_requests.c.due_at < now, ~partly)
    row = (
        await tx.execute(select(func.count(), late).where(subject_requests.c.state != RequestState.DONE.value))
    ).one()
    return row[0], row[1]


def _request(row: Row[Any]) -> Request:
    said: dict[str, Any] = dict(zip(_FIELDS, row, strict=True))
    return Request(**said | {"kind": RequestKind(said["kind"]), "state": RequestState(said["state"])})
