"""What was done outside Locum and is recorded: what a platform tells twice is recorded once."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import bindparam, delete, func, select

from bot.domain.outside import DeedKind
from bot.store.engine import Tx
from bot.store.tables import deeds
from bot.store.upsert import insert


@dataclass(frozen=True, kw_only=True, slots=True)
class Noted:
    """One deed as it is remembered."""

    #: when it was done
    at: datetime
    #: what was done
    kind: DeedKind
    #: the person's id in the roster; empty for anybody else
    person: str
    #: for whom they moderate
    organisation: str
    #: deletion: whose messages, in which stream by its number, and how many; None where the platform doesn't say
    account: str | None = None
    channel: int | None = None
    count: int = 1


_NEWEST = select(func.max(deeds.c.at)).where(deeds.c.connection == bindparam("connection"))
_TOLD = (
    select(deeds.c.news)
    .where(
        deeds.c.community == bindparam("community"),
        deeds.c.person == bindparam("person"),
        deeds.c.news.is_not(None),
        deeds.c.at >= bindparam("since", type_=deeds.c.at.type),
    )
    .order_by(deeds.c.at.desc())
    .limit(1)
)
_NEWS = (
    select(deeds)
    .where(deeds.c.community == bindparam("community"), deeds.c.news.in_(bindparam("ids", expanding=True)))
    .order_by(deeds.c.at, deeds.c.deed)
)


def _digest(name: str) -> str:
    """Return what stands for a platform's id of its record: the id itself is kept nowhere."""
    return sha256(name.encode()).hexdigest()[:32]


async def note_deed(tx: Tx, community: str, connection: str, deed: str, one: Noted, *, news: str | None) -> bool:
    """Return whether a deed wasn't recorded before, and remember it; `deed` is the platform's id of its record.

    `news` is what hangs up the card that tells leads of it.
    """
    statement = insert(tx, deeds).values(
        connection=connection, deed=_digest(deed), community=community, at=one.at, kind=one.kind.value,
        person=one.person, organisation=one.organisation, news=news,
        account=one.account, channel=one.channel, count=one.count,
    )  # fmt: skip
    return (await tx.execute(statement.on_conflict_do_nothing().inline())).rowcount == 1


async def noted_until(tx: Tx, community: str, connection: str, now: datetime) -> datetime:
    """Return when the newest deed was done that is recorded; where nothing ever was, it is watched from now on."""
    newest: datetime | None = await tx.scalar(_NEWEST, {"connection": connection})
    if newest is not None:
        return newest
    begins = {"connection": connection, "deed": _digest(""), "community": community, "at": now, "kind": ""}
    await tx.execute(insert(tx, deeds).values(**begins).on_conflict_do_nothing().inline())
    return now


async def news_about(tx: Tx, community: str, person: str, since: datetime) -> str | None:
    """Return under which news leads were told of somebody's deeds since a time; None where they weren't."""
    values = {"community": community, "person": person, "since": since}
    found: str | None = await tx.scalar(_TOLD, values)
    return found


async def deeds_in_news(tx: Tx, community: str, ids: Collection[str]) -> dict[str, list[Noted]]:
    """Return what was done, by the news under which leads are told of it, oldest first."""
    found: dict[str, list[Noted]] = defaultdict(list)
    for row in await tx.execute(_NEWS, {"community": community, "ids": sorted(ids)}):
        one = Noted(at=row.at, kind=DeedKind(row.kind), person=row.person, organisation=row.organisation)
        found[row.news].append(one)
    return dict(found)


async def trim_deeds(tx: Tx, before: datetime) -> int:
    """Forget what was done before a time, but the newest of each connection; return how much that was."""
    newer = deeds.alias()
    behind = select(newer.c.deed).where(newer.c.connection == deeds.c.connection, newer.c.at > deeds.c.at).exists()
    return (await tx.execute(delete(deeds).where(deeds.c.at < before, behind))).rowcount
