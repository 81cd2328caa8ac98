"""How an intake is doing, as numbers."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """One moment of an intake."""

    #: messages that wait
    waiting: int
    #: seconds between the posting and the storing of the newest message judged live
    lag: float
    #: gaps that are open
    open_gaps: int
    #: messages turned away into gaps so far
    dropped: int
    #: judgements stored so far
    judged: int
    #: deliveries left out, for their content was judged before
    repeated: int
    #: batches stored so far
    batches: int
    #: rules and messages that could not be evaluated or stored so far
    failed: int
    #: messages held in memory until an answer comes
    pending: int
    #: True while the database doesn't answer
    stalled: bool


@dataclass(kw_only=True, slots=True)
class Counts:
    """What the intake counts."""

    #: as in `Health`
    lag: float = 0.0
    #: as in `Health`
    dropped: int = 0
    #: as in `Health`
    judged: int = 0
    #: as in `Health`
    repeated: int = 0
    #: as in `Health`
    batches: int = 0
    #: as in `Health`
    failed: int = 0
    #: as in `Health`
    stalled: bool = False
