"""Decisions as rows: what is to be done or not done, on whose word."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.actor import Actor
from bot.domain.judgement import Mode
from bot.domain.severity import Severity
from bot.store.engine import Tx
from bot.store.tables import decisions
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
