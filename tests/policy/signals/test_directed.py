"""Messages said to somebody."""

import pytest

from bot.domain.message import Mentions
from bot.policy.signals.directed import SIGNAL
from tests.policy.make import inspection, probe


def test_a_mention_of_somebody_else_directs() -> None:
    assert probe(SIGNAL, True, inspection("hm", mentions=Mentions(people=("m2",))))
    assert probe(SIGNAL, True, inspection("hm", mentions=Mentions(people=("m1",)))) is False


def test_an_answer_to_somebody_else_directs() -> None:
    assert probe(SIGNAL, True, inspection("hm", reply_to="7"))
    assert probe(SIGNAL, True, inspection("hm", reply_to="7", reply_author="m2"))
    assert probe(SIGNAL, True, inspection("hm", reply_to="7", reply_author="m1")) is False


@pytest.mark.parametrize(
    "text", ["you are bad", "YOUR fault", "u suck", "youre bad", "you're bad", "y'all", "go, ya fool"]
)
def test_the_english_second_person_directs(text: str) -> None:
    assert probe(SIGNAL, True, inspection(text, languages=["en"]))


@pytest.mark.parametrize(
    "text",
    [
        "du bist doof",
        "was ist mit Dir",
        "dein Ernst?",
        "DEINE Schuld",
        "ihr seid doof",
        "mit euch",
        "eurem Kram",
        "Können Sie das lassen",
        "ich rate Ihnen, das zu lassen",
        "das ist Ihre Schuld",
        "hastu Lack",
        "biste doof",
    ],
)
def test_the_german_second_person_directs(text: str) -> None:
    assert probe(SIGNAL, True, inspection(text, languages=["de"]))


@pytest.mark.parametrize(
    "text", ["sie ist doof", "Sie ist doof", "Er kam. Sie ging.", "mit ihnen und ihrem Hund", "die Dirne", "er rennt"]
)
def test_the_third_person_does_not(text: str) -> None:
    assert probe(SIGNAL, True, inspection(text, languages=["de"])) is False


def test_only_the_languages_of_the_channel_count() -> None:
    assert probe(SIGNAL, True, inspection("du u. a.", languages=["en"]))
    assert probe(SIGNAL, True, inspection("z. B. u. a.", languages=["de"])) is False
    assert probe(SIGNAL, True, inspection("dein", languages=["en"])) is False


def test_where_the_languages_are_others_both_are_tried() -> None:
    assert probe(SIGNAL, True, inspection("dein", languages=["fr"]))
    assert probe(SIGNAL, True, inspection("your", languages=[]))
