"""Discord's ids, which hold the time at which they were made (https://docs.discord.com/developers/reference)."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_TIME_BITS = 22


def made_at(id_: str) -> datetime:
    """Return when an id was made, UTC, to the millisecond."""
    return _EPOCH + (int(id_) >> _TIME_BITS) * _MILLISECOND


def first_at(at: datetime) -> str:
    """Return the smallest id that could have been made at a time, to the millisecond; 0 before there was Discord."""
    return str(max(0, (at - _EPOCH) // _MILLISECOND) << _TIME_BITS)
