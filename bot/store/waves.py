"""What the cases of waves are known by, and whom these cases are about."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, delete, exists, func, or_, select, update

from bot.domain.case import CaseState
from bot.domain.judgement import Mode
from bot.domain.wave import Signs, Trace
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import accounts, cases, decisions, messages, waves
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
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
_OF_CASES = or_(and_(cases.c.id.in_(_IDS), cases.c.merged_into.is_(None)), cases.c.merged_into.in_(_IDS))
_MEMBERS = (
    select(
        _TAKER.label("case"), decisions.c.account, decisions.c.outcomes, accounts.c.platform, accounts.c.erased_at,
        messages.c.channel, messages.c.category,
    )
    .select_from(decisions)
    .join(cases, cases.c.id == decisions.c.case)
    .join(accounts, accounts.c.id == decisions.c.account)
    .outerjoin(messages, messages.c.id == decisions.c.message)
    .where(_OF_CASES, decisions.c.mode == Mode.LIVE.value)
    # of a flood, thousands say the same
    .group_by(
        _TAKER, decisions.c.account, decisions.c.outcomes, accounts.c.platform, accounts.c.erased_at,
        messages.c.channel, messages.c.category,
    )
    .order_by(func.min(decisions.c.at), func.min(decisions.c.id))
)  # fmt: skip
_WHOM = (
    select(decisions.c.account)
    .select_from(decisions)
    .join(cases, cases.c.id == decisions.c.case)
    .where(_OF_CASES, decisions.c.mode == Mode.LIVE.value, decisions.c.account.is_not(None))
    .group_by(decisions.c.account)
    .order_by(func.min(decisions.c.at), func.min(decisions.c.id))
)
_MOVE = update(waves).where(waves.c.case == bindparam("_from")).values(case=bindparam("_to"))
_TRIM = delete(waves).where(
    waves.c.community == bindparam("_community"),
    exists().where(cases.c.id == waves.c.case, cases.c.state == CaseState.RESOLVED.value),
)

_FORGET = delete(waves).where(exists().where(cases.c.id == waves.c.case, cases.c.account == bindparam("_account")))


@dataclass(frozen=True, kw_only=True, slots=True)
class Taking:
    """What was decided about a member in a case, the same way and in the same place."""

    #: surrogate of the member
    account: str
    #: the platform where they are
    platform: str
    #: the member asked to be forgotten, and was
    forgotten: bool
    #: number of the stream and the category in which they wrote; None where it was about no message
    place: tuple[int, str] | None
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


async def forget_traces(tx: Tx, account: str) -> None:
    """Forget by what the cases of one member alone are known; what several wrote is none's alone."""
    await tx.execute(_FORGET, {"_account": account})


async def takings_of(tx: Tx, ids: Collection[str]) -> dict[str, list[Taking]]:
    """Return what was decided about members of cases, in order, with that of cases that these took up."""
    found: dict[str, list[Taking]] = defaultdict(list)
    for part in chunks(sorted(ids)):
        for row in await tx.execute(_MEMBERS, {"ids": part}):
            kinds = dict.fromkeys(str(said["kind"]) for said in json.loads(row.outcomes))
            found[row.case].append(
                Taking(
                    account=row.account, platform=row.platform, forgotten=row.erased_at is not None,
                    place=None if row.channel is None else (row.channel, row.category), kinds=tuple(kinds),
                )
            )  # fmt: skip
    return dict(found)


async def members_of(tx: Tx, case: str) -> Sequence[str]:
    """Return the members whom a case is about, in the order in which they came to it."""
    return tuple(await tx.scalars(_WHOM, {"ids": [case]}))


def _trace(row: Any) -> Trace:
    return Trace(
        id=row.id,
        case=row.case,
        rule=row.rule,
        signs=Signs(signs=frozenset(json.loads(row.signs)), shingles=row.shingles),
        at=row.at,
    )
