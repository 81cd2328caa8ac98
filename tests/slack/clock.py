"""A time that tests move."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Goes on by itself, and as far forward as a test wants."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def forward(self, **length: float) -> None:
        """Let so much time pass at once."""
        self._ahead += timedelta(**length)
