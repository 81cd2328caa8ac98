"""The form of text in which literals are looked for as they stand: folded bytes, a space for every sign."""

import re
import unicodedata
from functools import lru_cache

#: upper-case ASCII to lower, ASCII punctuation and controls to spaces, everything else untouched
SPACED = bytes(ord(chr(code).lower()) if code > 127 or chr(code).isalnum() else 32 for code in range(128)) + bytes(
    range(128, 256)
)

#: what may part words beyond ASCII: no letters and digits, nor letters drawn in circles and squares; what says how an
#: emoji is drawn belongs to it
_BEYOND = re.compile(
    "[^\\w\\x00-\\x7f\u24b6-\u24e9\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189][\ufe0e\ufe0f\u20e3]{0,2}"
)


@lru_cache(maxsize=4_096)
def _parted(found: str) -> str:
    """Return spaces for punctuation, symbols and white space; marks that belong to letters, and blanks, stay."""
    category = unicodedata.category(found[0])
    return " " * len(found) if category[0] in "PSZ" or category == "Cc" else found


def spaced(text: str) -> bytes:
    """Return the text in that form; for ASCII text each character is one byte."""
    folded = text if text.isascii() else _BEYOND.sub(lambda found: _parted(found[0]), text.casefold())
    return folded.encode("utf-8", "surrogatepass").translate(SPACED)
