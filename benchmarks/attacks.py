"""Ways in which people disguise a word, and everyday sentences to hide it in.

`DEV` is what the reading of disguises may be tuned on; `HELD` is only ever measured. Each attack takes a word and a
source of chance, and returns the word unchanged where it can't be applied.
"""

import random
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Attack = Callable[[str, random.Random], str]

CARRIERS = (
    "I will be home a little later than planned {}",
    "{} and then the train left without us",
    "she told me that {} was all he said before the meeting",
    "does anybody know where {} went yesterday?",
    "The soup was too hot, {} we had to wait.",
    "just saw your message {} and wanted to answer",
    "my brother calls the neighbour {} every single morning",
    "well, {} that was a long evening",
    "Wir treffen uns nachher {} am Bahnhof",
    "{} hat er gesagt und ist gegangen",
    "gestern war es wieder {} den ganzen Abend lang",
    "Kann mir jemand sagen, was {} bedeuten soll?",
    "na ja, {} morgen sehen wir weiter",
    "Der Kuchen war gut, {} aber der Kaffee kalt.",
    "ich habe das Spiel {} leider nicht gesehen",
    "Meine Schwester sagt {} zu allen Leuten",
)

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_CYRILLIC = dict(zip("aceiopxysjkmthbr", "асеіорхуѕјкмтһьг", strict=True))
_GREEK = dict(zip("aeikmnoptuvwxyh", "αεικμνορτυνωχγη", strict=True))
_ARMENIAN = dict(zip("ouhngqsdfl", "օսհոցզѕԁքլ", strict=True))
_SMALL_CAPITALS = dict(zip("abcdefghijklmnoprtuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ", strict=True))
_RAISED = dict(zip("abcdefghijklmnoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True))
_STROKES = dict(zip("abcdefghijklnoprstuz", "ąƀçđęƒğħįĵķłŋøþřşŧųž", strict=True))
_TURNED = dict(zip("abcdefghijklmnopqrstuvwxyz", "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz", strict=True))
_DIGITS = dict(zip("aeiostg", "4310579", strict=True))
_SYMBOLS = dict(zip("asietlc", "@$!€+|(", strict=True))
_DRAWN = {"u": "|_|", "v": "\\/", "k": "|<", "n": "|\\|", "h": "|-|", "d": "|)", "o": "()", "w": "vv", "f": "ph"}
_LATIN_1 = dict(zip("aosilcuyd", "ªø§¡£¢µ¥ð", strict=True))
_SPELLINGS = {"ä": ("ae", "a\u0308"), "ö": ("oe", "o\u0308"), "ü": ("ue", "u\u0308"), "ß": ("ss", "sz", "ẞ")}
_EMOJI = ("🔥", "😂", "💀", "👏", "🤡")
_MARKS = tuple(map(chr, range(0x300, 0x34F)))
_VOWELS = frozenset("aeiouäöü")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """A message with a disguised word in it."""

    #: the whole message
    text: str
    #: where the disguised word begins
    start: int
    #: one behind its end
    end: int


def _letters(table: Mapping[str, str], *, most: int | None = None) -> Attack:
    def attack(word: str, chance: random.Random) -> str:
        places = [i for i, letter in enumerate(word) if letter in table]
        chosen = set(places if most is None else chance.sample(places, min(most, len(places))))
        return "".join(table[c] if i in chosen else c for i, c in enumerate(word))

    return attack


def _row(first: int) -> Attack:
    return _letters({letter: chr(first + i) for i, letter in enumerate(_LATIN)})


def _named(name: str) -> Attack:
    return _letters({letter: unicodedata.lookup(f"{name} {letter.upper()}") for letter in _LATIN})


def _parted(*signs: str) -> Attack:
    def attack(word: str, chance: random.Random) -> str:
        return chance.choice(signs).join(word)

    return attack


def _once(*signs: str) -> Attack:
    def attack(word: str, chance: random.Random) -> str:
        at = chance.randrange(1, len(word))
        return word[:at] + chance.choice(signs) + word[at:]

    return attack


def _scattered(*signs: str, most: int = 1) -> Attack:
    def attack(word: str, chance: random.Random) -> str:
        sure = chance.randrange(len(word) - 1)
        return "".join(
            letter + "".join(chance.choices(signs, k=chance.randint(1, most)))
            if i == sure or (i < len(word) - 1 and chance.random() < 0.6)
            else letter
            for i, letter in enumerate(word)
        )

    return attack


def _each(before: str, after: str) -> Attack:
    def attack(word: str, chance: random.Random) -> str:
        return "".join(f"{before}{letter}{after}" for letter in word)

    return attack


def _part(before: str, after: str) -> Attack:
    def attack(word: str, chance: random.Random) -> str:
        start = chance.randrange(len(word) - 1)
        end = chance.randint(start + 1, len(word) - (start == 0))
        return word[:start] + before + word[start:end] + after + word[end:]

    return attack


def _around(before: str, after: str) -> Attack:
    def attack(word: str, chance: random.Random) -> str:
        return before + word + after

    return attack


def _masked(*signs: str) -> Attack:
    def attack(word: str, chance: random.Random) -> str:
        vowels = [i for i in range(1, len(word) - 1) if word[i] in _VOWELS]
        if not vowels:
            return word
        at = chance.choice(vowels)
        return word[:at] + chance.choice(signs) + word[at + 1 :]

    return attack


def _two_masked(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 2)
    return word[:at] + "**" + word[at + 2 :]


def _no_vowels(word: str, chance: random.Random) -> str:
    return word[0] + "".join("*" if letter in _VOWELS else letter for letter in word[1:])


def _long_letter(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    return word[:at] + word[at] * chance.randint(3, 8) + word[at + 1 :]


def _long_end(word: str, chance: random.Random) -> str:
    return word + word[-1] * chance.randint(2, 8)


def _long_all(word: str, chance: random.Random) -> str:
    return "".join(letter * chance.randint(2, 4) for letter in word)


def _up_and_down(word: str, chance: random.Random) -> str:
    return "".join(letter.upper() if i % 2 else letter for i, letter in enumerate(word))


def _overridden(word: str, chance: random.Random) -> str:
    return f"\u202e{word[::-1]}\u202c"


def _upside_down(word: str, chance: random.Random) -> str:
    return "".join(_TURNED.get(letter, letter) for letter in reversed(word))


def _in_a_link(word: str, chance: random.Random) -> str:
    return "https://example.org/" + "".join(f"%{byte:02x}" for byte in word.encode())


def _umlauts(word: str, chance: random.Random) -> str:
    return "".join(chance.choice(_SPELLINGS[c]) if c in _SPELLINGS else c for c in word)


def _both(first: Attack, second: Attack) -> Attack:
    return lambda word, chance: second(first(word, chance), chance)


#: what disguises may be tuned on
DEV: Mapping[str, Attack] = {
    "full width": _row(0xFF41), "bold": _row(0x1D41A), "fraktur": _row(0x1D586), "double-struck": _row(0x1D552),
    "circled": _row(0x24D0), "squared": _named("SQUARED LATIN CAPITAL LETTER"),
    "small capitals": _letters(_SMALL_CAPITALS), "superscript": _letters(_RAISED), "flags": _row(0x1F1E6),
    "flags, spaced": _both(_row(0x1F1E6), _parted(" ")), "named flags": _each(":regional_indicator_", ":"),
    "one Cyrillic letter": _letters(_CYRILLIC, most=1), "Cyrillic": _letters(_CYRILLIC),
    "one Greek letter": _letters(_GREEK, most=1), "one accent": _once(*_MARKS), "accents": _each("", "\u0301"),
    "zalgo": _scattered(*_MARKS, most=8), "zero-width space": _scattered("\u200b"),
    "zero-width joiner": _scattered("\u200d"), "soft hyphen": _scattered("\u00ad"),
    "Hangul filler": _scattered("\u3164"), "direction marks": _scattered("\u200e", "\u200f"),
    "right to left": _overridden, "digits": _letters(_DIGITS), "one digit": _letters(_DIGITS, most=1),
    "symbols": _letters(_SYMBOLS), "drawn letters": _letters(_DRAWN, most=2), "long letter": _long_letter,
    "long end": _long_end, "long letters": _long_all, "dots": _parted("."), "dashes": _parted("-"),
    "underscores": _parted("_"), "spaces": _parted(" "), "lines": _parted("\n"), "emoji between": _parted(*_EMOJI),
    "one sign inside": _once(".", "-", "_", "*"), "spoiler letters": _each("||", "||"),
    "bold part": _part("**", "**"), "code part": _part("`", "`"),
    "empty link": _once("[](https://example.org)"), "entities": _letters({c: f"&#{ord(c)};" for c in _LATIN}),
    "Slack link": _around("<https://example.org|", ">"), "one star": _masked("*"),
    "one sign for a vowel": _masked("#", "@", "!"), "two stars": _two_masked, "upside down": _upside_down,
    "mixed case": _up_and_down, "emoji behind": _around("", "🔥"), "digits behind": _around("", "123"),
    "umlauts": _umlauts, "in a link": _in_a_link, "accents and dots": _both(_each("", "\u0308"), _parted(".")),
    "digits and dashes": _both(_letters(_DIGITS), _parted("-")),
}  # fmt: skip

#: what is only ever measured
HELD: Mapping[str, Attack] = {
    "script": _row(0x1D4EA), "typewriter": _row(0x1D68A), "sans italic": _row(0x1D622),
    "negative squares": _named("NEGATIVE SQUARED LATIN CAPITAL LETTER"),
    "in parentheses": _named("PARENTHESIZED LATIN SMALL LETTER"),
    "named flags, spaced": _each(" :regional_indicator_", ":"),
    "two Cyrillic letters": _letters(_CYRILLIC, most=2), "Greek": _letters(_GREEK),
    "two Armenian letters": _letters(_ARMENIAN, most=2), "strokes and hooks": _letters(_STROKES),
    "crossed out": _each("", "\u0336"), "word joiner": _scattered("\u2060"),
    "grapheme joiner": _scattered("\u034f"), "tags": _scattered("\U000e0061", most=3),
    "direction isolates": _each("\u2066", "\u2069"), "variation selectors": _scattered("\ufe0e", "\U000e0101"),
    "Latin-1 symbols": _letters(_LATIN_1, most=2), "all twice": _letters({c: c * 2 for c in _LATIN}),
    "slashes": _parted("/"),
    "middle dots": _parted("·", "•"), "stars": _parted("*"), "wide spaces": _parted("\u3000"),
    "dots in threes": _parted("..."), "one emoji inside": _once(*_EMOJI), "bracketed letters": _each("[", "]"),
    "italic part": _part("*", "*"), "spoiler part": _part("||", "||"), "hidden entity": _once("&#8203;", "&shy;"),
    "masked vowels": _no_vowels, "another sign for a vowel": _masked("%", "$", "?", "•"),
    "emoji before": _around("🤡", ""), "circles and spaces": _both(_row(0x24D0), _parted(" ")),
    "long and Cyrillic": _both(_long_letter, _letters(_CYRILLIC, most=1)),
    "symbols and slashes": _both(_letters(_SYMBOLS, most=1), _parted("/")),
}  # fmt: skip


def samples(name: str, attack: Attack, words: Sequence[str], count: int) -> Iterator[Sample]:
    """Yield up to `count` messages with a word disguised by one attack; the same for the same words, on every run."""
    chance = random.Random(name)
    made = 0
    for _ in range(count * 20):
        word = chance.choice(words)
        hidden = attack(word, chance)
        if hidden == word:
            continue
        before, _, after = chance.choice(CARRIERS).partition("{}")
        yield Sample(text=before + hidden + after, start=len(before), end=len(before) + len(hidden))
        made += 1
        if made == count:
            return
