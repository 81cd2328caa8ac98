"""What reading an export tells beside its messages: the parts that could not be read, and where they are."""

from dataclasses import dataclass
from enum import StrEnum

from bot.i18n import Phrase, phrase


class Unit(StrEnum):
    """What a position counts."""

    FILE = "file"
    LINE = "line"
    ENTRY = "entry"
    ITEM = "item"
    BYTE = "byte"


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """A part of an export that could not be read: counted, named, and passed over."""

    #: the file, relative to what was opened; inside a zip, the zip's name comes first
    file: str
    #: why it could not be read
    reason: Phrase
    #: what `position` counts; `FILE` when the file as a whole is meant
    unit: Unit = Unit.FILE
    #: the line, or the place of the message or of another entry in its file, from 1; the byte; 0 for the whole file
    position: int = 0

    @property
    def place(self) -> Phrase:
        """Where it is, in words."""
        return phrase(f"archive.at_{self.unit.value}", file=self.file, position=self.position)
