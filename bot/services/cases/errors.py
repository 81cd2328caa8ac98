"""What can't be done with a case, in one sentence that says what to do instead."""

from datetime import timedelta

from bot.errors import LocumError
from bot.i18n import Phrase, phrase


class CaseError(LocumError):
    """That can't be done with this case now."""

    def __init__(self, said: Phrase) -> None:
        super().__init__(said.say())
        #: one clear sentence for whoever asked
        self.said = said


def wrong(key: str, **values: str | int | timedelta) -> CaseError:
    """Return the error that says the catalogue's entry of that key."""
    return CaseError(phrase(key, **values))


def stale() -> CaseError:
    """Return the error for an act on a card that others were quicker with."""
    return wrong("commands.stale")


def unknown() -> CaseError:
    """Return the error for a case that isn't there, or not for whoever asks: nobody can tell which."""
    return wrong("case.unknown")
