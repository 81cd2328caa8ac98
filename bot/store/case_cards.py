"""Cards that show cases: which one shows which, and up to what version it is wanted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.domain.message import PlatformName
from bot.domain.place import Stream
from bot.store.channels import add_channels
from bot.store.chunks import chunks
from bot.store.engine import Tx
from bot.store.tables import cards, cases, channels
from bot.store.upsert import upsert

_SHOWING = (
    select(
        cards.c.id, cards.c.case, cards.c.wanted,
        channels.c.platform, channels.c.workspace, channels.c.channel, channels.c.thread,
    )
    .join(channels, channels.c.id == cards.c.channel)
    .where(cards.c.case.in_(bindparam("ids", expanding=True)))
    .order_by(cards.c.id)
    .with_for_update(of=cards)
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseCard:
    """A card that shows a case."""

    #: surrogate
    id: str
    #: surrogate of the case
    case: str
    #: where it hangs
    stream: Stream
    #: the version that is wanted
    wanted: int


async def cards_of_cases(tx: Tx, ids: Collection[str]) -> list[CaseCard]:
    """Return the cards that show the cases, and let nobody else change them until the transaction ends."""
    found: list[CaseCard] = []
    for part in chunks(sorted(ids)):
        for card, case, wanted, platform, workspace, channel, thread in await tx.execute(_SHOWING, {"ids": part}):
            stream = Stream(platform=PlatformName(platform), workspace=workspace, channel=channel, thread=thread)
            found.append(CaseCard(id=card, case=case, stream=stream, wanted=wanted))
    return found


async def cards_about(tx: Tx, account: str) -> list[CaseCard]:
    """Return the cards of a member's cases, and let nobody else change them until the transaction ends."""
    return await cards_of_cases(tx, list(await tx.scalars(select(cases.c.id).where(cases.c.account == account))))


async def want_cards(tx: Tx, community: str, wanted: Sequence[CaseCard], at: datetime) -> None:
    """Hang up new cards, and raise the wanted version of others."""
    numbers = await add_channels(tx, community, {card.stream for card in wanted}, at)
    rows = [
        {
            "id": card.id,
            "community": community,
            "case": card.case,
            "channel": numbers[card.stream],
            "wanted": card.wanted,
            "shown": 0,
        }
        for card in wanted
    ]
    await upsert(tx, cards, rows, ["id"], ["wanted"])
