"""Messages made to be slow to judge: each shape at any length, and never twice the same."""

import random
import string
from collections.abc import Callable, Sequence

Shape = Callable[[int, random.Random, Sequence[str]], str]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_MIXED = "аbсdеfgһіјklмnорqrsтuvwхуz"
_MARKS = "".join(map(chr, range(0x300, 0x370)))
_EMOJI = "😂🔥👍🙏😅🎉👀🤔😭✨😍💯🚀😊🥲👏😎🤣🙈👩\u200d💻"
_INVISIBLE = "\u200b\u200c\u200d\u2060\u00ad\ufeff"
_LEET = "4310$7@!|+(<{"
_GAPS = ("  ", " . ", "-", " * ")
_START = "https://example.com/"
_PATH = _LETTERS + "/%.&=?"
_TARGETS = ("https://x.com/?u=", "http%3A%2F%2Fa.com")


def _cut(parts: Callable[[], str], length: int) -> str:
    """Return parts one after the other up to a length."""
    made: list[str] = []
    size = 0
    while size < length:
        made.append(parts())
        size += len(made[-1])
    return "".join(made)[:length]


def _of(characters: str) -> Shape:
    """Return a shape: characters by chance."""
    return lambda length, chance, _: "".join(chance.choices(characters, k=length))


def _again(make: Callable[[random.Random, Sequence[str]], str]) -> Shape:
    """Return a shape: parts by chance, one after the other."""
    return lambda length, chance, listed: _cut(lambda: make(chance, listed), length)


def _word(chance: random.Random, least: int = 3, most: int = 9) -> str:
    return "".join(chance.choices(_LETTERS, k=chance.randint(least, most)))


def _near(chance: random.Random, listed: Sequence[str]) -> str:
    """Return a listed word with one letter changed."""
    word = chance.choice(listed)
    at = chance.randrange(len(word))
    return word[:at] + chance.choice(_LETTERS) + word[at + 1 :]


def _masked(chance: random.Random, listed: Sequence[str]) -> str:
    word = chance.choice(listed)
    return word[0] + "*" * (len(word) - 2) + word[-1]


def _parted(chance: random.Random, listed: Sequence[str]) -> str:
    return chance.choice("._-*~ ").join(chance.choice(listed))


def _distinct(length: int, chance: random.Random, listed: Sequence[str]) -> str:
    """Return characters of many scripts, hardly one of them twice."""
    known = [chr(code) for code in range(0xA1, 0x1FFFF) if chr(code).isprintable()]
    chance.shuffle(known)
    return "".join(known * (length // len(known) + 1))[:length]


def _unclosed(length: int, chance: random.Random, listed: Sequence[str]) -> str:
    return ("[" * (length // 2) + "](" * (length // 4) + _word(chance))[:length]


def _run(sign: str) -> Shape:
    """Return a shape: one sign over and over, and a letter behind it."""
    return lambda length, chance, _: sign * (length - 1) + chance.choice(_LETTERS)


def _runs(sign: str) -> Shape:
    """Return a shape: a letter, the sign several times, a letter, and so on."""
    return _again(lambda chance, _: chance.choice(_LETTERS) + sign * chance.randint(1, 12))


def _torn(chance: random.Random, listed: Sequence[str]) -> str:
    word = chance.choice(listed)
    at = chance.randrange(1, len(word))
    return f"{word[:at]} {word[at:]} "


SHAPES: dict[str, Shape] = {
    "one chunk of letters": _of(_LETTERS),
    "one chunk of few letters": _of("aes"),
    "letters and separators": _of(_LETTERS + "._-*~'"),
    "letters and digits": _of(_LETTERS + _LEET),
    "leet and separators": _of("aeiost" + _LEET + ".-_"),
    "single letters apart": _again(lambda chance, _: chance.choice(_LETTERS) + " "),
    "single letters far apart": _again(lambda chance, _: chance.choice(_LETTERS) + chance.choice(_GAPS)),
    "two letters apart": _again(lambda chance, _: "".join(chance.choices(_LETTERS, k=2)) + " "),
    "short new words": _again(lambda chance, _: _word(chance) + " "),
    "long new words": _again(lambda chance, _: _word(chance, 20, 60) + " "),
    "marks on every letter": _again(lambda chance, _: chance.choice(_LETTERS) + "".join(chance.choices(_MARKS, k=9))),
    "invisible characters": _again(lambda chance, _: chance.choice(_LETTERS) + chance.choice(_INVISIBLE)),
    "repeated letters": _again(lambda chance, _: chance.choice(_LETTERS) * chance.randint(2, 9)),
    "one letter": lambda length, chance, _: chance.choice(_LETTERS) * length,
    "open brackets": _unclosed,
    "brackets and parentheses": _of("[]()"),
    "masked links": _again(lambda chance, _: f"[{_word(chance)}](https://{_word(chance)}.com)"),
    "paired markup": _of("*_~|`ab"),
    "spoilers in bold": _again(lambda chance, _: f"||**{_word(chance, 1, 3)}**||"),
    "links": _again(lambda chance, _: f"https://{_word(chance)}.{_word(chance, 2, 3)}/{_word(chance)} "),
    "hosts": _again(lambda chance, _: f"{_word(chance)}.com "),
    "one long link": lambda length, chance, _: (_START + "".join(chance.choices(_PATH, k=length)))[:length],
    "dots": _of("ab."),
    "nested link targets": _again(lambda chance, _: chance.choice(_TARGETS)),
    "Cyrillic": _again(lambda chance, _: "".join(chance.choices(_CYRILLIC, k=6)) + " "),
    "Latin and Cyrillic mixed": _again(lambda chance, _: "".join(chance.choices(_MIXED, k=7)) + " "),
    "one mixed chunk": _of(_MIXED),
    "distinct characters": _distinct,
    "emoji": _of(_EMOJI),
    "emoji names": _again(lambda chance, _: f":regional_indicator_{chance.choice(_LETTERS)}: "),
    "nearly listed words": _again(lambda chance, listed: _near(chance, listed) + " "),
    "nearly listed words joined": _again(_near),
    "listed words": _again(lambda chance, listed: chance.choice(listed) + " "),
    "listed words joined": _again(lambda chance, listed: chance.choice(listed)),
    "listed words parted": _again(lambda chance, listed: _parted(chance, listed) + " "),
    "torn words": _again(_torn),
    "masks": _again(lambda chance, listed: _masked(chance, listed) + " "),
    "masks joined": _again(_masked),
    "lines": _again(lambda chance, _: chance.choice(_LETTERS) + "\n"),
    "empty lines": lambda length, chance, _: "\n" * (length - 1) + chance.choice(_LETTERS),
    "percent signs": _again(lambda chance, _: f"%{chance.randrange(256):02x}"),
    "broken percent signs": _of("%2f"),
    "angle brackets": _of("<>@#!:a"),
    "entities": _again(lambda chance, _: f"&#{chance.randrange(33, 999)};"),
    "ampersands": _of("&#;alt"),
    "right to left": _again(lambda chance, _: f"\u202e{_word(chance)}\u202c"),
    "unclosed right to left": _again(lambda chance, _: f"\u202e{_word(chance, 1, 4)}"),
    "quotation marks": _of("'\"`ab "),
    "lone surrogates": _of("ab \ud800\udc00"),
    "camel case": _again(lambda chance, _: _word(chance, 1, 4).capitalize()),
    "full-width letters": _again(lambda chance, _: "".join(chr(0xFF41 + chance.randrange(26)) for _ in range(6)) + " "),
}  # fmt: skip


SHAPES |= {f"a run of {sign}": _run(sign) for sign in string.punctuation}
SHAPES |= {f"runs of {sign}": _runs(sign) for sign in string.punctuation}


def craft(name: str, length: int, seed: int, listed: Sequence[str]) -> str:
    """Return a message of a shape; another seed gives another one."""
    return SHAPES[name](length, random.Random(f"{name} {seed}"), listed)
