"""A post's text, cut into what is shown differently: people and links in it, and the offending words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from urllib.parse import urlsplit

from adapters.local.web.views import Piece

#: no sign is tried twice: each pattern is one class repeated
_LINK = re.compile(r"https?://[^\s<>\"]+")
_EVERYONE = re.compile(r"@(?:everyone|all)\b", re.IGNORECASE)
#: what ends a sentence rather than a link
_BEHIND = ".,;:!?)]}'’”»…"

_Stretch = tuple[int, int, str, str]


def pieces_of(
    text: str, names: Iterable[str] = (), *, everyone: bool = False, marks: Sequence[tuple[int, int]] = ()
) -> tuple[Piece, ...]:  # fmt: skip
    """Return stretches that make up the text; `names` are those of the people it mentions."""
    found = sorted((*_links(text), *_people(text, names), *(_everyone(text) if everyone else ())))
    kinds: list[_Stretch] = []
    for stretch in found:
        # what begins within another belongs to it: a name in a link
        if not kinds or stretch[0] >= kinds[-1][1]:
            kinds.append(stretch)
    return tuple(_cut(text, kinds, _tidied(marks, len(text))))


def _cut(text: str, kinds: Sequence[_Stretch], marks: Sequence[tuple[int, int]]) -> Iterable[Piece]:
    edges = {0, len(text), *(at for one in kinds for at in one[:2]), *(at for one in marks for at in one)}
    ordered = sorted(edges)
    kind = mark = 0
    for start, end in pairwise(ordered):
        while kind < len(kinds) and kinds[kind][1] <= start:
            kind += 1
        while mark < len(marks) and marks[mark][1] <= start:
            mark += 1
        within = kind < len(kinds) and kinds[kind][0] <= start
        yield Piece(
            text=text[start:end],
            marked=mark < len(marks) and marks[mark][0] <= start,
            kind=kinds[kind][2] if within else "",
            href=kinds[kind][3] if within else "",
        )


def _tidied(marks: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Return marks in order, none over another, none beyond the text."""
    tidy: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        begin, until = max(start, tidy[-1][1] if tidy else 0), min(end, length)
        if begin < until:
            tidy.append((begin, until))
    return tidy


def _links(text: str) -> Iterable[_Stretch]:
    for found in _LINK.finditer(text):
        link = found[0].rstrip(_BEHIND)
        # what can't be read as an address, or hides something, is text
        if link.isprintable() and _host(link):
            yield found.start(), found.start() + len(link), "link", link


def _host(link: str) -> str:
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""


def _people(text: str, names: Iterable[str]) -> Iterable[_Stretch]:
    known = {name.lower() for name in names if name}
    lengths = sorted({len(name) for name in known}, reverse=True)
    at = text.find("@") if known else -1
    while at >= 0:
        length = next((one for one in lengths if text[at + 1 : at + 1 + one].lower() in known), 0)
        if length:
            yield at, at + 1 + length, "person", ""
        at = text.find("@", at + 1 + length)


def _everyone(text: str) -> Iterable[_Stretch]:
    for found in _EVERYONE.finditer(text):
        yield found.start(), found.end(), "everyone", ""


def named(text: str, names: Mapping[str, str]) -> str:
    """Return the longest of the names, in lower case, that a text begins with; empty for none."""
    lengths = sorted({len(name) for name in names}, reverse=True)
    return next((part for one in lengths if (part := text[:one].lower()) in names), "")
