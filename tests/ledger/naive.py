"""The Merkle tree once more, written from the definitions in RFC 6962 §2.1 alone: slow, recursive, over all leaves."""

from hashlib import sha256


def largest_power_below(number: int) -> int:
    power = 1
    while power * 2 < number:
        power *= 2
    return power


def mth(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = largest_power_below(len(leaves))
    return sha256(b"\x01" + mth(leaves[:split]) + mth(leaves[split:])).digest()


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    split = largest_power_below(len(leaves))
    if index < split:
        return [*path(index, leaves[:split]), mth(leaves[split:])]
    return [*path(index - split, leaves[split:]), mth(leaves[:split])]


def proof(old: int, leaves: list[bytes]) -> list[bytes]:
    return subproof(old, leaves, known=True)


def subproof(old: int, leaves: list[bytes], *, known: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if known else [mth(leaves)]
    split = largest_power_below(len(leaves))
    if old <= split:
        return [*subproof(old, leaves[:split], known=known), mth(leaves[split:])]
    return [*subproof(old - split, leaves[split:], known=False), mth(leaves[:split])]


def root_from_path(index: int, size: int, leaf: bytes, hashes: list[bytes]) -> bytes | None:
    """Return the root that a path leads to, by the recursive definition of a path; None for a wrong length."""
    if size == 1:
        return leaf if not hashes else None
    if not hashes:
        return None
    split = largest_power_below(size)
    if index < split:
        left = root_from_path(index, split, leaf, hashes[:-1])
        return left and sha256(b"\x01" + left + hashes[-1]).digest()
    right = root_from_path(index - split, size - split, leaf, hashes[:-1])
    return right and sha256(b"\x01" + hashes[-1] + right).digest()
