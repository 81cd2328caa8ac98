"""Keys in a file beside the database, or in a text that the environment holds; their backups are kept apart."""

from adapters.keyfile.contents import Contents, Kept, read_contents, write_contents
from adapters.keyfile.errors import (
    KeyFileBrokenError,
    KeyFileError,
    KeyFileMissingError,
    KeyFileOpenError,
    KeyFileUnwritableError,
    KeysFixedError,
    NoSuchKeyError,
)
from adapters.keyfile.file import KeyFile, open_key_file
from adapters.keyfile.fresh import fresh_contents
from adapters.keyfile.given import GivenKeys, read_given_keys

__all__ = [
    "Contents",
    "GivenKeys",
    "Kept",
    "KeyFile",
    "KeyFileBrokenError",
    "KeyFileError",
    "KeyFileMissingError",
    "KeyFileOpenError",
    "KeyFileUnwritableError",
    "KeysFixedError",
    "NoSuchKeyError",
    "fresh_contents",
    "open_key_file",
    "read_contents",
    "read_given_keys",
    "write_contents",
]
