"""Reports as rows: what members tell of others; who told it stands here alone, and what they said is sealed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from bot.domain.case import CaseState
from bot.store.engine import Tx
from bot.store.tables import cases, reports


class ReportState(StrEnum):
    """What became of a report."""

    OPEN = "open"
    #: something was broken
    UPHELD = "upheld"
    #: nothing was broken
    UNFOUNDED = "unfounded"
    #: nobody can tell, or it wasn't the member who wrote it
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """One report."""

    #: surrogate
    id: str
    #: surrogate of the account that told it
    reporter: str
    #: surrogate of the account that it is about; None for an organisation
    account: str | None
    #: surrogate of the message
    message: str | None = None
    #: surrogate of the case it belongs to
    case: str
    #: the guideline named
    guideline: str = ""
    #: number of the ledger's entry that holds the reporter's words
    statement: int | None = None
    #: what became of it
    state: ReportState = ReportState.OPEN
    #: hundredths: what the reporter's word counted
    weight: int = 100
    #: when
    at: datetime


_OF_CASE = (
    select(reports)
    .where(reports.c.community == bindparam("community"), reports.c.case.in_(bindparam("cases", expanding=True)))
    .order_by(reports.c.at, reports.c.id)
)
_RECORD = (
    select(reports.c.state, func.count())
    .where(reports.c.community == bindparam("community"), reports.c.reporter == bindparam("reporter"))
    .group_by(reports.c.state)
)
_SINCE = select(func.count()).where(
    reports.c.community == bindparam("community"),
    reports.c.reporter == bindparam("reporter"),
    reports.c.at > bindparam("since", type_=reports.c.at.type),
)
_REPORTED_CASE = (
    select(reports.c.case)
    .join(cases, cases.c.id == reports.c.case)
    .where(
        reports.c.community == bindparam("community"),
        reports.c.account == bindparam("account"),
        cases.c.account == bindparam("account"),
        cases.c.about == "member",
        cases.c.state != CaseState.RESOLVED.value,
    )
    .order_by(cases.c.opened_at, cases.c.id)
    .limit(1)
)
_STATEMENT = update(reports).where(reports.c.id == bindparam("_id")).values(statement=bindparam("_entry"))
_END = (
    update(reports).where(reports.c.id == bindparam("_id")).values(state=bindparam("_state"), told_at=bindparam("_at"))
)
_MOVE = update(reports).where(reports.c.case == bindparam("_from")).values(case=bindparam("_to"))


async def add_report(tx: Tx, community: str, report: Report) -> None:
    """Write a report; the number of its entry follows."""
    await tx.execute(
        insert(reports).values(
            id=report.id,
            community=community,
            reporter=report.reporter,
            account=report.account,
            message=report.message,
            case=report.case,
            guideline=report.guideline,
            state=report.state.value,
            weight=report.weight,
            at=report.at,
        )
    )


async def note_statement(tx: Tx, report: str, entry: int) -> None:
    """Say which entry of the ledger holds what the reporter said."""
    await tx.execute(_STATEMENT, {"_id": report, "_entry": entry})


async def reports_of(tx: Tx, community: str, case_ids: Collection[str]) -> list[Report]:
    """Return the reports that belong to cases, oldest first."""
    found = await tx.execute(_OF_CASE, {"community": community, "cases": sorted(case_ids)})
    return [_report(row) for row in found]


async def record_of(tx: Tx, community: str, reporter: str) -> tuple[int, int]:
    """Return how many reports of somebody were upheld, and how many unfounded."""
    found = await tx.execute(_RECORD, {"community": community, "reporter": reporter})
    counts: dict[str, int] = {state: count for state, count in found.all()}  # noqa: C416 - rows aren't pairs to mypy
    return counts.get(ReportState.UPHELD.value, 0), counts.get(ReportState.UNFOUNDED.value, 0)


async def reported_since(tx: Tx, community: str, reporter: str, since: datetime) -> int:
    """Return how often somebody reported since a time."""
    values = {"community": community, "reporter": reporter, "since": since}
    return int((await tx.execute(_SINCE, values)).scalar_one())


async def reported_case(tx: Tx, community: str, account: str) -> str | None:
    """Return the oldest open case about a member that reports belong to."""
    found: str | None = (
        await tx.execute(_REPORTED_CASE, {"community": community, "account": account})
    ).scalar_one_or_none()
    return found


async def end_reports(tx: Tx, ids: Sequence[str], state: ReportState, at: datetime) -> None:
    """Write down what became of reports, whose reporters are told now."""
    if ids:
        await tx.execute(_END, [{"_id": one, "_state": state.value, "_at": at} for one in sorted(ids)])


async def move_reports(tx: Tx, case: str, to: str) -> None:
    """Let another case take up a case's reports."""
    await tx.execute(_MOVE, {"_from": case, "_to": to})


def _report(row: Row[Any]) -> Report:
    return Report(
        id=row.id,
        reporter=row.reporter,
        account=row.account,
        message=row.message,
        case=row.case,
        guideline=row.guideline,
        statement=row.statement,
        state=ReportState(row.state),
        weight=row.weight,
        at=row.at,
    )
