"""The program's clock beside the machine's own."""

from datetime import UTC, datetime, timedelta

from bot.app.clock import machine_clock


def test_it_agrees_with_the_machine() -> None:
    clock = machine_clock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert abs(clock.drift) < 60
