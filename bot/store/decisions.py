"""Decisions as rows: what is to be done or not done, on whose word."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select, update

from bot.domain.action import ActionKind
from bot.domain.actor import Actor, ActorKind, read_actor
from bot.domain.judgement import Mode
from bot.domain.severity import Severity
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import actions, appeal_codes, decisions
from bot.store.upsert import insert_rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """One decision."""

    #: surrogate
    id: str
    #: surrogate of the case it belongs to
    case: str | None = None
    #: surrogate of the incident
    incident: str | None = None
    #: surrogate of the message
    message: str | None = None
    #: surrogate of the member
    account: str | None
    #: who decided, as they were
    actor: Actor
    #: the rules cited
    rules: tuple[str, ...]
    #: what newly follows, as records keep outcomes
    outcomes: tuple[Mapping[str, str | int], ...]
    #: live, or shadow
    mode: Mode
    #: version of the policy set
    policy: str
    #: how grave
    severity: Severity
    #: surrogate of the decision that this one takes back; of several, the first
    undoes: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """A decision as it was made."""

    #: surrogate
    id: str
    #: surrogate of the case
    case: str | None
    #: surrogate of the message
    message: str | None
    #: surrogate of the member
    account: str | None
    #: who decided
    actor: Actor
    #: the rules cited
    rules: tuple[str, ...]
    #: what followed, as records keep outcomes
    outcomes: tuple[Mapping[str, str | int], ...]
    #: when
    at: datetime
    #: when it was taken back; None while it holds
    undone_at: datetime | None
    #: messages whose deletion it asked for
    deletions: int = 1


_DELETIONS = (
    select(func.count())
    .where(
        actions.c.decision == decisions.c.id,
        actions.c.kind == ActionKind.DELETE.value,
        # what upholds a sanction was never decided by itself
        actions.c.key.not_like("uphold:%"),
    )
    .scalar_subquery()
)
_DECIDED = select(decisions, _DELETIONS.label("deletions")).where(decisions.c.id.in_(bindparam("ids", expanding=True)))
_LOCKED = (
    select(decisions, _DELETIONS.label("deletions"))
    .where(
        decisions.c.id.in_(bindparam("ids", expanding=True)),
        decisions.c.community == bindparam("community"),
        decisions.c.mode == Mode.LIVE.value,
        decisions.c.undone_at.is_(None),
        decisions.c.undoes.is_(None),
    )
    .order_by(decisions.c.id)
    .with_for_update(of=decisions)
)
_OF_RULES = (
    select(decisions.c.case)
    .distinct()
    .where(decisions.c.case.in_(bindparam("cases", expanding=True)), decisions.c.person == "")
    .where(decisions.c.mode == Mode.LIVE.value, decisions.c.undoes.is_(None))
)
_CODED = select(appeal_codes.c.decision).distinct().where(appeal_codes.c.decision.in_(bindparam("ids", expanding=True)))
_ABOUT = (
    select(decisions, _DELETIONS.label("deletions"))
    .where(
        decisions.c.community == bindparam("community"),
        decisions.c.account == bindparam("account"),
        decisions.c.mode == Mode.LIVE.value,
    )
    .order_by(decisions.c.at.desc(), decisions.c.id)
    .limit(bindparam("limit"))
)
_MADE = (
    select(decisions, _DELETIONS.label("deletions"))
    .where(
        decisions.c.community == bindparam("community"),
        decisions.c.at >= bindparam("since"),
        decisions.c.mode == Mode.LIVE.value,
        decisions.c.undone_at.is_(None),
        decisions.c.undoes.is_(None),
        or_(
            decisions.c.person == bindparam("by"),
            decisions.c.organisation == bindparam("by"),
            decisions.c.policy == bindparam("by"),
            and_(decisions.c.person == "", decisions.c.rules.like(bindparam("quoted"), escape="/")),
        ),
    )
    .order_by(decisions.c.at.desc(), decisions.c.id)
    .limit(bindparam("limit"))
)
_UNDO = update(decisions).where(decisions.c.id == bindparam("_id")).values(undone_at=bindparam("_at"))


async def add_decisions(tx: Tx, community: str, made: Sequence[Decision], at: datetime) -> None:
    """Write decisions."""
    rows: list[dict[str, Any]] = [
        {
            "id": one.id,
            "community": community,
            "case": one.case,
            "incident": one.incident,
            "message": one.message,
            "account": one.account,
            "actor": json.dumps(one.actor.record()),
            "person": one.actor.who if one.actor.kind is ActorKind.PERSON else "",
            "organisation": one.actor.organisation,
            "undoes": one.undoes,
            "rules": json.dumps(one.rules),
            "outcomes": json.dumps([dict(outcome) for outcome in one.outcomes]),
            "mode": one.mode.value,
            "policy": one.policy,
            "severity": int(one.severity),
            "at": at,
        }
        for one in made
    ]
    await insert_rows(tx, decisions, rows)


async def decided(tx: Tx, ids: Collection[str]) -> dict[str, Decided]:
    """Return decisions by surrogate; one that somebody damaged is missing."""
    found: dict[str, Decided] = {}
    for part in chunks(sorted(ids)):
        for row in await tx.execute(_DECIDED, {"ids": part}):
            with suppress(ValueError, KeyError, TypeError):
                found[row.id] = _decided(row)
    return found


async def decisions_about(tx: Tx, community: str, account: str, limit: int) -> list[Decided]:
    """Return what was decided live about a member last, newest first."""
    values = {"community": community, "account": account, "limit": limit}
    return [_decided(row) for row in await tx.execute(_ABOUT, values)]


async def decisions_by(tx: Tx, community: str, by: str, since: datetime, limit: int) -> list[Decided]:
    """Return live decisions since a time that nobody took back: of a person, a partner, a rule or a policy version.

    Newest first; no more than `limit`.
    """
    # as rows hold the rules: a list of quoted names
    quoted = re.sub(r"([/%_])", r"/\1", json.dumps(by))
    values = {"community": community, "by": by, "quoted": f"%{quoted}%", "since": since, "limit": limit}
    return [_decided(row) for row in await tx.execute(_MADE, values)]


async def lock_decisions(tx: Tx, community: str, ids: Collection[str]) -> list[Decided]:
    """Return live decisions that nobody took back yet, and keep them so; taking back is itself never taken back."""
    found: list[Decided] = []
    for part in chunks(sorted(ids)):
        found += [_decided(row) for row in await tx.execute(_LOCKED, {"ids": part, "community": community})]
    return found


async def mark_undone(tx: Tx, ids: Collection[str], at: datetime) -> None:
    """Write down that decisions were taken back."""
    if ids:
        await tx.execute(_UNDO, [{"_id": one, "_at": at} for one in sorted(ids)])


async def cases_of_rules(tx: Tx, cases: Collection[str]) -> set[str]:
    """Return which of these cases rules had a part in."""
    found: set[str] = set()
    for part in chunks(sorted(cases)):
        found.update((await tx.execute(_OF_RULES, {"cases": part})).scalars())
    return found


async def coded(tx: Tx, ids: Collection[str]) -> set[str]:
    """Return the decisions against which a code lets somebody appeal."""
    found: set[str] = set()
    for part in chunks(sorted(ids)):
        found.update((await tx.execute(_CODED, {"ids": part})).scalars())
    return found


def _decided(row: Any) -> Decided:
    return Decided(
        id=row.id,
        case=row.case,
        message=row.message,
        account=row.account,
        actor=read_actor(json.loads(row.actor)),
        rules=tuple(json.loads(row.rules)),
        outcomes=tuple(json.loads(row.outcomes)),
        at=row.at,
        undone_at=row.undone_at,
        deletions=row.deletions,
    )
