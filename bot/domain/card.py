"""Cards: what staff see and press, as types that every platform renders in its own way."""

from dataclasses import dataclass
from enum import StrEnum


class ButtonStyle(StrEnum):
    """How much weight a button has."""

    PLAIN = "plain"
    GOOD = "good"
    GRAVE = "grave"


@dataclass(frozen=True, kw_only=True, slots=True)
class Button:
    """Something to press on a card."""

    #: what is said when it is pressed: `command:surrogate`
    action: str
    #: what stands on it
    label: str
    #: how it looks
    style: ButtonStyle = ButtonStyle.PLAIN


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One labelled line of a card."""

    #: what it is
    label: str
    #: what it says; text of members is data and is escaped by whoever renders it
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """What staff see of a case, an approval or a digest."""

    #: headline
    title: str
    #: a paragraph, perhaps empty
    text: str = ""
    #: labelled lines
    fields: tuple[Field, ...] = ()
    #: buttons, in order
    buttons: tuple[Button, ...] = ()
    #: changes with every change of what is shown
    version: int = 1
