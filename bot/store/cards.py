"""Cards as rows: what staff are to see, and what they see."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot.domain.card import CaseView
from bot.domain.severity import Severity
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import accounts, cards, cases, decisions


@dataclass(frozen=True, kw_only=True, slots=True)
class CardRow:
    """A card, as far as it is wanted and shown."""

    #: surrogate
    id: str
    #: the case it shows
    case: str | None
    #: number of the channel it hangs in; None until one is known
    channel: int | None
    #: surrogate of the message that shows it; None before it was posted
    message: str | None = None
    #: the version that is wanted
    wanted: int = 1
    #: the version that is shown
    shown: int = 0


_CARDS = select(cards).where(cards.c.id.in_(bindparam("ids", expanding=True)))
_WANT = (
    update(cards)
    .where(cards.c.id.in_(bindparam("ids", expanding=True)))
    .values(wanted=cards.c.wanted + 1)
    .returning(cards.c.id, cards.c.wanted)
)
_OF_CASES = select(cards.c.id).where(cards.c.case.in_(bindparam("ids", expanding=True))).order_by(cards.c.id)
_HANG = update(cards).where(cards.c.id == bindparam("_id")).values(channel=bindparam("_channel"))
_SHOWN = (
    update(cards).where(cards.c.id == bindparam("_id")).values(shown=bindparam("_shown"), message=bindparam("_message"))
)
_CASES = (
    select(cases, accounts.c.erased_at)
    .outerjoin(accounts, accounts.c.id == cases.c.account)
    .where(cases.c.id.in_(bindparam("ids", expanding=True)))
)
_DECIDED = (
    select(decisions.c.case, decisions.c.rules, decisions.c.outcomes)
    .where(decisions.c.case.in_(bindparam("ids", expanding=True)))
    .order_by(decisions.c.at, decisions.c.id)
)


async def add_cards(tx: Tx, community: str, wanted: Sequence[CardRow]) -> None:
    """Write cards that are to be shown."""
    rows: list[dict[str, Any]] = [
        {
            "id": card.id,
            "community": community,
            "case": card.case,
            "channel": card.channel,
            "message": card.message,
            "wanted": card.wanted,
            "shown": card.shown,
        }
        for card in wanted
    ]
    if rows:
        await tx.execute(insert(cards).inline(), rows)


async def cards_of_cases(tx: Tx, cases: Collection[str]) -> list[str]:
    """Return the cards that show cases."""
    found: list[str] = []
    for part in chunks(sorted(cases)):
        found += (await tx.execute(_OF_CASES, {"ids": part})).scalars()
    return found


async def want_cards(tx: Tx, ids: Collection[str]) -> dict[str, int]:
    """Let cards be shown anew, for what they show has changed; return the versions that are wanted now."""
    found: dict[str, int] = {}
    for part in chunks(sorted(ids)):
        found |= {row.id: row.wanted for row in await tx.execute(_WANT, {"ids": part})}
    return found


async def hang_cards(tx: Tx, channels: Mapping[str, int]) -> None:
    """Say where cards hang."""
    if channels:
        await tx.execute(_HANG, [{"_id": card, "_channel": number} for card, number in sorted(channels.items())])


async def card_rows(tx: Tx, ids: Collection[str]) -> dict[str, CardRow]:
    """Return cards."""
    found: dict[str, CardRow] = {}
    for part in chunks(sorted(ids)):
        for row in await tx.execute(_CARDS, {"ids": part}):
            found[row.id] = CardRow(
                id=row.id,
                case=row.case,
                channel=row.channel,
                message=row.message,
                wanted=row.wanted,
                shown=row.shown,
            )
    return found


async def note_shown(tx: Tx, shown: Mapping[str, tuple[int, str | None]]) -> None:
    """Write down which version each card shows, and on which message; None when it must be posted anew."""
    rows = [{"_id": card, "_shown": version, "_message": message} for card, (version, message) in shown.items()]
    if rows:
        await tx.execute(_SHOWN, sorted(rows, key=lambda row: str(row["_id"])))


async def case_views(tx: Tx, ids: Collection[str]) -> dict[str, CaseView]:
    """Return what cards show of cases: the policies' own words and surrogates, never text of members."""
    rules: dict[str, dict[str, None]] = defaultdict(dict)
    outcomes: dict[str, dict[str, None]] = defaultdict(dict)
    found: dict[str, CaseView] = {}
    for part in chunks(sorted(ids)):
        for row in await tx.execute(_DECIDED, {"ids": part}):
            rules[row.case].update(dict.fromkeys(json.loads(row.rules)))
            outcomes[row.case].update(dict.fromkeys(said["kind"] for said in json.loads(row.outcomes)))
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
            )
    return found
