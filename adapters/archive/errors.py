"""Errors that end a reading before it begins."""

from pathlib import Path

from bot.errors import InputError
from bot.i18n import Phrase, phrase


class ArchiveError(InputError):
    """The export can't be opened: name a Slack export, JSON of DiscordChatExporter, or JSON lines."""

    def __init__(self, reason: Phrase) -> None:
        """Keep the reason, so that it can be said in the reader's language."""
        super().__init__(reason.say())
        #: what is wrong, for any language
        self.reason = reason


class MissingInputError(ArchiveError):
    """There is no such file or folder."""


class UnknownFormatError(ArchiveError):
    """The file is not an export that Locum knows."""


class EncryptedInputError(ArchiveError):
    """The zip is protected by a password."""


def missing(path: Path) -> MissingInputError:
    """Return the error for a path that leads nowhere."""
    return MissingInputError(phrase("archive.missing", path=str(path)))


def unknown_format(path: Path) -> UnknownFormatError:
    """Return the error for a file of another kind, which names the kinds that are read."""
    return UnknownFormatError(phrase("archive.unknown_format", path=str(path)))


def nothing_inside(path: Path) -> UnknownFormatError:
    """Return the error for a folder or zip that holds no export."""
    return UnknownFormatError(phrase("archive.nothing_inside", path=str(path)))


def encrypted(path: Path) -> EncryptedInputError:
    """Return the error for a zip with a password, which says the way around it."""
    return EncryptedInputError(phrase("archive.encrypted", path=str(path)))


def unreadable(path: Path, error: OSError) -> ArchiveError:
    """Return the error for a path that the system refuses to read."""
    return ArchiveError(phrase("archive.unreadable", path=str(path), detail=error.strerror or type(error).__name__))
