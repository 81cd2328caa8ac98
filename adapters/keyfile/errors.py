"""What can be wrong with the keys outside the database; no message ever repeats a part of one."""

from bot.errors import LocumError


class KeyFileError(LocumError):
    """The keys can't be used."""


class KeyFileMissingError(KeyFileError):
    """The key file is gone and the database needs its keys: restore it from its backup, or nothing sealed opens."""


class KeyFileOpenError(KeyFileError):
    """Others than the user who runs Locum can reach the key file: make it theirs alone (chown, chmod 600)."""


class KeyFileBrokenError(KeyFileError):
    """This isn't a key file as Locum writes it: restore it from its backup, never mend it by hand."""


class KeyFileUnwritableError(KeyFileError):
    """The key file can't be written, and stays as it was: make room, or give back the right to write to its folder."""


class KeysFixedError(KeyFileError):
    """These keys were given as a text and can't be changed from here: change them where that text is kept."""


class NoSuchKeyError(KeyFileError):
    """There is no such key beside a newer one: `locum keys show` lists them."""
