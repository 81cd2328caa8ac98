"""Reads the ledger in stretches and returns what was done: of everybody, or of one organisation alone."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.domain.governance import Governance
from bot.domain.staff import Organisation
from bot.ledger import entries
from bot.services.activity.rows import Activity, Key, Row
from bot.services.activity.tallying import Tally
from bot.store.engine import Tx
from bot.store.ledger import growing
from bot.store.ledger.reading import bodies

_STRETCH = 2_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
#: entries carry the time at which their transaction began, and two that ran beside each other may swap places
_SLACK = 3_600_000


async def activity(
    tx: Tx,
    community: str,
    since: datetime,
    until: datetime,
    *,
    governance: Governance | None = None,
    organisation: str = "",
) -> Activity:
    """Return what was done from `since` to before `until`, and what has become of it up to now.

    What rules only watched (shadow) isn't something done. With an `organisation`, nothing of others is even counted.
    `governance` says how people are called.
    """
    tally = Tally(since=_millis(since), until=_millis(until), organisation=organisation)
    head = await growing.head(tx, community)
    size = 0 if head is None else head.size
    first = await _first(tx, community, size, tally.since - _SLACK)
    while first < size:
        for body in await bodies(tx, community, first, min(first + _STRETCH, size)):
            tally.take(entries.read(body))
        first += _STRETCH
        # whoever else runs in this process goes on meanwhile
        await asyncio.sleep(0)
    people = {} if governance is None else {one.id: one.alias for one in governance.roster.people.values()}
    known: Mapping[str, Organisation] = {} if governance is None else governance.roster.organisations
    rows = [Row(key=key, called=people.get(key.who, key.who), count=count) for key, count in tally.rows().items()]
    rows.sort(key=lambda row: _order(row.key, known))
    return Activity(community=community, since=since, until=until, organisation=organisation, rows=rows)


def _order(key: Key, known: Mapping[str, Organisation]) -> tuple[object, ...]:
    organisation = known.get(key.organisation)
    partner = organisation is None or not organisation.is_internal
    whose = (key.by != "person", partner, key.organisation, key.who, key.by, key.contract, key.mandate)
    return (*whose, key.deed.value, key.what, key.guideline, key.verdict, key.result)


async def _first(tx: Tx, community: str, size: int, at: int) -> int:
    """Return a number before which every entry is older."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        found = await bodies(tx, community, middle, middle + 1)
        if found and entries.read(found[0]).at < at:
            low = middle + 1
        else:
            high = middle
    return low


def _millis(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND
