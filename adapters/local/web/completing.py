"""What somebody who is typing could go on with: names of commands and options, and what an option could take."""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from adapters.local.web.naming import (
    called,
    choice_called,
    commands_by_name,
    group_called,
    groups,
    option_called,
    options_by_name,
)
from adapters.local.web.slash import LONGEST, Lookups, scan, split_name
from bot.commands.command import Command
from bot.domain.command import Option, OptionKind, OptionValue, Suggestion
from bot.i18n import say

#: as many as any platform shows
MOST = 25
_LAST = re.compile(r"\S*\Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class Completion:
    """One way to go on."""

    #: the whole text with it
    insert: str
    #: what stands in the list
    label: str
    #: what it is
    help: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What completion goes by."""

    #: the reader's language
    language: str
    #: the commands that are offered
    commands: Sequence[Command]
    #: what can be named
    lookups: Lookups
    #: names of those who are here, and of the rooms that the reader sees
    people: Sequence[str]
    rooms: Sequence[str]
    #: (id, first words) of the newest posts where they are
    posts: Sequence[tuple[str, str]]
    #: what Locum knows: command, what was given so far, the option, and what was typed of it
    known: Callable[[Command, dict[str, OptionValue], str, str], Awaitable[Sequence[Suggestion]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """Where in a command somebody is."""

    #: which
    command: Command
    #: what was given so far, as it was typed
    given: dict[str, str]


async def complete(text: str, asked: Asked) -> list[Completion]:
    """Return ways to go on behind a text, at most 25; none where there is nothing to say."""
    if len(text) > LONGEST:
        return []
    if not text.startswith("/"):
        return _mentions(text, asked)
    name, rest = split_name(text, asked.language)
    command = commands_by_name(asked.language).get(name)
    if command is None or not rest[:1].isspace():
        return _names(text, asked)
    return await _options(text, rest, command, asked)


def _mentions(text: str, asked: Asked) -> list[Completion]:
    begin = max(text.rfind(" @"), text.rfind("\n@")) + 1
    if not text[begin:].startswith("@"):
        return []
    return [
        Completion(insert=f"{text[:begin]}@{name} ", label=f"@{name}") for name in near(text[begin + 1 :], asked.people)
    ]


def near(typed: str, known: Iterable[str]) -> list[str]:
    """Return what begins with what was typed, then what has it somewhere else; at most 25."""
    wanted = typed.lower()
    found = [one for one in known if wanted in one.lower()]
    return sorted(found, key=lambda one: (not one.lower().startswith(wanted), one.lower()))[:MOST]


def _names(text: str, asked: Asked) -> list[Completion]:
    """Return groups, or the commands of the group that was typed, and those that have none."""
    typed, language = text[1:].lstrip().lower(), asked.language
    first, space, _ = typed.partition(" ")
    within = first if space and first in groups(language) else ""
    found: dict[str, Completion] = {}
    for command in asked.commands:
        name = called(command, language)
        group = name.partition(" ")[0]
        help_ = say(f"{command.group}.help_{command.word}", language)
        if within or " " not in name:
            spellings = [spelt for spelt, one in commands_by_name(language).items() if one is command]
            if any(spelt.startswith(typed) for spelt in spellings):
                found.setdefault(name, Completion(insert=f"/{name} ", label=f"/{name}", help=help_))
        elif any(spelt.startswith(typed) for spelt in (group, group_called(command.group, "en"), command.group)):
            found.setdefault(group, Completion(insert=f"/{group} ", label=f"/{group}", help=_together(group, asked)))
    return list(found.values())[:MOST]


def _together(group: str, asked: Asked) -> str:
    """Return what a group of commands has."""
    names = (called(one, asked.language) for one in asked.commands)
    return ", ".join(name.partition(" ")[2] for name in names if name.startswith(f"{group} "))


async def _options(text: str, rest: str, command: Command, asked: Asked) -> list[Completion]:
    language = asked.language
    last = _LAST.search(rest)
    typed = last[0] if last is not None else ""
    before, at = _before_name(rest, typed, asked)
    typed = rest[at:]
    found = scan(command, before, language, asked.lookups)
    if any(option is None for option, _ in found):
        return []
    given = {option.name: value for option, value in found if option is not None}
    left = [one for one in command.options if one.name not in given]
    place = _Place(command=command, given=given)
    head = text[: len(text) - len(typed)]
    name, colon, value = typed.partition(":")
    option = options_by_name(left, language).get(name.lower()) if colon else None
    if option is not None:
        return await _values(f"{head}{name}:", place, option, value, asked)
    if found and found[-1][0] is not None and not found[-1][1]:
        # its name stands there, and its value is being typed behind a space
        return await _values(head, place, found[-1][0], typed, asked)
    last_one = found[-1][0] if found else None
    if last_one is not None and last_one.kind is OptionKind.TEXT:
        return list(_labels(head, typed, left, language)) if typed else []
    first = next((one for one in left), None)
    values = [] if first is None else await _values(head, place, first, typed, asked)
    return [*values, *_labels(head, typed, left, language)][:MOST]


def _before_name(rest: str, typed: str, asked: Asked) -> tuple[str, int]:
    """Return what stands before the value that is being typed, and where that begins: names may hold spaces."""
    begin = rest.rfind("@")
    name = rest[begin + 1 :].lower()
    if begin > 0 and " " in name and any(one.lower().startswith(name) and one.lower() != name for one in asked.people):
        # perhaps behind the option's own name
        while begin > 0 and not rest[begin - 1].isspace():
            begin -= 1
        return rest[:begin], begin
    return rest[: len(rest) - len(typed)], len(rest) - len(typed)


def _labels(head: str, typed: str, left: Sequence[Option], language: str) -> Iterator[Completion]:
    for option in left:
        name = option_called(option, language)
        if name.startswith(typed.lower()):
            needed = say("chat.option_needed" if option.required else "chat.option_free", language)
            yield Completion(insert=f"{head}{name}:", label=f"{name}:", help=needed)


async def _values(head: str, place: _Place, option: Option, typed: str, asked: Asked) -> list[Completion]:
    match option.kind:
        case OptionKind.MEMBER:
            names = near(typed.removeprefix("@"), asked.people)
            return [Completion(insert=f"{head}@{name} ", label=f"@{name}") for name in names]
        case OptionKind.CHANNEL:
            rooms = near(typed.removeprefix("#"), asked.rooms)
            return [Completion(insert=f"{head}#{name} ", label=f"#{name}") for name in rooms]
        case OptionKind.MESSAGE:
            posts = [(id_, said) for id_, said in asked.posts if id_.startswith(typed)]
            return [Completion(insert=f"{head}{id_} ", label=id_, help=said) for id_, said in posts[:MOST]]
        case OptionKind.CHOICE:
            words = {choice_called(one, asked.language): one for one in option.choices}
            return [Completion(insert=f"{head}{_quoted(word)} ", label=word) for word in near(typed, words)]
        case OptionKind.TEXT | OptionKind.NUMBER | OptionKind.MEMBERS:
            return []
        case _:
            typed = typed.removeprefix("@")
            found = await asked.known(place.command, _resolved(place, asked), option.name, typed)
            return [
                Completion(insert=f"{head}{_quoted(one.value)} ", label=one.value, help=one.label)
                for one in found[:MOST]
            ]


def _resolved(place: _Place, asked: Asked) -> dict[str, OptionValue]:
    """Return what was given so far as the core takes it: members as members, everything else as it was typed."""
    kinds = {one.name: one.kind for one in place.command.options}
    resolved: dict[str, OptionValue] = dict(place.given)
    for name, value in place.given.items():
        if kinds[name] is OptionKind.MEMBER:
            called_so = value.removeprefix("@")
            member = asked.lookups.member(asked.lookups.names.get(called_so.lower(), called_so))
            if member is not None:
                resolved[name] = member
    return resolved


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value
