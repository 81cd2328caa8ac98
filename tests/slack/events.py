"""Who is told of an event: apps that asked for it, hold its scope, and whose bot or user is there."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.slack.things import JSON, App, Channel

if TYPE_CHECKING:
    from tests.slack.workspace import Workspace

#: the scope that an event needs; where it is the channel's, `*` stands for the channel's kind
SCOPES: Mapping[str, str] = {
    "message": "*:history", "member_joined_channel": "*:read", "member_left_channel": "*:read",
    "channel_created": "channels:read", "channel_rename": "channels:read", "channel_archive": "channels:read",
    "channel_unarchive": "channels:read", "channel_deleted": "channels:read", "channel_left": "channels:read",
    "group_rename": "groups:read", "group_archive": "groups:read", "group_unarchive": "groups:read",
    "group_left": "groups:read", "user_change": "users:read", "team_join": "users:read",
    "file_shared": "files:read", "file_deleted": "files:read", "file_created": "files:read",
    "reaction_added": "reactions:read", "reaction_removed": "reactions:read", "pin_added": "pins:read",
    "pin_removed": "pins:read", "app_mention": "app_mentions:read", "subteam_created": "usergroups:read",
    "subteam_updated": "usergroups:read", "subteam_members_changed": "usergroups:read",
    "team_domain_change": "team:read", "team_rename": "team:read",
}  # fmt: skip
#: of a public channel, everybody in the workspace hears these
PUBLIC = frozenset({"channel_created", "channel_rename", "channel_archive", "channel_unarchive", "channel_deleted"})


@dataclass(frozen=True, kw_only=True)
class Occurrence:
    """An event for one app: what is delivered once, however often it is sent."""

    #: who is told
    app: App
    #: the workspace
    team_id: str
    #: what happened
    event: JSON
    #: `Ev…`
    event_id: str
    #: in seconds
    event_time: int
    #: in whose name it is told
    authorizations: list[JSON]
    #: in a channel that is shared with another workspace
    is_ext_shared_channel: bool

    def payload(self) -> JSON:
        """Return what is sent."""
        where = {"et": self.event["type"], "tid": self.team_id, "aid": self.app.id, "cid": self.event.get("channel")}
        context = "4-" + b64encode(json.dumps(where).encode()).decode()
        return {
            "token": self.app.verification, "team_id": self.team_id, "context_team_id": self.team_id,
            "context_enterprise_id": None, "api_app_id": self.app.id, "event": self.event, "type": "event_callback",
            "event_id": self.event_id, "event_time": self.event_time, "authorizations": self.authorizations,
            "is_ext_shared_channel": self.is_ext_shared_channel, "event_context": context,
        }  # fmt: skip


def occurrences(
    workspace: "Workspace", event: JSON, *, channel: Channel | None = None, only: App | None = None
) -> Iterator[Occurrence]:
    """Yield what each app is told, at most once an app."""
    world = workspace.world
    for app in [*world.apps.values()] if only is None else [only]:
        told = _authorisation(workspace, app, event, channel)
        if told is not None:
            yield Occurrence(
                app=app, team_id=workspace.id, event=event, event_id=world.ids.next("Ev"),
                event_time=int(world.now().timestamp()), authorizations=[told],
                is_ext_shared_channel=channel is not None and channel.is_ext_shared,
            )  # fmt: skip


def _authorisation(workspace: "Workspace", app: App, event: JSON, channel: Channel | None) -> JSON | None:
    """Return in whose name an app is told; None: it isn't."""
    name = str(event["type"])
    asked = f"message.{channel.scopes}" if name == "message" and channel is not None else name
    scope = SCOPES.get(name, "").replace("*", "" if channel is None else channel.scopes)
    open_to_all = channel is None or (name in PUBLIC and not channel.is_private)
    for token in workspace.world.tokens.values():
        if (token.app_id, token.team_id) != (app.id, workspace.id) or token.revoked:
            continue
        events = app.bot_events if token.kind == "bot" else app.user_events
        there = open_to_all or (channel is not None and token.user_id in channel.members)
        if asked in events and there and (not scope or scope in token.scopes):
            return {
                "enterprise_id": None, "team_id": workspace.id, "user_id": token.user_id,
                "is_bot": token.kind == "bot", "is_enterprise_install": False,
            }  # fmt: skip
    return None
