"""Cards as rows: what staff are to see, where, and what they see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, select, update

from bot.domain.card import CardKind
from bot.domain.message import PlatformName
from bot.domain.place import Stream
from bot.store.channels import add_channels
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import cards, cases, channels, decisions
from bot.store.upsert import upsert


@dataclass(frozen=True, kw_only=True, slots=True)
class CardRow:
    """A card, as far as it is wanted and shown."""

    #: surrogate
    id: str
    #: what sort of thing it shows
    kind: CardKind = CardKind.CASE
    #: surrogate of what it shows: the case, the approval, the appeal
    subject: str
    #: surrogate of the case that it belongs to
    case: str | None = None
    #: where it hangs; None until one is known
    stream: Stream | None = None
    #: surrogate of the message that shows it; None before it was posted
    message: str | None = None
    #: the version that is wanted
    wanted: int = 1
    #: the version that is shown
    shown: int = 0


_CARDS = select(
    cards, channels.c.platform, channels.c.workspace, channels.c.channel.label("place"), channels.c.thread
).outerjoin(channels, channels.c.id == cards.c.channel)
_BY_ID = _CARDS.where(cards.c.id.in_(bindparam("ids", expanding=True)))
_OF_CASES = (
    _CARDS.where(cards.c.case.in_(bindparam("ids", expanding=True)), cards.c.kind == CardKind.CASE.value)
    .order_by(cards.c.id)
    .with_for_update(of=cards)
)
_OF_SUBJECTS = (
    _CARDS.where(cards.c.subject.in_(bindparam("ids", expanding=True))).order_by(cards.c.id).with_for_update(of=cards)
)
_SHOWN = (
    update(cards).where(cards.c.id == bindparam("_id")).values(shown=bindparam("_shown"), message=bindparam("_message"))
)


async def card_rows(tx: Tx, ids: Collection[str]) -> dict[str, CardRow]:
    """Return cards."""
    return {one.id: one for one in await _read(tx, _BY_ID, ids)}


async def cards_of_cases(tx: Tx, ids: Collection[str]) -> list[CardRow]:
    """Return the cards that show the cases, and let nobody else change them until the transaction ends."""
    return await _read(tx, _OF_CASES, ids)


async def cards_of_subjects(tx: Tx, ids: Collection[str]) -> list[CardRow]:
    """Return the cards that show approvals, appeals and the like, likewise."""
    return await _read(tx, _OF_SUBJECTS, ids)


async def cards_about(tx: Tx, account: str) -> list[CardRow]:
    """Return the cards of a member's cases, likewise."""
    named = select(cases.c.id).where(cases.c.account == account)
    # of several, the case names nobody: its decisions do
    shared = (
        select(cases.c.id)
        .join(decisions, decisions.c.case == cases.c.id)
        .where(decisions.c.account == account, cases.c.account.is_(None))
    )
    return await cards_of_cases(tx, set(await tx.scalars(named.union(shared))))


async def _read(tx: Tx, statement: Select[Any], ids: Collection[str]) -> list[CardRow]:
    return [_card(row) for part in chunks(sorted(ids)) for row in await tx.execute(statement, {"ids": part})]


async def want_cards(tx: Tx, community: str, wanted: Sequence[CardRow], at: datetime) -> None:
    """Hang up new cards, and raise the wanted version of others."""
    numbers = await add_channels(tx, community, {card.stream for card in wanted if card.stream is not None}, at)
    rows = [
        {
            "id": card.id,
            "community": community,
            "kind": card.kind.value,
            "subject": card.subject,
            "case": card.case,
            "channel": None if card.stream is None else numbers[card.stream],
            "wanted": card.wanted,
            "shown": 0,
        }
        for card in wanted
    ]
    await upsert(tx, cards, rows, ["id"], ["wanted"])


async def note_shown(tx: Tx, shown: Mapping[str, tuple[int, str | None]]) -> None:
    """Write down which version each card shows, and on which message; None when it must be posted anew."""
    rows = [{"_id": card, "_shown": version, "_message": message} for card, (version, message) in shown.items()]
    if rows:
        await tx.execute(_SHOWN, sorted(rows, key=lambda row: str(row["_id"])))


def _card(row: Row[Any]) -> CardRow:
    stream = None
    if row.platform is not None:
        stream = Stream(
            platform=PlatformName(row.platform), workspace=row.workspace, channel=row.place, thread=row.thread
        )
    return CardRow(
        id=row.id,
        kind=CardKind(row.kind),
        subject=row.subject or row.case or "",
        case=row.case,
        stream=stream,
        message=row.message,
        wanted=row.wanted,
        shown=row.shown,
    )
