"""What differs from one platform to another: its server, its script, what people do, and what is looked for."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tests.crash.wire import (
    outcome,
    program,
    script,
    slack_outcome,
    slack_program,
    slack_script,
    slack_talking,
    talking,
)
from tests.crash.wire.program import Place
from tests.crash.wire.scenes import Scene


class Talking(Protocol):
    """Everybody's hands, and what they did."""

    #: what was said
    posted: dict[Any, str]

    def ask(self, on: str, do: str, *given: Any, **named: Any) -> Any:
        """Let something be done on the server, and return what came of it."""
        ...

    def is_heard(self) -> bool:
        """Return whether somebody listens."""
        ...

    def let_in(self, one: Scene) -> None:
        """Let those in who come for a scene."""
        ...

    def speak(self, user: str, where: str, text: str) -> bool:
        """Let somebody say something; False where they can't any more."""
        ...

    def pursue(self) -> None:
        """Let everybody who waits appeal once more."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One platform as its story is told."""

    #: the kinds of scenes, in their order
    kinds: tuple[str, ...]
    #: who talks, and where
    talker: str
    where: str
    #: what is done on the server before anybody connects to it
    beginning: Callable[[], Sequence[Any]]
    #: puts a program's things into its place
    furnish: Callable[[Place], None]
    #: one life of the program
    live: Callable[[Place], Awaitable[None]]
    #: a scene of a kind
    scene: Callable[[str, int], Scene]
    #: everybody's hands on a server at an address
    talking: Callable[[str], Any]
    #: what is still to be done
    unrest: Callable[[Place, Any], str]
    #: what was lost, doubled or recorded falsely
    complaints: Callable[[Place, Any], Awaitable[list[str]]]
    #: how much is stored that isn't acknowledged: None where nothing is
    uncommitted: Callable[[Place, Any], int] | None = None


def _discord(host: str) -> talking.Talking:
    made = talking.Talking(host=host)
    made.bot = made.ask("world", "bot")["id"]
    return made


PLATFORMS = {
    "discord": Told(
        kinds=("raid", "ban", "modal", "backfill"), talker=script.TALKERS[0], where=script.HELP,
        beginning=script.beginning, furnish=program.furnish, live=program.live, scene=script.scene, talking=_discord,
        unrest=outcome.unrest, complaints=outcome.complaints,
    ),
    "slack": Told(
        kinds=("raid", "notice", "backfill", "kick", "talk", "ban", "modal"), talker=slack_script.TALKERS[0],
        where=slack_script.HELP, beginning=slack_script.beginning, furnish=slack_program.furnish,
        live=slack_program.live, scene=slack_script.scene, talking=lambda host: slack_talking.Talking(host=host),
        unrest=slack_outcome.unrest, complaints=slack_outcome.complaints, uncommitted=slack_outcome.uncommitted,
    ),
}  # fmt: skip
