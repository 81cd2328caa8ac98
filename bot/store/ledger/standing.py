"""What the domain's own rows say, for holding the ledger against them: surrogates and states, page by page."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, bindparam, select

from bot.domain.action import FINAL
from bot.store.engine import Tx
from bot.store.tables import actions, cases, channels, decisions, gaps, sanctions, strikes


def _page(table: Table, *columns: ColumnElement[Any], where: Sequence[ColumnElement[bool]] = ()) -> Select[Any]:
    """Return a page of a table's rows by id; the id comes first."""
    ident = table.c.id
    return (
        select(ident, *columns)
        # as an expression: an index that begins with the community would have every page sorted anew
        .where(table.c.community.concat("") == bindparam("of"), ident > bindparam("after"), *where)
        .order_by(ident)
        .limit(bindparam("most"))
    )


def _gaps(*columns: ColumnElement[Any], where: Sequence[ColumnElement[bool]] = ()) -> Select[Any]:
    return (
        select(gaps.c.id, *columns)
        .join_from(gaps, channels, gaps.c.channel == channels.c.id)
        .where(channels.c.community.concat("") == bindparam("of"), gaps.c.id > bindparam("after"), *where)
        .order_by(gaps.c.id)
        .limit(bindparam("most"))
    )


#: by what is held against the ledger: the rows, each as its id and what the ledger says of it
PARTS: Mapping[str, Select[Any]] = {
    "decision": _page(decisions, decisions.c.account, decisions.c.mode),
    "action": _page(actions, actions.c.kind, actions.c.target),
    "action_ended": _page(actions, actions.c.state, where=[actions.c.state.in_(sorted(FINAL))]),
    "sanction": _page(sanctions, sanctions.c.kind),
    "sanction_ended": _page(sanctions, where=[sanctions.c.lifted_at.is_not(None)]),
    "strike": _page(strikes, strikes.c.amount),
    "strike_revoked": _page(strikes, where=[strikes.c.revoked_at.is_not(None)]),
    "case": _page(cases),
    "case_closed": _page(cases, cases.c.verdict, where=[cases.c.state == "resolved"]),
    "gap": _gaps(),
    "gap_ended": _gaps(gaps.c.state, where=[gaps.c.state != "open"]),
}


async def rows(tx: Tx, part: str, community: str, after: str, most: int) -> Sequence[Row[Any]]:
    """Return the next rows of a part, those whose id is behind `after`."""
    found: Sequence[Row[Any]] = (await tx.execute(PARTS[part], {"of": community, "after": after, "most": most})).all()
    return found
