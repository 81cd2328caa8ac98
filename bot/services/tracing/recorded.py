"""Finds the ledger's entries that record what followed from a message, and what they say of it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.domain.entry_kind import EntryKind
from bot.ledger import entries
from bot.ledger.entries import Entry
from bot.ledger.errors import LedgerError
from bot.store.columns import micros
from bot.store.engine import Tx
from bot.store.ledger import growing, reading
from bot.store.ledger.finding import entries_of

#: times of entries are whole milliseconds, and a platform's clock may be ahead of ours
_MARGIN = timedelta(minutes=1)
#: entries that are read of what belongs to one message
_MOST = 1_000
#: the details under which entries name what they are about
_NAMED = ("decision", "sanction", "approval", "appeal", "report", "escalation", "message")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A rule that matched, as the decision's entry has it."""

    #: `guideline/rule`
    rule: str
    #: how grave, as a number
    severity: int
    #: (start, end) in the text as it was judged
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """The entries that name what is traced."""

    #: kind of entry, and what it names → the numbers of those entries, in order
    numbers: Mapping[tuple[str, str], Sequence[int]] = field(default_factory=dict)
    #: by number
    read: Mapping[int, Entry] = field(default_factory=dict)

    def first(self, name: str | None, *kinds: EntryKind) -> int | None:
        """Return the number of the first entry of one of these kinds that names something; None where there is none."""
        return next(iter(self._of(name, kinds)), None)

    def last(self, name: str | None, *kinds: EntryKind) -> int | None:
        """Return the number of the last such entry."""
        return next(reversed(self._of(name, kinds)), None)

    def findings(self, decision: str) -> list[Found]:
        """Return the rules that a decision went by, with the offending words; none where a person decided."""
        entry = self._entry(decision)
        return [] if entry is None else list(_findings(entry.details))

    def asked(self, decision: str) -> str:
        """Return the kind of sanction that a decision asks for instead of imposing it; empty for none."""
        entry = self._entry(decision)
        return "" if entry is None else str(entry.details.get("asked", ""))

    def evidence(self, message: str, decided: Collection[str]) -> list[int]:
        """Return the numbers of entries that hold what a message said, the newest first."""
        numbers = [self.first(one, EntryKind.DECISION) for one in decided]
        numbers += self.numbers.get((EntryKind.REPORTED, message), ())
        held = {one for one in numbers if one is not None and "evidence" in self.read[one].details}
        return sorted(held, reverse=True)

    def _entry(self, decision: str) -> Entry | None:
        number = self.first(decision, EntryKind.DECISION)
        return None if number is None else self.read[number]

    def _of(self, name: str | None, kinds: Collection[EntryKind]) -> list[int]:
        return [] if not name else sorted(one for kind in kinds for one in self.numbers.get((kind.value, name), ()))


async def find_recorded(tx: Tx, community: str, since: datetime, names: Collection[str]) -> Recorded:
    """Return the entries that belong to one of these surrogates; of very many, only those since a time."""
    found = await entries_of(tx, community, 0, names, _MOST)
    if len(found) == _MOST:
        first = await _first_since(tx, community, micros(since - _MARGIN) // 1000)
        found = await entries_of(tx, community, first, names, _MOST)
    numbers: dict[tuple[str, str], list[int]] = {}
    read: dict[int, Entry] = {}
    for seq, body in found:
        try:
            entry = entries.read(body)
        except LedgerError:
            # `locum verify` names what is damaged
            continue
        read[seq] = entry
        for name in set(_names(entry)):
            numbers.setdefault((entry.kind, name), []).append(seq)
    return Recorded(numbers=numbers, read=read)


async def _first_since(tx: Tx, community: str, at: int) -> int:
    """Return the number of an entry before which nothing was recorded since a time, found by halving."""
    head = await growing.head(tx, community)
    low, high = 0, 0 if head is None else head.size
    while low < high:
        middle = (low + high) // 2
        body = await reading.bodies(tx, community, middle, middle + 1)
        try:
            earlier = bool(body) and entries.read(body[0]).at < at
        except LedgerError:
            earlier = False
        low, high = (middle + 1, high) if earlier else (low, middle)
    return low


def _names(entry: Entry) -> Iterator[str]:
    """Yield every surrogate that an entry is about."""
    yield from (one for one in (entry.action, entry.case) if one)
    for key in _NAMED:
        value = entry.details.get(key)
        if isinstance(value, str) and value:
            yield value
    for key in ("actions", "sanctions"):
        listed: Any = entry.details.get(key, ())
        yield from (str(one["id"]) for one in listed if isinstance(one, Mapping) and "id" in one)


def _findings(details: Mapping[str, Any]) -> Iterator[Found]:
    for said in details.get("findings", ()):
        spans = {(int(start), int(end)) for start, end, *_ in said.get("spans", ())}
        yield Found(rule=str(said["rule"]), severity=int(said["severity"]), spans=tuple(sorted(spans)))
