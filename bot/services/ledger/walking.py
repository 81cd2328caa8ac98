"""Computes the tree anew from the entries' bytes, batch by batch, and holds everything stored of it against that."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from bot.ledger import tree
from bot.ledger.tree import EMPTY, Frontier, Growth
from bot.services.ledger.findings import Findings, stretches
from bot.store.engine import Tx
from bot.store.ledger import reading
from bot.store.ledger.growing import Head

#: entries a batch: whole subtrees, so that nearly every node lies within one batch
BATCH = 1 << 14


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Some entries in order, with the tree up to their end."""

    #: number of the first one
    first: int
    #: their numbers and bytes; those that are missing aren't here
    entries: Sequence[tuple[int, bytes]]
    #: the tree before them
    before: Frontier
    #: the tree after them, and the nodes that came to be
    growth: Growth

    @property
    def end(self) -> int:
        """The number behind the last one."""
        return self.growth.frontier.size

    def root_at(self, size: int) -> bytes:
        """Return the root that the tree had at a size within this stretch."""
        peaks = dict(zip(_levels(self.before.size), self.before.peaks, strict=True))

        def node(level: int, number: int) -> bytes:
            run = self.growth.runs[level] if level < len(self.growth.runs) else None
            if run is not None and number >= run.first:
                return run.hashes[number - run.first]
            return peaks[level]

        return tree.root_at(size, node)


@dataclass(kw_only=True, slots=True)
class Walk:
    """One pass over a ledger."""

    #: the transaction in which everything is read
    tx: Tx
    #: how far the ledger says that it has come
    head: Head
    #: where problems go
    findings: Findings
    #: entries a batch, a power of two
    batch: int = BATCH
    #: the tree so far
    frontier: Frontier = EMPTY

    async def next(self) -> Stretch | None:
        """Return the next stretch after holding its nodes against it; None at the end, or where no way leads on."""
        first, before = self.frontier.size, self.frontier
        end = min(first - first % self.batch + self.batch, self.head.size)
        if first >= end:
            return None
        entries = await self._entries(first, end)
        leaves = await self._leaves(first, end, entries)
        if leaves is None:
            return None
        growth = tree.append(before, leaves)
        for run in growth.runs[1:]:
            await self._compare(run.level, run.first, run.hashes)
        self.frontier = growth.frontier
        self.findings.seen("entries", len(entries))
        self.findings.seen("nodes", sum(len(run.hashes) for run in growth.runs))
        return Stretch(first=first, entries=entries, before=before, growth=growth)

    async def close(self) -> None:
        """Hold what lies outside the ledger, and what the head says of the tree, against what was computed."""
        community, size = self.head.community, self.head.size
        for number in await reading.numbers_outside(self.tx, community, size, 100):
            self.findings.problem("entry_beyond", seq=number, size=size)
        for level, lowest, highest in await reading.node_ranges(self.tx, community):
            fitting = size >> level if 0 <= level < 64 else 0
            if lowest < 0 or highest >= fitting:
                self.findings.problem("node_beyond", level=level, number=highest if lowest >= 0 else lowest)
        if self.frontier.size == size and self.frontier.peaks != self.head.peaks:
            self.findings.problem("head_false", size=size)

    async def _entries(self, first: int, end: int) -> list[tuple[int, bytes]]:
        """Return the entries that are there; name those that aren't."""
        found = await reading.bodies(self.tx, self.head.community, first, end)
        if len(found) == end - first:
            return list(zip(range(first, end), found, strict=True))
        numbers = await reading.numbers(self.tx, self.head.community, first, end)
        there = set(numbers)
        for low, high in stretches([number for number in range(first, end) if number not in there]):
            self.findings.problem("entry_missing", first=low, last=high, count=high - low + 1)
        return list(zip(numbers, found, strict=True))

    async def _leaves(self, first: int, end: int, entries: Sequence[tuple[int, bytes]]) -> list[bytes] | None:
        """Return the leaves to go on with; where an entry is missing or altered, the stored leaf stands in for it."""
        stored = await self._stored(0, first, end)
        made = [sha256(b"\0" + body).digest() for _, body in entries]
        if made == stored:
            return made
        leaves = {number: digest for (number, _), digest in zip(entries, made, strict=True)}
        kept = dict(zip(range(first, end), stored, strict=True))
        for number in range(first, end):
            known, computed = kept[number], leaves.get(number)
            if known is None:
                self.findings.problem("node_missing", level=0, number=number)
            elif computed is not None and computed != known:
                if await self._fits(number, leaves):
                    self.findings.problem("node_false", level=0, number=number)
                else:
                    self.findings.problem("entry_altered", seq=number)
                    leaves[number] = known
            elif computed is None:
                leaves[number] = known
            if number not in leaves:
                self.findings.problem("tree_ends", seq=number)
                return None
        return [leaves[number] for number in range(first, end)]

    async def _fits(self, number: int, leaves: dict[int, bytes]) -> bool:
        """Tell whether the node above confirms the leaf that was computed: then the stored leaf is what is false."""
        left, right = leaves.get(number & ~1), leaves.get(number | 1)
        if left is None or right is None:
            return False
        above = (await self._stored(1, number >> 1, (number >> 1) + 1))[0]
        return above == tree.node_hash(left, right)

    async def _compare(self, level: int, first: int, hashes: Sequence[bytes]) -> None:
        """Name the stored nodes that aren't what was computed."""
        stored = await self._stored(level, first, first + len(hashes))
        if stored == list(hashes):
            return
        for number, (known, made) in enumerate(zip(stored, hashes, strict=True), first):
            if known is None:
                self.findings.problem("node_missing", level=level, number=number)
            elif known != made:
                self.findings.problem("node_false", level=level, number=number)

    async def _stored(self, level: int, first: int, end: int) -> list[bytes | None]:
        """Return the stored nodes of a stretch, None where one is missing."""
        found = await reading.hashes(self.tx, self.head.community, level, first, end)
        if len(found) == end - first:
            return list(found)
        there = await reading.numbered_hashes(self.tx, self.head.community, level, first, end)
        return [there.get(number) for number in range(first, end)]


def _levels(size: int) -> Iterator[int]:
    """Yield the levels of a tree's complete subtrees, the largest first."""
    return (level for level in range(size.bit_length() - 1, -1, -1) if size >> level & 1)
