"""What is stored about one member, read as it stands at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, select

from bot.domain.action import ActionKind
from bot.store.columns import rows
from bot.store.engine import Tx
from bot.store.tables import (
    actions,
    cases,
    channels,
    decisions,
    effects,
    incidents,
    ledger_entries,
    messages,
    sanctions,
    sealed_values,
    seen,
    strikes,
    subject_keys,
)

_Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """Every row about one member."""

    #: messages that something followed from: id, platform, workspace, channel, thread, message, at
    messages: _Rows
    #: what followed from them: message, rule, outcome, mode
    effects: _Rows
    #: message refs of judged messages: platform, workspace, channel, thread, message, at, judged_at
    seen: _Rows
    #: outbursts: id, opened_at, noticed_at, rules
    incidents: _Rows
    #: decisions: id, case, message, actor, rules, outcomes, mode, policy, severity, at
    decisions: _Rows
    #: sanctions: decision, kind, start, until, lifted_at
    sanctions: _Rows
    #: strikes: decision, amount, at, revoked_at
    strikes: _Rows
    #: cases: id, state, mode, verdict, opened_at, closed_at
    cases: _Rows
    #: notices: details, state, planned_at, finished_at
    notices: _Rows
    #: sealed values with the entries that commit to them: seq, field, salt, sealed, retention, until, body
    values: _Rows
    #: the subject's key as it is stored, with its id; absent when nothing is sealed
    key: tuple[str, bytes] | None


_PLACE = (channels.c.platform, channels.c.workspace, channels.c.channel, channels.c.thread)


async def read_bundle(tx: Tx, account: str) -> Stored:
    """Return every row about a member; read in one transaction, it is of one moment."""
    key = (
        await tx.execute(select(subject_keys.c.key_id, subject_keys.c.wrapped).where(subject_keys.c.account == account))
    ).one_or_none()
    return Stored(
        messages=await _read(tx, _messages(account)),
        effects=await _read(tx, _effects(account)),
        seen=await _read(tx, _seen(account)),
        incidents=await _read(tx, _of(incidents, account, "opened_at", "id", "opened_at", "noticed_at", "rules")),
        decisions=await _read(tx, _of(decisions, account, "at", *_DECISION)),
        sanctions=await _read(tx, _of(sanctions, account, "start", "decision", "kind", "start", "until", "lifted_at")),
        strikes=await _read(tx, _of(strikes, account, "at", "decision", "amount", "at", "revoked_at")),
        cases=await _read(tx, _of(cases, account, "opened_at", *_CASE)),
        notices=await _read(tx, _notices(account)),
        values=await _read(tx, _values(account)),
        key=None if key is None else (key.key_id, key.wrapped),
    )


async def entries_from(tx: Tx, community: str, first: int, limit: int) -> Sequence[tuple[int, bytes]]:
    """Return entries from a number on, with their numbers, in order."""
    statement = select(ledger_entries.c.seq, ledger_entries.c.body).where(
        ledger_entries.c.community == community, ledger_entries.c.seq >= first
    )
    return [(row.seq, row.body) for row in await tx.execute(statement.order_by(ledger_entries.c.seq).limit(limit))]


_DECISION = ("id", "case", "message", "actor", "rules", "outcomes", "mode", "policy", "severity", "at")
_CASE = ("id", "state", "mode", "verdict", "opened_at", "closed_at")


async def _read(tx: Tx, statement: Select[Any]) -> _Rows:
    return rows((await tx.execute(statement)).all())


def _of(table: Any, account: str, order: str, *names: str) -> Select[Any]:
    return select(*(table.c[name] for name in names)).where(table.c.account == account).order_by(table.c[order])


def _messages(account: str) -> Select[Any]:
    return (
        select(messages.c.id, *_PLACE, messages.c.message, messages.c.at)
        .join(channels, channels.c.id == messages.c.channel)
        .where(messages.c.account == account)
        .order_by(messages.c.at, messages.c.id)
    )


def _effects(account: str) -> Select[Any]:
    return (
        select(effects.c.message, effects.c.rule, effects.c.outcome, effects.c.mode)
        .join(messages, messages.c.id == effects.c.message)
        .where(messages.c.account == account)
        .order_by(effects.c.message, effects.c.rule, effects.c.outcome)
    )


def _seen(account: str) -> Select[Any]:
    return (
        select(*_PLACE, seen.c.message, seen.c.at, seen.c.judged_at)
        .join(channels, channels.c.id == seen.c.channel)
        .where(seen.c.account == account)
        .order_by(seen.c.at, seen.c.message)
    )


def _notices(account: str) -> Select[Any]:
    columns = (actions.c.details, actions.c.state, actions.c.planned_at, actions.c.finished_at)
    return (
        select(*columns)
        .join(decisions, decisions.c.id == actions.c.decision)
        .where(decisions.c.account == account, actions.c.kind == ActionKind.NOTICE.value)
        .order_by(actions.c.number)
    )


def _values(account: str) -> Select[Any]:
    names = ("seq", "field", "salt", "sealed", "retention", "until")
    return (
        select(*(sealed_values.c[name] for name in names), ledger_entries.c.body)
        .join(
            ledger_entries,
            and_(ledger_entries.c.community == sealed_values.c.community, ledger_entries.c.seq == sealed_values.c.seq),
        )
        .where(sealed_values.c.account == account)
        .order_by(sealed_values.c.seq, sealed_values.c.field)
    )
