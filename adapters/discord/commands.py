"""Locum's commands as Discord wants them told: https://docs.discord.com/developers/interactions/application-commands."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from bot.commands.command import Command
from bot.commands.naming import AT_THE_TOP, called, first_word, menu_called, menus, path_of, top_of
from bot.commands.table import COMMANDS
from bot.domain.command import Audience, Option, OptionKind
from bot.i18n import LANGUAGES, say

#: Discord's names of the languages that we have beside English
LOCALES: Mapping[str, tuple[str, ...]] = {"de": ("de",)}
_CHAT, _USER, _MESSAGE = 1, 2, 3
_SUBCOMMAND, _STRING, _INTEGER, _MEMBER, _CHANNEL = 1, 3, 4, 6, 7
_TYPES = {OptionKind.MEMBER: _MEMBER, OptionKind.CHANNEL: _CHANNEL, OptionKind.NUMBER: _INTEGER}
_MENUS = {OptionKind.MEMBER: _USER, OptionKind.MESSAGE: _MESSAGE}
#: options whose values are offered while somebody types
COMPLETED = frozenset({
    OptionKind.GUIDELINE, OptionKind.DURATION, OptionKind.CASE, OptionKind.QUEUE, OptionKind.PERSON,
    OptionKind.ORGANISATION, OptionKind.RULE, OptionKind.SANCTION,
})  # fmt: skip
#: characters of a description and of a text option
_DESCRIPTION, _LONGEST = 100, 6_000
_CHOICES = 25
#: nobody is shown it until the server's administrators show it to a role: moderators from outside hold no permission
#: by which Discord could tell them from members
_HIDDEN = "0"


def commands() -> list[dict[str, Any]]:
    """Return every command and menu of ours, to be told to Discord at once, in place of what it knew before."""
    groups: dict[str, list[Command]] = defaultdict(list)
    alone: list[Command] = []
    for one in COMMANDS:
        if one.typed and one.group == AT_THE_TOP:
            alone.append(one)
        elif one.typed:
            groups[top_of(one)].append(one)
    return [
        *(_group(group, members) for group, members in groups.items()),
        *(_alone(one) for one in alone),
        *(_menu(one) for one in menus().values()),
    ]


def _group(group: str, members: Sequence[Command]) -> dict[str, Any]:
    first = members[0]
    return {
        "type": _CHAT,
        "name": first_word(first, "en"),
        "name_localizations": _localised(lambda language: first_word(first, language)),
        "description": _short(say(f"discord.group_{group}", "en")),
        "description_localizations": _localised(lambda language: _short(say(f"discord.group_{group}", language))),
        "options": [{**_words(one), "type": _SUBCOMMAND, "name": path_of(one)[1]} for one in members],
        **_shown(first.audience),
    }


def _alone(command: Command) -> dict[str, Any]:
    return {**_words(command), "type": _CHAT, "name": path_of(command)[0], **_shown(command.audience)}


def _menu(command: Command) -> dict[str, Any]:
    assert command.menu is not None  # noqa: S101 - menus have one
    return {
        "type": _MENUS[command.menu],
        "name": menu_called(command, "en"),
        "name_localizations": _localised(lambda language: menu_called(command, language)),
        **_shown(command.audience),
    }


def _words(command: Command) -> dict[str, Any]:
    """Return what a command says of itself, and what it takes: what must be given comes first."""
    options = sorted(command.options, key=lambda one: not one.required)
    return {
        "name_localizations": _localised(lambda language: called(command, language)),
        "description": _short(say(f"{command.group}.help_{command.word}", "en")),
        "description_localizations": _localised(
            lambda language: _short(say(f"{command.group}.help_{command.word}", language))
        ),
        "options": [_option(one) for one in options],
    }


def _option(option: Option) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": _TYPES.get(option.kind, _STRING),
        "name": say(f"options.{option.name}", "en"),
        "name_localizations": _localised(lambda language: say(f"options.{option.name}", language)),
        "description": _short(say(f"commands.kind_{option.kind.value}", "en")),
        "description_localizations": _localised(
            lambda language: _short(say(f"commands.kind_{option.kind.value}", language))
        ),
        "required": option.required,
    }
    if option.choices:
        found["choices"] = [_choice(one) for one in option.choices[:_CHOICES]]
    elif option.kind in COMPLETED:
        found["autocomplete"] = True
    elif option.kind is OptionKind.TEXT:
        found["max_length"] = min(option.longest, _LONGEST)
    elif option.kind is OptionKind.MEMBERS:
        found["max_length"] = _LONGEST
    return found


def _choice(word: str) -> dict[str, Any]:
    return {
        "name": say(f"commands.choice_{word}", "en"),
        "name_localizations": _localised(lambda language: say(f"commands.choice_{word}", language)),
        "value": word,
    }


def _shown(audience: Audience) -> dict[str, Any]:
    shown = None if audience is Audience.EVERYBODY else _HIDDEN
    # told to one server, it is offered there and nowhere else: what is given elsewhere belongs to no community
    return {"default_member_permissions": shown}


def _localised(word: Any) -> dict[str, str]:
    return {locale: word(language) for language in LANGUAGES for locale in LOCALES.get(language, ())}


def _short(text: str) -> str:
    return text if len(text) <= _DESCRIPTION else text[: _DESCRIPTION - 1] + "…"
