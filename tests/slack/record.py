"""What was asked of the server, and what really happened, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One call and its answer."""

    #: `chat.postMessage`; `response_url` and `file` for what is no method
    method: str
    #: what was brought, without the token; JSON in a form is read
    arguments: Mapping[str, Any]
    #: `bot`, `user`, `app`, or empty where no known token came along
    token: str
    #: the app; empty without a token
    app_id: str
    #: the workspace; empty without a token
    team_id: str
    #: the user whose token it was; empty for an app's
    user_id: str
    #: the answer's status; 0 where the connection was cut instead
    status: int
    #: Slack's word for what was wrong; empty where it was done
    error: str
    #: when it came
    at: datetime

    @property
    def ok(self) -> bool:
        """Return whether it was done, and the caller heard so."""
        return self.status == 200 and not self.error


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Something that changed in a workspace, once."""

    #: what: `message_posted`, `member_left` …, as the mutations name them
    kind: str
    #: id of what it happened to; a message's is its ts
    target: str
    #: id of the user who did it; empty where Slack did
    by: str
    #: the workspace
    team_id: str
    #: when
    at: datetime
    #: more, in Slack's words
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class Record:
    """What tests look into."""

    #: every call, in the order of the answers
    calls: list[Asked] = field(default_factory=list)
    #: what was off Slack's description, in words
    off: list[str] = field(default_factory=list)
    #: calls that came too often: method and workspace
    over: list[str] = field(default_factory=list)
    #: texts of apps that call people who weren't meant: everybody in a channel, or names that are looked for
    pings: list[str] = field(default_factory=list)
    #: every change, in order
    effects: list[Effect] = field(default_factory=list)

    def did(self, kind: str, *, by: str | None = None, target: str | None = None) -> Sequence[Effect]:
        """Return the changes of one kind."""
        return [
            effect
            for effect in self.effects
            if effect.kind == kind and by in {None, effect.by} and target in {None, effect.target}
        ]

    def asked(self, method: str) -> Sequence[Asked]:
        """Return the calls of one method."""
        return [one for one in self.calls if one.method == method]
