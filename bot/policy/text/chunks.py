"""What is known of a chunk (what white space parts) regardless of its neighbours, and a bounded memory of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.policy.text.disguise import LONG, Disguise, find_disguises, has_part, move, resembles
from bot.policy.text.fold import LOOKS
from bot.policy.text.fragments import FragmentIndex, is_fragment
from bot.policy.text.lexicon import Lexicon
from bot.policy.text.masks import MaskIndex, find_masked, may_be_masked
from bot.policy.text.ordinary import is_ordinary, ordinary_words
from bot.policy.text.render import show, unescape
from bot.policy.text.turned import find_turned, is_upside_down
from bot.policy.text.whole_words import WholeWords, find_whole

#: chunks longer than this are worked out each time
_REMEMBERED_LENGTH = 64
#: how many chunks are remembered before the cache starts anew
_REMEMBERED_CHUNKS = 300_000

#: what makes a lower-case ASCII chunk worth a second look
_ODD = re.compile(
    r"[a-z][^a-z]+[a-z]|ph|vv|uu|[vqz]|[a-z][^a-z0-9]*[0-9$@]|[0-9$@!|+(<{\[#\\/][a-z]|([a-z])\1|[a-z][*#]|[*#][a-z]|"
    r"&#|%[0-9a-f]{2}|[a-z][^a-z0-9]*[!|+(<{\[]{2}|[a-z][|+(<{\[]"
)
_PAIRS = re.compile("ph|vv|uu|rn|cl")
_JOINED = re.compile(r"[^\W\d_]+(?:[-.,:;/?_'’\"]+[^\W\d_]+)+")
_JOINTS = re.compile(r"[-.,:;/?_'’\"]+")
_ENDINGS = frozenset({"s", "t", "re", "ve", "ll", "d", "m"})
_HARMLESS = "\"'.,:;?-#"
#: words that differ from ASCII by accents alone
_LATIN = re.compile("[a-zäöüßàáâãåçèéêëìíîïñòóôõùúûý]+")
_CAMEL = re.compile("[a-z][A-Z]")
_LETTERS = re.compile(r"[A-Za-z]|%[0-9a-fA-F]{2}|&#|[|/\\(\[]{2}")
#: punctuation around a word that no one reads as a letter
_QUOTES = "\"'.,:;?!()-_~`/“”„‘’»«…"
_ASCII_QUOTES = "\"'.,:;?!()-_~`/"
_EDGES = " \t\n\r\x0b\x0c!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
#: letters that stand alone, parted by signs
_APART = re.compile(r"[\W_]*[^\W_](?:[\W_]+[^\W_])*[\W_]*")
_ALL_SIGNS = re.compile(r"[\W\d_]*")
_LONGEST_APART = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What is known of a chunk in which, or with which, something may be found."""

    #: terms seen in it
    disguises: tuple[Disguise, ...] = ()
    #: True when its letters stand alone, and may be spelling out a word with its neighbours
    apart: bool = False
    #: True when it begins or ends a term, and may be a piece of a torn one
    piece: bool = False


@dataclass(frozen=True, kw_only=True)
class Chunks:
    """Says what is known of chunks; what it keeps is a cache and nothing else."""

    #: what is looked for
    lexicon: Lexicon
    #: words by length and ends
    masks: MaskIndex
    #: words by how they begin and end
    fragments: FragmentIndex
    #: what whole words may be: backwards, or misspelt
    whole_words: WholeWords
    #: a cache: chunks in which nothing can be found but what is plainly written
    clean: set[str] = field(default_factory=set, repr=False, compare=False)
    #: a cache: the others
    known: dict[str, Finding] = field(default_factory=dict, repr=False, compare=False)

    def look_at(self, chunks: Sequence[str]) -> dict[str, Finding]:
        """Return what is known of those chunks in which, or with which, something may be found."""
        clean, known = self.clean, self.known
        found: dict[str, Finding] = {}
        new = []
        for chunk in [chunk for chunk in dict.fromkeys(chunks) if chunk not in clean]:
            finding = known.get(chunk)
            if finding is None:
                new.append(chunk)
            else:
                found[chunk] = finding
        if new:
            if len(clean) + len(known) > _REMEMBERED_CHUNKS:
                clean.clear()
                known.clear()
            found.update(self._learn(new))
        return found

    def _learn(self, new: list[str]) -> Iterator[tuple[str, Finding]]:
        """Yield what there is to know of chunks that were not met before, and remember it."""
        clean, ordinary, respelt = self.clean, ordinary_words(), self.whole_words.respelt
        strange = []
        for chunk in new:
            if chunk in ordinary and chunk not in respelt:
                clean.add(chunk)
                continue
            bare = chunk.strip(_ASCII_QUOTES if chunk.isascii() else _QUOTES).lower()
            if "’" in bare:
                bare = bare.replace("’", "'")
            if (bare in ordinary and bare not in respelt and not self._is_quoted(chunk, bare)) or self._is_innocent(
                chunk, bare
            ):
                if len(chunk) <= _REMEMBERED_LENGTH:
                    clean.add(chunk)
            elif (chunk.isascii() and _LETTERS.search(chunk) is None) or not _is_readable(chunk):
                if len(chunk) <= _REMEMBERED_LENGTH and not _is_digit(bare):
                    clean.add(chunk)
                elif _is_digit(bare):
                    yield chunk, Finding(apart=True)
            else:
                strange.append(chunk)
        if strange:
            yield from self._examine(strange)

    def _is_quoted(self, chunk: str, bare: str) -> bool:
        """Return whether a term stands between signs that the plain scan doesn't know."""
        return not chunk.isascii() and bare in self.lexicon.words

    def _is_innocent(self, chunk: str, bare: str) -> bool:
        """Return whether a chunk is a word of one letter, or ordinary words joined by ordinary signs."""
        if len(bare) < 2:
            return bare != "" and bare in "aio" and chunk.isascii()
        return not bare.isalpha() and "’" not in chunk and _is_joined(bare) and _CAMEL.search(chunk) is None

    def _examine(self, strange: list[str]) -> Iterator[tuple[str, Finding]]:
        """Yield what there is to know of chunks that are no ordinary words."""
        odd = [chunk for chunk in strange if self._is_odd(chunk)]
        short = [chunk for chunk in odd if len(chunk) <= LONG]
        seen = self._disguised(short) if short else {}
        for chunk in odd:
            if len(chunk) > LONG:
                seen |= self._disguised([chunk])
        for chunk in strange:
            finding = self._finding(chunk, seen.get(chunk, ()))
            if finding is not None:
                yield chunk, finding
            if len(chunk) <= _REMEMBERED_LENGTH:
                if finding is None:
                    self.clean.add(chunk)
                else:
                    self.known[chunk] = finding

    def _is_odd(self, chunk: str) -> bool:
        """Return whether a chunk is worth a closer look."""
        lower = chunk.lower()
        word = lower.lstrip(_HARMLESS).rstrip(_HARMLESS + "!")
        if (
            word.isalpha()
            and self.lexicon.open_finder is None
            and _LATIN.fullmatch(word)
            and _PAIRS.search(word) is None
        ):
            return resembles(word, self.lexicon) or has_part(chunk, self.lexicon)
        if not chunk.isascii():
            return True
        return _ODD.search(lower) is not None or has_part(chunk, self.lexicon)

    def _disguised(self, odd: list[str]) -> dict[str, tuple[Disguise, ...]]:
        """Return the disguised terms in chunks, with offsets inside each chunk."""
        shown = show("\n".join(odd))
        found = find_disguises(shown, self.lexicon)
        bare = unescape(shown)
        if may_be_masked(bare.translate(LOOKS)):
            found += find_masked(bare, self.masks)
        if is_upside_down(shown):
            found += find_turned(shown, self.lexicon.words)
        return _by_chunk(odd, found) if found else {}

    def _finding(self, chunk: str, disguises: tuple[Disguise, ...]) -> Finding | None:
        """Return what is known of a chunk; None if nothing can be found with it."""
        if disguises:
            return Finding(disguises=disguises, apart=is_apart(chunk))
        bare = chunk.strip(_EDGES).lower()
        whole = find_whole(chunk, bare, self.whole_words)
        if whole:
            return Finding(disguises=whole)
        apart = is_apart(chunk)
        piece = bare.isalpha() and not (len(bare) > 3 and is_ordinary(bare)) and is_fragment(self.fragments, bare)
        return Finding(apart=apart, piece=piece) if apart or piece else None


def _is_joined(bare: str) -> bool:
    """Return whether ordinary words are joined by ordinary signs, or carry an ending such as `'s`."""
    if not _JOINED.fullmatch(bare):
        return False
    ordinary = ordinary_words()
    head, mark, tail = bare.partition("'")
    if mark and head in ordinary and tail in _ENDINGS:
        return True
    return all(len(word) > 1 and word in ordinary for word in _JOINTS.split(bare))


def _is_digit(bare: str) -> bool:
    return len(bare) == 1 and bare in "0134578"


def is_apart(chunk: str) -> bool:
    """Return whether the letters of a chunk stand alone, as in a word that is spelled out."""
    if chunk.isascii() and (len(chunk) == 1 or chunk[:2].isalnum()):
        return len(chunk) == 1 and chunk.isalnum()
    if chunk.isascii() and ":regional" not in chunk and _APART.fullmatch(chunk) is None:
        return False
    folded = unescape(show(chunk)).translate(LOOKS)
    return (
        len(folded) <= _LONGEST_APART and _APART.fullmatch(folded) is not None and _ALL_SIGNS.fullmatch(folded) is None
    )


def _is_readable(chunk: str) -> bool:
    """Return whether a chunk is read like words: a link is not, unless a part of it is shown otherwise than written."""
    return "://" not in chunk or "](" in chunk or "|" in chunk or "%" in chunk


def _by_chunk(chunks: list[str], disguises: list[Disguise]) -> dict[str, tuple[Disguise, ...]]:
    """Return the disguises by chunk, with offsets inside the chunk."""
    found: dict[str, tuple[Disguise, ...]] = {}
    waiting = sorted(disguises, key=lambda d: d.start)
    start = i = 0
    for chunk in chunks:
        end = start + len(chunk)
        inside = []
        while i < len(waiting) and waiting[i].start < end:
            inside.append(move(waiting[i], -start))
            i += 1
        if inside:
            found[chunk] = tuple(inside)
        start = end + 1
    return found
