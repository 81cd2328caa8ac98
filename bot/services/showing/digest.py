"""What the digest of a burst shows: the cases of one queue that came together and have no card of their own."""

from collections.abc import Collection, Mapping

from bot.cards.digest import LINES, digest_card
from bot.domain.card import Card
from bot.services.showing.digesting import BURST_WITHIN, DIGEST_FOR
from bot.services.showing.viewing import Viewing
from bot.store.case_views import case_views, opened_between, with_card
from bot.store.cases import read_cases


async def digest_cards(viewing: Viewing, ids: Collection[str]) -> Mapping[str, Card]:
    """Return digests by the case that each began with; where that is gone, so is the digest."""
    shown: dict[str, Card] = {}
    for name, first in (await read_cases(viewing.tx, viewing.community, ids)).items():
        if first.opened_at is None:
            continue
        since, until = first.opened_at - BURST_WITHIN, first.opened_at + DIGEST_FOR
        together = await opened_between(viewing.tx, viewing.community, first.queue, since, until)
        own = await with_card(viewing.tx, together)
        listed = [one for one in together if one not in own]
        # the others are only counted: a burst may be of thousands
        views = await case_views(viewing.tx, listed[:LINES])
        shown[name] = digest_card(
            name, first.queue, [views[one] for one in listed if one in views], viewing.language, count=len(listed)
        )
    return shown
