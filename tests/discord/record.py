"""What was asked of the server, and what really happened, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request and its answer."""

    #: GET, POST …
    method: str
    #: the route, its parameters in braces, without the version: `/channels/{channel_id}/messages`
    route: str
    #: those parameters
    parameters: Mapping[str, str]
    #: what stood behind the question mark
    query: Mapping[str, str]
    #: the body as JSON; of multipart its `payload_json`; None without one
    body: Any
    #: the reason for the audit log, decoded
    reason: str | None
    #: the answer's status; 0 where the connection was cut instead
    status: int
    #: when it came
    at: datetime
    #: the error's code in the answer; 0 without one
    code: int = 0


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Something that changed in the world, once."""

    #: what: `message_created`, `member_banned` …, as the mutations name them
    kind: str
    #: id of what it happened to: message, user, channel …
    target: str
    #: id of the user who did it; empty where Discord did
    by: str
    #: the guild; None in direct messages
    guild_id: str | None
    #: when
    at: datetime
    #: more, in Discord's words
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class Record:
    """What tests look into."""

    #: every request, in the order of the answers
    requests: list[Asked] = field(default_factory=list)
    #: what was off the specification, in words
    off: list[str] = field(default_factory=list)
    #: every change, in order
    effects: list[Effect] = field(default_factory=list)

    def did(self, kind: str, *, by: str | None = None, target: str | None = None) -> Sequence[Effect]:
        """Return the changes of one kind."""
        return [
            effect
            for effect in self.effects
            if effect.kind == kind and by in {None, effect.by} and target in {None, effect.target}
        ]

    def asked(self, method: str, route: str) -> Sequence[Asked]:
        """Return the requests of one route."""
        return [one for one in self.requests if (one.method, one.route) == (method, route)]
