"""A clock that stands where a test puts it."""

from datetime import UTC, datetime, timedelta

#: an ordinary moment: a Tuesday, with no change of summer time near
START = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


class FakeClock:
    """Answers to the port Clock; time passes only when it is told to."""

    def __init__(self, start: datetime = START) -> None:
        self._at = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the time, UTC."""
        return self._at

    def move(self, by: timedelta) -> datetime:
        """Let time pass, and return what it is then."""
        if by < timedelta(0):
            raise ValueError("time passes forwards; a machine's clock that is set back jumps")
        self._at += by
        return self._at

    def jump(self, by: timedelta) -> datetime:
        """Set the clock forth or back, as a machine's clock is when it is corrected, and return what it shows then."""
        self._at += by
        return self._at
