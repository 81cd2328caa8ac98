"""Deletes what has reached the end of its time, a bounded batch at a time; what a legal hold covers stays."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, exists, func, literal, or_, select, update

from bot.domain.action import ActionState
from bot.store.engine import Tx
from bot.store.requests import RequestState
from bot.store.subjects import OPEN
from bot.store.tables import (
    accounts,
    actions,
    cards,
    cases,
    channels,
    decisions,
    evidence,
    gaps,
    legal_holds,
    messages,
    partner_accounts,
    sanctions,
    sealed_values,
    seen,
    standings,
    strikes,
    subject_keys,
    subject_requests,
)

_HELD_ACCOUNTS = select(legal_holds.c.account).where(legal_holds.c.released_at.is_(None))

_THIS_VALUE = and_(
    sealed_values.c.community == bindparam("of"),
    sealed_values.c.seq == bindparam("number"),
    sealed_values.c.field == bindparam("place"),
)
_BLANK_VALUE = (
    update(sealed_values)
    .where(_THIS_VALUE)
    .values(
        salt=func.zeroblob(func.length(sealed_values.c.salt)), sealed=func.zeroblob(func.length(sealed_values.c.sealed))
    )
)
_DELETE_VALUE = delete(sealed_values).where(_THIS_VALUE)
_DELETE_SEEN = delete(seen).where(seen.c.channel == bindparam("stream"), seen.c.message == bindparam("ref"))


async def expire_values(tx: Tx, community: str, now: datetime, limit: int) -> Counter[str]:
    """Delete sealed values whose time is over, each with its salt; return how many of each class."""
    statement = select(sealed_values.c.seq, sealed_values.c.field, sealed_values.c.retention).where(
        sealed_values.c.community == community,
        sealed_values.c.until <= now,
        sealed_values.c.account.not_in(_HELD_ACCOUNTS),
    )
    due = (await tx.execute(statement.order_by(sealed_values.c.until).limit(limit))).all()
    rows: list[dict[str, Any]] = [{"of": community, "number": row.seq, "place": row.field} for row in due]
    if rows:
        if tx.dialect.name == "sqlite":
            # written over before neighbours are moved about: subjects.py says why
            await tx.execute(_BLANK_VALUE, rows)
        await tx.execute(_DELETE_VALUE, rows)
    return Counter(row.retention for row in due)


async def trim_seen(tx: Tx, community: str, before: datetime, limit: int) -> int:
    """Delete rows of messages judged long ago, and return how many.

    What may be read back again stays: from a channel's mark on, and from the beginning of an open gap on.
    """
    here = exists().where(
        channels.c.id == seen.c.channel, channels.c.community == community, channels.c.mark > seen.c.at
    )
    reopened = exists().where(gaps.c.channel == seen.c.channel, gaps.c.state == "open", gaps.c.after <= seen.c.at)
    # no join: the table is read by time, as far as it takes
    statement = select(seen.c.channel, seen.c.message).where(
        seen.c.at < before, here, ~reopened, seen.c.account.not_in(_HELD_ACCOUNTS)
    )
    due = (await tx.execute(statement.order_by(seen.c.at).limit(limit))).all()
    if due:
        await tx.execute(_DELETE_SEEN, [{"stream": row.channel, "ref": row.message} for row in due])
    return len(due)


async def expire_messages(tx: Tx, community: str, before: datetime, limit: int) -> int:
    """Delete the refs of messages from long ago, and return how many; what is still to be done needs its ref."""
    waits = exists().where(OPEN, actions.c.target == literal("message:") + messages.c.id)
    asked = exists().where(
        decisions.c.message == messages.c.id,
        actions.c.case == decisions.c.case,
        actions.c.state == ActionState.HELD.value,
    )
    shows = exists().where(cards.c.message == messages.c.id, cards.c.case == cases.c.id, cases.c.state != "resolved")
    statement = select(messages.c.id).where(
        messages.c.community == community,
        messages.c.message.is_not(None),
        messages.c.at < before,
        or_(messages.c.account.is_(None), messages.c.account.not_in(_HELD_ACCOUNTS)),
        ~waits,
        ~asked,
        ~shows,
    )
    due = (await tx.scalars(statement.order_by(messages.c.at).limit(limit))).all()
    if due:
        await tx.execute(update(messages).where(messages.c.id.in_(due)).values(message=None))
    return len(due)


async def forget_idle(  # noqa: PLR0917 - the two times that count, and when it is
    tx: Tx, community: str, quiet: datetime, record: datetime, at: datetime, limit: int
) -> int:
    """Delete the ids of members of whom nothing is left, and return how many.

    `quiet` is how long nobody must have seen them, `record` how long what was decided about them is kept. Whoever
    calls has raised the community's generation.
    """
    # the busiest table has no index by account: it is read once for all of them
    about = select(seen.c.account).distinct().subquery()
    statement = (
        select(accounts.c.id)
        .outerjoin(about, about.c.account == accounts.c.id)
        .where(
            accounts.c.community == community,
            accounts.c.user.is_not(None),
            accounts.c.added_at < quiet,
            accounts.c.id.not_in(_HELD_ACCOUNTS),
            about.c.account.is_(None),
            *_nothing_left(record),
        )
        .order_by(accounts.c.id)
        .limit(limit)
    )
    idle = (await tx.scalars(statement.with_for_update(of=accounts))).all()
    if idle:
        await tx.execute(delete(standings).where(standings.c.account.in_(idle)))
        await tx.execute(update(accounts).where(accounts.c.id.in_(idle)).values(user=None, erased_at=at))
    return len(idle)


async def drop_unused_keys(tx: Tx, community: str, limit: int) -> int:
    """Delete subjects' keys under which nothing is sealed any more, and return how many.

    The rows are locked first and looked at again: who was sealing under one of them has stored it by then.
    """
    unused = and_(
        ~exists().where(sealed_values.c.account == subject_keys.c.account),
        ~exists().where(evidence.c.account == subject_keys.c.account),
    )
    statement = select(subject_keys.c.account).where(subject_keys.c.community == community, unused)
    found = (await tx.scalars(statement.order_by(subject_keys.c.account).limit(limit).with_for_update())).all()
    if not found:
        return 0
    dropped = await tx.execute(delete(subject_keys).where(subject_keys.c.account.in_(found), unused))
    return dropped.rowcount


def _nothing_left(record: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of an account to which nothing refers that still counts."""
    mine = accounts.c.id
    return (
        ~exists().where(messages.c.account == mine, messages.c.message.is_not(None)),
        ~exists().where(sealed_values.c.account == mine),
        ~exists().where(evidence.c.account == mine),
        ~exists().where(decisions.c.account == mine, decisions.c.at >= record),
        ~exists().where(strikes.c.account == mine, strikes.c.at >= record),
        ~exists().where(sanctions.c.account == mine, or_(sanctions.c.lifted_at.is_(None), sanctions.c.start >= record)),
        ~exists().where(cases.c.account == mine, cases.c.state != "resolved"),
        # of several, the case names nobody: its decisions do
        ~exists().where(decisions.c.account == mine, decisions.c.case == cases.c.id, cases.c.state != "resolved"),
        ~exists().where(standings.c.account == mine, standings.c.held),
        ~exists().where(partner_accounts.c.account == mine),
        ~exists().where(OPEN, actions.c.target == literal("account:") + mine),
        ~exists().where(subject_requests.c.account == mine, subject_requests.c.state != RequestState.DONE.value),
    )
