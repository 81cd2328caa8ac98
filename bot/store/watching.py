"""How the installation stands, counted in few statements for whoever watches over it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, func, literal_column, select

from bot.store.columns import rows
from bot.store.engine import Tx
from bot.store.requests import count_requests
from bot.store.tables import actions, channels, connections, gaps, ledger_heads, ledger_witnesses
from bot.store.timers import TimersSeen, timers_seen

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class GapsSeen:
    """What may have been missed in one community."""

    #: which one
    community: str
    #: still to be read back
    open: int
    #: since when, the oldest of them
    since: datetime | None
    #: never to be had again
    lost: int
    #: of these, how many the last day brought
    lost_today: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionsSeen:
    """What is to be done on one connection."""

    #: which one
    connection: str
    #: due and not done yet
    due: int
    #: when the oldest of them was due
    oldest: datetime | None
    #: given up
    dead: int
    #: left to people, who haven't done it yet
    by_hand: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerSeen:
    """How far a ledger is signed."""

    #: whose it is
    community: str
    #: entries
    size: int
    #: of these, signed by a checkpoint
    signed: int
    #: when
    signed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class WitnessSeen:
    """How a witness stands to a ledger."""

    #: whose ledger
    community: str
    #: name and id of its key
    witness: str
    #: cosigned, unreachable, refused
    state: str
    #: since when
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectionSeen:
    """Whether a connection may be used."""

    #: which one
    connection: str
    #: good, revoked
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestsSeen:
    """What members asked about their data."""

    #: not answered yet
    open: int = 0
    #: of these, how many should have been
    late: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class StoreSeen:
    """Everything of one moment."""

    #: a community each, those with gaps
    gaps: Sequence[GapsSeen]
    #: a connection each, those with something to do
    actions: Sequence[ActionsSeen]
    #: a community each
    ledgers: Sequence[LedgerSeen]
    #: a witness and community each
    witnesses: Sequence[WitnessSeen]
    #: a connection each, those that ever were refused
    connections: Sequence[ConnectionSeen]
    #: all together
    timers: TimersSeen
    #: likewise
    requests: RequestsSeen = RequestsSeen()


async def store_seen(tx: Tx, now: datetime) -> StoreSeen:
    """Return how everything stands."""
    due = {row.connection: row for row in await tx.execute(_DUE, {"_now": now})}
    dead = {row.connection: row.dead for row in await tx.execute(_DEAD)}
    by_hand = {row.connection: row.by_hand for row in await tx.execute(_LEFT)}
    unanswered, late = await count_requests(tx, now)
    return StoreSeen(
        gaps=[GapsSeen(**row) for row in rows(list(await tx.execute(_GAPS, {"_day": now - _DAY})))],
        actions=[
            ActionsSeen(
                connection=name,
                due=due[name].due if name in due else 0,
                oldest=due[name].oldest if name in due else None,
                dead=dead.get(name, 0),
                by_hand=by_hand.get(name, 0),
            )
            for name in sorted(due.keys() | dead.keys() | by_hand.keys())
        ],
        ledgers=[LedgerSeen(**row) for row in rows(list(await tx.execute(_LEDGERS)))],
        witnesses=[WitnessSeen(**row) for row in rows(list(await tx.execute(_WITNESSES)))],
        connections=[ConnectionSeen(**row) for row in rows(list(await tx.execute(_CONNECTIONS)))],
        timers=await timers_seen(tx, now),
        requests=RequestsSeen(open=unanswered, late=late),
    )


_OPEN = gaps.c.state == "open"
_LOST = gaps.c.state == "lost"
# spelt out: a partial index serves only conditions that are part of the statement's text
_PLANNED: ColumnElement[bool] = literal_column("actions.state = 'planned'")
_GIVEN_UP: ColumnElement[bool] = literal_column("actions.state = 'dead'")
_BY_HAND: ColumnElement[bool] = literal_column("actions.state = 'by_hand'")
_GAPS = (
    select(
        channels.c.community,
        func.count().filter(_OPEN).label("open"),
        func.min(gaps.c.opened_at).filter(_OPEN).label("since"),
        func.count().filter(_LOST).label("lost"),
        func.count()
        .filter(and_(_LOST, gaps.c.closed_at >= bindparam("_day", type_=gaps.c.closed_at.type)))
        .label("lost_today"),
    )
    .join_from(gaps, channels, gaps.c.channel == channels.c.id)
    .where(gaps.c.state != "closed")
    .group_by(channels.c.community)
    .order_by(channels.c.community)
)
_DUE = (
    select(actions.c.connection, func.count().label("due"), func.min(actions.c.due_at).label("oldest"))
    .where(and_(_PLANNED, actions.c.due_at <= bindparam("_now", type_=actions.c.due_at.type)))
    .group_by(actions.c.connection)
)
_DEAD = select(actions.c.connection, func.count().label("dead")).where(_GIVEN_UP).group_by(actions.c.connection)
_LEFT = select(actions.c.connection, func.count().label("by_hand")).where(_BY_HAND).group_by(actions.c.connection)
_LEDGERS = select(ledger_heads.c.community, ledger_heads.c.size, ledger_heads.c.signed, ledger_heads.c.signed_at)
_WITNESSES = select(
    ledger_witnesses.c.community, ledger_witnesses.c.witness, ledger_witnesses.c.state, ledger_witnesses.c.since
)
_CONNECTIONS = select(connections.c.name.label("connection"), connections.c.state)
