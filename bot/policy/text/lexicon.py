"""Every literal of a policy set, compiled to the automata that look for all of them at once."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

import ahocorasick_rs

from bot.policy.text.fold import PLAIN
from bot.policy.text.keys import Keys, build_keys
from bot.policy.text.ordinary import is_ordinary
from bot.policy.text.signs import classed
from bot.policy.text.spaced import spaced

#: phrases of at least so many letters are also found written as one word
_GLUED_LETTERS = 8

#: ASCII that neither stands in words nor merely parts them
_SIGN = re.compile(r"[^\w\x80-\U0010ffff \-.,:/'&]")
_PIECES = re.compile(r"[\W_]+")
_RUNS = re.compile(r"(.)\1+")
#: pronouns that stand at a phrase's end and are often written as two words
_SELVES = tuple((f" {whose}self", f" {whose} self") for whose in ("your", "him", "her", "my", "it"))
#: a template would be expanded anew for each match
_ONCE = itemgetter(1)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Owner:
    """Who asked for a literal."""

    #: scan id of the term group
    group: int
    #: only in channels with this language; None everywhere
    language: str | None = None
    #: True when the literal excuses hits of its group instead of being one
    allows: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Literal:
    """One distinct literal, with everybody who asked for it."""

    #: normalised: lower case, words parted by single spaces
    text: str
    #: True when it may begin inside a word
    open_left: bool
    #: True when it may end inside a word
    open_right: bool
    #: who asked for it
    owners: tuple[Owner, ...]
    #: True when some owner wants one wrong letter forgiven
    typos: bool = False

    @property
    def is_word(self) -> bool:
        """True for a single word without signs."""
        return self.text.isalpha()

    @property
    def is_contained(self) -> bool:
        """True when it is found anywhere inside words."""
        return self.open_left and self.open_right


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A literal as a policy asks for it."""

    #: as written, `*` at either end allowed
    text: str
    #: who asks
    owner: Owner
    #: True to find it inside words too
    contains: bool = False
    #: True to forgive one wrong letter
    typos: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Core:
    """What a disguised spelling is compared with: a word's letters."""

    #: index of the literal, or -1 for a part of a phrase
    literal: int
    #: the literal as it is looked for
    text: str
    #: the word, letters and digits only
    word: str
    #: True when it may begin inside a word
    open_left: bool = False
    #: True when it may end inside a word
    open_right: bool = False
    #: True when it is several words written as one
    is_phrase: bool = False


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """All literals of a policy set, ready to be looked for."""

    #: every distinct literal
    literals: tuple[Literal, ...]
    #: finds literals in spaced text; None when there are none
    finder: ahocorasick_rs.BytesAhoCorasick | None = field(repr=False)
    #: words without which `finder` finds nothing
    keys: Keys = field(repr=False)
    #: pattern of `finder` → literals
    found: Sequence[tuple[int, ...]] = field(repr=False)
    #: finds literals that consist of signs in raw lower-case text
    sign_finder: ahocorasick_rs.AhoCorasick | None = field(repr=False)
    #: any of the signs without which no such literal stands in a text
    sign_hint: re.Pattern[str] | None = field(repr=False)
    #: pattern of `sign_finder` → literals
    signs: Sequence[tuple[int, ...]] = field(repr=False)
    #: collapsed words; says whether a closer look is worth it
    collapsed: frozenset[str] = field(repr=False)
    #: finds those collapsed words that may begin or end inside others; None when there are none
    open_finder: ahocorasick_rs.AhoCorasick | None = field(repr=False)
    #: finds collapsed words in collapsed text, wherever they stand
    core_finder: ahocorasick_rs.AhoCorasick | None = field(repr=False)
    #: pattern of `core_finder` → words that collapse to it
    cores: Sequence[Sequence[Core]] = field(repr=False)
    #: single words → literals
    words: Mapping[str, tuple[int, ...]] = field(repr=False)
    #: words that forgive one wrong letter → literals
    forgiving: Mapping[str, tuple[int, ...]] = field(repr=False)
    #: True when some literal has several words
    has_phrases: bool


def collapse(word: str) -> str:
    """Return the word by classes of letters, every run of one class shortened to one letter."""
    return _RUNS.sub(_ONCE, classed(word))


def normalise(text: str) -> str:
    """Return the literal in lower case, composed, with single spaces for separators between words."""
    composed = unicodedata.normalize("NFC", text.strip()).casefold()
    return " ".join(composed.split())


def _has_signs(text: str) -> bool:
    """Return whether the literal can't be found in spaced text because it leans on signs, as `c++` or `a$$` do."""
    if text.isalpha():
        return False
    inner = text.strip("-.,:/' ")
    if " " not in text and not inner.isalnum() and all(len(piece) < 2 for piece in _PIECES.split(text)):
        return True  # `s&m` is no `s. m.`
    return inner != text or _SIGN.search(text) is not None or any(map(_is_symbol, text))


def _is_symbol(character: str) -> bool:
    """Return whether a character beyond ASCII is more than punctuation: it would be lost in spaced text."""
    return not character.isascii() and unicodedata.category(character)[0] == "S"


def merge(requests: Iterable[Request]) -> tuple[Literal, ...]:
    """Return one literal for each distinct text and kind of border."""
    owners: dict[tuple[str, bool, bool], list[Owner]] = {}
    typos: set[tuple[str, bool, bool]] = set()
    for request in requests:
        bare = request.text.strip()
        text = normalise(bare.strip("*") if len(bare) > 2 else bare)
        if not text:
            continue
        anywhere = request.contains or not any(map(str.isalnum, text))
        key = (text, anywhere or bare.startswith("*"), anywhere or bare.endswith("*"))
        asked = owners.setdefault(key, [])
        if request.owner not in asked:
            asked.append(request.owner)
        if request.typos:
            typos.add(key)
    return tuple(
        Literal(text=key[0], open_left=key[1], open_right=key[2], owners=tuple(asked), typos=key in typos)
        for key, asked in owners.items()
    )


def _spellings(literal: Literal) -> Iterable[bytes]:
    """Yield every way the literal stands in spaced text."""
    forms = {literal.text}
    if not literal.text.isascii():
        forms.add(literal.text.translate(_UMLAUTS))
        if not is_ordinary(bare := literal.text.translate(PLAIN)):
            forms.add(bare)
    forms.update([form.replace(whole, parts) for form in forms for whole, parts in _SELVES if whole in form])
    for form in sorted(forms):
        words = spaced(form).split()
        if not words:
            continue
        yield (b"" if literal.open_left else b" ") + b" ".join(words) + (b"" if literal.open_right else b" ")


def _word_forms(text: str) -> set[str]:
    """Return a literal's letters as disguised text is compared with them, umlauts in both spellings."""
    if text.isascii() and text.isalnum():
        return {text} if len(text) > 1 else set()
    forms = {text.translate(PLAIN), text.translate(_UMLAUTS).translate(PLAIN)}
    return {form for form in ("".join(filter(str.isalnum, form)) for form in forms) if len(form) > 1}


def _cores(literals: Sequence[Literal]) -> dict[str, list[Core]]:
    """Return collapsed word → the words that collapse to it, phrases' parts and glued phrases included."""
    table: dict[str, list[Core]] = {}
    parts: set[str] = set()

    def add(core: Core) -> None:
        collapsed = collapse(core.word)
        if len(collapsed) > 1:
            table.setdefault(collapsed, []).append(core)

    for index, literal in enumerate(literals):
        pieces = literal.text.split()
        phrase = len(pieces) > 1
        left, right = literal.open_left, literal.open_right
        for form in _word_forms(literal.text):
            if phrase and (len(form) < _GLUED_LETTERS or is_ordinary(form)):
                continue
            add(Core(literal=index, text=literal.text, word=form, open_left=left, open_right=right, is_phrase=phrase))
        if phrase:
            parts.update(form for piece in pieces if len(piece) > 2 for form in _word_forms(piece))
    own = {core.word for cores in table.values() for core in cores if not core.is_phrase}
    for word in sorted(parts - own):
        add(Core(literal=-1, text=word, word=word))
    return table


def _automaton(patterns: Sequence[str]) -> ahocorasick_rs.AhoCorasick | None:
    if not patterns:
        return None
    return ahocorasick_rs.AhoCorasick(patterns, store_patterns=False)


def _byte_automaton(patterns: Sequence[bytes]) -> ahocorasick_rs.BytesAhoCorasick | None:
    return ahocorasick_rs.BytesAhoCorasick(patterns) if patterns else None


def _sign_hint(texts: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds the rarest kind of character of each text: a sign, where it has one other than a space."""
    hints = {next((c for c in text if not c.isalnum() and c != " "), text[0]) for text in texts}
    return re.compile("[" + re.escape("".join(sorted(hints))) + "]") if hints else None


def build_lexicon(requests: Iterable[Request]) -> Lexicon:
    """Return the lexicon of everything that was asked for."""
    literals = merge(requests)
    spelled: dict[bytes, list[int]] = {}
    signs: dict[str, list[int]] = {}
    for index, literal in enumerate(literals):
        if _has_signs(literal.text):
            signs.setdefault(literal.text, []).append(index)
            continue
        for spelling in _spellings(literal):
            if spelling.strip():
                spelled.setdefault(spelling, []).append(index)
    table = _cores(literals)
    words: dict[str, tuple[int, ...]] = {}
    for index, literal in enumerate(literals):
        if literal.is_word and not literal.is_contained:
            words[literal.text] = (*words.get(literal.text, ()), index)
    return Lexicon(
        literals=literals,
        finder=_byte_automaton(list(spelled)),
        keys=build_keys(spelled),
        found=[tuple(indexes) for indexes in spelled.values()],
        sign_finder=_automaton(list(signs)),
        sign_hint=_sign_hint(signs),
        signs=[tuple(indexes) for indexes in signs.values()],
        collapsed=frozenset(table),
        open_finder=_automaton(
            [word for word, cores in table.items() if any(c.open_left or c.open_right for c in cores)]
        ),
        core_finder=_automaton(list(table)),
        cores=list(table.values()),
        words=words,
        forgiving={word: own for word, own in words.items() if any(literals[i].typos for i in own)},
        has_phrases=any(" " in literal.text for literal in literals),
    )
