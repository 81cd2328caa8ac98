"""Manual steps as rows: which actions were left to hands, and what shows them; where they stand, their actions say."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, literal_column, or_, select, update

from bot.domain.action import ActionKind, ActionState
from bot.domain.by_hand import HAND, ManualStep
from bot.domain.severity import Severity
from bot.store.actions import Claimed, with_actors
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import actions, manual_steps
from bot.store.upsert import insert_new

# spelt out: a partial index serves only conditions that are part of the statement's text
_BY_HAND: ColumnElement[bool] = literal_column("actions.state = 'by_hand'")
_JOINED = manual_steps.join(actions, actions.c.id == manual_steps.c.action)
_STEPS = select(
    manual_steps, actions.c.connection, actions.c.kind, actions.c.case, actions.c.severity, actions.c.state,
    actions.c.reason, actions.c.details, actions.c.finished_at,
).select_from(_JOINED)  # fmt: skip
_OF_SUBJECTS = _STEPS.where(
    manual_steps.c.community == bindparam("community"), manual_steps.c.subject.in_(bindparam("ids", expanding=True))
).order_by(actions.c.number)
_OF_ACCOUNT = (
    _STEPS.where(
        manual_steps.c.community == bindparam("community"),
        manual_steps.c.account == bindparam("account"),
        manual_steps.c.deed_at.is_(None),
        actions.c.connection == bindparam("connection"),
    )
    .order_by(actions.c.number)
    .with_for_update(of=actions)
)
_LOCKED = (
    select(actions)
    .select_from(_JOINED)
    .where(
        manual_steps.c.community == bindparam("community"),
        manual_steps.c.subject == bindparam("subject"),
        _BY_HAND,
    )
    .order_by(actions.c.number)
    .with_for_update(of=actions)
)
_OPEN_GROUNDS = (
    select(manual_steps.c.ground, func.max(manual_steps.c.subject).label("subject"))
    .select_from(_JOINED)
    .where(
        manual_steps.c.community == bindparam("community"),
        manual_steps.c.ground.in_(bindparam("ids", expanding=True)),
        or_(
            actions.c.state.in_((
                ActionState.BY_HAND.value, ActionState.UNKNOWN.value, ActionState.ATTEMPTED.value,
                ActionState.PLANNED.value,
            )),
            actions.c.id.in_(bindparam("_covered", expanding=True)),
        ),
    )
    .group_by(manual_steps.c.ground)
)  # fmt: skip
_OPEN_CARDS = select(func.count(manual_steps.c.subject.distinct())).select_from(_JOINED).where(
    manual_steps.c.community == bindparam("community"), actions.c.connection == bindparam("connection"), _BY_HAND
)  # fmt: skip
_SUBJECTS = select(manual_steps.c.action, manual_steps.c.subject).where(
    manual_steps.c.action.in_(bindparam("ids", expanding=True))
)
_BY_ID = (
    select(actions)
    .where(actions.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(actions.c.number)
    .with_for_update()
)
_ON_TARGETS = (
    select(actions)
    .where(
        actions.c.target.in_(bindparam("ids", expanding=True)),
        actions.c.connection == bindparam("connection"),
        _BY_HAND,
    )
    .order_by(actions.c.number)
    .with_for_update()
)
_TO_CHECK = (
    update(actions)
    .where(actions.c.number == bindparam("_number"))
    .values(
        state=ActionState.UNKNOWN.value, reason="", details=bindparam("_details"), due_at=bindparam("_now"),
        lease_until=None,
    )
)  # fmt: skip
_NOTE = update(manual_steps).where(manual_steps.c.action == bindparam("_action")).values(entry=bindparam("_entry"))
_DEED = update(manual_steps).where(manual_steps.c.action == bindparam("_action")).values(deed_at=bindparam("_at"))


async def add_steps(tx: Tx, community: str, steps: Sequence[ManualStep]) -> None:
    """Write steps down; one that was asked for before, and was found undone, keeps its row."""
    rows: list[dict[str, Any]] = [
        {
            "action": one.action, "community": community, "subject": one.subject, "ground": one.ground,
            "account": one.account or None, "asked_at": one.asked_at,
        }
        for one in steps
    ]  # fmt: skip
    await insert_new(tx, manual_steps, rows)


async def steps_of(tx: Tx, community: str, subjects: Collection[str]) -> dict[str, list[ManualStep]]:
    """Return the steps that cards show, by subject, in the order of planning."""
    found: dict[str, list[ManualStep]] = defaultdict(list)
    for part in chunks(sorted(subjects)):
        for row in await tx.execute(_OF_SUBJECTS, {"community": community, "ids": part}):
            found[row.subject].append(_step(row))
    return dict(found)


async def steps_about(tx: Tx, community: str, connection: str, account: str, kind: ActionKind) -> list[ManualStep]:
    """Return the steps of one kind about a member of which no deed is known yet, oldest first, and keep them so."""
    values = {"community": community, "connection": connection, "account": account}
    found = [_step(row) for row in await tx.execute(_OF_ACCOUNT, values)]
    return [one for one in found if one.kind is kind]


async def lock_actions(tx: Tx, ids: Collection[str]) -> list[Claimed]:
    """Return actions by their surrogates, and keep them as they are."""
    return await with_actors(tx, (await tx.execute(_BY_ID, {"ids": sorted(ids)})).all())


async def lock_steps(tx: Tx, community: str, subject: str) -> list[Claimed]:
    """Return the actions of a card that still wait for a hand, and keep them so."""
    rows = (await tx.execute(_LOCKED, {"community": community, "subject": subject})).all()
    return await with_actors(tx, rows)


async def open_subjects(
    tx: Tx, community: str, grounds: Collection[str], covered: Collection[str] = ()
) -> dict[str, str]:  # fmt: skip
    """Return under which subject steps of these grounds wait; a ground of which none does is missing.

    `covered` are actions that waited until now, and in whose place others are asked for.
    """
    found: dict[str, str] = {}
    for part in chunks(sorted(grounds)):
        values = {"community": community, "ids": part, "_covered": sorted(covered)}
        rows = await tx.execute(_OPEN_GROUNDS, values)
        found |= {row.ground: row.subject for row in rows}
    return found


async def open_cards(tx: Tx, community: str, connection: str) -> int:
    """Return how many cards of a connection show steps that wait."""
    values = {"community": community, "connection": connection}
    return int((await tx.execute(_OPEN_CARDS, values)).scalar_one())


async def subjects_of(tx: Tx, ids: Collection[str]) -> dict[str, str]:
    """Return what the cards of actions that were left to hands stand on, by action."""
    found: dict[str, str] = {}
    for part in chunks(sorted(ids)):
        found |= {row.action: row.subject for row in await tx.execute(_SUBJECTS, {"ids": part})}
    return found


async def by_hand_on(tx: Tx, connection: str, targets: Collection[str]) -> list[Claimed]:
    """Return actions on these targets that wait for a hand, and keep them so."""
    found: list[Any] = []
    for part in chunks(sorted(targets)):
        found += (await tx.execute(_ON_TARGETS, {"ids": part, "connection": connection})).all()
    return await with_actors(tx, found)


async def to_be_checked(tx: Tx, said: Sequence[tuple[Claimed, str]], now: datetime) -> None:
    """Have actions, which this transaction has locked, looked at: somebody says that they are done, written as given.

    From here on they are read back like any other whose outcome nobody knows.
    """
    if said:
        rows = [
            {"_number": one.number, "_details": _with(one.action.details, actor), "_now": now} for one, actor in said
        ]
        await tx.execute(_TO_CHECK, rows)


async def note_entries(tx: Tx, entries: Mapping[str, int]) -> None:
    """Write down under which entries the links of steps are sealed."""
    if entries:
        await tx.execute(_NOTE, [{"_action": one, "_entry": seq} for one, seq in sorted(entries.items())])


async def note_deeds(tx: Tx, ids: Collection[str], at: datetime) -> None:
    """Write down that a deed which the platform told of was these steps."""
    if ids:
        await tx.execute(_DEED, [{"_action": one, "_at": at} for one in sorted(ids)])


def _with(details: Mapping[str, str | int], actor: str) -> str:
    return json.dumps({**details, HAND: actor}, separators=(",", ":"))


def _step(row: Row[Any]) -> ManualStep:
    try:
        details = dict(json.loads(row.details))
    except (ValueError, TypeError):
        # a row that somebody damaged still shows that there is something to do
        details = {}
    return ManualStep(
        action=row.action,
        kind=ActionKind(row.kind),
        subject=row.subject,
        ground=row.ground,
        connection=row.connection,
        account=row.account or "",
        sanction=str(details.get("sanction", "")),
        held=bool(details.get("held", 1)),
        case=row.case,
        severity=Severity(row.severity),
        state=ActionState(row.state),
        reason=row.reason,
        entry=row.entry,
        asked_at=row.asked_at,
        deed_at=row.deed_at,
        finished_at=row.finished_at,
    )
