"""Both catalogues say the same things."""

import string
import tomllib
from importlib import resources

import pytest

from bot.i18n import LANGUAGES, catalogue, phrase, say

CATALOGUES = resources.files("bot.i18n")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def rooms(language: str) -> set[str]:
    return {file.name for file in CATALOGUES.joinpath(language).iterdir() if file.name.endswith(".toml")}


def test_every_room_exists_in_every_language() -> None:
    assert rooms("de") == rooms("en")


def test_both_languages_have_the_same_entries() -> None:
    assert catalogue("de").keys() == catalogue("en").keys()


def test_both_languages_ask_for_the_same_values() -> None:
    english, german = catalogue("en"), catalogue("de")
    differing = [
        key for key in english.keys() & german.keys() if placeholders(english[key]) != placeholders(german[key])
    ]
    assert not differing


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_entry_is_empty_and_every_placeholder_is_a_plain_name(language: str) -> None:
    wrong = [
        key
        for key, text in catalogue(language).items()
        if not text.strip() or not all(name.isidentifier() for name in placeholders(text))
    ]
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_room_is_one_flat_table_of_texts(language: str) -> None:
    for room in rooms(language):
        entries = tomllib.loads(CATALOGUES.joinpath(language, room).read_text(encoding="utf-8"))
        assert all(isinstance(text, str) for text in entries.values()), room


def test_a_language_without_a_catalogue_is_answered_in_english() -> None:
    assert say("cli.usage", "fr") == say("cli.usage", "en")


def test_a_phrase_is_said_in_the_language_of_whoever_reads_it() -> None:
    said = phrase("cli.usage")
    assert (said.say("en"), said.say("de")) == ("Usage:", "Aufruf:")
