"""Drafts a `community.yaml` from a Discord server: its channels and roles under names that policies can use.

What it says of the server is a guess; what Locum may do by it is the least: watch, and delete once it is live.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from adapters.discord.home import QUARANTINE
from adapters.discord.permissions import STAFF, VIEW, granted_in
from adapters.discord.translate import Json
from bot.i18n import say

#: kinds of channels that people write in: text, voice, announcements, stage, forum, media
_WRITTEN_IN = frozenset({0, 2, 5, 13, 15, 16})
_TEXT = 0
_LEADS = "leads"
#: words by which a channel for staff is known, the likeliest first
_STAFF_WORDS = ("leads", "leitung", "moderation", "moderators", "mods", "mod", "staff", "team", "admin", "admins")
_QUARANTINES = frozenset({"quarantine", "quarantined", "quarantäne"})
#: words by which a channel or its category says what is spoken there
_SPOKEN = {
    "de": "de", "deutsch": "de", "german": "de", "deutschsprachig": "de",
    "en": "en", "english": "en", "englisch": "en",
}  # fmt: skip
#: characters of a name in policies
_LONGEST = 64
_NAME, _PLAIN = re.compile(r"[^\w.-]+"), re.compile(r"[a-z_][a-z0-9_-]*")
#: what YAML would read as something else than a name
_READ_OTHERWISE = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
#: names of folders that are no community's, and of pages
_NOT_A_COMMUNITY = frozenset({"shared", "static", "login"})
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
class _Names:
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


def draft(
    server: Json, channels: Sequence[Json], language: str, *, community: str = "", taken: Collection[str] = ()
) -> Draft:
    """Return the draft of a server; `language` is that of its comments.

    `community` is its id where that is known, and `taken` are others' ids.
    """
    names = _Names(taken={*taken, *_NOT_A_COMMUNITY})
    identifier = community or names.new(_latin(str(server["name"])), "community")
    written = sorted(
        (one for one in channels if int(one["type"]) in _WRITTEN_IN), key=lambda one: _order(one, channels)
    )
    leads = _leads(server, written)
    places = _places(written, leads)
    roles = _roles(server)
    protected = [roles[str(one["id"])] for one in server["roles"] if str(one["id"]) in roles and _moderates(one)]
    spoken = _languages(server, channels)
    lines = [
        *_comment("draft.head", language, server=_shown(str(server["name"]))),
        f"community: {_key(identifier)}",
        *_comment("draft.zone", language),
        "zone: UTC",
        f"languages: [{', '.join(spoken)}]",
        *_comment("draft.mode", language),
        "mode: shadow",
        f'discord: "{server["id"]}"',
        "",
        *_comment("draft.channels" if leads else "draft.channels_without_leads", language),
        *_table("channels", [(places[str(one["id"])], _channel(one, channels, spoken)) for one in written]),
        "",
        *_comment("draft.roles" if QUARANTINE in roles.values() else "draft.roles_without_quarantine", language),
        *_table("roles", [(name, f'{{discord: "{id_}"}}') for id_, name in roles.items()]),
        "",
        *_comment("draft.protected", language),
        f"protected: [{', '.join(map(_key, protected))}]",
        "",
        *_comment("draft.automation", language),
        "automation:",
        "  may: [delete]",
        "  budgets: {delete: 100 per 10m}",
    ]  # fmt: skip
    return Draft(community=identifier, text="\n".join(lines) + "\n", channels=places, roles=roles)


def named(text: str) -> str:
    """Return a text as a name that policies can use: letters, digits, hyphens; empty where nothing is left."""
    bare = _NAME.sub("-", unicodedata.normalize("NFKC", text).lower())
    return re.sub(r"-{2,}", "-", bare).strip("-._")[:_LONGEST].rstrip("-._")


def _latin(text: str) -> str:
    """Return a text in letters that any file system and any address can hold."""
    spelt = text.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    bare = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", bare)


def _order(channel: Json, channels: Sequence[Json]) -> tuple[int, int, int]:
    """Return where a channel stands in the list that people see: below its category."""
    above = next((one for one in channels if str(one["id"]) == str(channel.get("parent_id"))), None)
    first = -1 if above is None else int(above.get("position") or 0)
    return first, int(channel.get("position") or 0), int(channel["id"])


def _leads(server: Json, channels: Sequence[Json]) -> str:
    """Return the id of the channel that leads seem to have for themselves; empty for none."""
    found: list[tuple[int, str]] = []
    for one in channels:
        words = _words(str(one["name"]))
        private = not granted_in(one, server, []) & VIEW
        ranks = [rank for rank, word in enumerate(_STAFF_WORDS) if word in words]
        if int(one["type"]) == _TEXT and private and ranks:
            found.append((min(ranks), str(one["id"])))
    return min(found)[1] if found else ""


def _places(channels: Sequence[Json], leads: str) -> dict[str, str]:
    """Return a name for each channel; `leads` is set aside, for cards hang there."""
    names = _Names(taken={_LEADS})
    return {
        str(one["id"]): _LEADS if str(one["id"]) == leads else names.new(str(one["name"]), "channel")
        for one in channels
    }


def _roles(server: Json) -> dict[str, str]:
    """Return a name for each role that people are given, the highest first."""
    names = _Names(taken={QUARANTINE})
    found: dict[str, str] = {}
    for one in sorted(server["roles"], key=lambda one: -int(one["position"])):
        if str(one["id"]) == str(server["id"]) or one.get("managed"):
            continue
        holds = named(str(one["name"])) in _QUARANTINES and QUARANTINE not in found.values()
        found[str(one["id"])] = QUARANTINE if holds else names.new(str(one["name"]), "role")
    return found


def _moderates(role: Json) -> bool:
    return bool(int(role["permissions"]) & STAFF)


def _languages(server: Json, channels: Sequence[Json]) -> list[str]:
    """Return what seems to be spoken: the server's own language, then those that channels are named after."""
    main = str(server.get("preferred_locale") or "en").partition("-")[0].lower()
    main = main if re.fullmatch(r"[a-z]{2,3}", main) else "en"
    spoken = [main, *(one for channel in channels for one in _spoken_in(channel))]
    return list(dict.fromkeys(spoken))


def _spoken_in(channel: Json) -> Iterator[str]:
    for word in _words(str(channel["name"])):
        if word in _SPOKEN:
            yield _SPOKEN[word]


def _words(name: str) -> list[str]:
    return _WORDS.findall(unicodedata.normalize("NFKC", name).lower())


def _channel(channel: Json, channels: Sequence[Json], community: Sequence[str]) -> str:
    above = next((one for one in channels if str(one["id"]) == str(channel.get("parent_id"))), None)
    own = list(dict.fromkeys(_spoken_in(channel))) or (list(dict.fromkeys(_spoken_in(above))) if above else [])
    languages = f", languages: [{', '.join(own)}]" if own and own != list(community) else ""
    return f'{{discord: "{channel["id"]}"{languages}}}'


def _table(name: str, rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    if not rows:
        yield f"{name}: {{}}"
        return
    yield f"{name}:"
    wide = min(max(len(_key(key)) for key, _ in rows), _WIDE) + 1
    for key, value in rows:
        yield f"  {(_key(key) + ':').ljust(wide)} {value}"


def _key(name: str) -> str:
    """Return a name as YAML reads it back as that name."""
    return name if _PLAIN.fullmatch(name) and name not in _READ_OTHERWISE else f'"{name}"'


def _comment(key: str, language: str, **values: str) -> Iterator[str]:
    for line in say(key, language, **values).split("\n"):
        yield f"# {line}"


def _shown(text: str) -> str:
    """Return what somebody called their server so that it ends no comment."""
    return "".join(one for one in text if one.isprintable())[:100]
