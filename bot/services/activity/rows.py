"""What a report of activity consists of: one row for everything alike, with how often it was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Deed(StrEnum):
    """What sort of thing was done."""

    #: something was decided about a member, a message or a place; what: which power was used
    DECISION = "decision"
    #: somebody else's yes was asked for; what: to which power
    ASKED = "asked"
    #: such a request was answered; what: to which power
    ANSWERED = "answered"
    #: a case was closed
    VERDICT = "verdict"
    #: a case was claimed, passed on, escalated and so on; what: the change
    CASE = "case"
    #: an escalation was begun, acknowledged, resolved and so on; what: the change
    ESCALATION = "escalation"
    #: an appeal was heard
    APPEAL = "appeal"
    #: a time on duty was begun
    SHIFT = "shift"
    #: something was tried that wasn't allowed; what: the command
    REFUSED = "refused"
    #: protected data was looked at; what: which
    VIEWED = "viewed"
    #: somebody who observes said what they would do; what: which power they would use
    PROPOSED = "proposed"
    #: a decision was looked at again
    REVIEWED = "reviewed"
    #: anything else that is recorded of a person; what: the kind of the ledger's entry
    OTHER = "other"


class Result(StrEnum):
    """What came of what was done; requests, appeals and reviews have results of their own."""

    #: it holds, or held to its end
    STANDS = "stands"
    #: something milder took its place
    REDUCED = "reduced"
    #: it was ended before its time
    LIFTED = "lifted"
    #: it was undone with all that came with it
    REVERSED = "reversed"
    #: a platform didn't do it, or authority forbade it in the end
    FAILED = "failed"
    #: some of it is still under way
    RUNNING = "running"
    #: nobody answered the request yet
    OPEN = "open"


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """What is counted together."""

    #: person, automation, operator or outside
    by: str
    #: a person's organisation; empty for others
    organisation: str = ""
    #: the contract acted under, by the reference of its data agreement
    contract: str = ""
    #: the mandate acted under
    mandate: str = ""
    #: whom: the person's id, or the rule's name
    who: str = ""
    #: what was done
    deed: Deed
    #: more exactly; the deed says what it is
    what: str = ""
    #: the guideline cited, or the rule's
    guideline: str = ""
    #: what the case came to
    verdict: str = ""
    #: what became of it
    result: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of the report."""

    #: what
    key: Key
    #: how they are called among staff: a person's alias
    called: str
    #: how often
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Activity:
    """What was done in a stretch of time."""

    #: the community
    community: str
    #: the first instant
    since: datetime
    #: the first instant after it
    until: datetime
    #: the organisation that it is about; empty for everybody
    organisation: str
    #: in order: the own team and partners by name, then their people
    rows: Sequence[Row]

    def count(self, deed: Deed) -> int:
        """Return how often something was done."""
        return sum(row.count for row in self.rows if row.key.deed is deed)
