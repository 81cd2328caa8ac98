"""Communities on a Discord server of a few channels, compiled, and what Discord would hold back there for them."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from types import MappingProxyType

from adapters.discord.prevention.compile import Compiled, Ground, compile_natives
from adapters.discord.prevention.native import MOST, Native, Trigger
from bot.domain.message import Channel, Member, PlatformName
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from tests.policy.folders import guideline, write
from tests.policy.make import member

COMMUNITY = """\
community: acme
mode: live
languages: [de, en]
discord: "900"
channels:
  help: {discord: "101"}
  gaming: {discord_category: "200", languages: [en]}
  kneipe: {discord: "103", languages: [de]}
roles:
  staff: {discord: "501"}
  trusted: {discord: "502"}
automation:
  may: [delete, quarantine]
"""
#: id of each channel: listed, in a listed category, listed, and not listed
HELP, GAMING, KNEIPE, NEW = "101", "102", "103", "104"
STAFF, TRUSTED, CREW = "501", "502", "503"
ROLES = {STAFF: "officers", TRUSTED: "trusted", CREW: "crew"}


def channel(id_: str) -> Channel:
    """Return a channel of the server; #gaming stands in the category that is listed."""
    category = "200" if id_ == GAMING else None
    return Channel(platform=PlatformName.DISCORD, workspace="900", id=id_, name=f"c{id_}", category=category)


GROUND = Ground(channels=tuple(map(channel, (HELP, GAMING, KNEIPE, NEW))), roles=ROLES)


@lru_cache(maxsize=256)
def policies(rules: str, community: str = COMMUNITY, lists: tuple[tuple[str, str], ...] = ()) -> PolicySet:
    """Return policies of one guideline with these rules; `lists` are list files by name."""
    files: dict[str, str | bytes] = {f"lists/{name}.txt": content for name, content in lists}
    files |= {"community.yaml": community, "guidelines/respect.yaml": guideline(rules)}
    loaded = load_policies(write(Path(mkdtemp()), files), "acme")
    errors = [f"{problem.place} {problem.message.say()}" for problem in loaded.problems if not problem.is_warning]
    assert loaded.policies is not None, errors
    return loaded.policies


def compiled(
    rules: str, ground: Ground = GROUND, *, room: Mapping[Trigger, int] = MOST, community: str = COMMUNITY,
    lists: Mapping[str, str] = MappingProxyType({}),
) -> Compiled:  # fmt: skip
    """Return what Discord is to hold for these rules; `lists` are list files by name."""
    return compile_natives(policies(rules, community, tuple(lists.items())), ground, room)


def somebody(*roles: str, names: tuple[str, ...] = ("Sailor",)) -> Member:
    """Return a member who holds roles, named by their ids."""
    return member(roles=frozenset(part for id_ in roles for part in (id_, ROLES[id_])), names=names)


def holds_back(native: Native, text: str, place: str, roles: Collection[str]) -> bool:
    """Return whether Discord stops a message, or a name: written from its documentation, and from nothing of ours."""
    if place in native.channels or not native.roles.isdisjoint(roles):
        return False
    if native.trigger is Trigger.MENTION_SPAM:
        people = {("@", one) for one in re.findall(r"<@!?([0-9]+)>", text)}
        return len(people | {("&", one) for one in re.findall(r"<@&([0-9]+)>", text)}) > native.mentions
    return any(finds(keyword, text) for keyword in native.keywords)


def finds(keyword: str, text: str) -> bool:
    """Return whether a keyword is found: a word, or a part of one at the sides that have an asterisk, in any case.

    Words are parted by whatever is no letter, digit or mark of one: white space, punctuation, symbols, emoji.
    """
    bare = re.escape(keyword.strip("*"))
    for match in re.finditer(bare, text, re.IGNORECASE):
        begins = keyword.startswith("*") or match.start() == 0 or _parts(text[match.start() - 1])
        ends = keyword.endswith("*") or match.end() == len(text) or _parts(text[match.end()])
        if begins and ends:
            return True
    return False


def _parts(character: str) -> bool:
    drawn = any(first <= character <= last for first, last in _DRAWN)
    category = unicodedata.category(character)
    return not drawn and (category[0] in "PSZ" or category == "Cc")


#: letters in circles and squares, which Unicode counts as letters though it calls them symbols
_DRAWN = (
    ("\u24b6", "\u24e9"),
    ("\U0001f130", "\U0001f149"),
    ("\U0001f150", "\U0001f169"),
    ("\U0001f170", "\U0001f189"),
)
