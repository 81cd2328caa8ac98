"""What a case's member wrote, as it was sealed when it was judged: for cards that have to show why."""

from collections.abc import Collection

from bot.domain.card import Quote
from bot.domain.message import Markup
from bot.ledger import entries
from bot.services.showing.quoting import markups, shortened
from bot.services.showing.viewing import Viewing
from bot.services.unsealing import sealed_text
from bot.store.case_views import evidence_of

#: quotes that one card shows
_MOST = 5


async def sealed_quotes(viewing: Viewing, account: str, cases: Collection[str], author: str) -> tuple[Quote, ...]:
    """Return what a member wrote in these cases, oldest first; what was erased or is past its time is missing."""
    found: list[Quote] = []
    markup = (await markups(viewing.tx, [account])).get(account, Markup.PLAIN)
    for seq, body in await evidence_of(viewing.tx, viewing.community, account):
        entry = entries.read(body)
        if entry.case not in cases or len(found) == _MOST:
            continue
        text = await sealed_text(viewing.tx, viewing.keys, viewing.community, seq, "details.evidence")
        if text is not None:
            found.append(
                Quote(
                    author=author,
                    text=shortened(text),
                    marks=_marks(entry.details, len(shortened(text))),
                    central=True,
                    markup=markup,
                )
            )
    return tuple(reversed(found))


def _marks(details: object, length: int) -> tuple[tuple[int, int], ...]:
    """Return where the findings of an entry are, as far as the text that was kept reaches."""
    findings = details.get("findings", ()) if isinstance(details, dict) else ()
    spans = {(int(span[0]), int(span[1])) for finding in findings for span in finding.get("spans", ())}
    return tuple(sorted((start, end) for start, end in spans if 0 <= start < end <= length))
