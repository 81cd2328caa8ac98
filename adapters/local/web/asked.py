"""What the page is given of one community, and what it asks of whatever lives in it and leads through it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from adapters.local.community import LocalCommunity
from adapters.local.web.views import TourView


class Lived(Protocol):
    """A community that goes on by itself."""

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        ...

    @property
    def pace(self) -> float:
        """How fast: 1 for ordinary."""
        ...

    @pace.setter
    def pace(self, value: float) -> None: ...

    @property
    def seed(self) -> int:
        """By which it can be lived again."""
        ...

    @property
    def scenes(self) -> Sequence[str]:
        """What can be begun; the catalogue has `chat.scene_NAME` for each that it knows."""
        ...

    def go(self) -> None:
        """Let it go on."""
        ...

    def pause(self) -> None:
        """Let it stand still."""
        ...

    def begin(self, scene: str) -> None:
        """Let a scene begin now."""
        ...

    def again(self, seed: int) -> None:
        """Begin anew from a seed."""
        ...


class Toured(Protocol):
    """A guided tour."""

    @property
    def offered(self) -> bool:
        """Whether it can be begun here."""
        ...

    async def view(self, reader: str, language: str) -> TourView | None:
        """Return the step that an account is shown; None while the tour isn't going on."""
        ...

    async def look(self) -> None:
        """See whether what was to be done has been done."""
        ...

    def start(self) -> None:
        """Begin."""
        ...

    def next(self) -> None:
        """Go on to the next step."""
        ...

    def saw(self, what: str) -> None:
        """Take note that somebody opened what is `behind` a post, or had the ledger `verified`: only the page knows."""
        ...

    def leave(self) -> None:
        """End it."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A community that has a page."""

    #: the community
    community: LocalCommunity
    #: how it goes on by itself; None where nothing does
    life: Lived | None = None
    #: the guided tour; None where there is none
    tour: Toured | None = None
