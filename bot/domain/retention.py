"""How long personal values are kept, by class; a legal hold keeps them longer, an erasure ends them sooner."""

from datetime import timedelta
from enum import StrEnum


class Retention(StrEnum):
    """Why a personal value is kept, which says for how long."""

    #: what a member wrote, as far as a finding needs it: until the last day on which an appeal may begin
    EVIDENCE = "evidence"
    #: why something was decided, in somebody's own words: as long as the case record
    REASON = "reason"
    #: what staff noted on a case or a member: as long as the case record
    NOTE = "note"
    #: what was written around a message that is evidence, by others too: while a case about it is fresh
    AROUND = "around"
    #: how somebody can be reached, who reported or appealed: until the last day on which an appeal may begin
    CONTACT = "contact"
    #: a statement of reasons as it was sent to a member: five years
    STATEMENT = "statement"


_KEPT = {
    Retention.EVIDENCE: timedelta(days=183),
    Retention.REASON: timedelta(days=730),
    Retention.NOTE: timedelta(days=730),
    Retention.AROUND: timedelta(days=30),
    Retention.CONTACT: timedelta(days=183),
    Retention.STATEMENT: timedelta(days=1_826),
}


def keeps(retention: Retention) -> timedelta:
    """Return how long values of a class are kept."""
    return _KEPT[retention]
