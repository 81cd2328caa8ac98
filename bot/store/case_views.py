"""What cards show of cases: the policies' own words and surrogates, never text of members."""

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, func, or_, select

from bot.domain.action import ActionKind
from bot.domain.card import CardKind, CaseView
from bot.domain.case import About, CaseState
from bot.domain.judgement import Mode
from bot.domain.severity import Severity
from bot.domain.verdict import ApprovalState
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.gone import gone_among
from bot.store.tables import (
    accounts,
    actions,
    approvals,
    cards,
    cases,
    decisions,
    ledger_entries,
    messages,
    reports,
    sealed_values,
)

_CASES = (
    select(cases, accounts.c.erased_at, accounts.c.added_at, accounts.c.left_at)
    .outerjoin(accounts, accounts.c.id == cases.c.account)
    .where(cases.c.id.in_(bindparam("ids", expanding=True)))
)
#: what a case took up is its own from then on
#: messages that are looked at of what rules found in one case: a raid may have left ten thousands in it
MOST = 1_000

_TAKER = func.coalesce(cases.c.merged_into, cases.c.id)
_IDS: BindParameter[str] = bindparam("ids", expanding=True)
# either by its own index: of all cases, few are meant
_HELD = or_(and_(cases.c.id.in_(_IDS), cases.c.merged_into.is_(None)), cases.c.merged_into.in_(_IDS))
_DECIDED = (
    select(_TAKER.label("case"), decisions.c.rules, decisions.c.outcomes)
    .select_from(decisions)
    .join(cases, cases.c.id == decisions.c.case)
    .where(_HELD)
    # of a flood, thousands say the same
    .group_by(_TAKER, decisions.c.rules, decisions.c.outcomes)
    .order_by(func.min(decisions.c.at), func.min(decisions.c.id))
)
_REPORTED = (
    select(reports.c.case, func.count().label("how_many"))
    .where(reports.c.case.in_(bindparam("ids", expanding=True)))
    .group_by(reports.c.case)
)
_ASKED = select(approvals.c.case).where(
    approvals.c.case.in_(bindparam("ids", expanding=True)), approvals.c.state == ApprovalState.OPEN.value
)
_BEFORE = (
    select(decisions.c.at, decisions.c.outcomes, decisions.c.person)
    .where(
        decisions.c.account == bindparam("account"),
        decisions.c.mode == Mode.LIVE.value,
        decisions.c.undone_at.is_(None),
    )
    .order_by(decisions.c.at.desc(), decisions.c.id)
    .limit(bindparam("most"))
)
_FOUND = (
    select(
        _TAKER.label("case"), messages.c.id, messages.c.at, messages.c.channel, messages.c.category,
        func.dense_rank()
        .over(partition_by=_TAKER, order_by=(messages.c.at.desc(), messages.c.id.desc()))
        .label("place"),
    )
    .select_from(decisions)
    .join(cases, cases.c.id == decisions.c.case)
    .join(messages, messages.c.id == decisions.c.message)
    .where(_HELD)
    .subquery()
)  # fmt: skip
_OF_DECISIONS = select(_FOUND).where(_FOUND.c.place <= MOST)
_OF_REPORTS = (
    select(reports.c.case, messages.c.id, messages.c.at, messages.c.channel, messages.c.category)
    .join(messages, messages.c.id == reports.c.message)
    .where(reports.c.case.in_(bindparam("ids", expanding=True)))
)
_DELETED = select(actions.c.target).where(
    actions.c.target.in_(bindparam("targets", expanding=True)), actions.c.kind == ActionKind.DELETE.value
)
_EVIDENCE = (
    select(sealed_values.c.seq, ledger_entries.c.body)
    .join(
        ledger_entries,
        and_(ledger_entries.c.community == sealed_values.c.community, ledger_entries.c.seq == sealed_values.c.seq),
    )
    .where(
        sealed_values.c.community == bindparam("community"),
        sealed_values.c.account == bindparam("account"),
        sealed_values.c.field == "details.evidence",
    )
    .order_by(sealed_values.c.seq.desc())
    .limit(bindparam("most"))
)
_AUTOMATIC = (
    select(decisions.c.id, decisions.c.person, decisions.c.rules, decisions.c.account)
    .join(cases, cases.c.id == decisions.c.case)
    .where(
        or_(cases.c.id == bindparam("case"), cases.c.merged_into == bindparam("case")),
        decisions.c.mode == Mode.LIVE.value,
        decisions.c.undone_at.is_(None),
    )
    .order_by(decisions.c.at, decisions.c.id)
)
_OPENED = (
    select(cases.c.id)
    .where(
        cases.c.community == bindparam("community"),
        cases.c.queue == bindparam("queue"),
        cases.c.about == About.MEMBER.value,
        cases.c.mode == Mode.LIVE.value,
        cases.c.state != CaseState.RESOLVED.value,
        cases.c.opened_at >= bindparam("after", type_=cases.c.opened_at.type),
        cases.c.opened_at < bindparam("before", type_=cases.c.opened_at.type),
    )
    .order_by(cases.c.severity.desc(), cases.c.opened_at, cases.c.id)
)

_RECENT = (
    select(cases.c.queue, func.count().label("how_many"))
    .where(
        cases.c.community == bindparam("community"),
        cases.c.mode == Mode.LIVE.value,
        cases.c.about == About.MEMBER.value,
        cases.c.state != CaseState.RESOLVED.value,
        cases.c.opened_at > bindparam("since", type_=cases.c.opened_at.type),
    )
    .group_by(cases.c.queue)
)
_DIGESTS = (
    select(cases.c.queue, cards.c.id)
    .join(cards, cards.c.subject == cases.c.id)
    .where(
        cases.c.community == bindparam("community"),
        cases.c.opened_at > bindparam("since", type_=cases.c.opened_at.type),
        cards.c.kind == CardKind.DIGEST.value,
    )
    .order_by(cases.c.opened_at, cases.c.id)
)
_CARDED = select(cards.c.case).where(
    cards.c.case.in_(bindparam("ids", expanding=True)), cards.c.kind == CardKind.CASE.value
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseMessage:
    """A message that a case is about."""

    #: surrogate
    id: str
    #: when it was written
    at: datetime
    #: number of the stream and the category in which it was
    place: tuple[int, str]


async def case_views(tx: Tx, ids: Collection[str]) -> dict[str, CaseView]:
    """Return what cards show of cases: the policies' own words and surrogates, never text of members."""
    rules: dict[str, dict[str, None]] = defaultdict(dict)
    outcomes: dict[str, dict[str, None]] = defaultdict(dict)
    found: dict[str, CaseView] = {}
    for part in chunks(sorted(ids)):
        for row in await tx.execute(_DECIDED, {"ids": part}):
            rules[row.case].update(dict.fromkeys(json.loads(row.rules)))
            outcomes[row.case].update(dict.fromkeys(said["kind"] for said in json.loads(row.outcomes)))
        reported = {row.case: row.how_many for row in await tx.execute(_REPORTED, {"ids": part})}
        asked = set(await tx.scalars(_ASKED, {"ids": part}))
        for row in await tx.execute(_CASES, {"ids": part}):
            found[row.id] = CaseView(
                case=row.id,
                account=row.account,
                forgotten=row.erased_at is not None,
                queue=row.queue,
                state=row.state,
                escalated=row.escalated,
                severity=Severity(row.severity),
                care=row.care,
                verdict=row.verdict,
                rules=tuple(rules[row.id]),
                outcomes=tuple(outcomes[row.id]),
                number=row.number,
                version=row.version,
                opened_at=row.opened_at,
                guideline=row.guideline,
                due_at=_due(row),
                known_since=row.added_at,
                left_at=row.left_at,
                reports=reported.get(row.id, 0),
                waiting=row.id in asked,
                about_member=row.about == About.MEMBER.value,
            )
    return found


def _due(row: Any) -> datetime | None:
    if row.state == CaseState.RESOLVED.value:
        return None
    due: datetime | None = row.claim_due if row.state == CaseState.OPEN.value else None
    resolve: datetime | None = row.resolve_due
    return due or resolve


async def last_decisions(
    tx: Tx, account: str, *, most: int = 5
) -> tuple[tuple[datetime, tuple[str, ...], bool], ...]:  # fmt: skip
    """Return a member's last decisions that nobody took back: when, what, and whether automation decided."""
    found = await tx.execute(_BEFORE, {"account": account, "most": most})
    return tuple(
        (row.at, tuple(dict.fromkeys(said["kind"] for said in json.loads(row.outcomes))), row.person == "")
        for row in found
    )


async def messages_of(tx: Tx, ids: Collection[str]) -> dict[str, list[CaseMessage]]:
    """Return the messages that cases are about, oldest first, each once; of a flood those that were found last."""
    held: dict[str, dict[str, CaseMessage]] = defaultdict(dict)
    for part in chunks(sorted(ids)):
        for statement in (_OF_DECISIONS, _OF_REPORTS):
            for row in await tx.execute(statement, {"ids": part}):
                held[row.case][row.id] = CaseMessage(id=row.id, at=row.at, place=(row.channel, row.category))
    return {case: sorted(found.values(), key=lambda one: (one.at, one.id)) for case, found in held.items()}


async def deleted_among(tx: Tx, ids: Collection[str]) -> set[str]:
    """Return the messages that somebody already had deleted, or is having, and those that went otherwise."""
    found = await gone_among(tx, ids)
    for part in chunks([f"message:{one}" for one in sorted(ids)]):
        found.update(target.partition(":")[2] for target in await tx.scalars(_DELETED, {"targets": part}))
    return found


async def evidence_of(tx: Tx, community: str, account: str, *, most: int = 100) -> list[tuple[int, bytes]]:
    """Return the newest entries that hold something a member wrote, with their numbers."""
    found = await tx.execute(_EVIDENCE, {"community": community, "account": account, "most": most})
    return [(row.seq, row.body) for row in found]


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseDecision:
    """A live decision of a case that nobody took back."""

    #: surrogate
    id: str
    #: whether automation decided
    automatic: bool
    #: the rules cited
    rules: tuple[str, ...]
    #: surrogate of the member whom it is about; None for none
    account: str | None = None


async def decisions_of(tx: Tx, case: str) -> list[CaseDecision]:
    """Return a case's live decisions that nobody took back, oldest first, with those of cases that it took up."""
    return [
        CaseDecision(id=row.id, automatic=row.person == "", rules=tuple(json.loads(row.rules)), account=row.account)
        for row in await tx.execute(_AUTOMATIC, {"case": case})
    ]


async def opened_between(tx: Tx, community: str, queue: str, after: datetime, before: datetime) -> list[str]:
    """Return the open cases of a queue that came to be within some time, the gravest first."""
    values = {"community": community, "queue": queue, "after": after, "before": before}
    return list(await tx.scalars(_OPENED, values))


async def opened_recently(tx: Tx, community: str, since: datetime) -> dict[str, int]:
    """Return how many open cases about members came to be in each queue since a time."""
    found = await tx.execute(_RECENT, {"community": community, "since": since})
    return {row.queue: row.how_many for row in found}


async def digest_cards_since(tx: Tx, community: str, since: datetime) -> dict[str, str]:
    """Return the newest digest card of each queue, of those that began since a time."""
    found = await tx.execute(_DIGESTS, {"community": community, "since": since})
    return {row.queue: row.id for row in found}


async def with_card(tx: Tx, ids: Collection[str]) -> set[str]:
    """Return which of these cases have a card of their own."""
    found: set[str] = set()
    for part in chunks(sorted(ids)):
        found.update(await tx.scalars(_CARDED, {"ids": part}))
    return found
