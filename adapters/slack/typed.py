"""Commands as they are typed: Slack completes nothing, so what was meant is found in what was written.

`/mod timeout @somebody 10m why it is so`: options are told apart by their shape, and `name:value` names one. What is
left over is the option that takes somebody's own words: from its first word on, all that isn't named belongs to it.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.commands.command import Command
from bot.commands.naming import called, paths
from bot.domain.command import Option, OptionKind
from bot.domain.decoding import decoded
from bot.i18n import LANGUAGES, say

#: a word, or several in quotation marks
_WORD = re.compile(r'(?:[\w-]{1,40}[:=])?(?:"[^"]*"|“[^“”„]*”|„[^“”„]*[“”])|\S+')
_NAMED = re.compile(r"([\w-]{1,40})[:=](.*)", re.DOTALL)
_QUOTED = re.compile(r'["“„](.*)["“”]', re.DOTALL)
_USER = re.compile(r"<@([UW][A-Z0-9]{1,30})(?:\|[^>]*)?>")
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]{1,30})(?:\|[^>]*)?>")
#: what Slack makes of an address that somebody typed
_LINK = re.compile(r"<?(https?://[^\s<>|]+)(?:\|[^>]*)?>?")
_SHAPES = {
    OptionKind.MEMBER: _USER,
    OptionKind.CHANNEL: _CHANNEL,
    OptionKind.MESSAGE: re.compile(r"<?https?://[^\s<>|]+/archives/[^\s<>|]+(?:\|[^>]*)?>?|\d{9,12}\.\d{6}"),
    OptionKind.DURATION: re.compile(r"\d{1,6}\s*[smhdw]"),
    OptionKind.NUMBER: re.compile(r"\d{1,6}"),
    OptionKind.CASE: re.compile(r"#?\d{1,9}"),
}
#: what only the community knows the words of
_KNOWN = frozenset({
    OptionKind.GUIDELINE, OptionKind.QUEUE, OptionKind.PERSON, OptionKind.ORGANISATION, OptionKind.RULE,
    OptionKind.SANCTION,
})  # fmt: skip

#: tells whether a word is one that an option could take
Knows = Callable[[Option, str], Awaitable[bool]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """What somebody typed, as far as it is understood."""

    #: the command
    row: Command
    #: what was given, by the options' names
    given: dict[str, str] = field(default_factory=dict)
    #: options that must be given and weren't
    missing: tuple[Option, ...] = ()
    #: the first word that fits nowhere; empty for none
    unclear: str = ""


def row_of(word: str, text: str) -> tuple[Command | None, str]:
    """Return the command that was typed, None for none, and what stands behind its words, in either language."""
    alone = paths().get((word, ""))
    if alone is not None:
        return alone, text.strip()
    second, *rest = text.split(maxsplit=1) or [""]
    for row in rows_under(word):
        if second.casefold() in {called(row, language).casefold() for language in LANGUAGES}:
            return row, "".join(rest).strip()
    return None, text.strip()


def rows_under(word: str) -> list[Command]:
    """Return the commands that stand under a first word."""
    return [row for (first, second), row in paths().items() if first == word and second]


async def typed(row: Command, text: str, knows: Knows) -> Typed:
    """Return what was typed behind a command's words; `knows` is asked about words that only the community has."""
    found: dict[str, str] = {}
    words = [one[0] for one in _WORD.finditer(text)]
    left: list[str] = []
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        named = _named(row, word)
        if named is not None:
            option, said = named
            at, value = _taken(row, option, said, words, at)
            found[option.name] = value_of(option, value)
            continue
        fitting = await _fitting(row, word, found, knows, rest=left)
        if fitting is not None:
            found[fitting.name] = value_of(fitting, word, found.get(fitting.name, ""))
        else:
            left.append(word)
    own = own_words(row)
    if left and own is not None and own.name not in found:
        found[own.name] = decoded(_bare(left[0]) if len(left) == 1 else " ".join(left))
        left = []
    missing = tuple(one for one in row.options if one.required and one.name not in found)
    return Typed(row=row, given=found, missing=missing, unclear=decoded(left[0]) if left else "")


def own_words(row: Command) -> Option | None:
    """Return the option that takes somebody's own words: one that must be given before one that may."""
    texts = [one for one in row.options if one.kind is OptionKind.TEXT]
    return min(texts, key=lambda one: not one.required, default=None)


def usage(row: Command, language: str) -> str:
    """Return how a command is written."""
    words = [_shown(one, language) for one in sorted(row.options, key=lambda one: not one.required)]
    return " ".join([f"/{front(row, language)}", *words])


def front(row: Command, language: str) -> str:
    """Return a command's words: the first is the same in every language, for Slack knows it by that."""
    first, second = next(path for path, one in paths().items() if one is row)
    return f"{first} {called(row, language)}" if second else first


def value_of(option: Option, word: str, before: str = "") -> str:
    """Return what a word says for an option."""
    match option.kind:
        case OptionKind.MEMBER | OptionKind.CHANNEL:
            found = _SHAPES[option.kind].fullmatch(word)
            return found[1] if found is not None else _bare(word)
        case OptionKind.MEMBERS:
            mentioned = _USER.fullmatch(word)
            return f"{before} {mentioned[1] if mentioned is not None else _bare(word)}".strip()
        case OptionKind.MESSAGE:
            address = _LINK.fullmatch(word)
            return decoded(address[1]) if address is not None else _bare(word)
        case OptionKind.CASE:
            return word.removeprefix("#")
        case OptionKind.CHOICE:
            return _choice(option, word) or _bare(word)
        case OptionKind.TEXT:
            return decoded(_bare(word))
        case _:
            return _bare(word)


def is_user(value: str) -> bool:
    """Return whether something is a user's id."""
    return _USER.fullmatch(f"<@{value}>") is not None


def is_channel(value: str) -> bool:
    """Return whether something is a channel's id."""
    return _CHANNEL.fullmatch(f"<#{value}>") is not None


def _named(row: Command, word: str) -> tuple[Option, str] | None:
    """Return the option that a word names with what stands behind the name; None where it names none."""
    found = _NAMED.fullmatch(word)
    if found is None:
        return None
    for option in row.options:
        if found[1].casefold() in {say(f"options.{option.name}", language).casefold() for language in LANGUAGES}:
            return option, found[2]
    return None


def _taken(row: Command, option: Option, said: str, words: Sequence[str], at: int) -> tuple[int, str]:
    """Return what an option that is named is given, and which word is next: own words go on to the next name."""
    taken = [said] if said else []
    if option.kind is OptionKind.TEXT and not _QUOTED.fullmatch(said):
        while at < len(words) and _named(row, words[at]) is None:
            taken.append(words[at])
            at += 1
    elif not said and at < len(words) and _named(row, words[at]) is None:
        taken.append(words[at])
        at += 1
    return at, " ".join(taken)


async def _fitting(
    row: Command, word: str, found: dict[str, str], knows: Knows, *, rest: Sequence[str]
) -> Option | None:  # fmt: skip
    """Return the option that a word fits by its shape, or because the community knows it; none behind own words."""
    if rest:
        return None
    for option in row.options:
        if option.kind is OptionKind.MEMBERS and _USER.fullmatch(word):
            return option
        if option.name in found:
            continue
        shape = _SHAPES.get(option.kind)
        if shape is not None and shape.fullmatch(_bare(word)) and not _could_be_said(row, option, word):
            return option
        if option.kind is OptionKind.CHOICE and _choice(option, word) and not _could_be_said(row, option, word):
            return option
        if option.kind in _KNOWN and await knows(option, _bare(word)):
            return option
    return None


def _could_be_said(row: Command, option: Option, word: str) -> bool:
    """Return whether a word that would fit an option that may be left out is rather the first of somebody's own words.

    A number without its sign is a case's where the command is about a case; and where words of their own are asked
    for, who may read them isn't left to the first of them.
    """
    own = own_words(row)
    if own is None or option.required:
        return False
    if option.kind is OptionKind.CASE:
        return row.group != "case" and not word.startswith("#")
    return option.kind is OptionKind.CHOICE and own.required


def _choice(option: Option, word: str) -> str | None:
    for one in option.choices:
        names = {one, *(say(f"commands.choice_{one}", language) for language in LANGUAGES)}
        if _bare(word).casefold() in {name.casefold() for name in names}:
            return one
    return None


def _bare(word: str) -> str:
    found = _QUOTED.fullmatch(word)
    return found[1] if found is not None else word


def _shown(option: Option, language: str) -> str:
    name = say(f"options.{option.name}", language)
    shown = (
        f"@{name}" if option.kind is OptionKind.MEMBER else f"#{name}" if option.kind is OptionKind.CHANNEL else name
    )
    return shown if option.required else f"[{shown}]"
