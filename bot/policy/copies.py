"""What makes two texts copies of each other: the same letters, or nearly the same runs of letters."""

import re
from hashlib import blake2b
from string import ascii_letters
from struct import Struct

from rensa import RMinHash

from bot.policy.near import SIGNATURE_BYTES
from bot.policy.text.fold import LOOKS

#: texts with fewer letters have no signature for near copies: too little to tell them apart
NEAR_LETTERS = 30

_SHINGLE = 5
_SEED = 1

#: the minima in little-endian order, so that every fourth byte is the low one
_LAYOUT = Struct(f"<{SIGNATURE_BYTES}I")

_LOWER = bytes(range(256)).lower()
_NO_LETTERS = bytes(set(range(256)) - set(ascii_letters.encode()))

#: mentions, channels, custom emoji, time stamps
_REFERENCE = re.compile(r"<(?:@[!&]?|[#!]|a?:\w{1,40}:|t:)[^<>]{0,100}>")
#: what spam varies in a link: all but its host
_PATH = re.compile(r"/(?:/([^\s/?#|<>]*))?[^\s|<>]*")


def letters(text: str) -> str:
    """Return the letters of a text as a reader takes them, lower case, without mentions and the paths of links."""
    if "/" in text:
        text = _PATH.sub(r"\1", text)
    if "<" in text:
        text = _REFERENCE.sub("", text)
    if not text.isascii():
        text = text.translate(LOOKS)
        if not text.isascii():
            return "".join(filter(str.isalpha, text))
    return text.encode().translate(_LOWER, _NO_LETTERS).decode()


def skeleton(of: str) -> int | None:
    """Return a hash of 63 bits over what `letters` returned, the same in every process; None where there is none."""
    return int.from_bytes(blake2b(of.encode(), digest_size=8).digest()) >> 1 if of else None


def signature(of: str) -> bytes:
    """Return the near-copy signature of what `letters` returned: empty for short texts."""
    if len(of) < NEAR_LETTERS:
        return b""
    minima = RMinHash(num_perm=SIGNATURE_BYTES, seed=_SEED)
    minima.update([of[start : start + _SHINGLE] for start in range(len(of) - _SHINGLE + 1)])
    return _LAYOUT.pack(*minima.digest())[::4]
