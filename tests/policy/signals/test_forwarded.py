"""Forwarded messages."""

import pytest
from pydantic import ValidationError

from bot.policy.detection import Trigger
from bot.policy.signals.forwarded import SIGNAL
from tests.policy.make import detector, inspection, probe


def test_a_forwarded_message_holds() -> None:
    assert probe(SIGNAL, True, inspection(forwarded=True))
    assert probe(SIGNAL, True, inspection()) is False


def test_only_forwarded_messages_wake_it() -> None:
    assert detector(SIGNAL).anchors == {Trigger.FORWARDED}


def test_false_is_refused() -> None:
    with pytest.raises(ValidationError):
        detector(SIGNAL, False)
