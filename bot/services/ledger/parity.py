"""Holds the entries against the domain's own rows: what one of them says, the other must say as well.

Both sides are taken apart into facts, such as `action_ended 4f… confirmed`. Facts are added up by keyed digest, in
buckets: where both sums are equal, so are the facts, whatever their order. Only the buckets that differ are looked at
again, so that memory doesn't grow with the ledger.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from secrets import token_bytes
from typing import Any

from bot.domain.action import FINAL
from bot.domain.entry_kind import EntryKind
from bot.ledger import entries
from bot.ledger.entries import Entry
from bot.ledger.errors import EntryError, LedgerError
from bot.services.ledger.findings import Findings
from bot.store.engine import Tx
from bot.store.ledger import reading, standing

_BUCKETS = 1 << 12
_LAST = _BUCKETS - 1
#: buckets that are looked at again; where more differ, the ledger and the rows have little in common
_LOOKED_AT = 64
_PAGE = 10_000


class UnlikeError(EntryError):
    """The entry doesn't say what its kind says."""


#: one thing that is so: what it is about, whom, and what is said
Fact = str

#: returns what an entry with these details says
_Read = Callable[[Entry, Any], list[Fact]]


def facts_of_rows(part: str, rows: Iterable[Sequence[Any]]) -> Iterator[Fact]:
    """Yield what rows of a part say."""
    for ident, *said in rows:
        yield " ".join((part, ident, *(_word(one) for one in said)))


def facts_of_entry(entry: Entry) -> list[Fact]:
    """Return what an entry says of the domain's rows; raise UnlikeError when it can't be what it says it is."""
    read = _FACTS.get(entry.kind)
    if read is None:
        return []
    try:
        return read(entry, entry.details)
    except (KeyError, TypeError, AttributeError) as error:
        raise UnlikeError from error


def _decided(entry: Entry, said: Any) -> list[Fact]:
    return [
        f"decision {said['decision']} {_word(said.get('account'))} {said['mode']}",
        *_planned(entry, said, needed=False),
        *(f"sanction {one['id']} {one['kind']}" for one in said.get("sanctions", ())),
        *(f"strike {one['id']} {one['amount']}" for one in said.get("strikes", ())),
    ]


def _planned(entry: Entry, said: Any, *, needed: bool = True) -> list[Fact]:
    actions = said["actions"] if needed else said.get("actions", ())
    return [f"action {one['id']} {one['kind']} {one['target']}" for one in actions]


def _acted(entry: Entry, said: Any) -> list[Fact]:
    # what isn't final may be recorded as well, and is no state that stays
    return [f"action_ended {entry.action} {said['outcome']}"] if said["outcome"] in FINAL else []


def _closed(entry: Entry, said: Any) -> list[Fact]:
    return [f"case_closed {entry.case} {_word(said.get('verdict'))}"]


def _named(part: str, key: str, *said: str) -> _Read:
    """Return what reads an entry that names one thing in its details."""
    ending = "".join(f" {one}" for one in said)
    return lambda _, details: [f"{part} {details[key]}{ending}"]


_FACTS: Mapping[str, _Read] = {
    EntryKind.DECISION: _decided,
    EntryKind.PLANNED: _planned,
    EntryKind.ACTION: _acted,
    EntryKind.SANCTION_ENDED: _named("sanction_ended", "sanction"),
    EntryKind.STRIKE_REVOKED: _named("strike_revoked", "strike"),
    EntryKind.CASE_OPENED: lambda entry, _: [f"case {entry.case}"],
    EntryKind.CASE_CLOSED: _closed,
    EntryKind.GAP_OPENED: _named("gap", "gap"),
    EntryKind.GAP_CLOSED: _named("gap_ended", "gap", "closed"),
    EntryKind.GAP_LOST: _named("gap_ended", "gap", "lost"),
}


def _word(value: object) -> str:
    return "-" if value is None else str(value)


@dataclass(kw_only=True, slots=True)
class Parity:
    """Both sides, added up."""

    #: the transaction in which everything is read
    tx: Tx
    #: whose ledger
    community: str
    #: where problems go
    findings: Findings
    #: another one each time, so that nobody can make different facts look alike
    key: bytes = field(default_factory=lambda: token_bytes(32), repr=False)
    #: the ledger's sum less that of the rows, by bucket
    sums: list[int] = field(default_factory=lambda: [0] * _BUCKETS)

    def follow(self, entry: Entry) -> None:
        """Add what an entry says."""
        try:
            self._add(facts_of_entry(entry), 1)
        except UnlikeError:
            self.findings.problem("entry_unlike", seq=entry.seq)

    async def close(self, size: int) -> None:
        """Take away what the rows say, and name what is left."""
        async for part, rows in self._rows():
            self.findings.seen("rows", len(rows))
            self._add(facts_of_rows(part, rows), -1)
        differing = [bucket for bucket, total in enumerate(self.sums) if total]
        if not differing:
            return
        left = await self._gather(frozenset(differing[:_LOOKED_AT]), size)
        for fact, count in sorted(left.items()):
            part, ident, *more = fact.split(" ")
            self.findings.problem(
                f"{'row' if count > 0 else 'entry'}_lacks_{part}", id=ident, says=" ".join(more) or "-"
            )
        if len(differing) > _LOOKED_AT:
            self.findings.problem("parity_more", share=len(differing) * 100 // _BUCKETS)

    def _add(self, facts: Iterable[Fact], sign: int) -> None:
        sums, key = self.sums, self.key
        for fact in facts:
            digest = int.from_bytes(blake2b(fact.encode(), digest_size=16, key=key).digest(), "big")
            sums[digest & _LAST] += sign * digest

    def _place(self, fact: Fact) -> int:
        return int.from_bytes(blake2b(fact.encode(), digest_size=16, key=self.key).digest(), "big") & _LAST

    async def _rows(self) -> AsyncIterator[tuple[str, Sequence[Sequence[Any]]]]:
        """Yield every part's rows, page by page."""
        for part in standing.PARTS:
            after = ""
            while rows := await standing.rows(self.tx, part, self.community, after, _PAGE):
                yield part, rows
                after = rows[-1][0]

    async def _gather(self, buckets: frozenset[int], size: int) -> Counter[Fact]:
        """Return the facts in these buckets that one side alone states: above zero for the ledger's."""
        left: Counter[Fact] = Counter()
        for first in range(0, size, _PAGE):
            for body in await reading.bodies(self.tx, self.community, first, min(first + _PAGE, size)):
                try:
                    facts = facts_of_entry(entries.read(body))
                except LedgerError:
                    continue
                left.update(fact for fact in facts if self._place(fact) in buckets)
        async for part, rows in self._rows():
            left.subtract(fact for fact in facts_of_rows(part, rows) if self._place(fact) in buckets)
        return Counter({fact: count for fact, count in left.items() if count})
