"""A call of a method: who calls, what was brought, and the steps that begin nearly every one."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.slack import shapes
from tests.slack.description import Method
from tests.slack.errors import Refused, invalid
from tests.slack.things import JSON, App, Bot, Channel, Token, User
from tests.slack.workspace import Workspace
from tests.slack.world import World


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call."""

    #: what is asked about
    world: World
    #: what is known of the method
    method: Method
    #: who calls; of methods that take none, an empty one
    token: Token
    #: what was brought, without the token
    arguments: Mapping[str, Any]

    @property
    def workspace(self) -> Workspace:
        """Return the workspace of the token."""
        return self.world.workspaces[self.token.team_id]

    @property
    def app(self) -> App:
        """Return the app of the token."""
        return self.world.apps[self.token.app_id]

    @property
    def bot(self) -> Bot | None:
        """Return the app's bot in this workspace; None where it has none."""
        return self.app.bots.get(self.token.team_id)

    @property
    def caller(self) -> User:
        """Return as whom the call acts."""
        return self.workspace.users[self.token.user_id]

    @property
    def is_bot(self) -> bool:
        """Return whether a bot calls."""
        return self.token.kind == "bot"

    def text(self, name: str, default: str = "") -> str:
        """Return an argument as text."""
        value = self.arguments.get(name)
        return default if value is None else str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """Return an argument as a truth value."""
        value = self.arguments.get(name)
        return default if value in (None, "") else str(value).lower() in {"true", "1"}

    def count(self, name: str, default: int, most: int) -> int:
        """Return a number of things that are asked for; raise `invalid_limit` for one that can't be."""
        value = self.arguments.get(name)
        if value in (None, "", 0, "0"):
            return default
        if not is_number(str(value)) or int(str(value)) > most:
            raise Refused("invalid_limit")
        return int(str(value))

    def ts(self, name: str, error: str) -> str:
        """Return an argument that is a ts, empty where there is none; raise an error for anything else."""
        value = self.text(name)
        if value and not shapes.is_ts(value):
            raise Refused(error)
        return value

    def structure(self, name: str, error: str) -> Any:
        """Return an argument that is JSON, which a form brings as text; None where there is none."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise Refused(error) from None

    def names(self, name: str) -> Sequence[str]:
        """Return an argument that is a list, which comes with commas or as one."""
        value = self.arguments.get(name)
        if isinstance(value, list):
            return [str(one) for one in value]
        return [one.strip() for one in self.text(name).split(",") if one.strip()]

    # what is asked about

    def need(self, *scopes: str) -> None:
        """Let the call through if its token has one of these scopes."""
        if self.method.takes is not None and not self.token.scopes & set(scopes):
            raise missing_scope(self.token, ",".join(scopes))

    def sees(self, channel: Channel) -> bool:
        """Return whether the caller knows of a conversation."""
        if self.token.user_id in channel.members:
            return True
        return not channel.is_private and not self.caller.guest

    def channel(self, name: str = "channel", *, member: bool = False, alive: bool = False) -> Channel:
        """Return the conversation that is asked about, for whose kind the token has a scope.

        It raises `channel_not_found` for what the caller doesn't know of; with `member`, `not_in_channel`; with
        `alive`, `is_archived`.
        """
        found = self.workspace.channel(self.text(name))
        if not self.sees(found):
            raise Refused("channel_not_found")
        self.need_for(found)
        if member and self.token.user_id not in found.members:
            raise Refused("not_in_channel")
        if alive and found.is_archived:
            raise Refused("is_archived")
        return found

    def need_for(self, channel: Channel) -> None:
        """Let the call through if its token has a scope for this kind of conversation, where scopes tell them apart."""
        wanted = self.method.scopes.get(self.token.kind, ())
        fitting = [one for one in wanted if one.startswith(f"{channel.scopes}:")]
        if fitting:
            self.need(*fitting)

    def named_channel(self, *, alive: bool = True) -> Channel:
        """Return a channel without its members: one where something becomes of who isn't there yet."""
        found = self.channel(alive=alive)
        if found.is_im or found.is_mpim:
            raise Refused("method_not_supported_for_channel_type")
        return found

    def user(self, name: str = "user") -> User:
        """Return the user who is asked about; raise `user_not_found`."""
        found = self.workspace.users.get(self.text(name))
        if found is None:
            raise Refused("user_not_found")
        return found

    def regular(self) -> None:
        """Let everybody through but guests, who get `user_is_restricted`."""
        if self.caller.guest:
            raise Refused("user_is_restricted")


def is_number(text: str) -> bool:
    """Return whether a text is a number of things, in the digits that Slack takes."""
    return len(text) < 20 and text.isascii() and text.isdigit()


Handler = Callable[[Call], JSON]


def missing_scope(token: Token, needed: str) -> Refused:
    """Return the refusal of a token that lacks a scope."""
    return Refused("missing_scope", needed=needed, provided=",".join(sorted(token.scopes)))


def page(call: Call, every: Sequence[Any], *, default: int = 100, most: int = 1000) -> tuple[Sequence[Any], JSON]:
    """Return the part of a list that a cursor and a limit ask for, and what says where the next one begins."""
    at = cursor(call)
    limit = call.count("limit", default, most)
    after = f"next:{at + limit}" if at + limit < len(every) else ""
    return every[at : at + limit], {"response_metadata": {"next_cursor": packed(after)}}


def cursor(call: Call) -> int:
    """Return where a list goes on; raise `invalid_cursor` for what Slack never gave."""
    kind, _, at = unpacked(call).partition(":")
    if kind not in {"", "next"} or not is_number(at or "0"):
        raise Refused("invalid_cursor")
    return int(at or 0)


def packed(text: str) -> str:
    """Return a cursor as it is handed out."""
    return urlsafe_b64encode(text.encode()).decode() if text else ""


def unpacked(call: Call) -> str:
    """Return the cursor that was brought; raise `invalid_cursor` for what Slack never gave."""
    try:
        return urlsafe_b64decode(call.text("cursor").encode()).decode()
    except ValueError:
        raise Refused("invalid_cursor") from None


def needs_one_of(call: Call, *names: str) -> None:
    """Let the call through if one of these arguments was brought."""
    if not any(call.text(name) for name in names):
        raise invalid(f"missing required field: {' or '.join(names)}")
