"""Standings: what Locum last brought members to on the platform, and what others had set there before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import FREE, Standing
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import messages, standings
from bot.store.upsert import upsert

#: surrogate of the member's account, and the kind of sanction
StandingKey = tuple[str, OutcomeKind]


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What is known of a member under one kind of sanction."""

    #: what Locum set last
    ours: Standing = FREE
    #: what somebody else had set before ours covered it
    theirs: Standing = FREE


#: of whom nothing was ever set or seen
UNKNOWN_MEMBER = Known()


@dataclass(frozen=True, kw_only=True, slots=True)
class Purge:
    """What a ban took along: a member's messages of a time."""

    #: surrogate of the member's account
    account: str
    #: messages posted from then on
    since: datetime
    #: to then
    until: datetime


_KNOWN = select(standings).where(standings.c.account.in_(bindparam("accounts", expanding=True)))
_CHANGES = ("held", "until", "theirs_held", "theirs_until", "at")

_YIELD = (
    update(standings)
    .where(
        standings.c.account == bindparam("_account"),
        standings.c.kind == bindparam("_kind"),
        standings.c.held,
        standings.c.at <= bindparam("_since", type_=standings.c.at.type),
    )
    .values(
        held=False, until=None, theirs_held=bindparam("_theirs"), theirs_until=bindparam("_theirs_until"),
        at=bindparam("_since", type_=standings.c.at.type),
    )
)  # fmt: skip

_PURGED = (
    update(standings)
    .where(standings.c.account == bindparam("_account"), standings.c.kind == OutcomeKind.BAN.value)
    .values(purged_from=bindparam("_since"), purged_until=bindparam("_until"))
)
_GONE = (
    select(messages.c.id)
    .join(standings, standings.c.account == messages.c.account)
    .where(
        messages.c.id.in_(bindparam("ids", expanding=True)),
        standings.c.kind == OutcomeKind.BAN.value,
        messages.c.at.between(standings.c.purged_from, standings.c.purged_until),
    )
)


async def known_standings(tx: Tx, accounts: Collection[str]) -> dict[StandingKey, Known]:
    """Return what is known of members; of others nothing was ever set."""
    found: dict[StandingKey, Known] = {}
    for part in chunks(sorted(accounts)):
        for row in await tx.execute(_KNOWN, {"accounts": part}):
            found[row.account, OutcomeKind(row.kind)] = Known(
                ours=Standing(held=row.held, until=row.until),
                theirs=Standing(held=row.theirs_held, until=row.theirs_until),
            )
    return found


async def note_standings(tx: Tx, known: Mapping[StandingKey, Known], at: datetime) -> None:
    """Write down what was seen and set."""
    rows = [
        {
            "account": account,
            "kind": kind.value,
            "held": one.ours.held,
            "until": one.ours.until,
            "theirs_held": one.theirs.held,
            "theirs_until": one.theirs.until,
            "at": at,
        }
        for (account, kind), one in known.items()
    ]
    await upsert(tx, standings, rows, ("account", "kind"), _CHANGES)


async def yield_standing(tx: Tx, key: StandingKey, theirs: Standing, at: datetime) -> bool:
    """Write down that somebody else changed how a member stands, at a time, and return whether that was ours before.

    What Locum set or saw there since stays as it is.
    """
    account, kind = key
    values = {
        "_account": account, "_kind": kind.value, "_theirs": theirs.held, "_theirs_until": theirs.until, "_since": at,
    }  # fmt: skip
    return (await tx.execute(_YIELD, values)).rowcount == 1


async def note_purges(tx: Tx, purges: Sequence[Purge]) -> None:
    """Write down what bans took along, beside the standings that they set."""
    rows = [{"_account": one.account, "_since": one.since, "_until": one.until} for one in purges]
    if rows:
        await tx.execute(_PURGED, sorted(rows, key=lambda row: str(row["_account"])))


async def purged_messages(tx: Tx, ids: Collection[str]) -> set[str]:
    """Return which of these messages went with a ban of their author."""
    found: set[str] = set()
    for part in chunks(sorted(ids)):
        found.update((await tx.execute(_GONE, {"ids": part})).scalars())
    return found
