"""Tells leads what a platform doesn't let Locum see, once: rules that see nothing find nothing, and say nothing."""

from collections.abc import Collection, Iterator, Sequence
from hashlib import sha256
from itertools import combinations

from bot.domain.capability import Ability, Capability, Way
from bot.domain.card import CardKind
from bot.domain.place import Connection
from bot.services.showing.hanging import leads_stream
from bot.services.showing.wanting import show
from bot.services.work import Work
from bot.store.cards import cards_of_subjects

#: what rules go by; whatever else can't be done shows when it is to be done
SEEING = (Ability.MESSAGES, Ability.JOINS)
#: characters of a surrogate
_LONG = 32


async def tell_once(work: Work, connection: Connection, known: Sequence[Capability]) -> bool:
    """Show leads what can't be seen through a connection, unless that was said; return whether it is said now."""
    missing = {one.ability for one in known if one.way is Way.MISSING}
    absent = tuple(one for one in SEEING if one in missing)
    if not absent:
        return False
    subject = _subject(work.community, connection, absent)
    stream = leads_stream(work.policies, connection)
    if stream is None or await cards_of_subjects(work.tx, [subject]):
        return False
    await show(work, CardKind.NEWS, subject, stream=stream)
    return True


def found_in(
    community: str, connections: Collection[Connection], subjects: Collection[str]
) -> Iterator[tuple[str, Connection, tuple[Ability, ...]]]:
    """Yield of subjects those that say what can't be seen, with where that is, and what."""
    for connection in connections:
        for many in range(1, len(SEEING) + 1):
            for absent in combinations(SEEING, many):
                subject = _subject(community, connection, absent)
                if subject in subjects:
                    yield subject, connection, absent


def _subject(community: str, connection: Connection, absent: Sequence[Ability]) -> str:
    """Return what hangs up the card: the same for the same news, so that its row is all there is to remember."""
    said = "\n".join(["lacking", community, connection.name, *(one.value for one in absent)])
    return sha256(said.encode()).hexdigest()[:_LONG]
