"""What isn't there any more: messages that went, and what is still to be said of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, literal_column, select, union_all, update

from bot.domain.action import ActionKind
from bot.domain.gone import Deletion, Gone
from bot.domain.judgement import Mode
from bot.domain.outside import DeedKind
from bot.store.actions import Claimed, with_actors
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import accounts, actions, cases, decisions, deeds, messages, reports, seen

#: messages of which is said at once that they went
AT_ONCE = 1_000

_SEEN = select(seen.c.message).where(
    seen.c.channel == bindparam("channel"), seen.c.message.in_(bindparam("ids", expanding=True))
)
_UNMARKED = _SEEN.where(~seen.c.gone)
_MARK_SEEN = (
    update(seen).where(seen.c.channel == bindparam("number"), seen.c.message == bindparam("id")).values(gone=True)
)
_STANDING = select(messages.c.id, messages.c.account).where(
    messages.c.channel == bindparam("channel"),
    messages.c.message.in_(bindparam("ids", expanding=True)),
    messages.c.gone_at.is_(None),
)
_DELETIONS = (
    select(actions)
    .where(
        actions.c.target.in_(bindparam("targets", expanding=True)), actions.c.kind == ActionKind.DELETE.value
    )
    .order_by(actions.c.number)
    .with_for_update()
)  # fmt: skip
_MARK = update(messages).where(messages.c.id == bindparam("_id")).values(gone_at=bindparam("_at"))
_SAID = update(messages).where(messages.c.id == bindparam("_id")).values(gone_said=True)
_UNSAID = (
    select(messages.c.id, messages.c.account, messages.c.channel, messages.c.gone_at)
    .where(
        messages.c.community == bindparam("community"),
        # spelt out: a partial index serves only conditions that are part of the statement's text
        literal_column("messages.gone_at IS NOT NULL AND NOT messages.gone_said"),
        messages.c.gone_at <= bindparam("until", type_=messages.c.gone_at.type),
    )
    .order_by(messages.c.gone_at, messages.c.id)
    .limit(AT_ONCE)
)
_TAKER = func.coalesce(cases.c.merged_into, cases.c.id).label("case")
_DECIDED = (
    select(decisions.c.message, _TAKER, cases.c.severity)
    .select_from(decisions)
    .outerjoin(cases, cases.c.id == decisions.c.case)
    .where(decisions.c.message.in_(bindparam("ids", expanding=True)), decisions.c.mode == Mode.LIVE.value)
)
_REPORTED = (
    select(reports.c.message, _TAKER, cases.c.severity)
    .select_from(reports)
    .outerjoin(cases, cases.c.id == reports.c.case)
    .where(reports.c.message.in_(bindparam("others", expanding=True)))
)
_CASES = union_all(_DECIDED, _REPORTED)
_DEEDS = select(deeds.c.account, deeds.c.channel, deeds.c.count.label("how_many"), deeds.c.at).where(
    deeds.c.community == bindparam("community"),
    deeds.c.kind == DeedKind.DELETION.value,
    deeds.c.channel.is_not(None),
    deeds.c.at >= bindparam("since", type_=deeds.c.at.type),
    deeds.c.at <= bindparam("until", type_=deeds.c.at.type),
)
_LEFT = (
    update(accounts)
    .where(
        accounts.c.id == bindparam("_id"),
        accounts.c.left_at.is_(None),
        # who is known to have come after that is there
        ~exists().where(
            seen.c.account == accounts.c.id, seen.c.joined, seen.c.at > bindparam("_at", type_=accounts.c.left_at.type)
        ),
    )
    .values(left_at=bindparam("_at", type_=accounts.c.left_at.type))
)
_AWAY = select(accounts.c.id, accounts.c.left_at).where(
    accounts.c.id.in_(bindparam("ids", expanding=True)), accounts.c.left_at.is_not(None)
)
_BACK = update(accounts).where(accounts.c.id.in_(bindparam("ids", expanding=True))).values(left_at=None)
_AMONG = select(messages.c.id).where(
    messages.c.id.in_(bindparam("ids", expanding=True)), messages.c.gone_at.is_not(None)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What a message that went belongs to."""

    #: surrogate of the case; None where something was found, and no case came of it
    case: str | None
    #: how grave the case is; 0 without one
    severity: int


async def seen_among(tx: Tx, channel: int, ids: Collection[str], *, unmarked: bool = False) -> set[str]:
    """Return which messages of a stream were judged; with `unmarked`, those alone that aren't known to be gone."""
    found: set[str] = set()
    for part in chunks(sorted(ids)):
        found.update(await tx.scalars(_UNMARKED if unmarked else _SEEN, {"channel": channel, "ids": part}))
    return found


async def mark_seen(tx: Tx, channel: int, ids: Collection[str]) -> None:
    """Note of judged messages that they aren't there any more."""
    if ids:
        await tx.execute(_MARK_SEEN, [{"number": channel, "id": one} for one in sorted(ids)])


async def still_there(tx: Tx, channel: int, ids: Collection[str]) -> dict[str, str | None]:
    """Return the surrogates of messages of a stream that aren't known to be gone, each with its author's."""
    found: dict[str, str | None] = {}
    for part in chunks(sorted(ids)):
        found |= {row.id: row.account for row in await tx.execute(_STANDING, {"channel": channel, "ids": part})}
    return found


async def deletions_of(tx: Tx, messages: Collection[str]) -> list[Claimed]:
    """Return everything that was ever planned to delete messages; it stays as it is until the transaction ends."""
    found: list[Any] = []
    for part in chunks([f"message:{one}" for one in sorted(messages)]):
        found += (await tx.execute(_DELETIONS, {"targets": part})).all()
    return await with_actors(tx, found)


async def mark_gone(tx: Tx, ids: Collection[str], at: datetime) -> None:
    """Note of messages since when they aren't there any more, by another hand than Locum's."""
    if ids:
        await tx.execute(_MARK, [{"_id": one, "_at": at} for one in sorted(ids)])


async def unsaid(tx: Tx, community: str, until: datetime) -> list[Gone]:
    """Return messages that went up to a time, and of which the ledger wasn't told; not all of very many."""
    return [
        Gone(message=row.id, account=row.account or "", channel=row.channel, at=row.gone_at)
        for row in await tx.execute(_UNSAID, {"community": community, "until": until})
    ]


async def mark_said(tx: Tx, ids: Collection[str]) -> None:
    """Note that the ledger was told, or needn't be."""
    if ids:
        await tx.execute(_SAID, [{"_id": one} for one in sorted(ids)])


async def about(tx: Tx, ids: Collection[str]) -> dict[str, list[About]]:
    """Return to which cases messages belong; one of which nothing was found or reported is missing."""
    found: dict[str, list[About]] = {}
    for part in chunks(sorted(ids)):
        for row in await tx.execute(_CASES, {"ids": part, "others": part}):
            one = About(case=row.case, severity=row.severity or 0)
            known = found.setdefault(row.message, [])
            if one not in known:
                known.append(one)
    return found


async def deletion_deeds(tx: Tx, community: str, since: datetime, until: datetime) -> Sequence[Deletion]:
    """Return the deletions that somebody was seen to do in a time."""
    found = await tx.execute(_DEEDS, {"community": community, "since": since, "until": until})
    return [Deletion(account=row.account, channel=row.channel, count=row.how_many, at=row.at) for row in found]


async def gone_among(tx: Tx, ids: Collection[str]) -> set[str]:
    """Return which messages aren't there any more, by another hand than Locum's."""
    found: set[str] = set()
    for part in chunks(sorted(ids)):
        found.update(await tx.scalars(_AMONG, {"ids": part}))
    return found


async def mark_left(tx: Tx, account: str, at: datetime) -> bool:
    """Note since when a member isn't there any more; return whether that is new, and they didn't come back since."""
    return (await tx.execute(_LEFT, {"_id": account, "_at": at})).rowcount == 1


async def mark_back(tx: Tx, joined: Mapping[str, datetime]) -> list[str]:
    """Note that members are there who had left before they joined, and return them; `joined` says when, by account."""
    back: list[str] = []
    for part in chunks(sorted(joined)):
        back += [row.id for row in await tx.execute(_AWAY, {"ids": part}) if row.left_at <= joined[row.id]]
    for part in chunks(back):
        await tx.execute(_BACK, {"ids": part})
    return back
