"""What the program offers to commands."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.place import Connection
from bot.policy.policy_set import PolicySet
from bot.ports import Clock, Keys, Platform
from bot.store.engine import Store


def _nothing() -> None:
    pass


def _no_platform(_: Connection) -> Platform | None:
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """The surroundings of every command."""

    #: the database
    store: Store
    #: keys outside it
    keys: Keys = field(repr=False)
    #: the time
    clock: Clock
    #: the community's active policies; None where it has none
    policies: Callable[[str], PolicySet | None]
    #: is told that something was planned, after the commit
    wake: Callable[[], None] = _nothing
    #: reaches a platform, outside of transactions; None where it isn't connected here
    platform: Callable[[Connection], Platform | None] = _no_platform
    #: where policies are saved
    folder: Path | None = None
    #: is told that a community's active policies changed, after the commit
    changed: Callable[[str], None] = lambda _: None
