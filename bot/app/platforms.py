"""Which platforms the program connects to: one entrance a server or workspace."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.domain.message import PlatformName
from bot.ports import Connected
from bot.settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Entrance:
    """A server or workspace that is configured."""

    #: the community that it belongs to
    community: str
    #: connects
    connect: Callable[[], Awaitable[Connected]]


#: by the connection's name
Entrances = Mapping[str, Entrance]

#: the real platforms: each makes its entrances where the settings have its token, and none where they don't
_REAL: Mapping[PlatformName, Callable[[Settings], Entrances]] = {}


def real_entrances(settings: Settings) -> Entrances:
    """Return the entrances of every real platform that has a token."""
    return {name: entrance for make in _REAL.values() for name, entrance in make(settings).items()}
