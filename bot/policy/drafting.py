"""What a drafted `community.yaml` is made of: names that policies can use, and lines that YAML reads as they are meant.

Each platform's adapter drafts from what it sees; what it says is a guess, and what Locum may do by it the least.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.i18n import say

#: words by which a channel or group of staff is known, the likeliest first
STAFF_WORDS = ("leads", "leitung", "moderation", "moderators", "mods", "mod", "staff", "team", "admin", "admins")
#: names of folders that are no community's, and of pages
NOT_A_COMMUNITY = frozenset({"shared", "static", "login"})
#: words by which a channel says what is spoken there
_SPOKEN = {
    "de": "de", "deutsch": "de", "german": "de", "deutschsprachig": "de",
    "en": "en", "english": "en", "englisch": "en",
}  # fmt: skip
#: characters of a name in policies
_LONGEST = 64
_NAME, _PLAIN = re.compile(r"[^\w.-]+"), re.compile(r"[a-z_][a-z0-9_-]*")
#: what YAML would read as something else than a name
_READ_OTHERWISE = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_WORDS = re.compile(r"[^\W_]+")
#: characters up to which names are brought into line
_WIDE = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A community as it could begin."""

    #: its id, and the name of its folder
    community: str
    #: what `community.yaml` says
    text: str
    #: the policies' names of channels by id
    channels: Mapping[str, str]
    #: the policies' names of roles by id
    roles: Mapping[str, str]


@dataclass(kw_only=True, slots=True)
class Names:
    """Names that were given, each once."""

    #: in use, or set aside
    taken: set[str] = field(default_factory=set)

    def new(self, wanted: str, otherwise: str) -> str:
        """Return a name that nothing else has, as near to what is wanted as names can be."""
        bare = named(wanted) or otherwise
        name, number = bare, 2
        while name in self.taken:
            tail = f"-{number}"
            name, number = bare[: _LONGEST - len(tail)] + tail, number + 1
        self.taken.add(name)
        return name


def named(text: str) -> str:
    """Return a text as a name that policies can use: letters, digits, hyphens; empty where nothing is left."""
    bare = _NAME.sub("-", unicodedata.normalize("NFKC", text).lower())
    return re.sub(r"-{2,}", "-", bare).strip("-._")[:_LONGEST].rstrip("-._")


def latin(text: str) -> str:
    """Return a text in letters that any file system and any address can hold."""
    spelt = text.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    bare = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", bare)


def words(name: str) -> list[str]:
    """Return the words of a name, in lower case."""
    return _WORDS.findall(unicodedata.normalize("NFKC", name).lower())


def spoken_in(name: str) -> Iterator[str]:
    """Yield the languages that a channel's name speaks of."""
    for word in words(name):
        if word in _SPOKEN:
            yield _SPOKEN[word]


def table(name: str, rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield the lines of a table, its values in one column."""
    if not rows:
        yield f"{name}: {{}}"
        return
    yield f"{name}:"
    wide = min(max(len(key(one)) for one, _ in rows), _WIDE) + 1
    for one, value in rows:
        yield f"  {(key(one) + ':').ljust(wide)} {value}"


def key(name: str) -> str:
    """Return a name as YAML reads it back as that name."""
    return name if _PLAIN.fullmatch(name) and name not in _READ_OTHERWISE else f'"{name}"'


def comment(entry: str, language: str, **values: str) -> Iterator[str]:
    """Yield the lines of a comment."""
    for line in say(entry, language, **values).split("\n"):
        yield f"# {line}"


def shown(text: str) -> str:
    """Return what somebody called their community so that it ends no comment."""
    return "".join(one for one in text if one.isprintable())[:100]
