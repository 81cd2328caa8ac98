"""Numbers, shares and dates as readers of each language write them."""

from datetime import date, datetime

from bot.i18n import say


def number(value: int, language: str) -> str:
    """Return a whole number with its thousands apart."""
    text = f"{value:,}"
    return text.replace(",", ".") if language == "de" else text


def share(part: int, whole: int, language: str) -> str:
    """Return a share in per cent: one decimal below ten, and more only where it would read as nothing."""
    if not whole:
        return "–"
    value = 100 * part / whole
    text = "< 0.01" if 0 < value < 0.01 else f"{value:.2f}" if 0 < value < 0.1 else f"{value:.1f}"
    if value >= 10:
        text = f"{value:.0f}"
    return f"{text.replace('.', ',')} %" if language == "de" else f"{text}%"


def day(value: date | datetime, language: str) -> str:
    """Return a date in the reader's manner: `14 Mar 2026`, `14.03.2026`."""
    if language == "de":
        return f"{value.day:02}.{value.month:02}.{value.year}"
    return f"{value.day} {month_name(value, language)} {value.year}"


def month_name(value: date | datetime, language: str) -> str:
    """Return the month's short name."""
    return say("replay.months", language).split(",")[value.month - 1]
