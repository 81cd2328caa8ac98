"""Running copies of escalation paths as rows, each with the case that it is for."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, or_, select, update

from bot.domain.escalation import (
    CaseFacts,
    Contact,
    EscalationPath,
    read_contacts,
    read_path,
    write_contacts,
    write_path,
)
from bot.domain.message import PlatformName
from bot.domain.place import Connection
from bot.domain.severity import Severity
from bot.domain.stepping import Position
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import cases, channels, escalations
from bot.store.upsert import insert_rows

RUNNING, ACKNOWLEDGED, ENDED = "running", "acknowledged", "ended"
_RESOLVED = "resolved"


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseRow:
    """What an escalation knows of its case."""

    #: surrogate
    id: str
    #: by which people call it
    number: str
    #: open, claimed, resolved
    state: str
    #: name of the connection where its people are; empty where none is known
    connection: str
    #: by when it is to be resolved
    resolve_due: datetime | None
    #: who works on it; None while nobody does
    claimed_by: str | None
    #: the path that was asked for; None while nothing was escalated
    escalated: str | None
    #: what says whom to tell
    facts: CaseFacts

    @property
    def is_closed(self) -> bool:
        """Whether it is resolved."""
        return self.state == _RESOLVED


@dataclass(frozen=True, kw_only=True, slots=True)
class Escalation:
    """One running copy of a path."""

    #: surrogate
    id: str
    #: what it is for
    case: CaseRow
    #: the path as it was when this began
    path: EscalationPath
    #: the contacts that it names, as they were then
    contacts: Mapping[str, Contact]
    #: how far it has come
    position: Position
    #: running, acknowledged, ended
    state: str
    #: why it began: rule, person, claim, resolve, approval, appeal, report
    cause: str
    #: the approval or appeal it began for; empty for the case itself
    subject: str
    #: since when
    started_at: datetime
    #: when the next step is due; None when there is none
    due_at: datetime | None
    #: the snapshot of who acknowledged; None while nobody did
    acknowledged_by: Mapping[str, str] | None
    #: how it ended, as a code; empty while it runs
    ended_by: str
    #: changes with every change
    version: int

    def path_is_over(self, position: Position) -> bool:
        """Return whether a position lies behind the steps, where the fallback is told."""
        return position.is_fallback(self.path)


_CASE = (
    cases.c.number, cases.c.state.label("case_state"), cases.c.connection, cases.c.resolve_due, cases.c.claimed_by,
    cases.c.claimed_for, cases.c.served_by, cases.c.severity, cases.c.queue, cases.c.guideline, cases.c.about,
    cases.c.about_person, cases.c.about_organisation, cases.c.escalated,
)  # fmt: skip
_WITH_CASE = select(escalations, *_CASE).join(cases, cases.c.id == escalations.c.case)
_BY_ID = _WITH_CASE.where(escalations.c.id.in_(bindparam("ids", expanding=True))).order_by(escalations.c.id)
_LOCKED = _BY_ID.with_for_update(of=escalations)
_OF_CASES = (
    _WITH_CASE.where(escalations.c.case.in_(bindparam("ids", expanding=True)))
    .where(escalations.c.state != ENDED)
    .order_by(escalations.c.id)
)
_CASES: Select[Any] = (
    select(cases.c.id.label("case"), *_CASE)
    .where(
        cases.c.community == bindparam("community"),
        cases.c.id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(cases.c.id)
    .with_for_update(of=cases)
)
_MOVE = (
    update(escalations)
    .where(escalations.c.id == bindparam("_id"))
    .values(
        state=bindparam("_state"),
        round=bindparam("_round"),
        step=bindparam("_step"),
        due_at=bindparam("_due_at"),
        version=escalations.c.version + 1,
    )
)
_END = (
    update(escalations)
    .where(escalations.c.id == bindparam("_id"))
    .values(
        state=ENDED,
        due_at=None,
        ended_at=bindparam("_at"),
        ended_by=bindparam("_by"),
        version=escalations.c.version + 1,
    )
)
_CHANGE = (
    update(escalations)
    .where(
        escalations.c.id == bindparam("_id"),
        escalations.c.version == bindparam("_version"),
        escalations.c.state != ENDED,
    )
    .values(version=escalations.c.version + 1)
)
_ESCALATED = update(cases).where(cases.c.id == bindparam("_id")).values(escalated=bindparam("_path"))
_OPEN = (
    select(escalations.c.community, func.count().label("open"))
    .where(or_(escalations.c.state == RUNNING, escalations.c.state == ACKNOWLEDGED))
    .group_by(escalations.c.community)
)

_CONNECTIONS = (
    select(channels.c.platform, channels.c.workspace)
    .where(channels.c.community == bindparam("community"))
    .distinct()
    .order_by(channels.c.platform, channels.c.workspace)
)


async def lock_escalations(tx: Tx, ids: Collection[str]) -> dict[str, Escalation]:
    """Return escalations, and let nobody else change them until the transaction ends."""
    return await _read(tx, _LOCKED, ids)


async def escalations_by_id(tx: Tx, ids: Collection[str]) -> dict[str, Escalation]:
    """Return escalations as they are."""
    return await _read(tx, _BY_ID, ids)


async def open_escalations(tx: Tx, ids: Collection[str]) -> list[Escalation]:
    """Return the escalations of these cases that haven't ended."""
    return list((await _read(tx, _OF_CASES, ids)).values())


async def lock_cases(tx: Tx, community: str, ids: Collection[str]) -> dict[str, CaseRow]:
    """Return cases, and let nobody else change them until the transaction ends."""
    found: dict[str, CaseRow] = {}
    for part in chunks(sorted(ids)):
        for row in await tx.execute(_CASES, {"community": community, "ids": part}):
            found[row.case] = _case(row)
    return found


async def add_escalations(tx: Tx, community: str, begun: Sequence[Escalation]) -> None:
    """Write down escalations that begin."""
    await insert_rows(
        tx,
        escalations,
        [
            {
                "id": one.id,
                "community": community,
                "case": one.case.id,
                "path": one.path.name,
                "steps": _written(one),
                "state": one.state,
                "round": one.position.round,
                "step": one.position.step,
                "due_at": one.due_at,
                "cause": one.cause,
                "subject": one.subject or None,
                "started_at": one.started_at,
                "ended_by": "",
                "version": 1,
            }
            for one in sorted(begun, key=lambda one: one.id)
        ],
    )


async def note_escalated(tx: Tx, paths: Mapping[str, str]) -> None:
    """Say of cases, which this transaction has locked, on which path they are."""
    if paths:
        await tx.execute(_ESCALATED, [{"_id": case, "_path": path} for case, path in sorted(paths.items())])


async def move_escalations(tx: Tx, moved: Mapping[str, tuple[Position, datetime]]) -> None:
    """Write down how far escalations, which this transaction has locked, have come, and that they run on."""
    rows = [
        {"_id": one, "_state": RUNNING, "_round": position.round, "_step": position.step, "_due_at": due_at}
        for one, (position, due_at) in sorted(moved.items())
    ]
    if rows:
        await tx.execute(_MOVE, rows)


async def end_rows(tx: Tx, ended: Mapping[str, str], at: datetime) -> None:
    """End escalations, which this transaction has locked, each with a code that says by what."""
    if ended:
        await tx.execute(_END, [{"_id": one, "_by": by, "_at": at} for one, by in sorted(ended.items())])


async def change_escalation(tx: Tx, name: str, version: int, **values: Any) -> bool:
    """Change one that is still at a version and hasn't ended; return whether it was."""
    changed = await tx.execute(_CHANGE.values(**values), {"_id": name, "_version": version})
    return bool(changed.rowcount)


async def count_open(tx: Tx) -> dict[str, int]:
    """Return how many escalations haven't ended, by community."""
    return {row.community: row.open for row in await tx.execute(_OPEN)}


async def connections_of(tx: Tx, community: str) -> list[Connection]:
    """Return the connections through which a community is known to be reached."""
    found = await tx.execute(_CONNECTIONS, {"community": community})
    return [Connection(platform=PlatformName(row.platform), workspace=row.workspace) for row in found]


async def _read(tx: Tx, statement: Select[Any], ids: Collection[str]) -> dict[str, Escalation]:
    found: dict[str, Escalation] = {}
    for part in chunks(sorted(ids)):
        for row in await tx.execute(statement, {"ids": part}):
            found[row.id] = _escalation(row)
    return found


def _written(one: Escalation) -> str:
    said = write_path(one.path) | {"contacts": write_contacts(one.path, one.contacts)}
    return json.dumps(said, separators=(",", ":"))


@lru_cache(maxsize=1024)
def _copy(steps: str) -> tuple[EscalationPath, dict[str, Contact]]:
    said = json.loads(steps)
    return read_path(said), read_contacts(said["contacts"])


def _escalation(row: Row[Any]) -> Escalation:
    path, contacts = _copy(row.steps)
    return Escalation(
        id=row.id,
        case=_case(row),
        path=path,
        contacts=contacts,
        position=Position(round=row.round, step=row.step),
        state=row.state,
        cause=row.cause,
        subject=row.subject or "",
        started_at=row.started_at,
        due_at=row.due_at,
        acknowledged_by=None if row.acknowledged_by is None else json.loads(row.acknowledged_by),
        ended_by=row.ended_by,
        version=row.version,
    )


def _case(row: Row[Any]) -> CaseRow:
    return CaseRow(
        id=row.case,
        number=row.number,
        state=row.case_state,
        connection=row.connection,
        resolve_due=row.resolve_due,
        claimed_by=row.claimed_by,
        escalated=row.escalated,
        facts=CaseFacts(
            severity=Severity(row.severity),
            queue=row.queue,
            guideline=row.guideline,
            about=row.about,
            about_person=row.about_person,
            about_organisation=row.about_organisation,
            organisation=row.claimed_for or row.served_by,
        ),
    )
