"""Durations as policies write them: `90s`, `10m`, `4h`, `14d`, `2w`."""

import re
from datetime import timedelta

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FORM = re.compile(r"(\d{1,6})\s?([smhdw])")


def parse_duration(text: str) -> timedelta:
    """Return the duration that `text` names.

    Raises ValueError for anything but a whole number and one of the units s, m, h, d, w.
    """
    form = _FORM.fullmatch(text.strip())
    if form is None:
        raise ValueError(f"'{text}' is no duration: write a whole number and s, m, h, d or w, such as 10m")
    return timedelta(**{_UNITS[form[2]]: int(form[1])})


def show_duration(duration: timedelta) -> str:
    """Return the shortest exact form, such as `90m` or `2d`."""
    seconds = int(duration.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
