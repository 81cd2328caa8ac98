"""Shortcuts: what can be done about a message from its own menu, and what can be begun from anywhere.

Commands can't be given in threads, so the menu of a message is the first way in. Slack takes ten of them for an app.
"""

from collections.abc import Mapping
from functools import cache

from bot.commands.command import Command
from bot.commands.naming import menu_called
from bot.commands.table import COMMANDS, find_command
from bot.domain.command import Option, OptionKind
from bot.i18n import catalogue, say

#: commands that can be begun from anywhere, and what they are called there
ANYWHERE: Mapping[str, str] = {
    "everyone.report": "slack.shortcut_report",
    "mod.warn": "slack.shortcut_warn",
    "mod.member": "slack.shortcut_member",
}
#: in front of a command's name in what a shortcut says; in a modal, completion says it
ON_MESSAGES, FROM_ANYWHERE = "message.", "anywhere."


@cache
def on_messages() -> Mapping[str, tuple[Command, Option]]:
    """Return what can be done about a message: the command and the option that takes the message, or its author."""
    found: dict[str, tuple[Command, Option]] = {}
    for row in COMMANDS:
        if row.menu in (OptionKind.MESSAGE, OptionKind.MEMBER):
            found[f"{ON_MESSAGES}{row.name}"] = (row, next(one for one in row.options if one.kind is row.menu))
    return found


@cache
def from_anywhere() -> Mapping[str, Command]:
    """Return what can be begun from anywhere, by what its shortcut says."""
    rows = {name: find_command(name) for name in ANYWHERE}
    return {f"{FROM_ANYWHERE}{name}": row for name, row in rows.items() if row is not None}


def message_menu_name(row: Command, language: str) -> str:
    """Return what a command is called in a message's menu: there, what is about its author stands beside the rest."""
    key = f"slack.on_message_{row.word}"
    of_author = row.menu is OptionKind.MEMBER and key in catalogue(language)
    return say(key, language) if of_author else menu_called(row, language)


def shortcut_name(row: Command, language: str) -> str:
    """Return what a command is called where it is begun from anywhere."""
    return say(ANYWHERE[row.name], language)
