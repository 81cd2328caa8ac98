"""What commands are called on the platforms, and under which first word each stands.

Discord sets who sees a command for its first word alone, so everything under one word has one audience.
"""

from collections.abc import Mapping
from functools import cache

from bot.commands.command import Command, menu_name
from bot.commands.table import COMMANDS
from bot.domain.command import Audience, OptionKind
from bot.i18n import say

#: commands of this group stand by themselves
AT_THE_TOP = "everyone"
#: whose group has another audience stands here
_ELSEWHERE = {Audience.MODERATORS: "mod", Audience.LEADS: "lead", Audience.PARTNER_LEADS: "partner"}
#: how narrow an audience is
_NARROW = {Audience.EVERYBODY: 0, Audience.MODERATORS: 1, Audience.PARTNER_LEADS: 2, Audience.LEADS: 3}

#: first word and second word, in English; the second is empty for what stands by itself
Path = tuple[str, str]


@cache
def paths() -> Mapping[Path, Command]:
    """Return every command that can be typed, by its words in English."""
    return {path_of(one): one for one in COMMANDS if one.typed}


@cache
def menus() -> Mapping[tuple[OptionKind, str], Command]:
    """Return the commands of message and member menus, by their names in English."""
    return {(one.menu, menu_called(one, "en")): one for one in COMMANDS if one.menu is not None}


def path_of(command: Command) -> Path:
    """Return a command's words in English."""
    word = called(command, "en")
    if command.group == AT_THE_TOP:
        return word, ""
    return first_word(command, "en"), word


def called(command: Command, language: str) -> str:
    """Return a command's own word."""
    return say(f"{command.group}.name_{command.word}", language)


def first_word(command: Command, language: str) -> str:
    """Return the word under which a command stands."""
    if command.group == AT_THE_TOP:
        return called(command, language)
    return say(f"commands.group_{top_of(command)}", language)


def top_of(command: Command) -> str:
    """Return the group under which a command stands: its own, or that of its audience where its group's is another."""
    audiences = (one.audience for one in COMMANDS if one.typed and one.group == command.group)
    narrowest = max(audiences, key=lambda audience: _NARROW[audience])
    return command.group if command.audience is narrowest else _ELSEWHERE[command.audience]


def menu_called(command: Command, language: str) -> str:
    """Return what a command is called in a menu: with a capital, as Discord's own entries are."""
    word = menu_name(command, language).replace("_", " ")
    return word[:1].upper() + word[1:]
