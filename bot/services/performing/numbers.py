"""How performing goes, as numbers for whoever watches."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.action import ActionKind, ActionState
from bot.store.actions import Depth
from bot.store.connections import ConnectionState


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """One connection at one moment."""

    #: name of the connection
    connection: str
    #: whether its token is good
    state: ConnectionState
    #: what waits
    depth: Depth
    #: seconds since which the oldest due action waits; 0 when none does
    oldest: float
    #: how actions ended since the start, by kind and state
    outcomes: Mapping[tuple[ActionKind, ActionState], int]
