"""What Slack makes an app of: scopes, events, commands and shortcuts, each as the code has it.

https://docs.slack.dev/reference/app-manifest
"""

from collections.abc import Iterator
from typing import Any

from adapters.slack.menus import from_anywhere, message_menu_name, on_messages, shortcut_name
from adapters.slack.scopes import ADMIN, BOT, EVENTS
from adapters.slack.typed import usage
from bot.commands.naming import paths
from bot.i18n import say

#: characters of what a command says of itself, of how it is used, and of a shortcut's name
_DESCRIPTION, _HINT, _SHORTCUT = 2_000, 1_000, 24


def manifest(*, events: str = "", language: str = "en") -> dict[str, Any]:
    """Return an app's manifest: with Socket Mode, or where `events` says at which address Slack is to call us."""
    address = {"url": events} if events else {}
    settings: dict[str, Any] = {
        "event_subscriptions": {**({"request_url": events} if events else {}), "bot_events": list(EVENTS)},
        "interactivity": {
            "is_enabled": True,
            **({"request_url": events, "message_menu_options_url": events} if events else {}),
        },
        "org_deploy_enabled": False,
        "socket_mode_enabled": not events,
        "token_rotation_enabled": False,
    }
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Locum",
            "description": say("slack.app_description", language),
            "long_description": say("slack.app_long_description", language),
            "background_color": "#1f3a4d",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Locum", "always_online": True},
            "shortcuts": list(_shortcuts(language)),
            "slash_commands": [one | address for one in _commands(language)],
        },
        "oauth_config": {"scopes": {"bot": sorted(BOT), "user": sorted(ADMIN)}},
        "settings": settings,
    }  # fmt: skip


def _commands(language: str) -> Iterator[dict[str, Any]]:
    """Yield what can be typed: one command for each first word."""
    for word in dict.fromkeys(first for first, _ in paths()):
        alone = paths().get((word, ""))
        if alone is not None:
            description = say(f"{alone.group}.help_{alone.word}", language)
            hint = usage(alone, language).partition(" ")[2]
        else:
            description = say(f"discord.group_{word}", language)
            hint = " | ".join(second for first, second in paths() if first == word)
        yield {
            "command": f"/{word}",
            "description": description[:_DESCRIPTION],
            **({"usage_hint": hint[:_HINT]} if hint else {}),
            # whom a command names is told by id, whatever they are called
            "should_escape": True,
        }


def _shortcuts(language: str) -> Iterator[dict[str, str]]:
    for callback, (row, _) in on_messages().items():
        yield _shortcut(callback, "message", message_menu_name(row, language), f"{row.group}.help_{row.word}", language)
    for callback, row in from_anywhere().items():
        yield _shortcut(callback, "global", shortcut_name(row, language), f"{row.group}.help_{row.word}", language)


def _shortcut(callback: str, kind: str, name: str, says: str, language: str) -> dict[str, str]:
    return {
        "name": name[:_SHORTCUT], "type": kind, "callback_id": callback, "description": say(says, language)[:150],
    }  # fmt: skip
