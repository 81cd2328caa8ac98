"""What the composition root asks of an adapter: to be connected, to be listened to, and to be let go of."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.gap import GapCause
from bot.domain.message import Message
from bot.domain.place import Stream
from bot.ports import Platform


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """What an adapter says while it listens."""

    #: a message arrived; False says that it was turned away, and is read back later
    offer: Callable[[Message], bool]
    #: which streams there are, to be said before `resumed`: none that nobody has written in yet is forgotten
    expect: Callable[[Sequence[Stream]], None]
    #: messages may be missed from now on
    interrupted: Callable[[GapCause], None]
    #: everything from that time on arrives; to be said once after every start, too
    resumed: Callable[[datetime], None]


class Connected(Protocol):
    """A platform that is connected."""

    @property
    def platform(self) -> Platform:
        """What is asked of it."""
        ...

    async def listen(self, feed: Feed) -> None:
        """Hand over everything that arrives until it is called off; raise when it can't go on by itself."""
        ...

    async def close(self) -> None:
        """Let go of it."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Entrance:
    """A server or workspace that is configured."""

    #: the community that it belongs to
    community: str
    #: connects
    connect: Callable[[], Awaitable[Connected]]


#: by the connection's name
Entrances = Mapping[str, Entrance]
