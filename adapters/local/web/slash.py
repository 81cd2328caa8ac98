"""A command as it is typed: `/mod warn @Rollmops guideline:spam why: he said so`.

Values stand in the order of the options, or behind a name and a colon. What somebody says in their own words goes on to
the end, or to the next name; a value in quotation marks ends with them. Nothing is decided here, and nothing is hidden:
whoever may not give a command is told so by whoever carries it out.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from adapters.local.web.naming import (
    choices_by_name,
    commands_by_name,
    groups,
    option_called,
    options_by_name,
    usage,
)
from adapters.local.web.pieces import named
from bot.commands.command import Command
from bot.domain.command import Option, OptionKind, OptionValue
from bot.domain.duration import parse_duration
from bot.domain.message import Channel, Member, Message
from bot.i18n import say
from bot.policy.problems import closest

#: characters of a command that are read
LONGEST = 4_000
_WORD = re.compile(r"\S+")
_MARKER = re.compile(r"(?<!\S)([^\W\d][\w-]{0,31}):")
#: characters of what is repeated in an answer
_SHOWN = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Lookups:
    """What can be named in a command."""

    #: account ids by name in lower case; what two people are called, neither is
    names: Mapping[str, str]
    #: an account by its id
    member: Callable[[str], Member | None]
    #: a post by its id
    message: Callable[[str], Message | None]
    #: a room by its id or name
    channel: Callable[[str], Channel | None]
    #: names of rooms, for whoever mistypes one
    rooms: Collection[str] = ()
    #: what the policies know: ids of guidelines, queues, rules, people, organisations
    known: Mapping[OptionKind, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """A command that was understood."""

    #: which
    command: Command
    #: what was given, by option name
    options: Mapping[str, OptionValue]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wrong:
    """A command that wasn't understood."""

    #: one sentence that says what to give
    said: str


class _WrongError(Exception):
    """Ends the reading of a command with a sentence."""


def read_command(text: str, language: str, lookups: Lookups) -> Typed | Wrong:
    """Return the command that a text beginning with `/` is, or what is wrong with it."""
    if len(text) > LONGEST:
        return Wrong(said=say("chat.command_too_long", language, limit=LONGEST))
    name, rest = split_name(text, language)
    command = commands_by_name(language).get(name)
    if command is None:
        return Wrong(said=_unknown(name, language))
    try:
        given = read_options(command, rest, language, lookups)
    except _WrongError as wrong:
        return Wrong(said=str(wrong))
    missing = [one for one in command.options if one.required and one.name not in given]
    if missing:
        option = option_called(missing[0], language)
        return Wrong(said=say("chat.command_missing", language, option=option, usage=usage(command, language)))
    return Typed(command=command, options=given)


def split_name(text: str, language: str) -> tuple[str, str]:
    """Return a command's name as it was typed, in lower case, and what stands behind it."""
    words = [(found[0].lower(), found.end()) for found, _ in zip(_WORD.finditer(text, 1), range(2), strict=False)]
    if not words:
        return "", ""
    taken = words if words[0][0] in groups(language) else words[:1]
    return " ".join(word for word, _ in taken), text[taken[-1][1] :]


def read_options(command: Command, rest: str, language: str, lookups: Lookups) -> dict[str, OptionValue]:
    """Return what was given to a command; raises what `read_command` answers with."""
    given: dict[str, OptionValue] = {}
    for option, value in scan(command, rest, language, lookups):
        if option is None:
            raise _WrongError(say("chat.command_left", language, given=_shown(value), usage=usage(command, language)))
        given[option.name] = _resolved(option, value, language, lookups)
    return given


def scan(command: Command, rest: str, language: str, lookups: Lookups) -> list[tuple[Option | None, str]]:
    """Return values as they were typed, each with its option; with None what fits no option. Raises nothing."""
    left = list(command.options)
    found: list[tuple[Option | None, str]] = []
    at = 0
    while (at := _behind_spaces(rest, at)) < len(rest):
        marker = _MARKER.match(rest, at)
        option = options_by_name(left, language).get(marker[1].lower()) if marker is not None else None
        if option is not None and marker is not None:
            at = _behind_spaces(rest, marker.end())
        else:
            option = next((one for one in left if _fits(one, rest[at:], language, lookups)), None)
        if option is None:
            return [*found, (None, rest[at:].strip())]
        left.remove(option)
        value, length = _value(option, rest[at:], options_by_name(left, language), language, lookups)
        found.append((option, value))
        at += length
    return found


def _behind_spaces(text: str, at: int) -> int:
    found = _WORD.search(text, at)
    return len(text) if found is None else found.start()


def _value(
    option: Option, text: str, left: Mapping[str, Option], language: str, lookups: Lookups
) -> tuple[str, int]:  # fmt: skip
    """Return the value that a text begins with, and how much of the text it takes."""
    if not text:
        return "", 0
    end = text.find('"', 1) if text[0] == '"' else -1
    if end > 0:
        return text[1:end], end + 1
    if option.kind in (OptionKind.TEXT, OptionKind.MEMBERS):
        ends = (found.start() for found in _MARKER.finditer(text) if found[1].lower() in left)
        end = next(ends, len(text))
        return text[:end].strip(), end
    length = 0
    if option.kind in (OptionKind.MEMBER, OptionKind.PERSON) and text[0] == "@":
        length = 1 + len(named(text[1:], lookups.names)) if named(text[1:], lookups.names) else 0
    elif option.kind is OptionKind.CHOICE:
        length = len(named(text, choices_by_name(option, language)))
    word = _WORD.match(text)
    length = length or (word.end() if word is not None else len(text))
    return text[:length], length


def _fits(option: Option, text: str, language: str, lookups: Lookups) -> bool:
    """Return whether what stands next could be meant for an option that wasn't named."""
    if option.required or option.kind in (OptionKind.TEXT, OptionKind.CASE, OptionKind.SANCTION):
        return True
    value, _ = _value(option, text, {}, language, lookups)
    match option.kind:
        case OptionKind.MEMBER:
            return value.startswith("@") or lookups.member(value) is not None
        case OptionKind.MESSAGE:
            return lookups.message(_last_part(value)) is not None
        case OptionKind.CHANNEL:
            return value.startswith("#") or lookups.channel(value) is not None
        case OptionKind.CHOICE:
            return value.lower() in choices_by_name(option, language)
        case OptionKind.NUMBER:
            return value.isascii() and value.isdecimal()
        case OptionKind.DURATION:
            return _is_duration(value)
        case _:
            return value.removeprefix("@").casefold() in {one.casefold() for one in lookups.known.get(option.kind, ())}


def _is_duration(value: str) -> bool:
    try:
        parse_duration(value)
    except (ValueError, OverflowError):
        return False
    return True


def _resolved(option: Option, value: str, language: str, lookups: Lookups) -> OptionValue:
    match option.kind:
        case OptionKind.MEMBER:
            return _member(value, language, lookups)
        case OptionKind.MEMBERS:
            return tuple(_member(one, language, lookups) for one in _apart(value, lookups))
        case OptionKind.MESSAGE:
            message = lookups.message(_last_part(value))
            if message is None:
                raise _WrongError(say("chat.command_no_message", language, given=_shown(value)))
            return message
        case OptionKind.CHANNEL:
            return _channel(value, language, lookups)
        case OptionKind.CHOICE:
            return choices_by_name(option, language).get(value.lower(), value)
        case OptionKind.PERSON:
            return value.removeprefix("@")
        case _:
            return value


def _apart(value: str, lookups: Lookups) -> list[str]:
    """Return members who were named one after the other: names may hold spaces."""
    found, rest = [], value.replace(",", " ").strip()
    while rest:
        name = named(rest[1:], lookups.names) if rest[0] == "@" else ""
        length = 1 + len(name) if name else len(rest.split(maxsplit=1)[0])
        found.append(rest[:length])
        rest = rest[length:].strip()
    return found


def _member(value: str, language: str, lookups: Lookups) -> Member:
    name = value.removeprefix("@").lower()
    found = lookups.member(lookups.names.get(name, "")) or lookups.member(value.removeprefix("@"))
    if found is not None:
        return found
    near = closest(name, lookups.names)
    key = "chat.command_no_member_near" if near else "chat.command_no_member"
    raise _WrongError(say(key, language, given=_shown(value), near=near))


def _channel(value: str, language: str, lookups: Lookups) -> Channel:
    found = lookups.channel(value.removeprefix("#"))
    if found is not None:
        return found
    near = closest(value.removeprefix("#"), lookups.rooms)
    key = "chat.command_no_channel_near" if near else "chat.command_no_channel"
    raise _WrongError(say(key, language, given=_shown(value), near=near))


def _last_part(value: str) -> str:
    """Return a post's id out of a link to it, or as it is: `…/market#post-7`, `post-7`, `7`."""
    return value.rpartition("#")[2].removeprefix("post-")


def _unknown(name: str, language: str) -> str:
    near = closest(name, commands_by_name(language)) if name else ""
    key = "chat.command_unknown_near" if near else "chat.command_unknown"
    return say(key, language, given=_shown(name), near=near)


def _shown(value: str) -> str:
    return value if len(value) <= _SHOWN else f"{value[: _SHOWN - 1]}…"
