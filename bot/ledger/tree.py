"""The Merkle tree of RFC 6962 and 9162 as pure functions over a store of complete subtrees.

A node (level, index) is the root of the complete subtree over the leaves index·2^level … (index+1)·2^level − 1. Such a
node never changes once it is there, so a store only ever inserts. A tree's `Frontier` is all that growing it needs.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from bot.ledger.errors import TreeError

#: reads one complete subtree's hash from wherever they are kept
Node = Callable[[int, int], bytes]

#: the root of the tree without leaves
EMPTY_ROOT = sha256(b"").digest()

_HASH = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Frontier:
    """The complete subtrees that together are the whole tree, and from which it grows."""

    #: number of leaves
    size: int
    #: their hashes, the largest subtree first: one for each 1 in the binary size
    peaks: tuple[bytes, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """Neighbouring new nodes of one level."""

    #: height above the leaves
    level: int
    #: index of the first one within its level
    first: int
    #: their hashes
    hashes: tuple[bytes, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Growth:
    """What appending leaves leads to."""

    #: the tree afterwards
    frontier: Frontier
    #: what is to be stored, the leaves themselves first
    runs: tuple[Run, ...]

    def nodes(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield every new node as (level, index, hash)."""
        for run in self.runs:
            for offset, digest in enumerate(run.hashes):
                yield run.level, run.first + offset, digest


#: the tree without leaves
EMPTY = Frontier(size=0, peaks=())


def leaf_hash(body: bytes) -> bytes:
    """Return the hash under which an entry's bytes stand in the tree."""
    return sha256(b"\0" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees side by side; its first byte keeps it from ever being a leaf's."""
    return sha256(b"\1" + left + right).digest()


def append(frontier: Frontier, leaves: Sequence[bytes]) -> Growth:
    """Return the tree with these leaf hashes behind it, and every complete subtree that came to be."""
    if len(frontier.peaks) != frontier.size.bit_count() or not {*map(len, frontier.peaks), *map(len, leaves)} <= {
        _HASH
    }:
        raise TreeError
    before, after = frontier.size, frontier.size + len(leaves)
    peaks = dict(zip(_levels(before), frontier.peaks, strict=True))
    runs = []
    level, new = 0, list(leaves)
    while new:
        first = before >> level
        runs.append(Run(level=level, first=first, hashes=tuple(new)))
        row = [peaks.pop(level), *new] if first & 1 else new
        if len(row) & 1:
            peaks[level] = row[-1]
        pairs = iter(row)
        new = [sha256(b"\1" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
        level += 1
    grown = Frontier(size=after, peaks=tuple(peaks[level] for level in _levels(after)))
    return Growth(frontier=grown, runs=tuple(runs))


def root(frontier: Frontier) -> bytes:
    """Return the tree's root hash."""
    return _fold(frontier.peaks)


def frontier_at(size: int, node: Node) -> Frontier:
    """Return the tree as it stood with `size` leaves, read from the store."""
    return Frontier(size=size, peaks=tuple(_complete(0, size, node)))


def root_at(size: int, node: Node) -> bytes:
    """Return the root hash that the tree had with `size` leaves."""
    return root(frontier_at(size, node))


def rebuild(bodies: Iterable[bytes], batch: int = 65_536) -> Frontier:
    """Return the tree over these entries, computed from nothing but them, in memory that doesn't grow with them."""
    frontier, waiting = EMPTY, []
    for body in bodies:
        waiting.append(sha256(b"\0" + body).digest())
        if len(waiting) == batch:
            frontier, waiting = append(frontier, waiting).frontier, []
    return append(frontier, waiting).frontier


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """Return the hashes that lead from a leaf to the root of the tree with `size` leaves (RFC 9162 §2.1.3.1)."""
    if not 0 <= index < size:
        raise TreeError
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = _middle(start, end)
        if index < middle:
            path.append(_over(middle, end, node))
            end = middle
        else:
            path.append(_over(start, middle, node))
            start = middle
    return path[::-1]


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """Return the hashes that show the tree of `old` leaves to be the beginning of that of `new` (§2.1.4.1)."""
    if not 0 <= old <= new:
        raise TreeError
    if old == 0:
        return []
    path = []
    start, end = 0, new
    while end != old:
        middle = _middle(start, end)
        if old <= middle:
            path.append(_over(middle, end, node))
            end = middle
        else:
            path.append(_over(start, middle, node))
            start = middle
    # the old root itself is known to who asks
    return [*([_over(start, end, node)] if start else []), *path[::-1]]


def verify_inclusion(*, index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether the path leads from that leaf hash to that root (§2.1.3.2)."""
    if not 0 <= index < size or not all(len(part) == _HASH for part in (leaf, root, *path)):
        return False
    at, last, digest = index, size - 1, leaf
    for part in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            digest = node_hash(part, digest)
            at, last = _skip(at, last)
        else:
            digest = node_hash(digest, part)
        at, last = at >> 1, last >> 1
    return last == 0 and digest == root


def verify_consistency(*, old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Tell whether the tree of `old` leaves is the beginning of the tree of `new` leaves (§2.1.4.2)."""
    if not 0 <= old <= new or not all(len(part) == _HASH for part in (old_root, new_root, *path)):
        return False
    if old in (0, new):
        # the empty tree begins every tree; what is equal needs no proof
        return not path and old_root == (new_root if old == new else EMPTY_ROOT) and (new > 0 or new_root == EMPTY_ROOT)
    if not path:
        return False
    parts = [old_root, *path] if old & (old - 1) == 0 else list(path)
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = parts[0]
    for part in parts[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(part, before), node_hash(part, after)
            at, last = _skip(at, last)
        else:
            after = node_hash(after, part)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _skip(at: int, last: int) -> tuple[int, int]:
    """Return both positions above the levels on which the node has no sibling."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _levels(size: int) -> list[int]:
    """Return the levels of the complete subtrees of a tree, the largest first."""
    return [level for level in range(size.bit_length() - 1, -1, -1) if size >> level & 1]


def _middle(start: int, end: int) -> int:
    """Return where a subtree divides: behind the largest power of two smaller than it."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def _complete(start: int, end: int, node: Node) -> Iterator[bytes]:
    """Yield the complete subtrees over some leaves, the largest first; `start` is where a subtree begins."""
    for level in _levels(end - start):
        yield node(level, start >> level)
        start += 1 << level


def _over(start: int, end: int, node: Node) -> bytes:
    """Return the root of the subtree over some leaves."""
    return _fold(tuple(_complete(start, end, node)))


def _fold(peaks: Sequence[bytes]) -> bytes:
    """Return the root over complete subtrees, the largest first."""
    if not peaks:
        return EMPTY_ROOT
    digest = peaks[-1]
    for peak in reversed(peaks[:-1]):
        digest = node_hash(peak, digest)
    return digest
