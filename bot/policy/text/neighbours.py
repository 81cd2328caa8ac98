"""Finds terms that white space parts: spelled out letter by letter, or torn in pieces."""

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.policy.text.chunks import Finding
from bot.policy.text.disguise import Disguise, find_disguises, move
from bot.policy.text.fold import LOOKS
from bot.policy.text.fragments import FragmentIndex, are_torn
from bot.policy.text.innocence import is_evenly_parted
from bot.policy.text.lexicon import Lexicon
from bot.policy.text.render import show

#: punctuation at the outer ends of a torn word
_EDGES = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~“”„‘’»«…"
_SHORTEST = 3
#: words of so many letters needn't be parted evenly
_LONG = 4
#: only so short a piece stands between two others
_SHORT_PIECE = 3
#: so many chunks without letters may stand between two letters
_MOST_SIGNS = 2
_LETTER = re.compile(r"[^\W_]")
_GAPS = re.compile(r"[\W_]+")
_PIECES = re.compile(r"[^\W_]+")
_SPACES = re.compile(r"\s")
_DIGITS = re.compile("[0-9]")


def starts_of(text: str, chunks: Sequence[str]) -> list[int]:
    """Return where each chunk begins."""
    starts, at = [], 0
    for chunk in chunks:
        at = text.index(chunk, at)
        starts.append(at)
        at += len(chunk)
    return starts


def runs_apart(chunks: Sequence[str], found: Mapping[str, Finding]) -> Iterator[tuple[int, int]]:
    """Yield the first and last chunk of each row in which letters stand alone."""
    first = last = None
    signs = 0
    for i, chunk in enumerate(chunks):
        finding = found.get(chunk)
        if (finding is not None and finding.apart) or chunk in "aioAIO":
            first = i if first is None else first
            last, signs = i, 0
        elif first is not None and signs < _MOST_SIGNS and _LETTER.search(chunk) is None:
            signs += 1
        else:
            if first is not None and last is not None and last > first:
                yield first, last
            first = last = None
            signs = 0
    if first is not None and last is not None and last > first:
        yield first, last


def find_spelled(
    text: str, chunks: Sequence[str], found: Mapping[str, Finding], lexicon: Lexicon
) -> Iterator[Disguise]:
    """Yield the terms whose letters stand apart: `f u c k`."""
    starts: list[int] = []
    for first, last in runs_apart(chunks, found):
        starts = starts or starts_of(text, chunks)
        start, end = starts[first], starts[last] + len(chunks[last])
        shown = _SPACES.sub(".", show(text[start:end]))
        folded = shown.translate(LOOKS)
        pieces = _PIECES.findall(folded)
        if len(pieces) < _SHORTEST or len(_DIGITS.findall(folded)) * 2 > len(pieces):
            continue
        even = is_evenly_parted(_GAPS.findall(folded.strip(_EDGES)), pieces)
        for disguise in find_disguises(shown, lexicon):
            if even or len(disguise.word) >= _LONG:
                yield move(disguise, start, how="spaced")


def find_torn(
    text: str,
    chunks: Sequence[str],
    found: Mapping[str, Finding],
    index: FragmentIndex,
    words: Mapping[str, tuple[int, ...]],
) -> Iterator[Disguise]:
    """Yield the terms that spaces tear in pieces: `fu ck`."""
    starts: list[int] = []
    done: set[tuple[int, int]] = set()
    for i, j, whole in _joined(chunks, found):
        if whole not in index.words or (i, j) in done:
            continue
        done.add((i, j))
        pieces = [piece.lower() for piece in chunks[i : j + 1]]
        pieces[0], pieces[-1] = pieces[0].lstrip(_EDGES), pieces[-1].rstrip(_EDGES)
        if are_torn(pieces):
            starts = starts or starts_of(text, chunks)
            start, end = starts[i] + len(chunks[i]) - len(pieces[0]), starts[j] + len(pieces[-1])
            for literal in words[whole]:
                yield Disguise(literal=literal, word=whole, start=start, end=end, how="torn")


def _joined(chunks: Sequence[str], found: Mapping[str, Finding]) -> Iterator[tuple[int, int, str]]:
    """Yield the first and last chunk of what may be the pieces of one word, and the word."""
    last = len(chunks) - 1
    for at, chunk in enumerate(chunks):
        finding = found.get(chunk)
        if finding is None or not (finding.begins or finding.ends):
            continue
        before = chunks[at - 1].lower().lstrip(_EDGES) if at > 0 else ""
        behind = chunks[at + 1].lower().rstrip(_EDGES) if at < last else ""
        if before and finding.ends:
            yield at - 1, at, before + finding.ends
        if behind and finding.begins:
            yield at, at + 1, finding.begins + behind
        if before and behind and len(chunk) <= _SHORT_PIECE:
            yield at - 1, at + 1, before + chunk.lower() + behind
