"""Messages in threads."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from bot.policy.signals.thread import SIGNAL
from tests.policy.make import CHANNEL, detector, inspection, probe


def test_a_message_in_a_thread_holds() -> None:
    assert probe(SIGNAL, True, inspection(channel=replace(CHANNEL, thread="T1")))


def test_a_message_in_the_channel_itself_does_not() -> None:
    assert probe(SIGNAL, True, inspection()) is False
    assert probe(SIGNAL, True, inspection(channel=replace(CHANNEL, thread=""))) is False


def test_false_is_refused() -> None:
    with pytest.raises(ValidationError):
        detector(SIGNAL, False)
