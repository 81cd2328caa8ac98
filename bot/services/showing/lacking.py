"""News for leads about what a platform doesn't let Locum see."""

from collections.abc import Collection, Mapping

from bot.cards.lacking import lacking_card
from bot.domain.card import Card
from bot.services.lacking import found_in
from bot.services.showing.viewing import Viewing
from bot.store.workspaces import known_connections


async def lacking_cards(viewing: Viewing, ids: Collection[str]) -> Mapping[str, Card]:
    """Return the cards of what there is such news about."""
    known = await known_connections(viewing.tx, viewing.community)
    found = found_in(viewing.community, known, ids)
    return {subject: lacking_card(where.name, absent, viewing.language) for subject, where, absent in found}
