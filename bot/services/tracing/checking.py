"""Verifies a whole ledger as `locum verify` does, beside a running program that nobody keeps waiting."""

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic

from bot.i18n import Phrase, say
from bot.ledger.keys import Verifier
from bot.ledger.tree import Frontier, root
from bot.services.ledger.verifying import Report, verify
from bot.services.record import NotBegunError
from bot.services.tracing.chain import Verified
from bot.store.engine import Store, Tx
from bot.store.ledger import reading

#: digits of the root that are shown
_DIGITS = 16
#: entries that are held at once: the rest of the program runs between two such stretches
_BATCH = 1 << 12


class Checking:
    """Verifies one ledger at a time, in a thread with a database connection of its own."""

    def __init__(self, open_: Callable[[], Store]) -> None:
        self._open = open_
        self._turn = asyncio.Lock()

    async def verify(
        self, community: str, logs: Sequence[Verifier], witnesses: Sequence[Verifier], language: str
    ) -> Verified:
        """Return what the check of a community's whole ledger came to; who asks meanwhile waits for their turn.

        Whoever stops waiting doesn't stop a check that is under way: the next one waits for its end.
        """
        async with self._turn:
            checking = asyncio.create_task(
                asyncio.to_thread(lambda: asyncio.run(_checked(self._open, community, logs, witnesses)))
            )
            report, size, hash_, seconds = await asyncio.shield(checking)
        if report is None:
            return Verified(sound=False, size=0, findings=(say("verify.no_ledger", language),), seconds=seconds)
        return Verified(
            sound=not report.count,
            size=size,
            root=hash_,
            findings=_said(report.problems, report.count, language),
            seconds=seconds,
        )


async def _checked(
    open_: Callable[[], Store], community: str, logs: Sequence[Verifier], witnesses: Sequence[Verifier]
) -> tuple[Report | None, int, str, float]:
    """Return the report, and how many entries there are under which root, in a store that nobody else uses."""
    begun = monotonic()
    store = open_()
    try:
        report = await verify(store, community, logs=logs, witnesses=witnesses, batch=_BATCH)
        size = report.looked.get("entries", 0)
        async with store.reading() as tx:
            hash_ = await _root(tx, community, size)
    except NotBegunError:
        return None, 0, "", monotonic() - begun
    finally:
        await store.close()
    return report, size, hash_, monotonic() - begun


async def _root(tx: Tx, community: str, size: int) -> str:
    """Return how the hash of the tree of so many entries begins; empty where parts of it are missing."""
    places, offset = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            places.append((level, offset >> level))
            offset += 1 << level
    found = await reading.nodes_at(tx, community, places)
    if len(found) < len(places):
        return ""
    return root(Frontier(size=size, peaks=tuple(found[place] for place in places))).hex()[:_DIGITS]


def _said(problems: Sequence[Phrase], count: int, language: str) -> tuple[str, ...]:
    said = tuple(one.say(language) for one in problems)
    more = count - len(problems)
    return (*said, say("verify.more", language, count=more)) if more > 0 else said
