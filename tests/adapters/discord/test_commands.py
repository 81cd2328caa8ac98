"""The table of commands as Discord is told it: within its limits, in its words, and told once."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.discord.cards import custom_id
from adapters.discord.commands import commands
from adapters.discord.interactions import asked
from adapters.discord.syncing import same
from bot.commands.naming import menus, path_of, paths
from bot.commands.table import COMMANDS
from bot.domain.command import Audience, OptionKind
from tests.adapters.discord.described import check_commands

_NAME = re.compile(r"[-_'\w]{1,32}")
_CHAT, _USER, _MESSAGE = 1, 2, 3


def named(one: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the names and descriptions of a command and of all its options, in every language."""
    yield "name", one["name"]
    yield from (("name", name) for name in one.get("name_localizations", {}).values())
    if one.get("type", _CHAT) == _CHAT or "required" in one:
        yield "description", one["description"]
        yield from (("description", text) for text in one.get("description_localizations", {}).values())
    for option in one.get("options", ()):
        yield from named(option)


def size(one: dict[str, Any]) -> int:
    """Return how many characters a command has, each part in its longest translation."""
    own = sum(
        max(map(len, [one.get(part, ""), *one.get(f"{part}_localizations", {}).values()]))
        for part in ("name", "description")
    )
    choices = sum(len(str(choice["value"])) + size(choice) for choice in one.get("choices", ()))
    return own + choices + sum(map(size, one.get("options", ())))


def test_discord_takes_every_command() -> None:
    check_commands(commands())


@pytest.mark.parametrize("one", [one for one in commands() if one["type"] == _CHAT], ids=lambda one: str(one["name"]))
def test_a_slash_command_keeps_within_the_documented_limits(one: dict[str, Any]) -> None:
    for part, text in named(one):
        if part == "name":
            assert _NAME.fullmatch(text), text
            assert text == text.lower()
        else:
            assert 1 <= len(text) <= 100, text
    assert size(one) <= 8_000
    for given in (one, *(part for part in one["options"] if part["type"] == 1)):
        assert len(given["options"]) <= 25
        required = [part["required"] for part in given["options"] if part["type"] != 1]
        assert required == sorted(required, reverse=True)
        assert len({part["name"] for part in given["options"]}) == len(given["options"])


def test_there_are_no_more_menus_than_discord_shows() -> None:
    told = commands()
    for kind in (_USER, _MESSAGE):
        of_kind = [one for one in told if one["type"] == kind]
        assert 1 <= len(of_kind) <= 5
        for one in of_kind:
            assert all(1 <= len(text) <= 32 for part, text in named(one) if part == "name")
    assert {one["name"] for one in told if one["type"] == _MESSAGE} == {"Report", "Delete", "Look up"}
    assert {one["name"] for one in told if one["type"] == _USER} == {"Warn", "Timeout", "Purge", "Look up"}


def test_only_what_everybody_may_give_is_shown_to_everybody() -> None:
    shown = {one["name"] for one in commands() if one["default_member_permissions"] is None}
    hidden = {one["name"] for one in commands() if one["default_member_permissions"] == "0"}
    everybody = {path_of(one)[0] for one in COMMANDS if one.typed and one.audience is Audience.EVERYBODY}
    assert shown == everybody | {"Report"}
    assert "mod" in hidden
    assert not shown & hidden


def test_one_word_has_one_audience() -> None:
    audiences: dict[str, set[Audience]] = {}
    for (first, _), one in paths().items():
        audiences.setdefault(first, set()).add(one.audience)
    # a colleague's account is held by whoever is on shift, beside what leads do
    assert {word: len(held) for word, held in audiences.items()} == dict.fromkeys(audiences, 1)


def test_every_typed_command_is_found_again_by_its_words() -> None:
    for one in COMMANDS:
        if one.typed:
            assert paths()[path_of(one)] is one
    assert len(paths()) == sum(one.typed for one in COMMANDS)
    assert len(menus()) == sum(one.menu is not None for one in COMMANDS)


def test_every_button_fits_into_what_a_button_can_say() -> None:
    for one in COMMANDS:
        said = custom_id(f"{one.name}:{'f' * 32}:{2**31}", "1" * 20)
        assert len(said) <= 100
        wanted = asked({"type": 3, "data": {"custom_id": said}})
        assert wanted is not None
        assert (wanted.row, wanted.given) == (one, {"subject": "f" * 32, "version": str(2**31)})


def test_a_menu_names_what_it_was_opened_on() -> None:
    for (kind, name), row in menus().items():
        data = {"type": _USER if kind is OptionKind.MEMBER else _MESSAGE, "name": name, "target_id": "42"}
        wanted = asked({"type": 2, "data": data})
        assert wanted is not None
        assert wanted.row is row
        assert list(wanted.given.values()) == ["42"]


def answered(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return commands as Discord tells them back: with ids, with defaults, and without what is empty or false."""

    def part(one: dict[str, Any]) -> dict[str, Any]:
        found = {name: value for name, value in one.items() if value not in ([], {}, False)}
        for within in ("options", "choices"):
            if one.get(within):
                found[within] = [part(inner) for inner in one[within]]
        return found

    own = {"id": "1", "application_id": "2", "guild_id": "3", "version": "4", "nsfw": False, "dm_permission": True}
    return [part(one) | own | {"description": one.get("description", "")} for one in told]


def test_what_discord_tells_back_is_what_it_was_told() -> None:
    assert same(list(reversed(answered(commands()))), commands())


@pytest.mark.parametrize("change", [
    {"name": "another"}, {"description": "other words"}, {"default_member_permissions": "8"}, {"options": []},
    {"name_localizations": {"de": "anders"}}, {"description_localizations": {}},
])  # fmt: skip
def test_commands_that_differ_are_told_apart(change: dict[str, Any]) -> None:
    known = answered(commands())
    assert not same([known[0] | change, *known[1:]], commands())
    assert not same(known[1:], commands())


def test_an_option_that_differs_is_told_apart() -> None:
    for change in ({"required": True}, {"autocomplete": False}, {"max_length": 7}):
        known = answered(commands())
        option = next(
            inner for one in known for part in one.get("options", ()) for inner in part.get("options", ())
            if inner.get("autocomplete") and not inner.get("required")
        )  # fmt: skip
        option.update(change)
        assert not same(known, commands())
