"""How cases and appeals end."""

from enum import StrEnum


class Verdict(StrEnum):
    """What a case came to."""

    #: a guideline was broken
    VIOLATION = "violation"
    #: nothing was broken: what automation did is taken back, and the rule is told
    NO_VIOLATION = "no_violation"
    #: something was broken, but not what the rule said
    WRONG_RULE = "wrong_rule"
    #: somebody else wrote it: no strike, ever
    HACKED_ACCOUNT = "hacked_account"
    #: nobody can tell
    UNDECIDABLE = "undecidable"


class AppealState(StrEnum):
    """Where an appeal stands."""

    OPEN = "open"
    #: the sanction stands
    STANDS = "stands"
    #: the sanction was made shorter or milder
    REDUCED = "reduced"
    #: the sanction was lifted, and what came with it taken back
    LIFTED = "lifted"
    #: the member took it back, or there is nothing left to appeal against
    MOOT = "moot"


class ApprovalState(StrEnum):
    """Where a request for approval stands."""

    OPEN = "open"
    APPROVED = "approved"
    #: something milder was approved instead
    CHANGED = "changed"
    REFUSED = "refused"
    #: whoever was asked decided the case themselves
    TAKEN_OVER = "taken_over"
    #: who asked lost their rights, or the case was closed otherwise
    LAPSED = "lapsed"
