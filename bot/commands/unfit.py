"""Says what services find unfit as one sentence: nothing is done then, and nothing recorded."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.commands.command import BadInputError
from bot.services.staff.unfit import UnfitError


@contextmanager
def said() -> Iterator[None]:
    """Let what is unfit be answered like bad input."""
    try:
        yield
    except UnfitError as error:
        raise BadInputError(error.said) from None
