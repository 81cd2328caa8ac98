"""Readers for tests, and what they see."""

from bot.policy.text.lexicon import Owner, Request, build_lexicon
from bot.policy.text.reader import Reader, build_reader

#: what most tests look for
TERMS = (
    "shit", "fuck", "bitch", "cunt", "ass", "asshole", "nigger", "faggot", "whore", "retard", "coon", "tit", "tits",
    "stfu", "nazi",
    "scheiße", "arschloch", "hurensohn", "fotze", "wichser", "mannweib", "möse", "schwuchtel", "vergasen", "depp",
    "pisser",
    "kill yourself", "white power", "cock tail", "s&m", "c++hater", "cat",
)  # fmt: skip


def reader_of(*terms: str, contains: bool = False, typos: bool = False) -> Reader:
    """Return a reader of the terms."""
    owner = Owner(group=16)
    return build_reader(build_lexicon(Request(text=t, owner=owner, contains=contains, typos=typos) for t in terms))


READER = reader_of(*TERMS)


def seen(text: str, reader: Reader = READER) -> set[str]:
    """Return the terms seen in a text."""
    return {reader.lexicon.literals[hit.literal].text for hit in reader.find(text)}


def places(text: str, reader: Reader = READER) -> list[tuple[str, str, str]]:
    """Return term, way of reading, and what stands in the text, for each hit."""
    return [
        (reader.lexicon.literals[hit.literal].text, hit.span.how, text[hit.span.start : hit.span.end])
        for hit in reader.find(text)
    ]
