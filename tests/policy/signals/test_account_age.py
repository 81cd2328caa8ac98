"""The account's age."""

from datetime import timedelta

from bot.domain.judgement import Want, WantKind
from bot.policy.signals.account_age import SIGNAL
from tests.policy.make import NOON, Bench, detector, inspection, member, probe


def test_it_is_measured_when_the_message_was_posted() -> None:
    inspected = inspection(author=member(created_at=NOON - timedelta(days=2)), now=NOON + timedelta(days=30))
    assert probe(SIGNAL, {"under": "3d"}, inspected)
    assert probe(SIGNAL, {"under": "2d"}, inspected) is False
    assert probe(SIGNAL, {"over": "1d"}, inspected)
    assert probe(SIGNAL, {"over": "2d"}, inspected) is False


def test_with_both_bounds_it_lies_between() -> None:
    inspected = inspection(author=member(created_at=NOON - timedelta(days=2)))
    assert probe(SIGNAL, {"over": "1d", "under": "3d"}, inspected)
    assert probe(SIGNAL, {"over": "1h", "under": "1d"}, inspected) is False


def test_an_unknown_age_stays_open_and_is_asked_for_once() -> None:
    inspected = inspection(author=member("m7"))
    asked = detector(SIGNAL, {"under": "3d"})
    assert asked.probe(inspected) is None
    assert asked.probe(inspected) is None
    assert inspected.wants == [Want(kind=WantKind.MEMBER, subject="m7")]


def test_a_clock_that_runs_ahead_makes_it_zero() -> None:
    assert probe(SIGNAL, {"under": "1m"}, inspection(author=member(created_at=NOON + timedelta(seconds=30))))


def test_the_note_names_it_in_both_languages() -> None:
    seen = probe(SIGNAL, {"under": "7d"}, inspection(author=member(created_at=NOON - timedelta(days=2, hours=5))))
    assert seen
    assert seen.notes[0].say("en") == "account 2 days old"
    assert seen.notes[0].say("de") == "Konto ist 2 Tage alt"


def test_without_bounds_it_is_an_error() -> None:
    bench = Bench()
    detector(SIGNAL, {}, bench)
    assert bench.errors[0][0].key == "signals.needs_one"
