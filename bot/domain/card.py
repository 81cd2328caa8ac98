"""Cards: what staff see and press, as types that every platform renders in its own way."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.message import AccountRef, Markup
from bot.domain.severity import Severity


class CardKind(StrEnum):
    """What sort of thing a card shows."""

    CASE = "case"
    APPROVAL = "approval"
    APPEAL = "appeal"
    ESCALATION = "escalation"
    #: a proposed change of the policies
    POLICY = "policy"
    #: a burst of cases in one card, and what waits for the morning
    DIGEST = "digest"
    #: something that staff are told and that asks for no answer, or for one press
    NEWS = "news"
    #: what somebody who works on a case asks the leads
    QUESTION = "question"
    #: manual steps: what a platform leaves to a human with the right
    HAND = "hand"


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
class Quote:
    """What a member wrote, as data: whoever renders it escapes it and lets nothing in it ping, link or format."""

    #: what the author is called here: a handle, never a name
    author: str
    #: what was written
    text: str
    #: (start, end) in characters: the offending words
    marks: tuple[tuple[int, int], ...] = ()
    #: when it was written, UTC
    at: datetime | None = None
    #: names of the files that came with it; media stays hidden until pressed
    files: tuple[str, ...] = ()
    #: the message that it is about, among those around it
    central: bool = False
    #: shown only once somebody presses for it
    hidden: bool = False
    #: how formatting is written in the text
    markup: Markup = Markup.PLAIN


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A menu of a card: choosing is like pressing."""

    #: what is said when something is chosen: `command:surrogate`; the chosen value goes along
    action: str
    #: what stands on it
    label: str
    #: (value, label), at most 25
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """Somewhere to go from a card: an address of ours or of a platform's, never one from a text of members."""

    #: what stands on it
    label: str
    #: the address: see `bot.domain.by_hand.sound_link`
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """What staff see of a case, an approval or a digest."""

    #: headline
    title: str
    #: a paragraph, perhaps empty
    text: str = ""
    #: labelled lines
    fields: tuple[Field, ...] = ()
    #: where to go from it, in order
    links: tuple[Link, ...] = ()
    #: what members wrote, in the order of time
    quotes: tuple[Quote, ...] = ()
    #: buttons, in order
    buttons: tuple[Button, ...] = ()
    #: menus, in order
    choices: tuple[Choice, ...] = ()
    #: how grave it is: says how it is coloured, never alone
    severity: Severity | None = None
    #: when something falls due, UTC: shown as a countdown
    due_at: datetime | None = None
    #: who is mentioned, by account; nobody else ever is
    mentions: tuple[AccountRef, ...] = ()
    #: changes with every change of what is shown
    version: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class WaveMember:
    """One of several members whom a case is about."""

    #: surrogate
    account: str
    #: the platform where they are
    platform: str
    #: what followed for them, each kind once
    outcomes: tuple[str, ...] = ()
    #: they asked to be forgotten, and were
    forgotten: bool = False


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
    #: by which people call it; empty where it has none
    number: str = ""
    #: version of the case: buttons name it
    version: int = 1
    #: when it came to be, UTC
    opened_at: datetime | None = None
    #: the guideline's title in the reader's language, or its id
    guideline: str = ""
    #: when it is to be claimed or resolved, UTC: whichever is next
    due_at: datetime | None = None
    #: who works on it, as whoever reads the card may know it; empty while nobody does
    holder: str = ""
    #: the organisation whose turn it is, likewise
    turn: str = ""
    #: since when the member is known, UTC
    known_since: datetime | None = None
    #: strikes that count
    strikes: int = 0
    #: sanctions that hold: kind and end, None for good
    sanctions: tuple[tuple[str, datetime | None], ...] = ()
    #: the member's last decisions: when, what, and whether automation decided
    before: tuple[tuple[datetime, tuple[str, ...], bool], ...] = ()
    #: how many members reported it
    reports: int = 0
    #: something about it waits for approval
    waiting: bool = False
    #: messages that are still there to be deleted
    messages: int = 0
    #: messages that went by another hand than Locum's
    gone: int = 0
    #: since when the member isn't there any more, UTC; None while they are, as far as is known
    left_at: datetime | None = None
    #: files that were copied as evidence: sort, bytes (None where nobody knows), why it isn't kept (empty where it is)
    files: tuple[tuple[str, int | None, str], ...] = ()
    #: False for a complaint about somebody who moderates: nothing is done to them here
    about_member: bool = True
    #: a case of several: those of them whom the reader may know of
    members: tuple[WaveMember, ...] = ()
