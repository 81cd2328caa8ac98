"""Cases as rows: opened by findings, reports and people, raised, claimed and resolved; each change is a version."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, func, insert, or_, select, update

from bot.domain.case import About, Case, CaseState
from bot.domain.judgement import Mode
from bot.domain.severity import Severity
from bot.domain.verdict import Verdict
from bot.store.chunks import chunks
from bot.store.columns import new_number
from bot.store.engine import Tx
from bot.store.tables import cases, decisions

#: what one list holds at most
_MOST = 500

_LIVE = select(cases).where(cases.c.community == bindparam("community"), cases.c.mode == Mode.LIVE.value)
_UNRESOLVED = _LIVE.where(cases.c.state != CaseState.RESOLVED.value)
#: whom rules can find something about
_FOUND = (About.MEMBER.value, About.MODERATOR.value)
_OPEN = (
    _UNRESOLVED.where(cases.c.account.in_(bindparam("accounts", expanding=True)), cases.c.about.in_(_FOUND))
    .order_by(cases.c.opened_at, cases.c.id)
    .with_for_update(key_share=True)
)
_OPEN_AMONG = (
    _UNRESOLVED.where(cases.c.id.in_(bindparam("ids", expanding=True)), cases.c.about.in_(_FOUND))
    .order_by(cases.c.id)
    .with_for_update(key_share=True)
)
_COMPLAINTS = _UNRESOLVED.where(
    cases.c.about == bindparam("about"),
    cases.c.about_person == bindparam("person"),
    cases.c.about_organisation == bindparam("organisation"),
).order_by(cases.c.opened_at, cases.c.id)
_BY_ID = _LIVE.where(cases.c.id.in_(bindparam("ids", expanding=True)))
_LOCKED = _LIVE.where(cases.c.id == bindparam("_id")).with_for_update()
_BY_NUMBER = _LIVE.where(cases.c.number == bindparam("number")).order_by(cases.c.opened_at.desc()).limit(1)
_WAITING = _UNRESOLVED.order_by(cases.c.severity.desc(), cases.c.opened_at, cases.c.id).limit(bindparam("most"))
_WORKED_ON = (
    _UNRESOLVED.where(
        or_(
            cases.c.claimed_by == bindparam("person"),
            cases.c.claimed_for == bindparam("organisation"),
            cases.c.served_by == bindparam("organisation"),
        )
    )
    .order_by(cases.c.id)
    .with_for_update()
)
_TAKEN_UP = (
    select(cases.c.id)
    .where(cases.c.community == bindparam("community"), cases.c.merged_into == bindparam("case"))
    .order_by(cases.c.id)
)
_UNCLAIMED = (
    _UNRESOLVED.where(cases.c.state == CaseState.OPEN.value).order_by(cases.c.id).with_for_update(skip_locked=True)
)
_ABOUT_MESSAGES = (
    _UNRESOLVED.where(
        cases.c.id.in_(select(decisions.c.case).where(decisions.c.message.in_(bindparam("messages", expanding=True))))
    )
    .order_by(cases.c.opened_at, cases.c.id)
    .limit(1)
)
_RAISE = (
    update(cases)
    .where(cases.c.id == bindparam("which"))
    .values(
        severity=case((cases.c.severity < bindparam("to"), bindparam("to")), else_=cases.c.severity),
        escalated=func.coalesce(cases.c.escalated, bindparam("path")),
        care=cases.c.care.op("OR")(bindparam("cares")),
        account=bindparam("whom"),
        claim_due=bindparam("claimed_by_then"),
        resolve_due=bindparam("resolved_by_then"),
        version=cases.c.version + 1,
    )
)
_CHANGING = (
    "queue", "guideline", "served_by", "escalated", "severity", "claimed_by", "claimed_for", "claimed_until",
    "claim_due", "resolve_due", "merged_into", "closed_at", "state", "verdict", "version",
)  # fmt: skip
_SAVE = (
    update(cases)
    .where(cases.c.id == bindparam("_id"), cases.c.version == bindparam("_was"))
    .values({name: bindparam(f"_{name}") for name in _CHANGING})
)
_ADD = insert(cases).inline()


async def open_cases(tx: Tx, community: str, accounts: Collection[str]) -> dict[str, list[Case]]:
    """Return the live cases about these accounts that nobody has resolved, oldest first, and keep them so."""
    found: dict[str, list[Case]] = defaultdict(list)
    for part in chunks(sorted(accounts)):
        for row in await tx.execute(_OPEN, {"community": community, "accounts": part}):
            found[row.account].append(_case(row))
    return dict(found)


async def open_cases_among(tx: Tx, community: str, ids: Collection[str]) -> list[Case]:
    """Return those of these cases that nobody has resolved, whoever they are about, and keep them so."""
    found: list[Case] = []
    for part in chunks(sorted(ids)):
        found += [_case(row) for row in await tx.execute(_OPEN_AMONG, {"community": community, "ids": part})]
    return found


async def open_complaint(tx: Tx, community: str, about: About, person: str, organisation: str) -> Case | None:
    """Return the oldest open case about somebody who moderates, or about an organisation."""
    values = {"community": community, "about": about.value, "person": person, "organisation": organisation}
    row = (await tx.execute(_COMPLAINTS.limit(1), values)).one_or_none()
    return None if row is None else _case(row)


async def add_cases(tx: Tx, community: str, opened: Sequence[Case], at: datetime) -> None:
    """Open live cases; one without a number is given one."""
    rows: list[dict[str, Any]] = [
        {
            "id": one.id,
            "community": community,
            "account": one.account or None,
            "number": one.number or new_number(),
            "about": one.about.value,
            "about_person": one.about_person,
            "about_organisation": one.about_organisation,
            "queue": one.queue,
            "guideline": one.guideline,
            "connection": one.connection,
            "served_by": one.served_by,
            "state": CaseState.OPEN.value,
            "escalated": one.escalated,
            "severity": int(one.severity),
            "care": one.care,
            "mode": Mode.LIVE.value,
            "claim_due": one.claim_due,
            "resolve_due": one.resolve_due,
            "version": 1,
            "opened_at": at,
        }
        for one in opened
    ]
    if rows:
        await tx.execute(_ADD, rows)


async def raise_cases(tx: Tx, raised: Sequence[Case]) -> None:
    """Bring open cases to what they are now; none ever becomes less grave, and a path that was asked for stays.

    They were read by `open_cases`, which keeps them as they are.
    """
    rows = [
        {
            "which": one.id,
            "to": int(one.severity),
            "path": one.escalated,
            "cares": one.care,
            "whom": one.account or None,
            "claimed_by_then": one.claim_due,
            "resolved_by_then": one.resolve_due,
        }
        for one in sorted(raised, key=lambda one: one.id)
    ]
    if rows:
        await tx.execute(_RAISE, rows)


async def read_cases(tx: Tx, community: str, ids: Collection[str]) -> dict[str, Case]:
    """Return cases by surrogate; those that aren't there are missing."""
    found: dict[str, Case] = {}
    for part in chunks(sorted(ids)):
        found |= {row.id: _case(row) for row in await tx.execute(_BY_ID, {"community": community, "ids": part})}
    return found


async def lock_case(tx: Tx, community: str, which: str) -> Case | None:
    """Return a case, and keep everybody else from changing it until the transaction ends."""
    row = (await tx.execute(_LOCKED, {"community": community, "_id": which})).one_or_none()
    return None if row is None else _case(row)


async def case_numbered(tx: Tx, community: str, number: str) -> Case | None:
    """Return the case that people call by a number."""
    row = (await tx.execute(_BY_NUMBER, {"community": community, "number": number})).one_or_none()
    return None if row is None else _case(row)


async def waiting_cases(tx: Tx, community: str, *, most: int = _MOST) -> list[Case]:
    """Return the cases that nobody has resolved: the gravest first, then the oldest."""
    return [_case(row) for row in await tx.execute(_WAITING, {"community": community, "most": most})]


async def worked_on(tx: Tx, community: str, *, person: str = "", organisation: str = "") -> list[Case]:
    """Return the open cases of a person or organisation, those whose turn it is included, and keep them so."""
    values = {"community": community, "person": person or None, "organisation": organisation or None}
    return [_case(row) for row in await tx.execute(_WORKED_ON, values)]


async def taken_up(tx: Tx, community: str, case: str) -> list[str]:
    """Return the cases that one took up: what was noted on them belongs to it."""
    return list(await tx.scalars(_TAKEN_UP, {"community": community, "case": case}))


async def unclaimed_cases(tx: Tx, community: str) -> list[Case]:
    """Return the cases that wait for somebody, and keep them so; what somebody is changing now is left out."""
    return [_case(row) for row in await tx.execute(_UNCLAIMED, {"community": community})]


async def case_about(tx: Tx, community: str, messages: Collection[str]) -> Case | None:
    """Return the oldest open case that already holds one of these messages."""
    if not messages:
        return None
    values = {"community": community, "messages": sorted(messages)}
    row = (await tx.execute(_ABOUT_MESSAGES, values)).one_or_none()
    return None if row is None else _case(row)


async def save_case(tx: Tx, changed: Case) -> bool:
    """Write a case as it was changed, and return whether it was still of the version before.

    `changed.version` is one more than what was read.
    """
    values: dict[str, Any] = {f"_{name}": getattr(changed, name) for name in _CHANGING}
    values |= {
        "_id": changed.id,
        "_was": changed.version - 1,
        "_severity": int(changed.severity),
        "_state": changed.state.value,
        "_verdict": None if changed.verdict is None else changed.verdict.value,
        "_claimed_by": changed.claimed_by or None,
        "_claimed_for": changed.claimed_for or None,
        "_merged_into": changed.merged_into or None,
    }
    return (await tx.execute(_SAVE, values)).rowcount == 1


def _case(row: Row[Any]) -> Case:
    return Case(
        id=row.id,
        account=row.account or "",
        queue=row.queue,
        severity=Severity(row.severity),
        care=row.care,
        escalated=row.escalated,
        guideline=row.guideline,
        number=row.number,
        about=About(row.about),
        about_person=row.about_person,
        about_organisation=row.about_organisation,
        connection=row.connection,
        served_by=row.served_by,
        state=CaseState(row.state),
        verdict=None if row.verdict is None else Verdict(row.verdict),
        claimed_by=row.claimed_by or "",
        claimed_for=row.claimed_for or "",
        claimed_until=row.claimed_until,
        claim_due=row.claim_due,
        resolve_due=row.resolve_due,
        merged_into=row.merged_into or "",
        version=row.version,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )
