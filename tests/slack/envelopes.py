"""What is sent to an app, whichever way it goes, and what the app may say to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

#: the kinds of envelopes, in Slack's words
EVENT = "events_api"
COMMAND = "slash_commands"
INTERACTIVE = "interactive"


def _new_id() -> str:
    return str(uuid4())


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One try to tell an app something."""

    #: `events_api`, `slash_commands` or `interactive`
    kind: str
    #: what is told
    payload: Mapping[str, Any]
    #: by which Socket Mode knows it; each try has its own
    id: str = field(default_factory=_new_id)
    #: how many tries went before; None for what is never tried again
    attempt: int | None = None
    #: why the last of them came to nothing
    reason: str | None = None

    def again(self, reason: str) -> "Envelope":
        """Return the next try."""
        return Envelope(kind=self.kind, payload=self.payload, attempt=(self.attempt or 0) + 1, reason=reason)


@dataclass(frozen=True, kw_only=True)
class Ack:
    """What the app answered, in time."""

    #: the answer's content: JSON, a text, or None
    payload: Any = None


class NotTakenError(Exception):
    """The app did not take it: {reason}."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(f"The app did not take it: {reason}.")
        #: in Slack's words: `timeout`, `http_timeout`, `http_error`, `connection_failed`
        self.reason = reason
        #: whether the app asked not to be told again
        self.final = final
