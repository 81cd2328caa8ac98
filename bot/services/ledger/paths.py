"""Audit paths read from the stored tree: which nodes a path needs is found first, then all are read at once."""

from collections.abc import Callable, Sequence

from bot.ledger import tree
from bot.ledger.errors import TreeError
from bot.ledger.tree import Node
from bot.store.engine import Tx
from bot.store.ledger import reading

_ABSENT = bytes(32)


async def inclusion(tx: Tx, community: str, index: int, size: int) -> tuple[bytes, ...]:
    """Return the hashes that lead from an entry to the root of the tree with `size` entries."""
    return await _path(tx, community, lambda node: tree.inclusion(index, size, node))


async def consistency(tx: Tx, community: str, old: int, new: int) -> tuple[bytes, ...]:
    """Return the hashes that show the tree of `old` entries to be the beginning of that of `new`."""
    return await _path(tx, community, lambda node: tree.consistency(old, new, node))


async def _path(tx: Tx, community: str, walk: Callable[[Node], Sequence[bytes]]) -> tuple[bytes, ...]:
    """Return what a walk over the tree finds."""
    wanted: list[tuple[int, int]] = []

    def note(level: int, number: int) -> bytes:
        wanted.append((level, number))
        return _ABSENT

    walk(note)
    found = await reading.nodes_at(tx, community, wanted)

    def node(level: int, number: int) -> bytes:
        digest = found.get((level, number))
        if digest is None:
            raise TreeError("A node of the tree is missing: run `locum verify`.")
        return digest

    return tuple(walk(node))
