"""Gaps: what may have been missed, until it was read back or is known to be lost."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from bot.domain.gap import Gap, GapCause, GapState
from bot.store.columns import rows
from bot.store.engine import Tx
from bot.store.tables import channels, gaps
from bot.store.upsert import upsert

_OPEN = (
    select(gaps)
    .join(channels, channels.c.id == gaps.c.channel)
    .where(channels.c.community == bindparam("community"), gaps.c.state == GapState.OPEN.value)
    .order_by(gaps.c.opened_at, gaps.c.after, gaps.c.id)
)
_CHANGES = ("until", "read_until", "state", "reason", "closed_at", "due_at", "attempts")


async def open_gaps(tx: Tx, community: str) -> list[Gap]:
    """Return the gaps of a community that wait to be read back, oldest first."""
    return [_gap(row) for row in rows(await tx.execute(_OPEN, {"community": community}))]


async def save_gaps(tx: Tx, changed: Sequence[Gap]) -> None:
    """Write gaps as they stand now; new ones are added."""
    await upsert(tx, gaps, [_row(gap) for gap in changed], ["id"], _CHANGES)


def _row(gap: Gap) -> dict[str, Any]:
    return {
        "id": gap.id,
        "channel": gap.channel,
        "after": gap.after,
        "until": gap.until,
        "read_until": gap.read_until,
        "cause": gap.cause.value,
        "state": gap.state.value,
        "reason": gap.reason,
        "opened_at": gap.opened_at,
        "closed_at": gap.closed_at,
        "due_at": gap.due_at,
        "attempts": gap.attempts,
    }


def _gap(row: Any) -> Gap:
    return Gap(**{**row, "cause": GapCause(row["cause"]), "state": GapState(row["state"])})
