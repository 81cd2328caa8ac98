"""What can't be done with what was given, though whoever asked may do it: said in one sentence."""

from datetime import timedelta

from bot.errors import LocumError
from bot.i18n import Phrase, phrase


class UnfitError(LocumError):
    """That can't be done so."""

    def __init__(self, said: Phrase) -> None:
        super().__init__(said.say())
        #: one clear sentence that says what to do
        self.said = said


def unfit(key: str, **values: str | int | timedelta) -> UnfitError:
    """Return the error that says the catalogue's entry of that key."""
    return UnfitError(phrase(key, **values))
