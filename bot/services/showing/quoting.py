"""Quotes for cards: what members wrote, under handles instead of names, and files by name alone."""

from collections.abc import Collection, Mapping

from bot.cards.case_card import handle
from bot.domain.card import Quote
from bot.domain.message import AccountRef, Markup, Message
from bot.store.accounts import account_refs
from bot.store.engine import Tx

#: accounts by where they are: their surrogates
Named = Mapping[AccountRef, str]

#: somebody of whom Locum knows nothing
_SOMEBODY = "?"
#: characters of one message that a card shows
_LONGEST = 1_000


def quote_of(message: Message, named: Named, *, central: bool = False) -> Quote:
    """Return a message as a card shows it: its files are named, and nobody's media is ever copied."""
    ref = message.author.account
    surrogate = None if ref is None else named.get(ref)
    return Quote(
        author=_SOMEBODY if surrogate is None else handle(surrogate),
        text=shortened(message.text),
        at=message.at,
        files=tuple(one.name for one in message.attachments),
        central=central,
        hidden=bool(message.attachments),
        markup=message.markup,
    )


async def markups(tx: Tx, accounts: Collection[str]) -> Mapping[str, Markup]:
    """Return how accounts write formatting, where the platform that they are on has a way of its own."""
    places = await account_refs(tx, accounts)
    ways = {markup.value: markup for markup in Markup}
    return {one: ways[ref.platform.value] for one, ref in places.items() if ref.platform.value in ways}


def shortened(text: str) -> str:
    """Return as much of a text as a card shows."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
