"""News for leads about what goes past Locum: what partners' people did by hand, and staff roles they still hold."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from bot.cards.outside import DeedNews, RoleNews, deed_card, role_card
from bot.domain.action import ActionState
from bot.domain.card import Card
from bot.services.showing.viewing import Viewing
from bot.store.deeds import Noted, deeds_in_news
from bot.store.partner_accounts import PartnerAccount, accounts_in_news, ends_of


async def outside_cards(
    viewing: Viewing, ids: Collection[str], named: Callable[[str, str], str]
) -> Mapping[str, Card]:  # fmt: skip
    """Return the cards of what there is such news about; `named` says who somebody is, by person and organisation."""
    done = await deeds_in_news(viewing.tx, viewing.community, ids)
    cards = {news: deed_card(_deeds(noted, named), viewing.language) for news, noted in done.items()}
    for one in await accounts_in_news(viewing.tx, viewing.community, ids):
        ends = await ends_of(viewing.tx, one.actions)
        reasons = sorted({reason for state, reason in ends.values() if state is not ActionState.CONFIRMED and reason})
        cards[one.subject] = role_card(_roles(one, ", ".join(reasons), named), viewing.language)
    return cards


def _deeds(noted: Sequence[Noted], named: Callable[[str, str], str]) -> DeedNews:
    return DeedNews(
        whom=named(noted[0].person, noted[0].organisation),
        counts=Counter(one.kind.value for one in noted),
        first=noted[0].at,
        last=noted[-1].at,
    )


def _roles(one: PartnerAccount, reason: str, named: Callable[[str, str], str]) -> RoleNews:
    return RoleNews(
        whom=named(one.person, one.organisation), why=one.why, state=one.state.value, roles=one.roles, reason=reason
    )
