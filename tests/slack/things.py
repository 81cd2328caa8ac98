"""What there is in a Slack: people, channels, messages, files, and apps with their tokens; each shown as Slack does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

JSON = dict[str, Any]
#: the one who speaks for Slack itself
SLACKBOT = "USLACKBOT"


@dataclass(kw_only=True)
class User:
    """An account in a workspace, or one of another workspace that is met in a shared channel."""

    #: `U…`
    id: str
    #: the workspace it is at home in
    team_id: str
    #: its handle
    name: str
    #: its full name
    real_name: str
    #: the name that others see; empty: the full one
    display_name: str = ""
    #: what it does
    title: str = ""
    #: the words of its status
    status_text: str = ""
    #: the emoji of its status
    status_emoji: str = ""
    #: its address; shown to those with `users:read.email`
    email: str = ""
    #: an admin; owners are too
    is_admin: bool = False
    #: an owner
    is_owner: bool = False
    #: the one owner who can't be removed
    is_primary_owner: bool = False
    #: a guest
    is_restricted: bool = False
    #: a guest of one channel
    is_ultra_restricted: bool = False
    #: an app's user
    is_bot: bool = False
    #: the app's bot, for its user
    bot_id: str = ""
    #: deactivated
    deleted: bool = False
    #: of another workspace, met in a channel that both share
    is_stranger: bool = False
    #: the language of its client
    locale: str = "en-US"
    #: its zone
    tz: str = "Europe/Berlin"
    #: when it last changed, in seconds
    updated: int = 0

    @property
    def guest(self) -> bool:
        """Return whether it is a guest of either kind."""
        return self.is_restricted or self.is_ultra_restricted

    def profile(self, *, email: bool = True) -> JSON:
        """Return its profile."""
        shown: JSON = {
            "title": self.title, "phone": "", "skype": "", "real_name": self.real_name,
            "real_name_normalized": self.real_name, "display_name": self.display_name,
            "display_name_normalized": self.display_name, "fields": {}, "status_text": self.status_text,
            "status_emoji": self.status_emoji, "status_emoji_display_info": [], "status_expiration": 0,
            "avatar_hash": f"g{self.id.lower()}", "first_name": self.real_name.partition(" ")[0],
            "last_name": self.real_name.rpartition(" ")[2], "team": self.team_id,
        }  # fmt: skip
        if email and self.email and not self.is_bot:
            shown["email"] = self.email
        return shown | ({"bot_id": self.bot_id, "always_active": True} if self.is_bot else {})

    def shown(self, now: datetime, *, email: bool = True, locale: bool = False) -> JSON:
        """Return it as `users.info` does: of who is deactivated, little is said."""
        shown: JSON = {
            "id": self.id, "team_id": self.team_id, "name": self.name, "deleted": self.deleted,
            "profile": self.profile(email=email), "is_bot": self.is_bot, "is_app_user": False,
            "updated": self.updated,
        }  # fmt: skip
        if self.is_stranger:
            shown["is_stranger"] = True
        if self.deleted:
            return shown
        offset = now.astimezone(ZoneInfo(self.tz)).utcoffset()
        shown |= {
            "color": "9f69e7", "real_name": self.real_name, "tz": self.tz, "tz_label": self.tz,
            "tz_offset": 0 if offset is None else int(offset.total_seconds()), "is_admin": self.is_admin,
            "is_owner": self.is_owner, "is_primary_owner": self.is_primary_owner, "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted, "is_email_confirmed": True,
            "who_can_share_contact_card": "EVERYONE",
        }  # fmt: skip
        return shown | ({"locale": self.locale} if locale else {})


@dataclass(kw_only=True)
class PostedMessage:
    """A message as it stands now."""

    #: what it is known by within its channel
    ts: str
    #: who wrote it; of an app, its bot's user
    user: str
    #: its text, with Slack's escapes
    text: str = ""
    #: where it is at home
    team: str = ""
    #: the first message of its thread; None outside of threads
    thread_ts: str | None = None
    #: the app's bot, where an app wrote it
    bot_id: str | None = None
    #: that app
    app_id: str | None = None
    #: what kind of message it is; None for an ordinary one
    subtype: str | None = None
    #: its blocks
    blocks: list[JSON] = field(default_factory=list)
    #: its attachments, previews of links among them
    attachments: list[JSON] = field(default_factory=list)
    #: ids of the files that it shows
    files: list[str] = field(default_factory=list)
    #: what its app noted down with it
    metadata: JSON | None = None
    #: who edited it, and when
    edited: JSON | None = None
    #: users by the name of a reaction
    reactions: dict[str, list[str]] = field(default_factory=dict)
    #: the client's own id for it
    client_msg_id: str | None = None
    #: other fields, in Slack's words: `username`, `inviter`, `user_team`, `source_team`, `bot_profile` …
    more: JSON = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        """Return whether it stands in a thread that another message began."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(frozen=True, kw_only=True)
class Ephemeral:
    """What one person alone sees, until the client is closed."""

    #: its own ts, which no method takes
    ts: str
    #: who sees it
    to: str
    #: the channel
    channel: str
    #: the app that wrote it
    app_id: str
    #: its text
    text: str
    #: its blocks
    blocks: list[JSON] = field(default_factory=list)
    #: its attachments
    attachments: list[JSON] = field(default_factory=list)
    #: the thread in which it shows
    thread_ts: str | None = None


@dataclass(kw_only=True)
class Channel:
    """A conversation of any kind."""

    #: `C…`, `G…` or `D…`
    id: str
    #: the workspace
    team_id: str
    #: its name; empty for direct messages
    name: str = ""
    #: who made it
    creator: str = ""
    #: when, in seconds
    created: int = 0
    #: who is in it
    members: list[str] = field(default_factory=list)
    #: only who is in it knows of it
    is_private: bool = False
    #: between two
    is_im: bool = False
    #: between several, without a name
    is_mpim: bool = False
    #: everybody is in it
    is_general: bool = False
    #: nobody can write any more
    is_archived: bool = False
    #: shared with another workspace
    is_ext_shared: bool = False
    #: those workspaces
    connected_team_ids: list[str] = field(default_factory=list)
    #: what is talked about
    topic: str = ""
    #: what it is for
    purpose: str = ""
    #: only admins may write
    read_only: bool = False
    #: messages by ts, oldest first
    messages: dict[str, PostedMessage] = field(default_factory=dict)
    #: microseconds of the newest ts that was ever given here: none is given twice
    newest: int = 0
    #: the replies' ts by the ts of what they answer, oldest first
    threads: dict[str, list[str]] = field(default_factory=dict)
    #: threads that admins locked
    locked: set[str] = field(default_factory=set)
    #: what one person alone sees
    ephemerals: list[Ephemeral] = field(default_factory=list)
    #: the ts of what is pinned
    pins: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Return its type as events name it."""
        return "im" if self.is_im else "mpim" if self.is_mpim else "group" if self.is_private else "channel"

    @property
    def scopes(self) -> str:
        """Return what the scopes for its kind begin with."""
        return {"channel": "channels", "group": "groups"}.get(self.kind, self.kind)

    def shown(self, viewer: str = "", *, members: bool = False) -> JSON:
        """Return it as `conversations.info` does, for one user."""
        if self.is_im:
            other = next((one for one in self.members if one != viewer), viewer)
            return {
                "id": self.id, "created": self.created, "is_archived": self.is_archived, "is_im": True,
                "is_org_shared": False, "user": other, "is_user_deleted": False, "priority": 0,
                "context_team_id": self.team_id, "updated": self.created * 1000,
            }  # fmt: skip
        shown: JSON = {
            "id": self.id, "name": self.name, "name_normalized": self.name, "previous_names": [],
            "is_channel": not self.is_private, "is_group": self.is_private and not self.is_mpim, "is_im": False,
            "is_mpim": self.is_mpim, "is_private": self.is_private, "created": self.created,
            "creator": self.creator, "is_archived": self.is_archived, "is_general": self.is_general, "unlinked": 0,
            "is_shared": self.is_ext_shared, "is_ext_shared": self.is_ext_shared, "is_org_shared": False,
            "is_pending_ext_shared": False, "pending_shared": [],
            "shared_team_ids": [self.team_id, *self.connected_team_ids], "context_team_id": self.team_id,
            "is_member": viewer in self.members, "topic": {"value": self.topic, "creator": "", "last_set": 0},
            "purpose": {"value": self.purpose, "creator": "", "last_set": 0}, "updated": self.created * 1000,
        }  # fmt: skip
        if self.is_ext_shared:
            shown["connected_team_ids"] = list(self.connected_team_ids)
        return shown | ({"num_members": len(self.members)} if members else {})


@dataclass(kw_only=True)
class File:
    """A file that somebody shared, with what it holds."""

    #: `F…`
    id: str
    #: the workspace
    team_id: str
    #: its name
    name: str
    #: who shared it
    user: str
    #: what it holds
    content: bytes
    #: what it says it is
    mimetype: str = "image/png"
    #: what it is called in the channel
    title: str = ""
    #: when, in seconds
    created: int = 0
    #: ids of the channels in which it is shared
    channels: list[str] = field(default_factory=list)
    #: gone: only its id is left
    deleted: bool = False
    #: bytes that are yet to be handed over; None once the file is there
    awaits: int | None = None

    @property
    def path(self) -> str:
        """Return where its bytes are on the server."""
        return f"/files-pri/{self.team_id}-{self.id}/{self.name}"

    def shown(self, host: str) -> JSON:
        """Return it as a message shows it; of a deleted one, that it is gone."""
        if self.deleted:
            return {"id": self.id, "mode": "tombstone"}
        return {
            "id": self.id, "created": self.created, "timestamp": self.created, "name": self.name,
            "title": self.title or self.name, "mimetype": self.mimetype, "filetype": self.name.rpartition(".")[2],
            "pretty_type": self.mimetype, "user": self.user, "user_team": self.team_id, "editable": False,
            "size": len(self.content), "mode": "hosted", "is_external": False, "external_type": "", "is_public": True,
            "public_url_shared": False, "display_as_bot": False, "username": "", "file_access": "visible",
            "url_private": f"{host}{self.path}", "url_private_download": f"{host}{self.path}",
            "permalink": f"{host}/files/{self.user}/{self.id}/{self.name}",
        }  # fmt: skip


@dataclass(kw_only=True)
class Token:
    """What somebody calls methods with."""

    #: `xoxb-…`, `xoxp-…` or `xapp-…`
    text: str
    #: `bot`, `user` or `app`
    kind: str
    #: its app
    app_id: str
    #: the workspace; empty for an app's own
    team_id: str = ""
    #: as whom it acts; empty for an app's own
    user_id: str = ""
    #: what it may be used for
    scopes: set[str] = field(default_factory=set)
    #: False where answers don't say what it may be used for
    names_scopes: bool = True
    #: no longer good
    revoked: bool = False


@dataclass(frozen=True, kw_only=True)
class Bot:
    """An app in one workspace."""

    #: `B…`
    id: str
    #: the id of its user, `U…`
    user_id: str


@dataclass(kw_only=True)
class App:
    """An app as its manifest describes it, and where it is installed."""

    #: `A…`
    id: str
    #: its name
    name: str
    #: what it signs with
    signing_secret: str
    #: what it shows to be given tokens
    client_secret: str
    #: the old way to know Slack
    verification: str
    #: its bot by workspace
    bots: dict[str, Bot] = field(default_factory=dict)
    #: what its bot is told: `message.channels`, `user_change` …
    bot_events: set[str] = field(default_factory=set)
    #: what it is told in the name of users with a token
    user_events: set[str] = field(default_factory=set)
    #: slash commands by name with the slash; `should_escape` and the like
    commands: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    #: shortcuts by callback id: `type` is `message` or `global`, `name`
    shortcuts: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    #: it listens by sockets; else at its URL
    socket_mode: bool = True
    #: where it listens without sockets
    request_url: str = ""
    #: it has a home, and its messages' tab
    home: bool = True
