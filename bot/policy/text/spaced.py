"""The form of text in which literals are looked for as they stand: folded bytes, a space for every sign."""

import re

#: upper-case ASCII to lower, ASCII punctuation and controls to spaces, everything else untouched
SPACED = bytes(ord(chr(code).lower()) if code > 127 or chr(code).isalnum() else 32 for code in range(128)) + bytes(
    range(128, 256)
)

#: punctuation beyond ASCII, which parts words as well
_MARKS = re.compile("[\u2010-\u2027\u2030-\u205e\xa1\xab\xb7\xbb\xbf\u3001-\u3003\u3008-\u3011\uff01\uff0c\uff1f]")


def spaced(text: str) -> bytes:
    """Return the text in that form; for ASCII text each character is one byte."""
    folded = text if text.isascii() else _MARKS.sub(" ", text.casefold())
    return folded.encode("utf-8", "surrogatepass").translate(SPACED)
