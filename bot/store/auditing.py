"""Finds escalations that don't run as they should, in the rows themselves, past the timers that should move them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import and_, bindparam, exists, null, or_, select

from bot.domain.judgement import Mode
from bot.store.engine import Tx
from bot.store.escalations import ENDED
from bot.store.tables import cases, escalations, timers

#: a step may be late for so long
ALLOWED = timedelta(minutes=2)
#: findings of one kind that one audit tells
MOST = 100


class Stuck(StrEnum):
    """What is wrong."""

    OVERDUE = "overdue"
    NO_TIMER = "no_timer"
    CLOSED_CASE = "closed_case"
    NOT_BEGUN = "not_begun"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """An escalation that is stuck, or that never began."""

    #: what is wrong
    stuck: Stuck
    #: which; None where none began
    escalation: str | None
    #: surrogate of its case
    case: str
    #: by which people call it
    number: str
    #: when its next step is due; None where none is
    due_at: datetime | None
    #: the path that the case was to take
    path: str


_SINCE = bindparam("since", type_=timers.c.due_at.type)
_OPEN = (
    select(
        escalations.c.id.label("escalation"), escalations.c.case, cases.c.number, escalations.c.due_at,
        escalations.c.path,
    )
    .join(cases, cases.c.id == escalations.c.case)
    .where(escalations.c.community == bindparam("community"), escalations.c.state != ENDED)
    .order_by(escalations.c.id)
    .limit(MOST)
)  # fmt: skip
_TIMED = exists().where(
    timers.c.kind == bindparam("step"),
    timers.c.community == escalations.c.community,
    timers.c.subject == escalations.c.id,
    timers.c.dead_at.is_(None),
)
_ASKED = exists().where(
    timers.c.kind == bindparam("begin"),
    timers.c.community == cases.c.community,
    timers.c.subject == cases.c.id,
    and_(timers.c.dead_at.is_(None), timers.c.due_at >= _SINCE),
)
_NOT_BEGUN = (
    select(
        null().label("escalation"), cases.c.id.label("case"), cases.c.number, null().label("due_at"),
        cases.c.escalated.label("path"),
    )
    .where(
        cases.c.community == bindparam("community"),
        cases.c.escalated.is_not(None),
        cases.c.state != "resolved",
        cases.c.mode == Mode.LIVE.value,
        ~exists().where(escalations.c.case == cases.c.id),
        ~_ASKED,
    )
    .order_by(cases.c.id)
    .limit(MOST)
)  # fmt: skip
_QUERIES = {
    Stuck.CLOSED_CASE: _OPEN.where(cases.c.state == "resolved"),
    Stuck.NO_TIMER: _OPEN.where(cases.c.state != "resolved", ~_TIMED),
    Stuck.OVERDUE: _OPEN.where(
        cases.c.state != "resolved",
        or_(escalations.c.due_at < _SINCE, escalations.c.due_at.is_(None)),
        _TIMED,
    ),
    Stuck.NOT_BEGUN: _NOT_BEGUN,
}


async def stuck_escalations(tx: Tx, community: str, now: datetime, *, step: str, begin: str) -> list[Finding]:
    """Return what doesn't run as it should; `step` and `begin` are the kinds of the timers that should move it."""
    values = {"community": community, "since": now - ALLOWED, "step": step, "begin": begin}
    return [
        Finding(
            stuck=stuck,
            escalation=row.escalation,
            case=row.case,
            number=row.number,
            due_at=row.due_at,
            path=row.path or "",
        )
        for stuck, statement in _QUERIES.items()
        for row in await tx.execute(statement, {name: values[name] for name in _needs(stuck)})
    ]


def _needs(stuck: Stuck) -> tuple[str, ...]:
    return {
        Stuck.CLOSED_CASE: ("community",),
        Stuck.NO_TIMER: ("community", "step"),
        Stuck.OVERDUE: ("community", "step", "since"),
        Stuck.NOT_BEGUN: ("community", "begin", "since"),
    }[stuck]
