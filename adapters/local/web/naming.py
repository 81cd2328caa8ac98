"""What commands and their options are called when somebody types them: in their language, in English, or by id."""

from collections.abc import Iterable, Mapping
from functools import cache

from bot.commands.command import Command
from bot.commands.table import COMMANDS
from bot.domain.command import Option
from bot.i18n import LANGUAGES, say

#: commands of this group are called by their name alone
AT_THE_TOP = "everyone"


def called(command: Command, language: str) -> str:
    """Return what somebody types for a command, without the slash."""
    name = say(f"{command.group}.name_{command.word}", language)
    return name if command.group == AT_THE_TOP else f"{group_called(command.group, language)} {name}"


def group_called(group: str, language: str) -> str:
    """Return what a group of commands is called."""
    return say(f"commands.group_{group}", language)


def option_called(option: Option, language: str) -> str:
    """Return what an option is called."""
    return say(f"options.{option.name}", language)


def choice_called(choice: str, language: str) -> str:
    """Return what stands for one of an option's words."""
    return say(f"commands.choice_{choice}", language)


def usage(command: Command, language: str) -> str:
    """Return how a command is written, what may be left away in brackets."""
    options = (
        (f"{option_called(one, language)}:…" if one.required else f"[{option_called(one, language)}:…]")
        for one in command.options
    )
    return " ".join((f"/{called(command, language)}", *options))


@cache
def commands_by_name(language: str) -> Mapping[str, Command]:
    """Return every command that can be typed, by each of its names; those of the reader's language come first."""
    named: dict[str, Command] = {}
    typed = [one for one in COMMANDS if one.typed]
    for spoken in languages(language):
        for command in typed:
            named.setdefault(called(command, spoken), command)
    for command in typed:
        named.setdefault(command.name.replace(".", " "), command)
    return named


@cache
def groups(language: str) -> frozenset[str]:
    """Return the first words after which a second one follows."""
    return frozenset(name.partition(" ")[0] for name in commands_by_name(language) if " " in name)


def options_by_name(options: Iterable[Option], language: str) -> dict[str, Option]:
    """Return options by each of their names, those of the reader's language first."""
    options = tuple(options)
    named: dict[str, Option] = {}
    for spoken in languages(language):
        for option in options:
            named.setdefault(option_called(option, spoken), option)
    for option in options:
        named.setdefault(option.name, option)
    return named


def choices_by_name(option: Option, language: str) -> dict[str, str]:
    """Return the words of an option by what they are called, in lower case, and by themselves."""
    named: dict[str, str] = {}
    for spoken in languages(language):
        for choice in option.choices:
            named.setdefault(choice_called(choice, spoken).lower(), choice)
    for choice in option.choices:
        named.setdefault(choice, choice)
    return named


def languages(language: str) -> tuple[str, ...]:
    """Return the reader's language, and then English."""
    spoken = language if language in LANGUAGES else "en"
    return (spoken,) if spoken == "en" else (spoken, "en")
