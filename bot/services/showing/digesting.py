"""Bursts: many new cases in one queue hang in one digest instead of a card each."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.card import CardKind
from bot.domain.case import Case
from bot.services.showing.wanting import show
from bot.services.work import Work
from bot.store.cards import CardRow, card_rows
from bot.store.case_views import digest_cards_since
from bot.store.engine import Tx

#: more new cases than that in one queue, within that time, are a burst
BURST = 5
BURST_WITHIN = timedelta(minutes=2)
#: a digest takes up what comes within it
DIGEST_FOR = timedelta(hours=1)


async def open_digests(tx: Tx, community: str, now: datetime) -> Mapping[str, CardRow]:
    """Return the digests that still take up cases, by queue."""
    found = await digest_cards_since(tx, community, now - DIGEST_FOR)
    rows = await card_rows(tx, list(found.values())) if found else {}
    return {queue: rows[card] for queue, card in found.items() if card in rows}


async def redraw_digest(work: Work, case: Case) -> None:
    """Want the digest anew in which a case may stand: it has a card of its own now."""
    if case.opened_at is None or work.now - case.opened_at > 2 * DIGEST_FOR:
        return
    since = case.opened_at - DIGEST_FOR - BURST_WITHIN
    card = (await digest_cards_since(work.tx, work.community, since)).get(case.queue)
    if card is None:
        return
    row = (await card_rows(work.tx, [card])).get(card)
    if row is not None:
        await show(work, CardKind.DIGEST, row.subject, stream=None, severity=case.severity)
