"""What is known of a chunk (what white space parts) regardless of its neighbours, and a bounded memory of it."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from itertools import filterfalse, islice

from bot.policy.text.disguise import LONG, Disguise, find_disguises, has_part, move, resembles, resembles_numbered
from bot.policy.text.fold import LOOKS
from bot.policy.text.fragments import FragmentIndex, begins_word, ends_word
from bot.policy.text.keys import holds_key
from bot.policy.text.letter_table import INVISIBLE
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
#: once so many disguised terms were seen in a message, its other chunks are not looked at
MOST_SEEN = 32

#: what makes a lower-case ASCII chunk worth a second look
_ODD = re.compile(
    r"[a-z][^a-z]+[a-z]|ph|vv|uu|[vqz]|[a-z][^a-z0-9]*[0-9$@]|[0-9$@!|+(<{\[#\\/][a-z]|([a-z])\1|[a-z][*#]|[*#][a-z]|"
    r"&#|%[0-9a-f]{2}|[a-z][^a-z0-9]*[!|+(<{\[]{2}|[a-z][|+(<{\[]"
)
_PAIRS = re.compile("ph|vv|uu|rn|cl")
#: a word and a number behind it, where no two characters make a letter together
_NUMBERED = re.compile("(?!.*(?:ph|vv|uu|rn|cl|1[23]))[a-z]+[0-9]+")
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
#: longer words that are ordinary are no pieces
_SHORT_PIECE = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What is known of a chunk in which, or with which, something may be found."""

    #: True when a term, or a part of a phrase, may stand in it plainly
    plain: bool = False
    #: terms seen in it
    disguises: tuple[Disguise, ...] = ()
    #: True when its letters stand alone, and may be spelling out a word with its neighbours
    apart: bool = False
    #: its letters, when a term begins with them and none of its signs follow; a torn one may go on in the next chunk
    begins: str = ""
    #: its letters, when a term ends with them and none of its signs come before
    ends: str = ""


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
        known = self.known
        odd = list(filterfalse(self.clean.__contains__, chunks))
        found: dict[str, Finding] = {}
        new = []
        for chunk in dict.fromkeys(odd):
            finding = known.get(chunk)
            if finding is None:
                new.append(chunk)
            else:
                found[chunk] = finding
        if new:
            if len(self.clean) + len(known) > _REMEMBERED_CHUNKS:
                self.clean.clear()
                known.clear()
            self._learn(new, found)
        return found if len(found) < 2 else _first_seen(found, chunks)

    def _learn(self, new: list[str], found: dict[str, Finding]) -> None:
        """Remember what there is to know of chunks that were not met before; add what may be found to `found`."""
        ordinary, respelt = ordinary_words(), self.whole_words.respelt
        words, keys = self.lexicon.words, self.lexicon.keys
        keyed = {chunk for chunk in new if holds_key((chunk,), keys)} if holds_key(new, keys) else set()
        strange, plain = [], []
        for chunk in new:
            bare = _bare(chunk, ordinary)
            if bare in ordinary and bare not in respelt and (chunk.isascii() or chunk == bare or bare not in words):
                plain.append(chunk)
            elif bare.isalpha() and len(bare) > 1:
                strange.append(chunk)
            elif _is_digit(bare) and chunk.isascii():
                found[chunk] = self._keep(chunk, Finding(plain=chunk in keyed, apart=True))
            elif _is_innocent(chunk, bare):
                plain.append(chunk)
            else:
                strange.append(chunk)
        for chunk in plain:
            if chunk in keyed:
                found[chunk] = self._keep(chunk, Finding(plain=True))
            elif len(chunk) <= _REMEMBERED_LENGTH:
                self.clean.add(chunk)
        if strange:
            self._examine(strange, keyed, found)

    def _keep(self, chunk: str, finding: Finding) -> Finding:
        """Return the finding, and remember it."""
        if len(chunk) <= _REMEMBERED_LENGTH:
            self.known[chunk] = finding
        return finding

    def _examine(self, strange: list[str], keyed: Container[str], found: dict[str, Finding]) -> None:
        """Remember what there is to know of chunks that are no ordinary words; add what may be found to `found`."""
        odd = [chunk for chunk in strange if self._is_odd(chunk)]
        seen: dict[str, tuple[Disguise, ...]] = {}
        if odd:
            short = [chunk for chunk in odd if len(chunk) <= LONG]
            seen = self._disguised(short) if short else {}
            for chunk in odd:
                if len(chunk) > LONG:
                    seen |= self._disguised([chunk])
        count = 0
        for chunk in strange:
            if count >= MOST_SEEN:
                return  # what follows was perhaps not read
            finding = self._finding(chunk, seen.get(chunk, ()), plain=chunk in keyed)
            if finding is not None:
                count += len(finding.disguises)
                found[chunk] = self._keep(chunk, finding)
            elif len(chunk) <= _REMEMBERED_LENGTH:
                self.clean.add(chunk)

    def _is_odd(self, chunk: str) -> bool:
        """Return whether a chunk is worth a closer look."""
        lower = chunk.lower()
        word = lower if chunk.isalpha() else lower.lstrip(_HARMLESS).rstrip(_HARMLESS + "!")
        if (
            self.lexicon.open_finder is None
            and word.isalpha()
            and (word.isascii() or _LATIN.fullmatch(word) is not None)
        ):
            if _PAIRS.search(word) is None:
                return resembles(word, self.lexicon) or (chunk != lower and has_part(chunk, self.lexicon))
        elif _NUMBERED.fullmatch(word) is not None and self.lexicon.open_finder is None:
            return resembles_numbered(word, self.lexicon) or (chunk != lower and has_part(chunk, self.lexicon))
        if not chunk.isascii():
            return True
        return _ODD.search(lower) is not None or has_part(chunk, self.lexicon)

    def _disguised(self, odd: list[str]) -> dict[str, tuple[Disguise, ...]]:
        """Return the disguised terms in chunks, with offsets inside each chunk."""
        shown = show("\n".join(odd))
        found = find_disguises(shown, self.lexicon, MOST_SEEN)
        bare = unescape(shown)
        if may_be_masked(bare.translate(LOOKS)):
            found += islice(find_masked(bare, self.masks), MOST_SEEN)
        if is_upside_down(shown):
            found += find_turned(shown, self.lexicon.words)
        return _by_chunk(odd, found) if found else {}

    def _finding(self, chunk: str, disguises: tuple[Disguise, ...], *, plain: bool) -> Finding | None:
        """Return what is known of a chunk; None if nothing can be found with it."""
        if disguises:
            return Finding(plain=plain, disguises=disguises, apart=is_apart(chunk))
        bare = chunk.strip(_EDGES).lower()
        whole = find_whole(chunk, bare, self.whole_words)
        if whole:
            return Finding(plain=plain, disguises=whole)
        apart = is_apart(chunk)
        begins = ends = ""
        if bare.isalpha():
            begins = bare if chunk[-1].isalpha() and begins_word(self.fragments, bare) else ""
            ends = bare if chunk[0].isalpha() and ends_word(self.fragments, bare) else ""
            if (begins or ends) and len(bare) > _SHORT_PIECE and is_ordinary(bare):
                begins = ends = ""
        if not (plain or apart or begins or ends):
            return None
        return Finding(plain=plain, apart=apart, begins=begins, ends=ends)


def _first_seen(found: dict[str, Finding], chunks: Sequence[str]) -> dict[str, Finding]:
    """Return the findings up to those in which enough is seen; the same whether chunks were met before or not."""
    if sum(len(finding.disguises) for finding in found.values()) < MOST_SEEN:
        return found
    kept: dict[str, Finding] = {}
    count = 0
    for chunk in dict.fromkeys(chunks):
        if chunk in found and count < MOST_SEEN:
            kept[chunk] = replace(found[chunk], plain=True)  # some other chunk may be
            count += len(found[chunk].disguises)
    return kept


def _bare(chunk: str, ordinary: Container[str]) -> str:
    """Return the chunk in lower case without the punctuation around it."""
    if chunk in ordinary:
        return chunk
    if chunk.isascii():
        return chunk.lower() if chunk.isalpha() else chunk.strip(_ASCII_QUOTES).lower()
    return chunk.strip(_QUOTES).lower().replace("’", "'")


def _is_innocent(chunk: str, bare: str) -> bool:
    """Return whether a chunk that is no word spells nothing, is one letter, a link, or words joined by usual signs."""
    if chunk.isascii() and _LETTERS.search(chunk) is None:
        return True
    if len(bare) < 2 and bare != "" and bare in "aio" and chunk.isascii():
        return True
    return not _is_readable(chunk) or (
        len(bare) > 1 and "’" not in chunk and _is_joined(bare) and _CAMEL.search(chunk) is None
    )


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
    if len(chunk) > 1 and chunk.isalpha() and INVISIBLE.isdisjoint(chunk):
        return False
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
