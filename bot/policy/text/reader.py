"""Reads messages as people do: what a lexicon's terms are found in, as written or disguised, and where.

Most chunks of a message (what white space parts) have been met before. What was found in a chunk never depends on its
neighbours, so it is remembered: `_Memory` is a cache and nothing else, bounded, and without it every answer is the same.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from bot.domain.judgement import Span
from bot.policy.text.disguise import Disguise, find_disguises, move
from bot.policy.text.fold import LOOKS
from bot.policy.text.fragments import FragmentIndex, are_torn, build_fragment_index, is_fragment, is_noise
from bot.policy.text.innocence import is_evenly_parted
from bot.policy.text.lexicon import SPACED, Lexicon, Owner
from bot.policy.text.masks import MaskIndex, build_mask_index, find_masked, may_be_masked
from bot.policy.text.ordinary import is_ordinary, ordinary_words
from bot.policy.text.render import render
from bot.policy.text.typos import TypoIndex, build_typo_index, find_typo

#: chunks longer than this are worked out each time
_REMEMBERED_LENGTH = 64
#: how many chunks are remembered before the cache starts anew
_REMEMBERED_CHUNKS = 300_000
#: evidence of one message stops here, so that no message costs more than its length
_MOST_HITS = 400

#: what makes a lower-case ASCII chunk worth a second look
_ODD = re.compile(
    r"[a-z][^a-z\s]+[a-z]|ph|vv|uu|&#|%[0-9a-f]{2}|[a-z][\"'.,:;_-]*[0-9$@]|[0-9$@!|+(<{\[#\\/][a-z]|([a-z])\1|[a-z][*#]{2}|"
    r"(?<!\S)[^a-z\s]*[b-hj-z][^a-z\s]*(?!\S)|[a-z][^a-z0-9\s]*[!|+(<{\[]{2}"
)
_SPACE = 32
#: longer chunks of consonants are no pieces of a torn word
_LONGEST_NOISE = 3
_PAIR = 2
_SHORTEST_WORD = 3
_LONE_WORDS = frozenset("aio")
#: shorter words are also words of some language when read backwards
_BACKWARDS_LETTERS = 5
_CAMEL = re.compile(r"[a-z][A-Z]")
_LETTERS = re.compile(r"[A-Za-z]")
#: punctuation around a word that no one reads as a letter
_QUOTES = "\"'.,:;?!()-_~`/“”„‘’»«…"
_EDGES = " \t\n\r\x0b\x0c!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_RTL_OVERRIDE = "\u202e"
_OVERRIDDEN = re.compile("\u202e([^\u202c\u202e\n]*)")
#: letters that stand alone, at least three in a row, whatever parts them
_SPELLED = re.compile(
    r"(?<![^\W_])(?<!['’])[^\W_]{1,2}(?:\x02*(?:[^\w\x02]\x02*|_\x02*){1,6}[^\W_]{1,2}\x02*){2,}(?![^\W_])"
)
_GAPS = re.compile(r"[\W_]+")
_PIECES = re.compile(r"[^\W_]+")
_SPACES = re.compile(r"\s")


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A literal that was found in a message."""

    #: index of the literal
    literal: int
    #: where, in the original text
    span: Span


@dataclass(slots=True)
class _Memory:
    """What is known of chunks that were met before."""

    #: chunks in which nothing can be found but what is plainly written
    clean: set[str] = field(default_factory=set)
    #: chunks in which disguised terms were found
    disguised: dict[str, tuple[Disguise, ...]] = field(default_factory=dict)
    #: chunks of one letter, which may be spelling out a word
    singles: set[str] = field(default_factory=set)
    #: chunks that begin or end a term, and may be a piece of a torn one
    pieces: set[str] = field(default_factory=set)

    def forget(self) -> None:
        """Start anew once full."""
        kept = (self.clean, self.disguised, self.singles, self.pieces)
        if sum(map(len, kept)) > _REMEMBERED_CHUNKS:
            for part in kept:
                part.clear()


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Finds the terms of one lexicon in texts."""

    #: what is looked for
    lexicon: Lexicon
    #: words by length and ends
    masks: MaskIndex
    #: words by how they begin and end
    fragments: FragmentIndex
    #: words that forgive one wrong letter
    typos: TypoIndex
    #: reversed words that are no words themselves → literal
    backwards: Mapping[str, tuple[int, ...]] = field(repr=False)
    #: a cache, see above
    memory: _Memory = field(repr=False, compare=False, default_factory=_Memory)

    def find(self, text: str) -> list[Hit]:
        """Return every literal seen in the text; empty for most messages."""
        hits = self._as_written(text)
        chunks = text.split()
        if not self.memory.clean.issuperset(chunks):
            hits += self._disguised(text, chunks, hits)
        return hits

    def _as_written(self, text: str) -> list[Hit]:
        """Return the literals that stand in the text plainly."""
        lexicon = self.lexicon
        hits: list[Hit] = []
        if lexicon.finder is not None:
            folded = text if text.isascii() else text.casefold()
            spaced = b" " + folded.encode("utf-8", "surrogatepass").translate(SPACED) + b" "
            found = lexicon.finder.find_matches_as_indexes(spaced, overlapping=True)
            if found:
                hits += self._plain_hits(text, folded, spaced, found)
            if lexicon.has_phrases and b"   " in spaced:
                hits += self._loose_phrases(text, folded, spaced)
        if lexicon.sign_finder is not None:
            hits += self._sign_hits(text)
        return hits

    def _plain_hits(self, text: str, folded: str, spaced: bytes, found: Sequence[tuple[int, int, int]]) -> list[Hit]:
        lexicon = self.lexicon
        offset = _offsets(text, folded)
        hits = []
        for pattern, start, end in found[:_MOST_HITS]:
            for index in lexicon.found[pattern]:
                literal = lexicon.literals[index]
                first = start + (0 if literal.open_left else 1)
                last = end - (0 if literal.open_right else 1)
                span = Span(start=offset(spaced, first), end=offset(spaced, last), what=literal.text)
                hits.append(Hit(literal=index, span=span))
        return hits

    def _loose_phrases(self, text: str, folded: str, spaced: bytes) -> list[Hit]:
        """Return the phrases whose words stand further apart than two separators."""
        lexicon = self.lexicon
        assert lexicon.finder is not None
        squeezed = b" " + b" ".join(spaced.split()) + b" "
        found = [
            (index, start, end)
            for pattern, start, end in lexicon.finder.find_matches_as_indexes(squeezed, overlapping=True)[:_MOST_HITS]
            for index in lexicon.found[pattern]
            if " " in lexicon.literals[index].text
        ]
        if not found:
            return []
        kept = [at for at, byte in enumerate(spaced) if byte != _SPACE or at == 0 or spaced[at - 1] != _SPACE]
        offset = _offsets(text, folded)
        hits = []
        for index, start, end in found:
            literal = lexicon.literals[index]
            first, last = kept[start + (not literal.open_left)], kept[end - 1 - (not literal.open_right)]
            if b"   " in spaced[first : last + 1]:  # otherwise it is found already
                span = Span(start=offset(spaced, first), end=offset(spaced, last + 1), what=literal.text)
                hits.append(Hit(literal=index, span=span))
        return hits

    def _sign_hits(self, text: str) -> list[Hit]:
        """Return the literals that lean on signs, found in the raw text."""
        assert self.lexicon.sign_finder is not None
        lower = text.lower()
        if len(lower) != len(text):
            lower = "".join(c.lower()[:1] for c in text)
        hits = []
        for pattern, start, end in self.lexicon.sign_finder.find_matches_as_indexes(lower, overlapping=True)[:_MOST_HITS]:
            for index in self.lexicon.signs[pattern]:
                literal = self.lexicon.literals[index]
                glued_left = lower[start].isalnum() and start > 0 and lower[start - 1].isalnum()
                glued_right = lower[end - 1].isalnum() and end < len(lower) and lower[end].isalnum()
                if (literal.open_left or not glued_left) and (literal.open_right or not glued_right):
                    hits.append(Hit(literal=index, span=Span(start=start, end=end, what=literal.text)))
        return hits

    def _disguised(self, text: str, chunks: list[str], plain: list[Hit]) -> list[Hit]:
        """Return the literals that are seen only by who reads like a person."""
        memory = self.memory
        unclean = [chunk for chunk in chunks if chunk not in memory.clean]
        known = (memory.disguised, memory.singles, memory.pieces)
        new = [chunk for chunk in unclean if not any(chunk in kind for kind in known)]
        passing: dict[str, tuple[Disguise, ...]] = {}
        if new:
            memory.forget()
            passing = self._learn(new)
        seen: list[Disguise] = []
        if passing or any(chunk in memory.disguised for chunk in unclean):
            seen += _place(text, chunks, memory.disguised, passing)
        singles = any(chunk in memory.singles for chunk in unclean)
        if singles and self._has_letters_apart(chunks):
            seen += self._spelled_out(text)
        if singles or any(chunk in memory.pieces for chunk in unclean):
            seen += self._torn(text, chunks)
        if _RTL_OVERRIDE in text:
            seen += self._overridden(text)
        return self._settle(text, seen, plain) if seen else []

    def _learn(self, new: list[str]) -> dict[str, tuple[Disguise, ...]]:
        """Work out chunks that were not met before; returns those too long to remember."""
        clean, ordinary = self.memory.clean, ordinary_words()
        strange = []
        for chunk in new:
            bare = chunk.strip(_QUOTES).lower()
            if bare in ordinary and not (len(bare) <= _LONGEST_NOISE and is_noise(bare)) or bare in _LONE_WORDS:
                clean.add(chunk)
            elif chunk.isascii() and _LETTERS.search(chunk) is None or not _is_readable(chunk):
                if len(chunk) <= _REMEMBERED_LENGTH:
                    clean.add(chunk)
            else:
                strange.append(chunk)
        return self._examine(strange) if strange else {}

    def _examine(self, strange: list[str]) -> dict[str, tuple[Disguise, ...]]:
        """Read new chunks that are no ordinary words; returns those too long to remember in which something was found."""
        joined = "\n".join(strange)
        lower = joined.lower()
        by_chunk: dict[str, tuple[Disguise, ...]] = {}
        if not joined.isascii() or _ODD.search(lower) is not None or _CAMEL.search(joined) is not None:
            shown = render(joined)
            found = find_disguises(shown, self.lexicon)
            if may_be_masked(lower if shown.isascii() else shown.translate(LOOKS)):
                found += find_masked(shown, self.masks)
            by_chunk = _by_chunk(strange, found)
        self._keep([chunk for chunk in strange if chunk not in by_chunk])
        for chunk in [chunk for chunk in by_chunk if len(chunk) <= _REMEMBERED_LENGTH]:
            self.memory.disguised[chunk] = by_chunk.pop(chunk)
        return by_chunk

    def _keep(self, chunks: list[str]) -> None:
        """Remember chunks without a disguise: as backward or mistyped words, as pieces of words, or as clean."""
        memory = self.memory
        for chunk in chunks:
            if len(chunk) > _REMEMBERED_LENGTH:
                continue
            bare = chunk.strip(_EDGES).lower()
            disguises = self._odd_word(chunk, bare)
            if disguises:
                memory.disguised[chunk] = disguises
            elif self._is_single(chunk, bare):
                memory.singles.add(chunk)
            elif bare.isalpha() and is_fragment(self.fragments, bare):
                memory.pieces.add(chunk)
            else:
                memory.clean.add(chunk)

    def _odd_word(self, chunk: str, bare: str) -> tuple[Disguise, ...]:
        """Return the terms that a word is, backwards or but for one letter."""
        start = max(chunk.lower().find(bare), 0)
        backwards = self.backwards.get(bare, ())
        if not backwards and not self.typos.forms:
            return ()
        typo = find_typo(self.typos, bare) if not backwards and bare.isalpha() and bare not in self.lexicon.words else None
        word, literals, how = typo + ("misspelt",) if typo is not None else (bare[::-1], backwards, "backwards")
        return tuple(
            Disguise(literal=literal, word=word, start=start, end=start + len(bare), how=how) for literal in literals
        )

    def _is_single(self, chunk: str, bare: str) -> bool:
        """Return whether a chunk shows one letter, as in a word that is spelled out."""
        if len(bare) > 1 and chunk.isascii() and ":regional" not in chunk:
            return False
        letters = render(chunk).translate(LOOKS).strip(_EDGES + "\x01")
        return len(letters) == 1 and letters.isalpha()

    def _has_letters_apart(self, chunks: list[str]) -> bool:
        """Return whether three letters or more stand alone in a row, signs between them or not."""
        in_row, singles = 0, self.memory.singles
        for chunk in chunks:
            if chunk in singles or len(chunk) <= _PAIR:
                in_row += chunk in singles or chunk.isalpha()
                if in_row >= _SHORTEST_WORD:
                    return True
            else:
                in_row = 0
        return False

    def _spelled_out(self, text: str) -> Iterator[Disguise]:
        """Yield the terms whose letters stand apart: `f u c k`."""
        shown = render(text)
        folded = "".join(LOOKS[ord(c)][:1] or "\x02" for c in shown)
        for run in _SPELLED.finditer(folded):
            gaps = [gap.replace("\x02", "") for gap in _GAPS.findall(run[0])]
            if not is_evenly_parted(gaps, _PIECES.findall(run[0])):
                continue
            piece = _SPACES.sub(".", shown[run.start() : run.end()])
            for disguise in find_disguises(piece, self.lexicon):
                yield move(disguise, run.start(), how="spaced")

    def _torn(self, text: str, chunks: list[str]) -> Iterator[Disguise]:
        """Yield the terms that a space tears in two: `fu ck`."""
        memory, words = self.memory, self.fragments.words
        starts: list[int] = []
        for i, (before, after) in enumerate(pairwise(chunks)):
            if before in memory.clean and after in memory.clean:
                continue
            left, right = before.lstrip(_EDGES).lower(), after.rstrip(_EDGES).lower()
            if left + right in words and are_torn(left, right):
                starts = starts or _starts(text, chunks)
                start, end = starts[i] + len(before) - len(left), starts[i + 1] + len(right)
                for literal in self.lexicon.words[left + right]:
                    yield Disguise(literal=literal, word=left + right, start=start, end=end, how="torn")

    def _overridden(self, text: str) -> Iterator[Disguise]:
        """Yield what stands in text that is shown from right to left by force."""
        for part in _OVERRIDDEN.finditer(text):
            shown = part[1][::-1]
            last = part.end(1)
            for hit in self._as_written(shown):
                yield Disguise(
                    literal=hit.literal, word=hit.span.what, start=last - hit.span.end, end=last - hit.span.start,
                    how="right to left",
                )  # fmt: skip

    def _settle(self, text: str, seen: list[Disguise], plain: list[Hit]) -> list[Hit]:
        """Return the hits that the disguises make: words themselves, and phrases once their parts are read."""
        latin = sum(map(str.isascii, filter(str.isalpha, text))) * 2 > sum(map(str.isalpha, text))
        fair = [d for d in seen if latin or not d.whole_script][:_MOST_HITS]
        known = {(hit.literal, hit.span.start, hit.span.end) for hit in plain}
        hits = []
        for disguise in fair:
            key = (disguise.literal, disguise.start, disguise.end)
            if disguise.literal >= 0 and key not in known:
                known.add(key)
                span = Span(start=disguise.start, end=disguise.end, how=disguise.how, what=disguise.word)
                hits.append(Hit(literal=disguise.literal, span=span))
        if self.lexicon.has_phrases:
            hits += [hit for hit in self._phrases(text, fair) if (hit.literal, hit.span.start, hit.span.end) not in known]
        return hits

    def _phrases(self, text: str, disguises: list[Disguise]) -> Iterator[Hit]:
        """Yield the phrases that are found once every disguised word is replaced by what it reads as."""
        plain, origins = _replaced(text, disguises)
        for hit in self._as_written(plain):
            if " " in hit.span.what:
                start, end = origins[hit.span.start][0], origins[hit.span.end - 1][1]
                yield Hit(literal=hit.literal, span=replace(hit.span, start=start, end=end, how="disguised words"))


def _replaced(text: str, disguises: list[Disguise]) -> tuple[str, list[tuple[int, int]]]:
    """Return the text with disguised words spelt out, and for each of its characters the span it stands for."""
    parts: list[str] = []
    origins: list[tuple[int, int]] = []
    at = 0
    for disguise in sorted(disguises, key=lambda d: (d.start, -d.end)):
        if disguise.start < at:
            continue
        parts += text[at : disguise.start], disguise.word
        origins += [(i, i + 1) for i in range(at, disguise.start)]
        origins += [(disguise.start, disguise.end)] * len(disguise.word)
        at = disguise.end
    parts.append(text[at:])
    origins += [(i, i + 1) for i in range(at, len(text))]
    return "".join(parts), origins


def build_reader(lexicon: Lexicon) -> Reader:
    """Return the reader of a lexicon."""
    words = lexicon.words
    backwards = {
        word[::-1]: literals for word, literals in words.items()
        if len(word) >= _BACKWARDS_LETTERS and word[::-1] not in words and not is_ordinary(word[::-1])
    }  # fmt: skip
    return Reader(
        lexicon=lexicon,
        masks=build_mask_index(words),
        fragments=build_fragment_index(words),
        typos=build_typo_index(lexicon.forgiving),
        backwards=backwards,
    )


def owners_of(lexicon: Lexicon, hit: Hit) -> tuple[Owner, ...]:
    """Return who asked for the literal that was hit."""
    return lexicon.literals[hit.literal].owners


def _offsets(text: str, folded: str) -> Callable[[bytes, int], int]:
    """Return what maps a byte of the spaced text, which begins with one space more, to an offset of the original."""
    if folded.isascii() and len(folded) == len(text):
        return lambda spaced, at: max(at - 1, 0)
    origins = [i for i, character in enumerate(text) for _ in character.casefold()] + [len(text)] * 2
    return lambda spaced, at: origins[len(spaced[1:at].decode("utf-8", "surrogatepass"))]


def _starts(text: str, chunks: list[str]) -> list[int]:
    """Return where each chunk begins."""
    starts, at = [], 0
    for chunk in chunks:
        at = text.index(chunk, at)
        starts.append(at)
        at += len(chunk)
    return starts


def _is_readable(chunk: str) -> bool:
    """Return whether a chunk is read like words: a link is not, unless a part of it is shown otherwise than written."""
    return "://" not in chunk or "](" in chunk or "|" in chunk or "%" in chunk


def _by_chunk(chunks: list[str], disguises: list[Disguise]) -> dict[str, tuple[Disguise, ...]]:
    """Return the disguises by chunk, with offsets inside the chunk."""
    if not disguises:
        return {}
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


def _place(
    text: str, chunks: list[str], known: Mapping[str, tuple[Disguise, ...]], passing: Mapping[str, tuple[Disguise, ...]]
) -> Iterator[Disguise]:
    """Yield the chunks' disguises at their place in the text."""
    for chunk, start in zip(chunks, _starts(text, chunks), strict=True):
        for disguise in known.get(chunk) or passing.get(chunk, ()):
            yield move(disguise, start)
