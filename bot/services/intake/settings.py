"""How much the intake takes at once."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Bounds; the defaults suit one process that serves several communities."""

    #: messages that wait, and bytes that they hold at most, by a rough count; more are turned away into a gap
    queue: int = 100_000
    held: int = 256 << 20
    #: messages judged and stored together
    batch: int = 128
    #: messages with findings that are stored together: a command waits for no more than that
    findings: int = 48
    #: users whose surrogates are remembered
    accounts: int = 200_000
    #: messages kept in memory while an answer from outside is awaited
    pending: int = 5_000
    #: questions asked outside at once
    lookups: int = 8
    #: seconds that an answer may take
    patience: float = 10.0
    #: seconds of judging after which others have their turn
    turn: float = 0.0015
    #: seconds before a database that doesn't answer is tried again: the first time, and at most
    first_wait: float = 0.1
    longest_wait: float = 5.0


LIMITS = Limits()
