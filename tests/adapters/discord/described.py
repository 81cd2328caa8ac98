"""Holds bodies against Discord's own description and its documented limits."""

from collections.abc import Iterator
from typing import Any

from tests.discord.components import check_message, check_modal, flat
from tests.discord.rest.commands import _check_all
from tests.discord.specification import specification

_POST = ("POST", "/channels/{channel_id}/messages", {"channel_id": "1"})
_ANSWER = (
    "POST", "/interactions/{interaction_id}/{interaction_token}/callback",
    {"interaction_id": "1", "interaction_token": "t"},
)  # fmt: skip
_COMMANDS = (
    "PUT", "/applications/{application_id}/guilds/{guild_id}/commands", {"application_id": "1", "guild_id": "2"},
)  # fmt: skip


def check_post(body: Any) -> None:
    """Let the body of a message pass, or fail."""
    _described(_POST, body)
    check_message(body["components"], flags=body["flags"])


def check_form(modal: Any) -> None:
    """Let a modal pass, or fail."""
    _described(_ANSWER, {"type": 9, "data": modal})
    check_modal(modal)


def check_commands(told: Any) -> None:
    """Let commands pass that are told at once, or fail."""
    _described(_COMMANDS, told)
    _check_all(told)


def texts(body: Any) -> Iterator[str]:
    """Yield every text of a message."""
    yield from (one["content"] for one in flat(body["components"]) if one["type"] == 10)


def _described(asked: tuple[str, str, dict[str, str]], body: Any) -> None:
    known = specification()
    if known is not None:
        method, route, parameters = asked
        wrong = known.asked(method, route, parameters=parameters, query=[], kind="application/json", body=body)
        assert not wrong, wrong
