"""Writes out what is spelt around: `evil[.]com`, `evil dot com`, hidden characters, letters in fancy dress."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Final

import re2

_HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff"
)

#: last labels that may follow a spelt-out or spaced dot
SPOKEN: Final = (
    "com|net|org|gg|info|biz|ru|xyz|de|at|ch|io|me|li|gift|gifts|shop|site|online|top|club|tv|link|co|uk|eu|app"
)

#: constructs that only the rewriting below sees through
ODD_HINT: Final = (
    r"(?i:[\[({<]\s?(?:dot|punkt|punto|point|[./:,]|slash)\s?[\])}>]"
    r"|[\s_*-](?:dot|punkt)[\s_*-]{1,3}(?:" + SPOKEN + r")\b"
    r"|\s\.\s{0,2}(?:" + SPOKEN + r")\b"
    r"|\.\s{1,2}gg\s{0,2}/|gg\s{1,2}/|gg/\s{1,2}\w|/\s{1,2}invite|\s/\s?invite|discord\s{1,2}gg"
    r"|\s(?:slash|schrägstrich)\s|ttps?\s:|ttps?:(?:\s/|/\s/)|[*~|`\\]\.\pL|\.[*~|`]{1,3}\pL|%2e"
    r"|[\x{2024}\x{3002}\x{ff0e}\x{ff61}\x{fe52}]\s?"
    r"[\p{Latin}\p{Cyrillic}\p{Greek}\x{24b6}-\x{24e9}\x{1f110}-\x{1f189}]"
    r"|\.[" + _HIDDEN + r"]{0,9}[\x{24b6}-\x{24e9}\x{1d400}-\x{1d7ff}\x{1f110}-\x{1f189}]"
    r"|[.\pL\pN/:][" + _HIDDEN + r"]{1,9}[.\pL\pN/:]|\.[" + _HIDDEN + r"]{1,9}\pL"
    r"|[\x{ff01}-\x{ff5e}\x{1d400}-\x{1d7ff}\x{2460}-\x{24ff}\x{1f110}-\x{1f189}\x{2044}\x{2215}\x{2236}])"
)

_REWRITE = re.compile(
    rf"(?=[{_HIDDEN}\s\[({{<_*./:~|`\\%-])(?:"  # only here can any of the following begin: saves trying them all
    rf"(?P<hidden>[{_HIDDEN}]+)"
    r"|(?P<dot>\s?[\[({<]\s?(?:dot|punkt|punto|point|[.,])\s?[\])}>]\s?)"
    rf"|(?P<spoken>[\s_*-]{{1,3}}(?:dot|punkt)[\s_*-]{{1,3}}(?=(?:{SPOKEN})\b))"
    rf"|(?P<spaced>\s{{1,2}}\.(?!gg/)\s{{0,2}}(?=(?:{SPOKEN})\b)|(?<=discord)\s{{1,2}}\.(?=gg/)"
    r"|\.\s{1,2}(?=gg\s{0,2}/)|(?<=discord)\s{1,2}(?=gg\s?/))"
    r"|(?P<slash>\s?[\[(]\s?(?:slash|/)\s?[\])]\s?|\s{1,2}(?:slash|schrägstrich)\s{1,2}(?=\w)"
    r"|(?<=gg)\s{0,2}/\s{0,2}(?=\w)|\s{0,2}/\s{0,2}(?=invite\b)|(?<=invite)\s{0,2}/\s{0,2}(?=\w))"
    r"|(?P<colon>\[:\]|(?<=ttp)\s?:\s?/\s?/\s?|(?<=ttps)\s?:\s?/\s?/\s?)"
    r"|(?P<markup>\\(?=\.[^\W\d_])|(?:\*{1,3}|~~|\|\||`)(?=\.[^\W\d_]{2})|(?<=\.)(?:\*{1,3}|~~|\|\||`)(?=[^\W\d_]))"
    r"|(?P<percent>(?<=\w)%2e(?=\w)))",
    re.IGNORECASE,
)

_WRITTEN = {"hidden": "", "dot": ".", "spoken": ".", "spaced": ".", "slash": "/", "markup": "", "percent": "."}
_SOFT = frozenset({"spoken", "spaced", "markup"})


def _plain_letters() -> dict[int, str]:
    """Return fancy forms of one ASCII character, such as `．` and `ⓔ`, that browsers or readers take for it."""
    ranges = (
        (0xAA, 0xBB),
        (0x2B0, 0x2E5),
        (0x1D2C, 0x1D6B),
        (0x2000, 0x2150),
        (0x2460, 0x2500),
        (0xFE50, 0xFE70),
        (0xFF01, 0xFF5F),
        (0x1D400, 0x1D800),
        (0x1F130, 0x1F14A),
    )
    table = {}
    for first, behind in ranges:
        for code in range(first, behind):
            form = unicodedata.normalize("NFKC", chr(code))
            if len(form) == 1 and "!" <= form <= "~":
                table[code] = form
    for first in (0x1F150, 0x1F170, 0x1F1E6):
        table.update({first + index: chr(ord("a") + index) for index in range(26)})
    return table | {0x3002: ".", 0xFF61: ".", 0x2044: "/", 0x2215: "/", 0x2236: ":"}


_LETTERS: Final = _plain_letters()


def _suspicion() -> re2.Set:
    options = re2.Options()
    options.log_errors = False
    found = re2.Set.SearchSet(options)
    found.Add(ODD_HINT)
    found.Compile()
    return found


_ODD: Final = _suspicion()


@dataclass(frozen=True, kw_only=True, slots=True)
class Cleared:
    """A text with its links written out, and the way back to the original."""

    #: what to look for links in
    text: str
    #: where each piece starts in this text
    starts: list[int] = field(default_factory=list)
    #: where the same piece starts in the original
    origins: list[int] = field(default_factory=list)
    #: places of this text where something was joined that may be ordinary prose
    soft: list[int] = field(default_factory=list)
    #: those of them that were spelt out as a word
    spoken: frozenset[int] = frozenset()

    def origin(self, place: int) -> int:
        """Return where a character of this text stands in the original."""
        piece = bisect_right(self.starts, place) - 1
        return self.origins[piece] + place - self.starts[piece]

    def joined(self, start: int, end: int) -> int | None:
        """Return the first soft place from `start` up to `end`."""
        first = bisect_left(self.soft, start)
        return self.soft[first] if first < len(self.soft) and self.soft[first] < end else None


def _unveiling() -> dict[int, str | None]:
    hidden = re.compile(f"[{_HIDDEN}]")
    ranges = (range(0x3000), range(0x3000, 0x3200), range(0xFE00, 0x10000), range(0xE0000, 0xE1000))
    return _LETTERS | {code: None for codes in ranges for code in codes if hidden.match(chr(code))}


_UNVEILED: Final = _unveiling()


def unveiled(text: str) -> str:
    """Return the text without hidden characters and fancy letters: what stands in no such text names no host."""
    return text if text.isascii() else text.translate(_UNVEILED)


def clear(text: str) -> Cleared | None:
    """Return the text with its links written out, or None where nothing is hidden; the text may hold no surrogates."""
    if not _ODD.Match(text):
        return None
    plain = text if text.isascii() else text.translate(_LETTERS)
    pieces: list[str] = []
    starts, origins, soft, spoken = [0], [0], list[int](), set[int]()
    length = done = 0
    for match in _REWRITE.finditer(plain):
        kind = match.lastgroup or ""
        begun, ended = match.span()
        written = _WRITTEN[kind] if kind != "colon" else ("://" if "/" in match[0] else ":")
        pieces += (plain[done:begun], written)
        length += begun - done
        starts.append(length)
        origins.append(begun)
        if kind in _SOFT:
            soft.append(length)
            if kind == "spoken":
                spoken.add(length)
        length += len(written)
        starts.append(length)
        origins.append(ended)
        done = ended
    pieces.append(plain[done:])
    return Cleared(text="".join(pieces), starts=starts, origins=origins, soft=soft, spoken=frozenset(spoken))
