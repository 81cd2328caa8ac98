"""One workspace: its people, conversations, messages and files, and what happens to them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.slack import events, shapes
from tests.slack.errors import Refused
from tests.slack.things import JSON, SLACKBOT, App, Channel, Ephemeral, File, PostedMessage, User
from tests.slack.views import View

if TYPE_CHECKING:
    from tests.slack.world import World


@dataclass(kw_only=True)
class Usergroup:
    """A group of people that is called by one handle; for paid plans."""

    #: `S…`
    id: str
    #: its handle
    handle: str
    #: who is in it
    users: list[str] = field(default_factory=list)
    #: switched off
    disabled: bool = False


@dataclass(kw_only=True)
class Workspace:
    """What is true in one workspace."""

    #: whose part it is
    world: "World"
    #: `T…`
    id: str
    #: the first part of its address
    domain: str
    #: `free`, `pro`, `business` or `enterprise`
    plan: str = "pro"
    #: the primary owner
    owner: str = ""
    #: who may remove somebody from a public channel: `admin`, or `regular` for everybody but guests
    may_kick: str = "admin"
    #: how long it takes until a search finds a message
    search_lags: timedelta = timedelta(0)
    #: by id
    users: dict[str, User] = field(default_factory=dict)
    #: by id
    channels: dict[str, Channel] = field(default_factory=dict)
    #: by id
    files: dict[str, File] = field(default_factory=dict)
    #: by id
    usergroups: dict[str, Usergroup] = field(default_factory=dict)
    #: by id, modals and homes
    views: dict[str, View] = field(default_factory=dict)

    def publish(self, event: JSON, *, channel: Channel | None = None, only: App | None = None) -> None:
        """Tell the apps that may hear of it, or one of them; `event_ts` is added."""
        told = {"event_ts": event.get("ts") or self.moment(), **event}
        for occurrence in events.occurrences(self, told, channel=channel, only=only):
            self.world.publish(occurrence)

    def note(self, kind: str, target: str, by: str, **detail: Any) -> None:
        """Note an effect."""
        self.world.note(kind, target, by, self.id, **detail)

    def moment(self, channel: Channel | None = None) -> str:
        """Return now as a ts, in a channel after every other."""
        micros = int(self.world.now().timestamp() * 1_000_000)
        if channel is not None:
            micros = max(micros, channel.newest + 1)
        return shapes.ts_of(micros)

    # people

    def add_user(
        self, name: str, *, id: str | None = None, real_name: str = "", told: bool = True, **fields: Any
    ) -> User:
        """Add somebody, who is in `#general` unless a guest, an app or a stranger; `fields` are others of `User`."""
        found = User(
            id=id or self.world.ids.next("U"), name=name, real_name=real_name or name.title(),
            updated=int(self.world.now().timestamp()), **({"team_id": self.id} | fields),
        )  # fmt: skip
        self.users[found.id] = found
        outside = found.guest or found.is_bot or found.is_stranger
        for channel in [] if outside else list(self.channels.values()):
            if channel.is_general:
                channel.members.append(found.id)
        if told:
            self.note("user_added", found.id, "")
            self.publish({"type": "team_join", "user": self.shown(found.id)})
        return found

    def change_user(self, user_id: str, *, by: str = "", **fields: Any) -> User:
        """Change somebody: names, status, rights; `deleted` deactivates, and takes out of every channel."""
        user = self.users[user_id]
        for name, value in fields.items():
            if not hasattr(user, name):
                raise AttributeError(name)
            setattr(user, name, value)
        user.updated = int(self.world.now().timestamp())
        if fields.get("deleted"):
            user.is_admin = user.is_owner = False
            for channel in self.channels.values():
                if user_id in channel.members and not channel.is_im:
                    channel.members.remove(user_id)
        self.note("user_changed", user_id, by or user_id, **fields)
        self.publish({"type": "user_change", "user": self.shown(user_id), "cache_ts": user.updated})
        return user

    def shown(self, user_id: str) -> JSON:
        """Return somebody as events tell of them."""
        return self.users[user_id].shown(self.world.now(), email=False, locale=True)

    # conversations

    def channel(self, channel_id: str) -> Channel:
        """Return a conversation; raise `channel_not_found`."""
        if channel_id not in self.channels:
            raise Refused("channel_not_found")
        return self.channels[channel_id]

    def add_channel(
        self, name: str, *, id: str | None = None, members: Iterable[str] = (), creator: str = "", told: bool = True,
        **fields: Any,
    ) -> Channel:  # fmt: skip
        """Add a channel; `fields` are others of `Channel`. Who is in it from the beginning joins silently."""
        found = Channel(
            id=id or self.world.ids.next("C"), team_id=self.id, name=name, members=list(members),
            creator=creator or self.owner, created=int(self.world.now().timestamp()), **fields,
        )  # fmt: skip
        self.channels[found.id] = found
        if told:
            self.note("channel_created", found.id, found.creator)
            if not found.is_private:
                head = {"id": found.id, "name": name, "created": found.created, "creator": found.creator}
                self.publish({"type": "channel_created", "channel": head}, channel=found)
        return found

    def open_direct(self, *user_ids: str) -> Channel:
        """Return the direct conversation of these users, which may be new."""
        among = set(user_ids)
        for channel in self.channels.values():
            if (channel.is_im or channel.is_mpim) and set(channel.members) == among:
                return channel
        im = len(among) <= 2
        name = "" if im else "mpdm-" + "--".join(self.users[one].name for one in user_ids) + "-1"
        return self.add_channel(
            name, id=self.world.ids.next("D" if im else "C"), members=user_ids, creator=user_ids[0], told=False,
            is_private=True, is_im=im, is_mpim=not im,
        )  # fmt: skip

    def change_channel(self, channel_id: str, *, by: str = "", **fields: Any) -> Channel:
        """Rename, archive or restore a channel, or set its topic or who may write, of which apps are told."""
        channel = self.channels[channel_id]
        before = {name: getattr(channel, name) for name in fields}
        for name, value in fields.items():
            setattr(channel, name, value)
        self.note("channel_changed", channel_id, by, **fields)
        kind = "group" if channel.is_private else "channel"
        if before.get("name", channel.name) != channel.name:
            head = {"id": channel_id, "name": channel.name, "created": channel.created}
            self.publish({"type": f"{kind}_rename", "channel": head}, channel=channel)
        if before.get("is_archived", channel.is_archived) != channel.is_archived:
            word = "archive" if channel.is_archived else "unarchive"
            self.publish({"type": f"{kind}_{word}", "channel": channel_id, "user": by}, channel=channel)
        if before.get("topic", channel.topic) != channel.topic:
            text = f"<@{by}> set the channel topic: {channel.topic}"
            self.post(channel_id, by, text, subtype=f"{kind}_topic", more={"topic": channel.topic})
        return channel

    def join(self, channel_id: str, user_id: str, *, inviter: str | None = None) -> None:
        """Let somebody in; nothing happens to who is there already."""
        channel = self.channels[channel_id]
        if user_id in channel.members:
            return
        channel.members.append(user_id)
        self.note("member_joined", user_id, inviter or user_id, channel=channel_id)
        kind = "group" if channel.is_private else "channel"
        more = {} if inviter is None else {"inviter": inviter}
        said = self.post(channel_id, user_id, f"<@{user_id}> has joined the {kind}", subtype=f"{kind}_join", more=more)
        event = {
            "type": "member_joined_channel", "user": user_id, "channel": channel_id, "event_ts": said.ts,
            "channel_type": "G" if channel.is_private else "C", "team": self.users[user_id].team_id, **more,
        }  # fmt: skip
        self.publish(event, channel=channel)

    def leave(self, channel_id: str, user_id: str, *, by: str | None = None) -> None:
        """Let somebody go, or `by` removes them."""
        channel = self.channels[channel_id]
        channel.members.remove(user_id)
        self.note("member_left", user_id, by or user_id, channel=channel_id)
        kind = "group" if channel.is_private else "channel"
        removed = f"<@{user_id}> was removed from the {kind} by <@{by}>"
        text = f"<@{user_id}> has left the {kind}" if by is None else removed
        said = self.post(channel_id, user_id, text, subtype=f"{kind}_leave")
        event = {
            "type": "member_left_channel", "user": user_id, "channel": channel_id, "event_ts": said.ts,
            "channel_type": "G" if channel.is_private else "C", "team": self.users[user_id].team_id,
        }  # fmt: skip
        self.publish(event, channel=channel)
        for app in self.world.apps.values():
            bot = app.bots.get(self.id)
            if bot is not None and bot.user_id == user_id:
                # not being there any more, it is told apart from the others
                left = {"type": f"{kind}_left", "channel": channel_id, "actor_id": by or user_id}
                self.publish(left, only=app)

    # messages

    def message(self, channel_id: str, ts: str) -> PostedMessage:
        """Return a message; raise `message_not_found`."""
        found = self.channel(channel_id).messages.get(ts)
        if found is None:
            raise Refused("message_not_found")
        return found

    def post(
        self, channel_id: str, user_id: str, text: str = "", *, ts: str | None = None, thread_ts: str | None = None,
        broadcast: bool = False, subtype: str | None = None, more: JSON | None = None, **fields: Any,
    ) -> PostedMessage:  # fmt: skip
        """Say something and return the message; `fields` are others of `PostedMessage`, `more` others of Slack's.

        A `ts` of one's own is for what was said before this world began. To answer a reply is to answer its thread.
        """
        channel = self.channels[channel_id]
        if thread_ts is not None and thread_ts in channel.messages:
            thread_ts = channel.messages[thread_ts].thread_ts or thread_ts
        if broadcast and thread_ts is not None:
            subtype = "thread_broadcast"
        message = PostedMessage(
            ts=ts or self.moment(channel), user=user_id, text=text, thread_ts=thread_ts, subtype=subtype,
            more=more or {}, **({"team": self._home(user_id)} | fields),
        )  # fmt: skip
        self._keep(channel, message)
        for file_id in message.files:
            file = self.files[file_id]
            if channel_id not in file.channels:
                file.channels.append(channel_id)
        self.note(
            "message_posted", message.ts, user_id, channel=channel_id, app_id=message.app_id, subtype=subtype,
            metadata=message.metadata,
        )  # fmt: skip
        self._tell_of_new(channel, message)
        return message

    def _home(self, user_id: str) -> str:
        return self.users[user_id].team_id if user_id in self.users else self.id

    def _keep(self, channel: Channel, message: PostedMessage) -> None:
        """Put a message at its place, nearly always the last one, and into its thread."""
        late = bool(channel.messages) and shapes.number(next(reversed(channel.messages))) > shapes.number(message.ts)
        channel.messages[message.ts] = message
        channel.newest = max(channel.newest, shapes.number(message.ts))
        if late:
            channel.messages = dict(sorted(channel.messages.items(), key=lambda one: shapes.number(one[0])))
        if message.is_reply and message.thread_ts is not None:
            replies = channel.threads.setdefault(message.thread_ts, [])
            replies.append(message.ts)
            replies.sort(key=shapes.number)
            if message.thread_ts in channel.messages:
                channel.messages[message.thread_ts].thread_ts = message.thread_ts

    def _tell_of_new(self, channel: Channel, message: PostedMessage) -> None:
        head = {"channel": channel.id, "channel_type": channel.kind}
        self.publish(shapes.message(self, channel, message) | head, channel=channel)
        for file_id in message.files:
            file = self.files[file_id]
            shared = {"type": "file_shared", "file_id": file_id, "user_id": file.user, "channel_id": channel.id}
            self.publish(shared | {"file": {"id": file_id}}, channel=channel)
        for app in self.world.apps.values():
            bot = app.bots.get(self.id)
            if bot is not None and f"<@{bot.user_id}" in message.text and message.subtype is None:
                mention = shapes.message(self, channel, message) | {"type": "app_mention", "channel": channel.id}
                self.publish(mention, channel=channel, only=app)

    def edit(
        self, channel_id: str, ts: str, *, by: str = "", unfurled: bool = False, marked: bool = True, **fields: Any
    ) -> PostedMessage:
        """Change what a message says (`text`, `blocks`, `attachments`, `files`, `metadata`).

        With `unfurled`, Slack added a preview: nobody edited anything. An app's blocks change without a mark.
        """
        channel = self.channel(channel_id)
        message = self.message(channel_id, ts)
        before = shapes.message(self, channel, message)
        for name, value in fields.items():
            setattr(message, name, value)
        if marked and not unfurled:
            message.edited = {"user": by or message.user, "ts": self.moment(channel)}
        self.note("message_changed", ts, "" if unfurled else by or message.user, channel=channel_id)
        self.tell_changed(channel, message, before)
        return message

    def tell_changed(self, channel: Channel, message: PostedMessage, before: JSON) -> None:
        """Tell of a message as it is now, and as it was."""
        event = {
            "type": "message", "subtype": "message_changed", "hidden": True, "channel": channel.id,
            "ts": self.moment(channel), "channel_type": channel.kind, "previous_message": before,
            "message": shapes.message(self, channel, message),
        }  # fmt: skip
        self.publish(event, channel=channel)

    def delete(self, channel_id: str, ts: str, *, by: str) -> None:
        """Delete a message; its files stay, and of one with replies a tombstone."""
        channel = self.channel(channel_id)
        message = self.message(channel_id, ts)
        before = shapes.message(self, channel, message)
        self.note("message_deleted", ts, by, channel=channel_id, author=message.user)
        if channel.threads.get(ts):
            # nothing of what it was is left
            message = channel.messages[ts] = PostedMessage(
                ts=ts, user=SLACKBOT, text="This message was deleted.", subtype="tombstone", thread_ts=ts, team=self.id
            )
            self.tell_changed(channel, message, before)
            return
        self._drop(channel, message, before)
        parent = channel.messages.get(message.thread_ts or "")
        if parent is not None and parent.subtype == "tombstone" and not channel.threads.get(parent.ts):
            self._drop(channel, parent, shapes.message(self, channel, parent))

    def _drop(self, channel: Channel, message: PostedMessage, before: JSON) -> None:
        del channel.messages[message.ts]
        channel.threads.pop(message.ts, None)
        if message.is_reply and message.thread_ts is not None:
            replies = channel.threads.get(message.thread_ts, [])
            replies[:] = [one for one in replies if one != message.ts]
        if message.ts in channel.pins:
            channel.pins.remove(message.ts)
        event = {
            "type": "message", "subtype": "message_deleted", "hidden": True, "channel": channel.id,
            "ts": self.moment(channel), "deleted_ts": message.ts, "channel_type": channel.kind,
            "previous_message": before,
        }  # fmt: skip
        self.publish(event, channel=channel)

    def whisper(self, channel_id: str, to: str, app_id: str, text: str, **fields: Any) -> Ephemeral:
        """Show something to one person alone; `fields` are others of `Ephemeral`."""
        channel = self.channels[channel_id]
        ts = self.moment(channel)
        channel.newest = shapes.number(ts)
        found = Ephemeral(ts=ts, to=to, channel=channel_id, app_id=app_id, text=text, **fields)
        channel.ephemerals.append(found)
        self.note("whispered", found.ts, app_id, channel=channel_id, to=to)
        return found

    def react(self, channel_id: str, ts: str, user_id: str, name: str) -> None:
        """Put a reaction to a message."""
        channel, message = self.channel(channel_id), self.message(channel_id, ts)
        message.reactions.setdefault(name, []).append(user_id)
        self.note("reaction_added", ts, user_id, channel=channel_id, name=name)
        item = {"type": "message", "channel": channel_id, "ts": ts}
        event = {"type": "reaction_added", "user": user_id, "reaction": name, "item_user": message.user, "item": item}
        self.publish(event, channel=channel)

    def pin(self, channel_id: str, ts: str, user_id: str, *, gone: bool = False) -> None:
        """Keep a message in sight, or no longer."""
        channel = self.channel(channel_id)
        (channel.pins.remove if gone else channel.pins.append)(ts)
        self.note("pin_removed" if gone else "pin_added", ts, user_id, channel=channel_id)
        item: JSON = {"type": "message", "channel": channel_id, "created_by": user_id}
        item["message"] = shapes.message(self, channel, self.message(channel_id, ts))
        event = {"type": "pin_removed" if gone else "pin_added", "user": user_id, "channel_id": channel_id}
        self.publish(event | {"item": item, "pin_count": len(channel.pins)}, channel=channel)

    def latest(self, channel_id: str) -> Iterator[PostedMessage]:
        """Yield a channel's messages, the newest first, without replies that aren't shown in the channel."""
        for message in reversed(self.channels[channel_id].messages.values()):
            if not message.is_reply or message.subtype == "thread_broadcast":
                yield message

    # files

    def add_file(self, user_id: str, name: str, content: bytes, *, id: str | None = None, **fields: Any) -> File:
        """Keep a file, for `post(…, files=[file.id])`."""
        found = File(
            id=id or self.world.ids.next("F"), team_id=self.id, name=name, user=user_id, content=content,
            created=int(self.world.now().timestamp()), **fields,
        )  # fmt: skip
        self.files[found.id] = found
        self.note("file_added", found.id, user_id)
        return found

    def delete_file(self, file_id: str, *, by: str) -> None:
        """Delete a file: its bytes are gone, and messages show a tombstone in its place."""
        file = self.files[file_id]
        file.deleted, file.content = True, b""
        self.note("file_deleted", file_id, by)
        heard: Sequence[Channel | None] = [self.channels[one] for one in file.channels] or [None]
        event = {"type": "file_deleted", "file_id": file_id, "channel_ids": list(file.channels)}
        self.publish(event, channel=heard[0])
