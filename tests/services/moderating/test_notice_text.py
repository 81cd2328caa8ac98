"""What members read: in their language, in the community's words, without an accusation."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cards.notice import Deed, Hand, NoticeView, notice_text
from bot.domain.outcome import OutcomeKind
from bot.i18n import LANGUAGES

WORDS = {"en": "Argue with ideas.", "de": "Streite über Ideen."}
SHOWN = {"en": "Nightwatch, our partner", "de": "Nightwatch, unser Partner"}
BAN = NoticeView(
    languages=("en",),
    titles={"en": "Be respectful", "de": "Respektvoll bleiben"},
    texts=WORDS,
    deeds=(Deed(kind=OutcomeKind.BAN, until=datetime(2026, 7, 17, 10, tzinfo=UTC)),),
    hand=Hand.PERSON,
    disclosure="organisation",
    behind=SHOWN,
    appeal_within=timedelta(days=183),
    zone="Europe/Berlin",
)


@pytest.mark.parametrize(
    ("disclosure", "said"),
    [
        ("organisation", "Behind it stands Nightwatch, our partner."),
        ("outside", "An outside team helps this community's own team with it."),
        ("team", "Behind it stands this community's team."),
    ],
)
def test_who_stands_behind_is_told_as_the_community_discloses_it(disclosure: str, said: str) -> None:
    text = notice_text(replace(BAN, disclosure=disclosure))
    assert said in text
    assert ("Nightwatch" in text) == (disclosure == "organisation")


@pytest.mark.parametrize(
    ("hand", "said"),
    [
        (Hand.PROGRAM, "A program decided this"),
        (Hand.BOTH, "A program had pointed something out, and a person decided."),
        (Hand.PERSON, "A person decided this, without a program."),
    ],
)
def test_whether_a_program_was_involved_is_told(hand: Hand, said: str) -> None:
    assert said in notice_text(replace(BAN, hand=hand))


def test_it_is_told_until_when_in_the_communitys_own_time() -> None:
    assert "until 2026-07-17 12:00 (Europe/Berlin)" in notice_text(BAN)
    assert "17.07.2026, 12:00 Uhr (Europe/Berlin)" in notice_text(replace(BAN, languages=("de",)))


def test_the_first_language_with_words_is_spoken_throughout() -> None:
    text = notice_text(replace(BAN, languages=("fr", "de", "en")))
    assert text.startswith("Respektvoll bleiben\n\nStreite über Ideen.")
    assert "Dahinter steht Nightwatch, unser Partner." in text


def test_whoever_is_removed_is_given_a_code_and_everybody_else_the_command() -> None:
    assert "with this code: K7Q2-MX4T." in notice_text(replace(BAN, code="K7Q2-MX4T"))
    assert "send /appeal" in notice_text(BAN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_says_that_nothing_is_held_against_anybody_and_speaks_of_no_decision(language: str) -> None:
    help_view = NoticeView(languages=(language,), texts=WORDS, care=True, hand=Hand.PROGRAM, closing=False)
    text = notice_text(help_view)
    assert {"en": "Nothing is held against you.", "de": "Niemand hält dir etwas vor."}[language] in text
    for word in ("decided", "appeal", "warning", "entschieden", "Verwarnung", "widersprechen"):
        assert word not in text


def test_a_guideline_that_is_gone_leaves_general_words() -> None:
    assert "has looked at what you wrote" in notice_text(NoticeView(languages=("en",)))


def test_what_a_room_has_no_words_for_is_said_in_general() -> None:
    assert "has something to tell you" in notice_text(NoticeView(about="nothing_known"))
