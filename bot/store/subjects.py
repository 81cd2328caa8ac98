"""What is deleted when a member is forgotten, and what still needs their id.

Locks are taken in one order: the community's row first, whose generation grows, then the account's, then the rest.
Intake reads the generation in each of its transactions under a share of that lock: what is in flight is waited for and
found, what comes later has dropped the ids that it remembered.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    delete,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from bot.domain.action import ActionState
from bot.domain.message import AccountRef, PlatformName
from bot.store.copies import forget_copies
from bot.store.engine import Tx
from bot.store.evidence import forget_evidence
from bot.store.tables import (
    accounts,
    actions,
    cases,
    communities,
    decisions,
    evidence,
    messages,
    sanctions,
    sealed_values,
    seen,
    standings,
    subject_keys,
)
from bot.store.waves import forget_traces

#: an index holds the actions of which this is true by target; it serves only what is spelt out like this, and a
#: declared truth value would become `… = 1`
OPEN: ColumnElement[Any] = literal_column("actions.state IN ('planned', 'attempted', 'unknown')")


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """A member as far as they can be forgotten."""

    #: surrogate
    account: str
    #: the community
    community: str
    #: who it is; None once forgotten
    ref: AccountRef | None
    #: since when Locum knows them
    added_at: datetime
    #: when they were forgotten
    erased_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Needs:
    """What can't be brought to its end without the member's id."""

    #: when the last sanction that holds ends; None when one holds for good, or none does
    until: datetime | None = None
    #: how many sanctions hold, or wait for being lifted
    sanctions: int = 0
    #: what a platform still holds the member to, without a sanction that asks for it
    standings: int = 0
    #: how many actions about the member are open
    actions: int = 0
    #: messages of theirs that open actions are about, by surrogate
    messages: frozenset[str] = frozenset()

    @property
    def any(self) -> bool:
        """Whether there is something."""
        return bool(self.sanctions or self.standings or self.actions or self.messages)


@dataclass(frozen=True, kw_only=True, slots=True)
class Forgotten:
    """How much was deleted."""

    #: keys of the subject
    keys: int = 0
    #: sealed values, each with its salt, and files
    values: int = 0
    #: messages whose refs were deleted
    messages: int = 0
    #: rows of judged messages
    seen: int = 0

    @property
    def any(self) -> bool:
        """Whether there was something."""
        return bool(self.keys or self.values or self.messages or self.seen)


async def find_subject(tx: Tx, community: str, ref: AccountRef) -> Subject | None:
    """Return the member of that account, if anything is known of them."""
    found = (await tx.execute(select(accounts).where(_is(community, ref)))).one_or_none()
    return None if found is None else _subject(found)


async def raise_generation(tx: Tx, community: str) -> None:
    """Make every process drop what it remembers of accounts, and wait for the batches that are under way."""
    await tx.execute(
        update(communities).where(communities.c.id == community).values(generation=communities.c.generation + 1)
    )


async def lock_subject(tx: Tx, community: str, ref: AccountRef) -> Subject | None:
    """Return the member of that account, who stays as they are until the transaction ends."""
    found = (await tx.execute(select(accounts).where(_is(community, ref)).with_for_update())).one_or_none()
    return None if found is None else _subject(found)


async def lock_subjects(tx: Tx, community: str, ids: Collection[str]) -> list[Subject]:
    """Return the members behind these surrogates, in order, who stay as they are until the transaction ends."""
    statement = select(accounts).where(accounts.c.community == community, accounts.c.id.in_(sorted(ids)))
    found = await tx.execute(statement.order_by(accounts.c.id).with_for_update())
    return [_subject(row) for row in found]


async def needs_of(tx: Tx, account: str) -> Needs:
    """Return what still needs the member's id.

    Sanctions are read before actions: whoever ends a sanction plans the lifting in the same transaction, so one of the
    two is seen. A sanction needs the id until it is noted as lifted, not only until its end.
    """
    unlifted = select(sanctions.c.until).where(sanctions.c.account == account, sanctions.c.lifted_at.is_(None))
    ends = [row.until for row in await tx.execute(unlifted)]
    about = or_(actions.c.target == f"account:{account}", _mine(account))
    targets = set(await tx.scalars(select(actions.c.target).where(OPEN, about)))
    targets |= set(
        await tx.scalars(
            select(actions.c.target)
            .join(cases, cases.c.id == actions.c.case)
            .outerjoin(decisions, decisions.c.id == actions.c.decision)
            .where(
                or_(cases.c.account == account, decisions.c.account == account),
                actions.c.state == ActionState.HELD.value,
            )
        )
    )
    held = select(func.count()).select_from(standings).where(standings.c.account == account, standings.c.held)
    known = [end for end in ends if end is not None]
    others = [target for target in targets if not target.startswith("message:")]
    return Needs(
        until=max(known) if known and len(known) == len(ends) else None,
        sanctions=len(ends),
        standings=0 if ends else (await tx.execute(held)).scalar_one(),
        actions=len(others),
        messages=frozenset(target.partition(":")[2] for target in targets if target.startswith("message:")),
    )


async def delete_personal(tx: Tx, account: str, kept: Collection[str]) -> Forgotten:
    """Delete key, salts, values, files, message refs, rows of judged messages and what their own cases are known by.

    `kept` messages keep their ref.

    The key goes first: whoever seals under it at this moment is waited for, and what they stored is found.
    """
    if tx.dialect.name == "sqlite":
        await _blank(tx, account)
    keys = await tx.execute(delete(subject_keys).where(subject_keys.c.account == account))
    values = await tx.execute(delete(sealed_values).where(sealed_values.c.account == account))
    await forget_copies(tx, account)
    files = await forget_evidence(tx, account)
    await forget_traces(tx, account)
    refs = await tx.execute(
        update(messages)
        .where(messages.c.account == account, messages.c.message.is_not(None), messages.c.id.not_in(sorted(kept)))
        .values(message=None)
    )
    judged = await tx.execute(delete(seen).where(seen.c.account == account))
    return Forgotten(keys=keys.rowcount, values=values.rowcount + files, messages=refs.rowcount, seen=judged.rowcount)


async def delete_id(tx: Tx, account: str, at: datetime) -> None:
    """Delete the member's id: from now on nothing leads from the surrogate to anybody."""
    await tx.execute(update(accounts).where(accounts.c.id == account).values(user=None, erased_at=at))


async def something_left(tx: Tx, ids: Collection[str]) -> list[str]:
    """Return those of these accounts of which an id, a key or a value is there, in order."""
    left = or_(
        accounts.c.user.is_not(None),
        exists().where(subject_keys.c.account == accounts.c.id),
        exists().where(sealed_values.c.account == accounts.c.id),
        exists().where(evidence.c.account == accounts.c.id),
    )
    found: list[str] = []
    wanted = sorted(ids)
    for first in range(0, len(wanted), 500):
        statement = select(accounts.c.id).where(accounts.c.id.in_(wanted[first : first + 500]), left)
        found += await tx.scalars(statement.order_by(accounts.c.id))
    return found


async def _blank(tx: Tx, account: str) -> None:
    """Overwrite in place what is deleted next.

    SQLite overwrites deleted rows, but while it deletes many it moves their neighbours between pages, and leaves what
    it moved lying in the free part of a page. A value of the same length is written where the old one stood.
    """
    await tx.execute(
        update(subject_keys)
        .where(subject_keys.c.account == account)
        .values(wrapped=func.zeroblob(func.length(subject_keys.c.wrapped)))
    )
    await tx.execute(
        update(sealed_values)
        .where(sealed_values.c.account == account)
        .values(
            salt=func.zeroblob(func.length(sealed_values.c.salt)),
            sealed=func.zeroblob(func.length(sealed_values.c.sealed)),
        )
    )


def _mine(account: str) -> ColumnElement[bool]:
    """Return what is true of actions on the member's own messages."""
    own = select(literal("message:") + messages.c.id).where(
        messages.c.account == account, messages.c.message.is_not(None)
    )
    return actions.c.target.in_(own)


def _is(community: str, ref: AccountRef) -> ColumnElement[bool]:
    return and_(
        accounts.c.community == community,
        accounts.c.platform == ref.platform.value,
        accounts.c.workspace == ref.workspace,
        accounts.c.user == ref.user,
    )


def _subject(row: Row[Any]) -> Subject:
    ref = None
    if row.user is not None:
        ref = AccountRef(platform=PlatformName(row.platform), workspace=row.workspace, user=row.user)
    return Subject(account=row.id, community=row.community, ref=ref, added_at=row.added_at, erased_at=row.erased_at)
