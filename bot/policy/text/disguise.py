"""Finds terms in disguised spelling: readings propose, the spelling as written decides.

The text is chunks joined by line feeds; nothing is found across one. A first look at all chunks together says which of
them could spell a term at all; only those are then read letter by letter.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.policy.text.fold import are_twins, is_foreign
from bot.policy.text.innocence import (
    SHORT,
    breaks_at,
    is_amid_words,
    is_innocent,
    is_longer_word,
    stands_plainly,
)
from bot.policy.text.lexicon import Core, Lexicon
from bot.policy.text.readings import Reading, is_upside_down, readings, turn_upright

_RUNS = re.compile(r"([^\n])\1+")
#: at least three pieces parted by signs, or a word that capitals part
_MANY_PIECES = re.compile(r"[^\W_](?:[^\w\s]|_)+[^\W_]+(?:[^\w\s]|_)+[^\W_]|[a-z][A-Z]")
_FOREIGN = re.compile("[\u0370-\u1fff\u2c00-\uabff\uff66-\uffdc\U00010000-\U0001cfff\U00020000-\U0003ffff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\U0001d400-\U0001d7ff\uff21-\uff5a]")
#: borders that are no letters of a reading
_BORDERS = " \n"


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
    """A chunk as a reading has it, the same letters in a row taken as one run."""

    #: the letter of each run
    letters: list[str]
    #: how often it stands
    counts: list[int]
    #: offset of the first of each run
    starts: list[int]
    #: offset of the last of each run
    lasts: list[int]
    #: whether signs part the run from the one before
    loose: list[bool]


def _runs(chunk: str, reading: Reading) -> _Runs:
    """Return the runs of a chunk, one for each character of its collapsed reading."""
    letters: list[str] = []
    counts: list[int] = []
    starts: list[int] = []
    lasts: list[int] = []
    loose: list[bool] = []
    parted, before = True, ""
    for letter, offset in reading.trace(chunk):
        if letter == ".":
            parted = True
            continue
        if letter == before:
            counts[-1] += 1
            lasts[-1] = offset
        else:
            letters.append(letter)
            counts.append(1)
            starts.append(offset)
            lasts.append(offset)
            loose.append(parted)
            before = letter
        parted = False
    return _Runs(letters=letters, counts=counts, starts=starts, lasts=lasts, loose=loose)


def _borders(chunk: str, runs: _Runs, first: int, last: int) -> tuple[bool, bool]:
    """Return whether a word may begin with one run and end with another, by signs, hard borders or capitals."""
    opens = first == 0 or runs.loose[first] or runs.letters[first - 1] in _BORDERS
    follower = last + 1
    closes = follower == len(runs.letters) or runs.loose[follower] or runs.letters[follower] in _BORDERS
    return opens or breaks_at(chunk, runs.starts[first]), closes or breaks_at(chunk, runs.lasts[last] + 1)


def _check(chunk: str, core: Core, lexicon: Lexicon, runs: _Runs, first: int, reading: Reading) -> Disguise | None:
    """Return the disguise if the runs from the given one on spell the core within its borders."""
    last = first + len(core.runs) - 1
    literal = lexicon.literals[core.literal] if core.literal >= 0 else None
    opens, closes = _borders(chunk, runs, first, last)
    if not (opens or literal is not None and literal.open_left):
        return None
    if not (closes or literal is not None and literal.open_right):
        return None
    counts = runs.counts[first : last + 1]
    if any(count < needed for count, needed in zip(counts, core.runs, strict=True)):
        return None
    start, end = runs.starts[first], runs.lasts[last] + 1
    raw = chunk[start:end]
    is_phrase = literal is not None and " " in literal.text
    if raw.lower() == core.word and not is_phrase and stands_plainly(chunk, start, end):
        return None  # the ordinary scan finds it
    if len(core.word) < SHORT and raw.isascii():
        return None
    if (breaks_at(chunk, start) or breaks_at(chunk, end)) and not is_amid_words(chunk, start, end):
        return None
    if raw.lower() != core.word and is_innocent(raw, core, counts, reading.name):
        return None
    if is_longer_word(chunk, start, end, core.word):
        return None
    excess = any(count > needed for count, needed in zip(counts, core.runs, strict=True))
    return _made(raw, start, core, reading.name, excess=excess)


def _made(raw: str, start: int, core: Core, how: str, *, excess: bool) -> Disguise | None:
    """Return the disguise, unless it is a word of another script that only resembles the term."""
    foreign = [character for character in raw if is_foreign(character)]
    whole = bool(foreign) and _LATIN.search(raw) is None
    if whole and not are_twins("".join(foreign)):
        return None
    if how == "separated" and raw.isalnum():
        how = "repeated" if excess and raw.isascii() else "glued" if raw.isascii() else "look-alikes"
    return Disguise(
        literal=core.literal, word=core.word, start=start, end=start + len(raw), how=how, whole_script=whole
    )


def _in_chunk(chunk: str, reading: Reading, lexicon: Lexicon) -> Iterator[Disguise]:
    """Yield the disguises that one reading shows in one chunk."""
    assert lexicon.core_finder is not None
    runs = _runs(chunk, reading)
    hits = lexicon.core_finder.find_matches_as_indexes("".join(runs.letters), overlapping=True)
    for pattern, start, _ in hits:
        for core in lexicon.cores[pattern]:
            disguise = _check(chunk, core, lexicon, runs, start, reading)
            if disguise is not None:
                yield disguise


def _suspects(text: str, reading: Reading, lexicon: Lexicon, pieced: frozenset[int]) -> set[int]:
    """Return the numbers of the chunks that could spell a term in this reading."""
    flat = _RUNS.sub(r"\1", reading.read(text).replace(".", ""))
    hits = lexicon.whole_finder.find_matches_as_indexes(f" {flat} ".replace("\n", " "), overlapping=True)
    suspects = {flat.count("\n", 0, start) for _, start, _ in hits}
    if pieced:
        lines = flat.split("\n")
        finder = lexicon.core_finder
        suspects |= {i for i in pieced if i not in suspects and finder.find_matches_as_indexes(lines[i])}
    return suspects


def find_disguises(text: str, lexicon: Lexicon) -> list[Disguise]:
    """Return every term seen in a disguised spelling in chunks joined by line feeds, which are rendered already."""
    if lexicon.core_finder is None:
        return []
    chunks = text.split("\n")
    many = _MANY_PIECES.search(text) is not None
    pieced = frozenset(i for i, chunk in enumerate(chunks) if _MANY_PIECES.search(chunk)) if many else frozenset[int]()
    foreign = not text.isascii() and _FOREIGN.search(text) is not None
    found: dict[tuple[int, int, int], Disguise] = {}
    starts: list[int] = []
    for reading in readings(text, foreign=foreign):
        for i in sorted(_suspects(text, reading, lexicon, pieced)):
            starts = starts or _line_starts(chunks)
            for disguise in _in_chunk(chunks[i], reading, lexicon):
                moved = move(disguise, starts[i])
                found.setdefault((moved.literal, moved.start, moved.end), moved)
    if is_upside_down(text):
        for disguise in _upright(text, lexicon):
            found.setdefault((disguise.literal, disguise.start, disguise.end), disguise)
    return list(found.values())


def move(disguise: Disguise, by: int, *, how: str = "") -> Disguise:
    """Return the disguise further on in a text, and read in another way where `how` says so."""
    return Disguise(
        literal=disguise.literal, word=disguise.word, start=disguise.start + by, end=disguise.end + by,
        how=how or disguise.how, whole_script=disguise.whole_script,
    )  # fmt: skip


def _line_starts(chunks: list[str]) -> list[int]:
    starts, at = [], 0
    for chunk in chunks:
        starts.append(at)
        at += len(chunk) + 1
    return starts


def _upright(text: str, lexicon: Lexicon) -> Iterator[Disguise]:
    """Yield what an upside-down text spells, whether it was turned round as well or its letters only one by one."""
    at = 0
    for chunk in text.split("\n"):
        turned = turn_upright(chunk)
        for word in re.finditer(r"\w+", turned) if len(turned) == len(chunk) and is_upside_down(chunk) else ():
            for spelling in (word[0], word[0][::-1]):
                for literal in lexicon.words.get(spelling, ()):
                    yield Disguise(
                        literal=literal, word=spelling, start=at + word.start(), end=at + word.end(), how="upside down"
                    )
        at += len(chunk) + 1
