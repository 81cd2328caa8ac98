"""Cases as rows: opened by findings, raised by more of them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, insert, select, update

from bot.domain.case import Case, CaseState
from bot.domain.judgement import Mode
from bot.domain.severity import Severity
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import cases

_OPEN = (
    select(cases.c.id, cases.c.account, cases.c.queue, cases.c.severity, cases.c.care, cases.c.escalated)
    .where(
        cases.c.community == bindparam("community"),
        cases.c.account.in_(bindparam("accounts", expanding=True)),
        cases.c.state != CaseState.RESOLVED.value,
        cases.c.mode == Mode.LIVE.value,
    )
    .order_by(cases.c.opened_at, cases.c.id)
    .with_for_update(key_share=True)
)
_RAISE = (
    update(cases)
    .where(cases.c.id == bindparam("which"))
    .values(
        severity=case((cases.c.severity < bindparam("to"), bindparam("to")), else_=cases.c.severity),
        escalated=func.coalesce(cases.c.escalated, bindparam("path")),
        care=cases.c.care.op("OR")(bindparam("cares")),
        version=cases.c.version + 1,
    )
)
_ADD = insert(cases).inline()


async def open_cases(tx: Tx, community: str, accounts: Collection[str]) -> dict[str, list[Case]]:
    """Return the members' live cases that nobody has resolved, oldest first, and keep them so."""
    found: dict[str, list[Case]] = defaultdict(list)
    for part in chunks(sorted(accounts)):
        for row in await tx.execute(_OPEN, {"community": community, "accounts": part}):
            found[row.account].append(
                Case(
                    id=row.id,
                    account=row.account,
                    queue=row.queue,
                    severity=Severity(row.severity),
                    care=row.care,
                    escalated=row.escalated,
                )
            )
    return dict(found)


async def add_cases(tx: Tx, community: str, opened: Sequence[Case], at: datetime) -> None:
    """Open live cases."""
    rows: list[dict[str, Any]] = [
        {
            "id": one.id,
            "community": community,
            "account": one.account,
            "queue": one.queue,
            "state": CaseState.OPEN.value,
            "escalated": one.escalated,
            "severity": int(one.severity),
            "care": one.care,
            "mode": Mode.LIVE.value,
            "version": 1,
            "opened_at": at,
        }
        for one in opened
    ]
    if rows:
        await tx.execute(_ADD, rows)


async def raise_cases(tx: Tx, raised: Sequence[Case]) -> None:
    """Bring open cases to what they are now; none ever becomes less grave, and a path that was asked for stays."""
    rows = [
        {"which": one.id, "to": int(one.severity), "path": one.escalated, "cares": one.care}
        for one in sorted(raised, key=lambda one: one.id)
    ]
    if rows:
        await tx.execute(_RAISE, rows)
