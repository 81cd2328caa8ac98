"""The way of an event from the world to the sessions, on which it is doubled, held back, turned round or lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Tell = Callable[..., None]
Which = Callable[[str, Mapping[str, Any]], bool]


@dataclass(frozen=True, kw_only=True)
class _Event:
    """What is on its way."""

    #: MESSAGE_CREATE …
    name: str
    #: its data, which nobody changes afterwards
    data: Mapping[str, Any]
    #: the guild; None in direct messages
    guild_id: str | None
    #: one of which is needed to hear it
    intents: int


@dataclass(kw_only=True)
class _Trouble:
    """Events that don't arrive once and at once."""

    #: how often each of them arrives
    copies: int
    #: which events
    which: Which
    #: how many more; None for all until it is mended
    times: int | None

    def meets(self, event: _Event) -> bool:
        """Return whether it meets this event, and count it."""
        if self.times == 0 or not self.which(event.name, event.data):
            return False
        if self.times is not None:
            self.times -= 1
        return True


def named(name: str | None) -> Which:
    """Return the choice of all events with a name; of all events with None."""
    return lambda event, _data: name in {None, event}


@dataclass(kw_only=True)
class Delivery:
    """What can go wrong with events; nothing does until a test says so."""

    #: where events go: the sessions
    tell: Tell
    #: doubled and lost ones
    _troubles: list[_Trouble] = field(default_factory=list)
    #: what is held back; None: nothing
    _holding: Which | None = None
    _held: list[_Event] = field(default_factory=list)

    def emit(self, event: str, data: Mapping[str, Any], guild_id: str | None, *, intents: int) -> None:
        """Take an event from the world."""
        coming = _Event(name=event, data=data, guild_id=guild_id, intents=intents)
        if self._holding is not None and self._holding(event, data):
            self._held.append(coming)
            return
        trouble = next((one for one in self._troubles if one.meets(coming)), None)
        for _ in range(1 if trouble is None else trouble.copies):
            self._send(coming)

    def double(self, event: str | None = None, *, times: int | None = 1, which: Which | None = None) -> None:
        """Let events arrive twice, each with a number of its own."""
        self._troubles.append(_Trouble(copies=2, which=which or named(event), times=times))

    def lose(self, event: str | None = None, *, times: int | None = 1, which: Which | None = None) -> None:
        """Let events never arrive."""
        self._troubles.append(_Trouble(copies=0, which=which or named(event), times=times))

    def hold(self, event: str | None = None, *, which: Which | None = None) -> None:
        """Hold events back while all others go past them."""
        self._holding = which or named(event)

    def release(self, *, backwards: bool = False) -> int:
        """Deliver what was held back, the last first if told so, and return how many events that were."""
        late = list(reversed(self._held)) if backwards else list(self._held)
        self._holding = None
        self._held.clear()
        for event in late:
            self._send(event)
        return len(late)

    def mend(self) -> None:
        """Let everything arrive as it should, and what was held back first."""
        self._troubles.clear()
        self.release()

    def _send(self, event: _Event) -> None:
        self.tell(event.name, event.data, event.guild_id, intents=event.intents)
