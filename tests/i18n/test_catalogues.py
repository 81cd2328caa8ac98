"""Both catalogues say the same things."""

import re
import string
import tomllib
from datetime import timedelta
from importlib import resources

import pytest

from bot.i18n import LANGUAGES, catalogue, phrase, say
from bot.policy.text.disguise import HOWS
from bot.services.explain import VIEWS

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


def test_a_phrase_within_a_phrase_is_said_in_the_same_language() -> None:
    inner = phrase("check.rules", count=1)
    assert phrase("lacking.seeing", connection="x", says=inner).say("de") == say(
        "lacking.seeing", "de", connection="x", says="1 Regel"
    )
    both = phrase("lacking.doing", connection="x", abilities=(inner, inner))
    assert "1 rule, 1 rule" in both.say("en")


def test_one_of_a_kind_has_its_own_entry_where_words_need_it() -> None:
    assert say("check.errors", "en", count=1) == "1 error"
    assert say("check.errors", "en", count=2) == "2 errors"
    assert phrase("check.rules", count=1).say("de") == "1 Regel"


@pytest.mark.parametrize(
    ("duration", "english", "german"),
    [
        (timedelta(days=2), "2 days", "2 Tage"),
        (timedelta(days=1), "1 day", "1 Tag"),
        (timedelta(hours=5), "5 hours", "5 Stunden"),
        (timedelta(minutes=1), "1 minute", "1 Minute"),
        (timedelta(seconds=0), "0 seconds", "0 Sekunden"),
        (timedelta(minutes=90), "90 minutes", "90 Minuten"),
    ],
)
def test_durations_are_spelt_out_in_the_readers_language(duration: timedelta, english: str, german: str) -> None:
    note = phrase("signals.account_age", age=duration)
    assert note.say("en") == f"account {english} old"
    assert note.say("de") == f"Konto ist {german} alt"


def test_every_way_of_seeing_and_reading_has_a_name_in_every_language() -> None:
    ways = [f"how_{name}" for name in HOWS]
    ways += [f"view_{name}" for name in VIEWS]
    for language in LANGUAGES:
        assert not [way for way in ways if f"explain.{way.replace(' ', '_')}" not in catalogue(language)]


def test_german_texts_stand_in_german_quotation_marks() -> None:
    ours = ("check.", "compile.", "cli.", "explain.", "signals.")
    assert not [key for key, text in catalogue("de").items() if key.startswith(ours) and re.search(r"'[^' ]*\{", text)]
