"""Appeals as rows: what members say against decisions, and the codes with which they may."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, case, exists, literal_column, or_, select, update

from bot.domain.actor import Actor, read_actor
from bot.domain.judgement import Mode
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Sanction
from bot.domain.severity import Severity
from bot.domain.verdict import AppealState
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import accounts, actions, appeal_codes, appeals, approvals, decisions, sanctions, strikes
from bot.store.upsert import insert_new

#: the outcome of a decision that makes a sanction shorter
REDUCE = "reduce"


@dataclass(frozen=True, kw_only=True, slots=True)
class AppealCode:
    """A one-time code, as far as it is stored."""

    #: SHA-256 of the code
    digest: str
    #: surrogate of the decision
    decision: str
    #: surrogate of the member
    account: str
    #: from then on it is worth nothing, UTC
    until: datetime
    #: when it was used, UTC
    used_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Appealable:
    """A decision against which somebody may appeal, as far as that needs to be known."""

    #: surrogate of the decision
    decision: str
    #: surrogate of the member
    account: str
    #: who decided, as they were
    actor: Actor
    #: surrogate of its case, if it has one
    case: str | None
    #: how grave it was
    severity: Severity
    #: what it did, by kind, each once
    outcomes: tuple[str, ...]
    #: the rules or the guideline cited
    rules: tuple[str, ...]
    #: when it was decided, UTC
    at: datetime
    #: it was taken back
    undone: bool
    #: the member was forgotten
    forgotten: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Appeal:
    """What a member says against a decision."""

    #: surrogate
    id: str
    #: surrogate of the member
    account: str
    #: surrogate of the decision
    decision: str
    #: surrogate of the appeal's own case
    case: str | None = None
    #: who decided; empty for automation
    person: str = ""
    #: for whom they decided; empty for automation
    organisation: str = ""
    #: the organisation that hears it
    heard_by: str
    #: where it stands
    state: AppealState = AppealState.OPEN
    #: number of the ledger's entry that holds what the member says
    statement: int | None = None
    #: who heard it; None while nobody did
    answered_by: Actor | None = None
    #: number of the ledger's entry that holds the hearer's words; None for none
    words: int | None = None
    #: when it was made, UTC
    opened_at: datetime
    #: when the path begins, UTC
    due_at: datetime
    #: when it was answered, UTC
    answered_at: datetime | None = None
    #: grows with every change
    version: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """How an appeal ended."""

    #: surrogate of the appeal
    appeal: str
    #: the version that was looked at
    version: int
    #: where it stands now
    state: AppealState
    #: who says so
    actor: Actor
    #: when, UTC
    at: datetime


# spelt out: a partial index serves only conditions that are part of the statement's text
_IS_OPEN: ColumnElement[bool] = literal_column("appeals.state = 'open'")
_BY_ID = select(appeals).where(appeals.c.id.in_(bindparam("ids", expanding=True)))
_LOCKED = (
    select(appeals)
    .where(appeals.c.community == bindparam("community"), appeals.c.id == bindparam("id"))
    .with_for_update()
)
_HEARD_BY = (
    select(appeals)
    .where(appeals.c.community == bindparam("community"), _IS_OPEN, appeals.c.heard_by == bindparam("organisation"))
    .order_by(appeals.c.id)
    .with_for_update()
)
_OF_MEMBER = (
    select(appeals)
    .where(appeals.c.community == bindparam("community"), _IS_OPEN, appeals.c.account == bindparam("account"))
    .order_by(appeals.c.id)
    .with_for_update()
)
_END = (
    update(appeals)
    .where(appeals.c.id == bindparam("_id"), appeals.c.version == bindparam("_version"), _IS_OPEN)
    .values(
        state=bindparam("_state"), answered_by=bindparam("_by"), answered_at=bindparam("_at"),
        version=appeals.c.version + 1,
    )
)  # fmt: skip
_MOVE = (
    update(appeals)
    .where(appeals.c.id == bindparam("_id"), _IS_OPEN)
    .values(heard_by=bindparam("_to"), version=appeals.c.version + 1)
)
_NOTE_STATEMENT = update(appeals).where(appeals.c.id == bindparam("_id")).values(statement=bindparam("_entry"))
_NOTE_WORDS = update(appeals).where(appeals.c.id == bindparam("_id")).values(words=bindparam("_entry"))

_CODE = select(appeal_codes).where(
    appeal_codes.c.community == bindparam("community"), appeal_codes.c.digest == bindparam("digest")
)
_USE = (
    update(appeal_codes)
    .where(appeal_codes.c.decision == bindparam("_decision"), appeal_codes.c.used_at.is_(None))
    .values(used_at=bindparam("_at"))
)

_DECIDED = select(decisions, accounts.c.erased_at).join(accounts, accounts.c.id == decisions.c.account)
_BY_DECISION = _DECIDED.where(decisions.c.community == bindparam("community"), decisions.c.id == bindparam("decision"))
_DONE = ("planned", "attempted", "unknown", "confirmed")
#: it restricted the member, and was no interim measure: that has its own end
_RESTRICTED = or_(
    exists(
        select(sanctions.c.id).where(
            sanctions.c.decision == decisions.c.id,
            ~exists(select(approvals.c.id).where(approvals.c.interim == sanctions.c.id)),
        )
    ),
    exists(
        select(actions.c.number).where(
            actions.c.decision == decisions.c.id,
            actions.c.kind == "kick",
            actions.c.state.in_(_DONE),
        )
    ),
)
#: it took something else from them: a strike, a message
_TOOK = or_(
    _RESTRICTED,
    exists(select(strikes.c.id).where(strikes.c.decision == decisions.c.id, strikes.c.revoked_at.is_(None))),
    exists(
        select(actions.c.number).where(
            actions.c.decision == decisions.c.id, actions.c.kind == "delete", actions.c.state.in_(_DONE)
        )
    ),
)
_LATEST = (
    _DECIDED.where(
        decisions.c.community == bindparam("community"),
        decisions.c.account == bindparam("account"),
        decisions.c.mode == Mode.LIVE.value,
        decisions.c.at > bindparam("after", type_=decisions.c.at.type),
        decisions.c.undone_at.is_(None),
        # what an appeal came to isn't appealed against
        ~decisions.c.outcomes.contains(f'"{REDUCE}"'),
        _TOOK,
        ~exists(select(appeals.c.id).where(appeals.c.decision == decisions.c.id)),
    )
    # what restricts them comes before what is over
    .order_by(case((_RESTRICTED, 0), else_=1), decisions.c.at.desc(), decisions.c.id)
    .limit(1)
)
_IMPOSED = (
    select(sanctions)
    .where(sanctions.c.decision == bindparam("decision"))
    .order_by(sanctions.c.start, sanctions.c.id)
    .with_for_update()
)


_ASKED = select(approvals.c.person).where(
    approvals.c.community == bindparam("community"),
    approvals.c.account == bindparam("account"),
    approvals.c.answered_at == bindparam("at", type_=approvals.c.answered_at.type),
    approvals.c.person != "",
)


async def offer(tx: Tx, community: str, code: AppealCode) -> None:
    """Write a code down; one that is there already stays as it is."""
    row = {
        "digest": code.digest, "community": community, "decision": code.decision, "account": code.account,
        "until": code.until,
    }  # fmt: skip
    await insert_new(tx, appeal_codes, [row])


async def find_code(tx: Tx, community: str, digest: str) -> AppealCode | None:
    """Return a code of a community, used or not."""
    return await _code(tx, _CODE, community, digest)


async def lock_code(tx: Tx, community: str, digest: str) -> AppealCode | None:
    """Return a code of a community, used or not, and keep everybody else from using it."""
    return await _code(tx, _CODE.with_for_update(), community, digest)


async def _code(tx: Tx, statement: Select[Any], community: str, digest: str) -> AppealCode | None:
    row = (await tx.execute(statement, {"community": community, "digest": digest})).one_or_none()
    if row is None:
        return None
    return AppealCode(
        digest=row.digest, decision=row.decision, account=row.account, until=row.until, used_at=row.used_at
    )  # fmt: skip


async def use_codes(tx: Tx, decision: str, at: datetime) -> None:
    """Write down that a decision was appealed against: no code opens a second appeal."""
    await tx.execute(_USE, {"_decision": decision, "_at": at})


async def decided(tx: Tx, community: str, decision: str) -> Appealable | None:
    """Return a decision about a member; None where there is none."""
    row = (await tx.execute(_BY_DECISION, {"community": community, "decision": decision})).one_or_none()
    return None if row is None else _appealable(row)


async def latest_appealable(tx: Tx, community: str, account: str, after: datetime) -> Appealable | None:
    """Return the newest decision that took something from a member, isn't older, and wasn't appealed against."""
    values = {"community": community, "account": account, "after": after}
    row = (await tx.execute(_LATEST, values)).one_or_none()
    return None if row is None else _appealable(row)


async def imposed_by(tx: Tx, decision: str, *, locked: bool = True) -> list[Sanction]:
    """Return the sanctions that a decision imposed, whether they hold or not; with `locked`, they are kept so."""
    statement = _IMPOSED.with_for_update() if locked else _IMPOSED
    return [
        Sanction(
            id=row.id,
            account=row.account,
            kind=OutcomeKind(row.kind),
            start=row.start,
            until=row.until,
            lifted_at=row.lifted_at,
        )
        for row in await tx.execute(statement, {"decision": decision})
    ]


async def askers_behind(tx: Tx, community: str, account: str, at: datetime) -> set[str]:
    """Return who had asked for what was approved about a member at that moment: they don't hear it either."""
    return set(await tx.scalars(_ASKED, {"community": community, "account": account, "at": at}))


async def add_appeal(tx: Tx, community: str, appeal: Appeal) -> bool:
    """Write an open appeal, and return whether it is the first against its decision."""
    row: dict[str, Any] = {
        "id": appeal.id,
        "community": community,
        "account": appeal.account,
        "decision": appeal.decision,
        "case": appeal.case,
        "person": appeal.person,
        "organisation": appeal.organisation,
        "heard_by": appeal.heard_by,
        "state": appeal.state.value,
        "opened_at": appeal.opened_at,
        "due_at": appeal.due_at,
        "version": appeal.version,
    }
    await insert_new(tx, appeals, [row])
    return bool(await appeals_by_id(tx, [appeal.id]))


async def appeals_by_id(tx: Tx, ids: Collection[str]) -> dict[str, Appeal]:
    """Return appeals by their surrogates; what isn't there is missing."""
    return {row.id: _appeal(row) for part in chunks(sorted(ids)) for row in await tx.execute(_BY_ID, {"ids": part})}


async def lock_appeal(tx: Tx, community: str, appeal: str) -> Appeal | None:
    """Return an appeal of a community, and keep everybody else from answering it; None where there is none."""
    row = (await tx.execute(_LOCKED, {"community": community, "id": appeal})).one_or_none()
    return None if row is None else _appeal(row)


async def appeals_heard_by(tx: Tx, community: str, organisation: str) -> list[Appeal]:
    """Return the open appeals that an organisation is to hear, locked."""
    values = {"community": community, "organisation": organisation}
    return [_appeal(row) for row in await tx.execute(_HEARD_BY, values)]


async def appeals_of(tx: Tx, community: str, account: str) -> list[Appeal]:
    """Return a member's open appeals, locked."""
    return [_appeal(row) for row in await tx.execute(_OF_MEMBER, {"community": community, "account": account})]


async def end_appeal(tx: Tx, heard: Heard) -> bool:
    """Write down how an appeal ended, and return whether it was open and still as it was looked at."""
    values = {
        "_id": heard.appeal,
        "_version": heard.version,
        "_state": heard.state.value,
        "_by": json.dumps(heard.actor.record(), separators=(",", ":")),
        "_at": heard.at,
    }
    return (await tx.execute(_END, values)).rowcount == 1


async def move_appeals(tx: Tx, ids: Collection[str], to: str) -> None:
    """Let another organisation hear open appeals."""
    if ids:
        await tx.execute(_MOVE, [{"_id": one, "_to": to} for one in sorted(ids)])


async def note_statement(tx: Tx, appeal: str, entry: int) -> None:
    """Say which entry of the ledger holds what the member says."""
    await tx.execute(_NOTE_STATEMENT, {"_id": appeal, "_entry": entry})


async def note_words(tx: Tx, appeal: str, entry: int) -> None:
    """Say which entry of the ledger holds what the hearer says."""
    await tx.execute(_NOTE_WORDS, {"_id": appeal, "_entry": entry})


def _appealable(row: Row[Any]) -> Appealable:
    return Appealable(
        decision=row.id,
        account=row.account,
        actor=read_actor(json.loads(row.actor)),
        case=row.case,
        severity=Severity(row.severity),
        outcomes=tuple(dict.fromkeys(said["kind"] for said in json.loads(row.outcomes))),
        rules=tuple(json.loads(row.rules)),
        at=row.at,
        undone=row.undone_at is not None,
        forgotten=row.erased_at is not None,
    )


def _appeal(row: Row[Any]) -> Appeal:
    return Appeal(
        id=row.id,
        account=row.account,
        decision=row.decision,
        case=row.case,
        person=row.person,
        organisation=row.organisation,
        heard_by=row.heard_by,
        state=AppealState(row.state),
        statement=row.statement,
        answered_by=None if row.answered_by is None else read_actor(json.loads(row.answered_by)),
        words=row.words,
        opened_at=row.opened_at,
        due_at=row.due_at,
        answered_at=row.answered_at,
        version=row.version,
    )
