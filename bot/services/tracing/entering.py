"""Shows the ledger's newest entries as they come."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.action import ActionKind, ActionState
from bot.domain.actor import OUTSIDE, Actor, read_actor
from bot.domain.entry_kind import EntryKind
from bot.ledger import entries
from bot.ledger.entries import Entry
from bot.ledger.errors import LedgerError
from bot.services.staff.governing import govern
from bot.services.tracing.attributing import attribute
from bot.services.tracing.chain import EntryShown
from bot.services.tracing.sentences import Names, sentence
from bot.services.tracing.tracing import Tracing
from bot.store.cases import read_cases
from bot.store.ledger import growing, reading

#: digits of a hash that are shown: enough to tell two apart at a glance
_DIGITS = 12
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: entries that one look shows at most
_MOST = 500


async def latest_entries(tracing: Tracing, after: int, most: int, language: str) -> Sequence[EntryShown]:
    """Return the newest entries behind a number, oldest first, at most so many; -1 stands before the first."""
    policies = tracing.policies
    async with tracing.store.glancing() as tx:
        head = await growing.head(tx, policies.community)
        if head is None:
            return ()
        first = max(after + 1, head.size - max(min(most, _MOST), 0), 0)
        read = _read(await reading.bodies(tx, policies.community, first, head.size))
        if not read:
            return ()
        hashes = await reading.nodes_at(tx, policies.community, [(0, one.seq) for one in read])
        cases = await read_cases(tx, policies.community, {one.case for one in read if one.case})
        names = Names(
            roster=(await govern(tx, policies)).roster,
            cases={one.id: one.number for one in cases.values()},
            zone=policies.zone,
        )
    return [
        EntryShown(
            seq=one.seq,
            at=_EPOCH + timedelta(milliseconds=one.at),
            kind=one.kind,
            title=sentence(one, names, language),
            by=attribute(_actor(one), names.roster, language),
            hash=hashes.get((0, one.seq), b"").hex()[:_DIGITS],
            routine=_routine(one),
        )
        for one in read
    ]


def _read(bodies: Sequence[bytes]) -> list[Entry]:
    """Return the entries that can be read; `locum verify` names the others."""
    found: list[Entry] = []
    for body in bodies:
        try:
            found.append(entries.read(body))
        except LedgerError:
            continue
    return found


def _routine(entry: Entry) -> bool:
    """Return whether an entry is about cards alone, and nothing went wrong with them."""
    details: Mapping[str, Any] = entry.details
    match entry.kind:
        case EntryKind.PLANNED.value:
            kinds = {str(one.get("kind", "")) for one in details.get("actions", ())}
            return kinds == {ActionKind.CARD.value}
        case EntryKind.ACTION.value:
            well = details.get("outcome") in (ActionState.CONFIRMED.value, ActionState.SUPERSEDED.value)
            return well and details.get("kind") == ActionKind.CARD.value
        case _:
            return False


def _actor(entry: Entry) -> Actor:
    try:
        return read_actor({name: str(value) for name, value in entry.actor.items()})
    except (KeyError, ValueError, TypeError):
        # a snapshot that somebody damaged names nobody
        return OUTSIDE
