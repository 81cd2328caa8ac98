"""What is wrong with the database, in the language spoken."""

import re

from bot.i18n import catalogue, say
from bot.store.errors import StoreError


def told(error: StoreError, language: str) -> str:
    """Return what is wrong and what to do; behind it in brackets what only the error knows."""
    key = "store." + re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).lower()
    if key not in catalogue(language):
        return str(error)
    meaning = say(key, language)
    return f"{meaning} [{error}]" if error.args else meaning
