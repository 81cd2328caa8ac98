"""What a look at an installation comes to: one point a thing looked at, good or not, each with its remedy."""

from dataclasses import dataclass
from enum import StrEnum

from bot.i18n import Phrase, Value, phrase


class State(StrEnum):
    """How a thing is."""

    GOOD = "good"
    #: it works, with less than it could
    LACKS = "lacks"
    #: something that should work doesn't
    WRONG = "wrong"
    #: whoever knows couldn't be asked
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One thing that was looked at."""

    #: what, as a code: `discord_token`
    code: str
    #: how it is
    state: State
    #: what is so, in one sentence
    says: Phrase
    #: what to do about it, in one sentence; None where all is good
    remedy: Phrase | None = None
    #: the community or connection that it is about; empty for the whole installation
    about: str = ""


def good(code: str, about: str = "", **values: Value) -> Point:
    """Return a point that is as it should be: the catalogue's `doctor.CODE_good`."""
    return Point(code=code, state=State.GOOD, says=phrase(f"doctor.{code}_good", **values), about=about)


def lacks(code: str, about: str = "", **values: Value) -> Point:
    """Return a point that could be better: `doctor.CODE`, and `doctor.CODE_remedy`."""
    return _bad(code, State.LACKS, about, values)


def wrong(code: str, about: str = "", **values: Value) -> Point:
    """Return a point that is wrong, likewise."""
    return _bad(code, State.WRONG, about, values)


def unknown(code: str, about: str = "", **values: Value) -> Point:
    """Return a point about which nothing could be said, likewise."""
    return _bad(code, State.UNKNOWN, about, values)


def _bad(code: str, state: State, about: str, values: dict[str, Value]) -> Point:
    return Point(
        code=code,
        state=state,
        says=phrase(f"doctor.{code}", **values),
        remedy=phrase(f"doctor.{code}_remedy", **values),
        about=about,
    )
