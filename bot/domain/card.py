"""Cards: what staff see and press, as types that every platform renders in its own way."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.severity import Severity


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


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseView:
    """What a card shows of a case: surrogates and the policies' own words, never text of members."""

    #: surrogate of the case
    case: str
    #: surrogate of the member it is about; None when it is about a place
    account: str | None
    #: the member asked to be forgotten, and was
    forgotten: bool
    #: the queue it waits in; empty for the community's own
    queue: str
    #: open, claimed or resolved
    state: str
    #: the path it was escalated on; None while it wasn't
    escalated: str | None
    #: how grave
    severity: Severity
    #: True when a guideline opened it that helps before it punishes
    care: bool
    #: how it was resolved; None while it wasn't
    verdict: str | None
    #: the rules that matched, each once
    rules: tuple[str, ...] = ()
    #: what followed or is asked for, each kind once
    outcomes: tuple[str, ...] = ()
