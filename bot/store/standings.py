"""Standings: what Locum last brought members to on the platform, and what others had set there before."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import FREE, Standing
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import standings
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

_KNOWN = select(standings).where(standings.c.account.in_(bindparam("accounts", expanding=True)))
_CHANGES = ("held", "until", "theirs_held", "theirs_until", "at")


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
