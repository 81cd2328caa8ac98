"""What the cases of waves are known by, and whom these cases are about."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, select, update

from bot.domain.case import CaseState
from bot.domain.judgement import Mode
from bot.domain.wave import Signs, Trace
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import accounts, cases, decisions, waves
from bot.store.upsert import upsert

#: traces that are looked through for one batch: of a flood, those that last brought somebody in
_MOST = 200

_RECENT = (
    select(waves)
    .join(cases, cases.c.id == waves.c.case)
    .where(
        waves.c.community == bindparam("community"),
        waves.c.at >= bindparam("after", type_=waves.c.at.type),
        waves.c.at <= bindparam("until", type_=waves.c.at.type),
        cases.c.state != CaseState.RESOLVED.value,
    )
    .order_by(waves.c.at.desc(), waves.c.id)
    .limit(_MOST)
)
#: what a case took up is its own from then on
_TAKER = func.coalesce(cases.c.merged_into, cases.c.id)
_MEMBERS = (
    select(
        _TAKER.label("case"), decisions.c.account, decisions.c.message, decisions.c.outcomes, accounts.c.platform,
        accounts.c.erased_at,
    )
    .select_from(decisions)
    .join(cases, cases.c.id == decisions.c.case)
    .join(accounts, accounts.c.id == decisions.c.account)
    .where(_TAKER.in_(bindparam("ids", expanding=True)), decisions.c.mode == Mode.LIVE.value)
    .order_by(decisions.c.at, decisions.c.id)
)  # fmt: skip
_MOVE = update(waves).where(waves.c.case == bindparam("_from")).values(case=bindparam("_to"))
_TRIM = delete(waves).where(
    waves.c.community == bindparam("_community"),
    exists().where(cases.c.id == waves.c.case, cases.c.state == CaseState.RESOLVED.value),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Taking:
    """One decision of a case about a member."""

    #: surrogate of the member
    account: str
    #: the platform where they are
    platform: str
    #: the member asked to be forgotten, and was
    forgotten: bool
    #: surrogate of the message; None where it was about none
    message: str | None
    #: what followed, each kind once
    kinds: tuple[str, ...]


async def recent_traces(tx: Tx, community: str, after: datetime, until: datetime) -> list[Trace]:
    """Return what the open cases are known by that brought somebody in within some time, oldest first.

    Of very many, the newest.
    """
    found = (await tx.execute(_RECENT, {"community": community, "after": after, "until": until})).all()
    return [_trace(row) for row in reversed(found)]


async def keep_traces(tx: Tx, community: str, traces: Collection[Trace]) -> None:
    """Write traces as they are now; new ones are added."""
    rows = [
        {
            "id": one.id,
            "community": community,
            "case": one.case,
            "rule": one.rule,
            "signs": json.dumps(sorted(one.signs.signs)),
            "shingles": one.signs.shingles,
            "at": one.at,
        }
        for one in traces
    ]
    await upsert(tx, waves, rows, ["id"], ["at"])


async def move_traces(tx: Tx, case: str, into: str) -> None:
    """Let what one case is known by lead to the case that took it up."""
    await tx.execute(_MOVE, {"_from": case, "_to": into})


async def trim_traces(tx: Tx, community: str) -> int:
    """Forget by what resolved cases were known: nothing joins them. Return how many traces that were."""
    return (await tx.execute(_TRIM, {"_community": community})).rowcount


async def takings_of(tx: Tx, ids: Collection[str]) -> dict[str, list[Taking]]:
    """Return the decisions about members of cases, in order, with those of cases that these took up."""
    found: dict[str, list[Taking]] = defaultdict(list)
    for part in chunks(sorted(ids)):
        for row in await tx.execute(_MEMBERS, {"ids": part}):
            kinds = dict.fromkeys(str(said["kind"]) for said in json.loads(row.outcomes))
            found[row.case].append(
                Taking(
                    account=row.account, platform=row.platform, forgotten=row.erased_at is not None,
                    message=row.message, kinds=tuple(kinds),
                )
            )  # fmt: skip
    return dict(found)


async def members_of(tx: Tx, case: str) -> Sequence[str]:
    """Return the members whom a case is about, in the order in which they came to it."""
    return tuple(dict.fromkeys(one.account for one in (await takings_of(tx, [case])).get(case, ())))


def _trace(row: Any) -> Trace:
    return Trace(
        id=row.id,
        case=row.case,
        rule=row.rule,
        signs=Signs(signs=frozenset(json.loads(row.signs)), shingles=row.shingles),
        at=row.at,
    )
