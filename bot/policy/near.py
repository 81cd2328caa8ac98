"""Finds messages that are nearly the same, by bands of their signatures."""

from bisect import insort
from collections.abc import Iterator

from bot.domain.judgement import Features
from bot.policy.windows import PLACE, find, window

#: signature bytes, each the low byte of one minimum; how many bands of how many bytes index them
SIGNATURE_BYTES = 64
BANDS = 21
BAND_BYTES = 3

#: bytes that must agree for two texts to be nearly the same: a bit more than half of their runs of letters are shared
ALIKE = 36

_LOW_BITS = int.from_bytes(b"\x7f" * SIGNATURE_BYTES)
_HIGH_BITS = int.from_bytes(b"\x80" * SIGNATURE_BYTES)

_SLICES = tuple(slice(start, start + BAND_BYTES) for start in range(0, BANDS * BAND_BYTES, BAND_BYTES))

#: a bucket holds at least so many of the newest messages
_BUCKET = 64


def alike(first: int, second: bytes) -> bool:
    """Return whether two signatures, the first as a number, agree in enough bytes."""
    differing = first ^ int.from_bytes(second)
    # adding 0x7f sets a byte's high bit when any of its low bits is set, and never carries into the next byte
    marked = ((differing & _LOW_BITS) + _LOW_BITS | differing) & _HIGH_BITS
    return SIGNATURE_BYTES - marked.bit_count() >= ALIKE


#: messages of one band, by time; most bands have one, which stands for itself: a list for it would double the memory
_Bucket = Features | list[Features]


class NearCopies:
    """Signatures by band; a bucket keeps only its newest messages, so that no crafted text makes a lookup slow."""

    def __init__(self, enough: int) -> None:
        self._tables: tuple[dict[bytes, _Bucket], ...] = tuple({} for _ in _SLICES)
        self._size = max(_BUCKET, 2 * enough)

    def put(self, row: Features) -> None:
        """Add a message that has a signature."""
        signature = row.shingles
        for table, part in zip(self._tables, _SLICES, strict=True):
            band = signature[part]
            known = table.get(band)
            if known is None:
                table[band] = row
                continue
            bucket = _listed(known)
            table[band] = bucket
            if row.at <= bucket[-1].at:
                insort(bucket, row, key=PLACE)
            else:
                bucket.append(row)
            if len(bucket) > self._size:
                del bucket[0]

    def take(self, row: Features) -> None:
        """Remove a message, if it is there."""
        for table, part in zip(self._tables, _SLICES, strict=True):
            band = row.shingles[part]
            known = table.get(band)
            if known is None:
                continue
            bucket = _listed(known)
            place = find(bucket, row)
            if place is not None:
                del bucket[place]
                if not bucket:
                    del table[band]

    def find(
        self, signature: bytes, after: float, until: float, *, without: Features | None, member: str | None
    ) -> Iterator[Features]:
        """Yield each message in the window, of one member or of all, that is nearly the same as the signature's.

        `without` is left out.
        """
        number = int.from_bytes(signature)
        seen: set[int] = set()
        for table, part in zip(self._tables, _SLICES, strict=True):
            known = table.get(signature[part])
            if known is None:
                continue
            bucket = _listed(known)
            if bucket[-1].at <= after:
                continue
            start, end = window(bucket, after, until)
            for row in reversed(bucket[start:end]):
                if id(row) in seen or (member is not None and row.member != member):
                    continue
                seen.add(id(row))
                if row is not without and alike(number, row.shingles):
                    yield row


def _listed(bucket: _Bucket) -> list[Features]:
    return bucket if isinstance(bucket, list) else [bucket]
