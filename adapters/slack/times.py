"""Slack's `ts`: the time of a message, and its id in its channel (https://docs.slack.dev/messaging/retrieving-messages).

It is kept as it was written wherever it is an id; as a time it is exact to the microsecond.
"""

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TS = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,6}))?")


def time_of(ts: object) -> datetime | None:
    """Return the time that a `ts` names, UTC; None for what is none."""
    found = _TS.fullmatch(ts) if isinstance(ts, str) else None
    if found is None:
        return None
    try:
        return _EPOCH + timedelta(seconds=int(found[1]), microseconds=int((found[2] or "").ljust(6, "0")))
    except OverflowError:
        return None


def ts_of(at: datetime) -> str:
    """Return the `ts` of a time: of a message it is the id, for a call it is where history begins or ends."""
    whole = max(0, (at - _EPOCH) // _MICROSECOND)
    return f"{whole // 1_000_000}.{whole % 1_000_000:06}"


def moment_of(seconds: object) -> datetime | None:
    """Return the time of a whole number of seconds, as events and profiles say it, UTC; None for what is none."""
    if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds <= 0:
        return None
    return time_of(str(seconds))
