"""What somebody does on Discord becomes an invocation's words, whatever shape it has."""

from typing import Any

import pytest

from adapters.discord.interactions import asked, found_message, found_user, language_of, server_of, user_of
from adapters.discord.several import users_in


def test_a_command_says_its_options_by_the_table_s_names() -> None:
    options = [
        {"name": "member", "type": 6, "value": "42"}, {"name": "for", "type": 3, "value": "10m"},
        {"name": "guideline", "type": 3, "value": "respect"},
    ]  # fmt: skip
    data = {"type": 1, "name": "mod", "options": [{"name": "timeout", "type": 1, "options": options}]}
    wanted = asked({"type": 2, "data": data})
    assert wanted is not None
    assert wanted.command == "mod.timeout"
    assert wanted.given == {"member": "42", "for": "10m", "guideline": "respect"}
    assert wanted.typing is None


def test_a_command_that_stands_alone_is_found() -> None:
    wanted = asked({"type": 2, "data": {"type": 1, "name": "team"}})
    assert wanted is not None
    assert wanted.command == "everyone.team"


def test_completion_says_what_is_being_typed() -> None:
    options = [
        {"name": "member", "type": 6, "value": "42"},
        {"name": "guideline", "type": 3, "value": "res", "focused": True},
    ]
    data = {"type": 1, "name": "mod", "options": [{"name": "warn", "type": 1, "options": options}]}
    wanted = asked({"type": 4, "data": data})
    assert wanted is not None
    assert wanted.typing == ("guideline", "res")


@pytest.mark.parametrize("data", [
    {"type": 1, "name": "mod", "options": [{"name": "gone", "type": 1}]}, {"type": 1, "name": "gone"},
    {"type": 2, "name": "Gone", "target_id": "1"}, {"type": 3, "name": "Warn", "target_id": "1"},
])  # fmt: skip
def test_a_command_that_there_is_no_more_is_none_of_ours(data: Any) -> None:
    assert asked({"type": 2, "data": data}) is None


def test_a_press_says_its_subject_and_version_and_a_choice_its_value() -> None:
    pressed = asked({"type": 3, "data": {"component_type": 2, "custom_id": "case.claim:abc:7"}})
    assert pressed is not None
    assert (pressed.command, pressed.given) == ("case.claim", {"subject": "abc", "version": "7"})
    data = {"component_type": 3, "custom_id": "case.decide:abc:7", "values": ["violation"]}
    chosen = asked({"type": 3, "data": data})
    assert chosen is not None
    assert chosen.given["value"] == "violation"


def test_a_form_fills_the_options_of_its_command_and_nothing_else() -> None:
    fields = [
        {"type": 18, "component": {"type": 4, "custom_id": "statement", "value": "it was a quote"}},
        {"type": 18, "component": {"type": 4, "custom_id": "subject", "value": "somebody else's"}},
        {"type": 18, "component": {"type": 4, "custom_id": "unheard_of", "value": "x"}},
    ]
    sent = asked({"type": 5, "data": {"custom_id": "everyone.appeal:K7Q2", "components": fields}})
    assert sent is not None
    assert sent.given == {"subject": "K7Q2", "statement": "it was a quote"}


def test_a_press_of_something_unheard_of_is_handed_on_to_be_refused() -> None:
    wanted = asked({"type": 3, "data": {"custom_id": "gone.button:1:1"}})
    assert wanted is not None
    assert (wanted.command, wanted.row) == ("gone.button", None)


def test_an_interaction_is_about_the_server_it_was_made_on_or_the_one_it_names() -> None:
    assert server_of({"guild_id": "7", "data": {"custom_id": "8/case.claim:1"}}) == "7"
    assert server_of({"data": {"custom_id": "8/case.claim:1"}}) == "8"
    assert server_of({"data": {"custom_id": "case.claim:1"}}) is None
    assert server_of({"data": {"name": "report", "type": 1}}) is None


def test_whoever_asks_is_found_on_a_server_and_in_a_direct_message() -> None:
    assert user_of({"member": {"user": {"id": "1"}}})["id"] == "1"
    assert user_of({"user": {"id": "2"}})["id"] == "2"


@pytest.mark.parametrize(("locale", "language"), [("de", "de"), ("en-US", "en"), ("en-GB", "en"), ("fr", "en")])
def test_the_reader_s_language_is_theirs_as_far_as_we_have_it(locale: str, language: str) -> None:
    assert language_of({"locale": locale, "guild_locale": "de"}) == language


@pytest.mark.parametrize(("typed", "found"), [
    ("https://discord.com/channels/7/8/123456789012345678", ("8", "123456789012345678")),
    ("https://ptb.discord.com/channels/7/8/123456789012345678 ", ("8", "123456789012345678")),
    ("123456789012345678", ("", "123456789012345678")),
    ("https://discord.com/channels/6/8/123456789012345678", None),
    ("https://discord.com/channels/@me/8/123456789012345678", None),
    ("that one", None), ("", None),
])  # fmt: skip
def test_a_message_is_named_by_its_link_on_this_server_or_its_id(typed: str, found: tuple[str, str] | None) -> None:
    assert found_message(typed, "7") == found


@pytest.mark.parametrize(("typed", "found"), [
    ("<@42>", "42"), ("<@!42>", "42"), (" 42 ", "42"), ("@everyone", None), ("<@&42>", None), ("", None),
])  # fmt: skip
def test_somebody_is_named_by_a_mention_or_an_id(typed: str, found: str | None) -> None:
    assert found_user(typed) == found


@pytest.mark.parametrize(("typed", "found"), [
    ("1 2 3", ["1", "2", "3"]), ("<@1>, <@2>;3\n4", ["1", "2", "3", "4"]), ("<@1><@!2>", ["1", "2"]),
    ("1 1 <@1>", ["1"]), ("1 somebody", None), ("", []),
])  # fmt: skip
def test_several_are_named_one_after_the_other(typed: str, found: list[str] | None) -> None:
    assert users_in(typed) == found
