"""Finds terms in disguised spelling: readings propose, the spelling as written decides.

The text is chunks joined by line feeds; nothing is found across one, and what is found in one depends on it alone. A
first glance at all chunks together says which of them could spell a term at all; only those are read letter by letter.
"""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from bot.policy.text.fold import PLAIN, UMLAUTS, has_latin, is_foreign
from bot.policy.text.innocence import (
    SHORT,
    Spelling,
    breaks_at,
    is_amid_words,
    is_innocent,
    is_longer_word,
    stands_plainly,
    visible,
)
from bot.policy.text.lexicon import Core, Lexicon, collapse
from bot.policy.text.readings import Reading, readings
from bot.policy.text.scripts import is_one_script
from bot.policy.text.signs import SIGNS, resolve

#: every way in which a term is seen; what people are shown is in the catalogues
HOWS = (
    "as written", "leet", "separated", "repeated", "look-alikes", "glued", "masked", "spaced", "torn", "upside down",
    "backwards", "right to left", "misspelt", "umlauts", "disguised words",
)  # fmt: skip

#: what was shown shorter than it is written
_DIGITS = str.maketrans({digit: SIGNS[digit][0] for digit in SIGNS if digit.isdigit()})
_BLANKS = re.compile("\u200b+")
_RUNS = re.compile(r"([^\n])\1+")
_ONCE = itemgetter(1)
#: at least three pieces parted by signs
_MANY_PIECES = re.compile(r"[^\W_](?:[^\w\s]|_)+[^\W_]+(?:[^\w\s]|_)+[^\W_]")
#: a piece of at most two letters
_SHORT_PIECE = re.compile(r"(?<![^\W_])[^\W_]{1,2}(?![^\W_])")
_CAMEL = re.compile(r"[a-z][A-Z]")
_PARTS = re.compile(r"[A-Z]+[^\WA-Z\d_]*|[^\WA-Z\d_]+")
#: borders that are no letters of a reading
_BORDERS = " \n"
#: evidence of one chunk stops here
_MOST = 100
#: what may stand around a word
_OUTER = ".,:;?!-_'\"()"
#: longer chunks are no words, and read in fewer ways
LONG = 300

#: a literal, and where it is seen
Place = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Disguise:
    """A term, or a part of a phrase, seen in a disguised spelling."""

    #: index of the literal, or -1 for a part of a phrase
    literal: int
    #: the word that is read there
    word: str
    #: first character, in the text that was searched
    start: int
    #: one behind the last
    end: int
    #: how it has to be read
    how: str
    #: True when it is written wholly in another script's letters: counts only amid Latin text
    whole_script: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Runs:
    """A chunk as a reading has it, letters of one class in a row taken as one run."""

    #: the class of each run
    classes: str
    #: what is written, without separators
    written: Sequence[str]
    #: offset of each of these
    offsets: Sequence[int]
    #: index of each run's first character in `written`, and one behind the last run
    firsts: Sequence[int]
    #: whether signs part the run from the one before
    loose: Sequence[bool]


def _runs(chunk: str, reading: Reading) -> _Runs:
    """Return the runs of a chunk, one for each character of its collapsed reading."""
    classes: list[str] = []
    written: list[str] = []
    offsets: list[int] = []
    firsts: list[int] = []
    loose: list[bool] = []
    parted, before = True, ""
    kind_of = reading.kinds.get
    for character, offset in reading.trace(chunk):
        if character == ".":
            parted = True
            continue
        kind = kind_of(character, character)
        if kind != before:
            classes.append(kind)
            firsts.append(len(written))
            loose.append(parted)
            before = kind
        written.append(character)
        offsets.append(offset)
        parted = False
    firsts.append(len(written))
    return _Runs(classes="".join(classes), written=written, offsets=offsets, firsts=firsts, loose=loose)


def _has_borders(chunk: str, core: Core, runs: _Runs, first: int, behind: int) -> bool:
    """Return whether a word may begin with one run and end before another, by signs, hard borders or capitals."""
    opens = core.open_left or first == 0 or runs.loose[first] or runs.classes[first - 1] in _BORDERS
    if not opens and not breaks_at(chunk, runs.offsets[runs.firsts[first]]):
        return False
    closes = core.open_right or behind == len(runs.classes) or runs.loose[behind] or runs.classes[behind] in _BORDERS
    return closes or breaks_at(chunk, runs.offsets[runs.firsts[behind] - 1] + 1)


def _place(chunk: str, core: Core, runs: _Runs, first: int, behind: int) -> tuple[int, int] | None:
    """Return where some runs stand that the core's borders allow, unless the ordinary scan finds it there."""
    if not _has_borders(chunk, core, runs, first, behind):
        return None
    start, end = runs.offsets[runs.firsts[first]], runs.offsets[runs.firsts[behind] - 1] + 1
    raw = chunk[start:end]
    if raw.lower() == core.word and not core.is_phrase and stands_plainly(chunk, start, end):
        return None
    return None if len(core.word) < SHORT and raw.isascii() else (start, end)


def _check(chunk: str, core: Core, place: tuple[int, int], written: Sequence[str], how: str) -> Disguise | None:
    """Return the disguise if what is written at a place spells the core."""
    start, end = place
    raw = chunk[start:end]
    resolved = resolve(core.word, written, playful=len(core.word) > SHORT)
    if resolved is None:
        return None
    if (breaks_at(chunk, start) or breaks_at(chunk, end)) and not is_amid_words(chunk, start, end):
        return None
    spelling = Spelling(raw=raw, word=core.word, resolved=resolved, how=how)
    shown = visible(raw).lower()
    if shown not in (core.word, core.text) and is_innocent(spelling):
        return None
    if not shown.isalnum() and is_longer_word(chunk, start, end, core.word):
        return None
    blanks = _BLANKS.match(chunk, end)
    return _made(chunk[start : blanks.end() if blanks is not None else end], start, core, spelling)


def _made(raw: str, start: int, core: Core, spelling: Spelling) -> Disguise:
    """Return the disguise, and whether another script's letters alone make it."""
    how = spelling.how
    if how == "separated" and raw.isalnum():
        stretched = len(spelling.resolved) > len(core.word)
        how = ("repeated" if stretched else "glued") if raw.isascii() else "look-alikes"
    foreign = "".join(filter(is_foreign, raw))
    whole = bool(foreign) and not has_latin(raw) and is_one_script(foreign)
    return Disguise(
        literal=core.literal, word=core.word, start=start, end=start + len(raw), how=how, whole_script=whole
    )


def _in_chunk(chunk: str, reading: Reading, lexicon: Lexicon, known: Container[Place]) -> Iterator[Disguise]:
    """Yield the disguises that one reading shows in one chunk, besides those that are known."""
    if lexicon.core_finder is None:
        return
    runs = _runs(chunk, reading)
    most = _MOST
    for pattern, start, end in lexicon.core_finder.find_matches_as_indexes(runs.classes, overlapping=True):
        for core in lexicon.cores[pattern]:
            place = _place(chunk, core, runs, start, end)
            if place is None or (core.literal, *place) in known:
                continue
            written = runs.written[runs.firsts[start] : runs.firsts[end]]
            disguise = _check(chunk, core, place, written, reading.name)
            if disguise is not None:
                yield disguise
                most -= 1
        if not most > 0:
            return


def _suspects(text: str, reading: Reading, lexicon: Lexicon, pieced: frozenset[int]) -> set[int]:
    """Return the numbers of the chunks that could spell a term in this reading."""
    flat = _RUNS.sub(_ONCE, reading.glance(text))
    whole = lexicon.collapsed
    suspects: set[int] = set()
    if pieced and lexicon.core_finder is not None:
        lines = flat.split("\n")
        suspects.update(i for i in pieced if lexicon.core_finder.find_matches_as_indexes(lines[i]))
    if not whole.isdisjoint(flat.split()):
        suspects.update(i for i, line in enumerate(flat.split("\n")) if not whole.isdisjoint(line.split()))
    if lexicon.open_finder is not None:
        hits = lexicon.open_finder.find_matches_as_indexes(flat, overlapping=True)
        suspects.update(flat.count("\n", 0, start) for _, start, _ in hits)
    return suspects


def resembles(word: str, lexicon: Lexicon) -> bool:
    """Return whether a lower-case word of letters alone could be a stretched or accented term."""
    if word.isascii():
        return collapse(word) in lexicon.collapsed
    return (
        collapse(word.translate(PLAIN)) in lexicon.collapsed or collapse(word.translate(UMLAUTS)) in lexicon.collapsed
    )


def resembles_numbered(word: str, lexicon: Lexicon) -> bool:
    """Return whether a lower-case word with a number behind could be a term, its digits letters or not."""
    return not lexicon.collapsed.isdisjoint((collapse(word.rstrip("0123456789")), collapse(word.translate(_DIGITS))))


def has_part(chunk: str, lexicon: Lexicon) -> bool:
    """Return whether a part between capitals could be a term; a name that is mentioned has no parts."""
    if _CAMEL.search(chunk) is None or chunk.lstrip("\"'(.").startswith("@"):
        return False
    return any(resembles(part.lower(), lexicon) for part in _PARTS.findall(chunk))


def _is_pieced(chunk: str, lexicon: Lexicon) -> bool:
    """Return whether a term could stand among several pieces of a chunk."""
    if _MANY_PIECES.search(chunk) is not None and _SHORT_PIECE.search(chunk) is not None:
        return True
    return has_part(chunk, lexicon)


def _read_chunk(chunk: str, ways: Sequence[Reading], lexicon: Lexicon) -> Iterator[Disguise]:
    """Yield the disguises that several readings show in one chunk, each once."""
    seen: dict[Place, Disguise] = {}
    bare = len(chunk.strip(_OUTER))
    for reading in ways:
        if not reading.suits(chunk):
            continue
        whole = False
        for disguise in _in_chunk(chunk, reading, lexicon, seen):
            seen.setdefault((disguise.literal, disguise.start, disguise.end), disguise)
            whole = whole or disguise.end - disguise.start == bare
        if whole:
            break  # there is nothing else to find
    return iter(seen.values())


def find_disguises(text: str, lexicon: Lexicon, most: int = _MOST) -> list[Disguise]:
    """Return the terms seen in a disguised spelling in chunks joined by line feeds, which are rendered already.

    No more chunks are read once `most` were seen, however many chunks could spell a term.
    """
    if lexicon.core_finder is None:
        return []
    chunks = text.split("\n")
    pieced = frozenset(i for i, chunk in enumerate(chunks) if _is_pieced(chunk, lexicon))
    ways: dict[int, list[Reading]] = {}
    for reading in readings(text, brief=len(chunks[0]) > LONG):
        for i in _suspects(text, reading, lexicon, pieced):
            ways.setdefault(i, []).append(reading)
    found: list[Disguise] = []
    starts = line_starts(chunks) if ways else []
    for i in sorted(ways):
        found += [move(disguise, starts[i]) for disguise in _read_chunk(chunks[i], ways[i], lexicon)]
        if len(found) >= most:
            break
    return found


def move(disguise: Disguise, by: int, *, how: str = "") -> Disguise:
    """Return the disguise further on in a text, and read in another way where `how` says so."""
    # spelt out: `replace` takes four times as long
    return Disguise(
        literal=disguise.literal, word=disguise.word, start=disguise.start + by, end=disguise.end + by,
        how=how or disguise.how, whole_script=disguise.whole_script,
    )  # fmt: skip


def line_starts(chunks: Sequence[str]) -> list[int]:
    """Return where each of the chunks begins that single line feeds join."""
    starts, at = [], 0
    for chunk in chunks:
        starts.append(at)
        at += len(chunk) + 1
    return starts
