"""Edited messages."""

from datetime import timedelta

from bot.policy.signals.edited import SIGNAL
from tests.policy.make import NOON, inspection, probe


def test_any_edit_holds() -> None:
    assert probe(SIGNAL, True, inspection(edited_at=NOON + timedelta(seconds=1)))
    assert probe(SIGNAL, True, inspection()) is False


def test_with_a_time_only_later_edits_hold() -> None:
    assert probe(SIGNAL, {"after": "1h"}, inspection(edited_at=NOON + timedelta(minutes=61)))
    assert probe(SIGNAL, {"after": "1h"}, inspection(edited_at=NOON + timedelta(minutes=60))) is False


def test_the_note_says_how_late() -> None:
    seen = probe(SIGNAL, True, inspection(edited_at=NOON + timedelta(hours=2, minutes=5)))
    assert seen
    assert seen.notes[0].say("de") == "2 Stunden nach dem Absenden bearbeitet"
