"""Times as exports write them, in UTC."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DISCORD_EPOCH = 1_420_070_400_000
#: ids below are no real Discord ids: they would all name the first minutes of 2015
_FIRST_SNOWFLAKE = 10**12

_SNOWFLAKE_DIGITS = 20

#: earlier than every message
BEGINNING = datetime.min.replace(tzinfo=UTC)


def utc(text: str) -> datetime | None:
    """Return an RFC 3339 time in UTC; None for anything else, a time without an offset included."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        # A leap second, or the letters in lower case: both allowed, both rare.
        try:
            moment = datetime.fromisoformat(text.upper().replace(":60", ":59"))
        except ValueError:
            return None
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        return None
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


def slack_time(stamp: str) -> datetime | None:
    """Return the moment that a Slack `ts` names; None when it isn't a number of seconds."""
    try:
        return datetime.fromtimestamp(float(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def snowflake_time(identifier: str) -> datetime | None:
    """Return when Discord gave out an id: the moment an account was made. None for what is no such id."""
    if not (identifier.isascii() and identifier.isdigit() and len(identifier) <= _SNOWFLAKE_DIGITS):
        return None
    number = int(identifier)
    if number < _FIRST_SNOWFLAKE:
        return None
    return _EPOCH + timedelta(milliseconds=(number >> 22) + _DISCORD_EPOCH)
