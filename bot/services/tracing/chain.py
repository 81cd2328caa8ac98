"""What is shown behind the scenes of one message: from what was written to who answered for what followed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.card import Field
from bot.domain.severity import Severity


class LinkKind(StrEnum):
    """What a link of the chain is, in the order in which they follow."""

    FINDING = "finding"
    REPORT = "report"
    DECISION = "decision"
    APPROVAL = "approval"
    ACTION = "action"
    SANCTION = "sanction"
    CASE = "case"
    ESCALATION = "escalation"
    APPEAL = "appeal"


class Tone(StrEnum):
    """How a link stands: said by a sign and a word beside the colour."""

    #: done, or in order
    DONE = "done"
    #: under way
    WAITING = "waiting"
    #: failed, refused, late
    WRONG = "wrong"
    #: seen, and without an effect: shadow, superseded, ended
    QUIET = "quiet"


@dataclass(frozen=True, kw_only=True, slots=True)
class Attribution:
    """Who did something, for whom, as they were at that moment."""

    #: person, automation, scheduler, operator or outside
    kind: str
    #: alias of a person, rule or timer
    who: str
    #: the organisation's name; empty for none
    organisation: str = ""
    #: `internal` or `partner`; empty for none
    side: str = ""
    #: the level, in the reader's language; empty for none
    level: str = ""
    #: the whole in one line, in the reader's language
    line: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """One link of the chain."""

    #: what it is
    kind: LinkKind
    #: one line, in the reader's language
    title: str
    #: how it stands
    tone: Tone = Tone.DONE
    #: how it stands, in a word or two of the reader's language
    state: str = ""
    #: labelled lines
    fields: tuple[Field, ...] = ()
    #: who did it
    by: Attribution | None = None
    #: when, UTC
    at: datetime | None = None
    #: when something falls due, UTC: shown as a countdown
    due_at: datetime | None = None
    #: how grave
    severity: Severity | None = None
    #: number of the ledger's entry that records it
    entry: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """Everything that followed from one message."""

    #: what was written, from the evidence that was sealed; empty where none was kept, or it was erased
    text: str = ""
    #: (start, end) in the text as it was judged: the offending words
    marks: tuple[tuple[int, int], ...] = ()
    #: in the order of kinds, and in each by time
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryShown:
    """One entry of the ledger, as a strip shows it."""

    #: its number
    seq: int
    #: when, UTC
    at: datetime
    #: what sort: a value of EntryKind
    kind: str
    #: one line, in the reader's language
    title: str
    #: who
    by: Attribution
    #: the first characters of its leaf's hash, hexadecimal
    hash: str
    #: it says only that a card was brought up to date: many of them follow whatever anybody does
    routine: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Verified:
    """What a whole verification came to."""

    #: everything is as it was recorded
    sound: bool
    #: entries that were held against the tree
    size: int
    #: the first characters of the tree's root, hexadecimal
    root: str = ""
    #: what is wrong, in the reader's language
    findings: tuple[str, ...] = ()
    #: how long it took
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """Who somebody is here, now, for a page that shows it."""

    #: None for a member
    by: Attribution | None = None
    #: the role, in the reader's language; empty for a member
    role: str = ""
    #: end of the shift, UTC; None off duty
    on_shift_until: datetime | None = None
    #: frozen, suspended, absent … in the reader's language; empty when nothing is in the way
    hindered: str = ""
    #: names of the groups of commands that are offered: values of Audience
    audiences: frozenset[str] = frozenset()
