"""One guild: its roles, channels, members, bans and audit log, and everything that can be done to them.

Every mutation changes the state, writes the audit log, notes an effect and tells the connections, in this order; it
asks nobody for a permission: routes and `hands` do so before (`permissions.need`). `by` is the user who does it.
Nested JSON is replaced and never changed in place, so what was told stays as it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.discord import automod, permissions, shapes
from tests.discord.intents import Intent
from tests.discord.permissions import Permission

if TYPE_CHECKING:
    from tests.discord.world import World

JSON = dict[str, Any]


@dataclass(kw_only=True, eq=False)
class Guild:
    """A guild and all that hangs on it, each by id in Discord's own JSON."""

    #: where it stands
    world: "World"
    #: its id, which is also that of the role @everyone
    id: str
    #: its own fields; roles, channels and members stand beside it
    data: JSON
    roles: dict[str, JSON] = field(default_factory=dict)
    #: without threads
    channels: dict[str, JSON] = field(default_factory=dict)
    #: threads, archived ones too
    threads: dict[str, JSON] = field(default_factory=dict)
    #: by user id, each with its `user`
    members: dict[str, JSON] = field(default_factory=dict)
    #: thread members: user ids by thread, with when they joined
    joined: dict[str, dict[str, str]] = field(default_factory=dict)
    #: by user id: `{"user", "reason"}`
    bans: dict[str, JSON] = field(default_factory=dict)
    #: native moderation rules
    rules: dict[str, JSON] = field(default_factory=dict)
    #: commands of this guild alone
    commands: dict[str, JSON] = field(default_factory=dict)
    #: to whom its administrators show commands, by the command's id: `{"id", "type", "permission"}` each
    shown_to: dict[str, list[JSON]] = field(default_factory=dict)
    #: by code
    invites: dict[str, JSON] = field(default_factory=dict)
    #: bans of accounts that aren't here which Discord still lets through; None: as many as one likes
    strangers_left: int | None = None
    #: the audit log, oldest first
    audit: list[JSON] = field(default_factory=list)

    # what is there

    def place(self, channel_id: str) -> JSON | None:
        """Return a channel or thread."""
        return self.channels.get(channel_id) or self.threads.get(channel_id)

    def sees(self, user_id: str, channel: Mapping[str, Any]) -> bool:
        """Return whether somebody can look into a channel; into a private thread its members and its keepers can."""
        granted = permissions.computed(self, user_id, channel)
        if channel["type"] == 12 and user_id not in self.joined.get(channel["id"], {}):
            return bool(granted & Permission.MANAGE_THREADS)
        return bool(granted & Permission.VIEW_CHANNEL)

    def arrival(self) -> JSON:
        """Return GUILD_CREATE's data: every member, the channels that the bot sees, and their open threads.

        It is that of a guild to which the bot just came; one that it came back to after READY is also no longer
        `unavailable`.
        """
        bot = self.world.bot["id"]
        return self.shown() | {
            "joined_at": self.members[bot]["joined_at"], "large": False,
            "member_count": len(self.members), "voice_states": [], "members": list(self.members.values()),
            "channels": [one for one in self.channels.values() if self.sees(bot, one)],
            "threads": [self.thread_for(one, bot) for one in self.open_threads(bot)],
            "presences": [], "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": [],
        }  # fmt: skip

    def shown(self) -> JSON:
        """Return the guild as requests and GUILD_UPDATE show it."""
        return self.data | {"roles": list(self.roles.values())}

    def paused(self, what: str) -> bool:
        """Return whether `invites_disabled_until` or `dms_disabled_until` is still to come."""
        until = (self.data["incidents_data"] or {}).get(what)
        return until is not None and datetime.fromisoformat(until) > self.world.now()

    def open_threads(self, user_id: str) -> Sequence[JSON]:
        """Return the threads that aren't archived and that somebody sees."""
        threads = self.threads.values()
        return [one for one in threads if not one["thread_metadata"]["archived"] and self.sees(user_id, one)]

    def thread_for(self, thread: JSON, user_id: str) -> JSON:
        """Return a thread with one's own membership of it."""
        since = self.joined.get(thread["id"], {}).get(user_id)
        if since is None:
            return thread
        own = {"id": thread["id"], "user_id": user_id, "join_timestamp": since, "flags": 0}
        return thread | {"member": own}

    # telling

    def tell(self, event: str, data: Mapping[str, Any], intents: Intent, wanted: Permission = Permission.NONE) -> None:
        """Tell of something, if the bot is here and has the right that Discord asks for."""
        bot = self.world.bot["id"]
        if bot in self.members and permissions.computed(self, bot) & wanted == wanted:
            self.world.emit(event, {**data, "guild_id": self.id}, self.id, intents=intents)

    def tell_in(self, channel: JSON, event: str, data: Mapping[str, Any], intents: Intent) -> None:
        """Tell of something in a channel, if the bot sees it."""
        if self.sees(self.world.bot["id"], channel):
            self.world.emit(event, {**data, "guild_id": self.id}, self.id, intents=intents)

    def effect(self, kind: str, target: str, by: str, **detail: Any) -> None:
        """Note what happened."""
        self.world.note(kind, target, by, self.id, **detail)

    def log(
        self, kind: int, by: str, target: str | None, *, reason: str | None = None,
        changes: Sequence[JSON] = (), options: Mapping[str, Any] | None = None,
    ) -> JSON:  # fmt: skip
        """Write an entry of the audit log, tell of it, and return it."""
        entry: JSON = {"id": self.world.ids.next(), "action_type": kind, "user_id": by, "target_id": target}
        if changes:
            entry["changes"] = list(changes)
        if options is not None:
            entry["options"] = dict(options)
        if reason:
            entry["reason"] = reason
        self.audit.append(entry)
        self.tell("GUILD_AUDIT_LOG_ENTRY_CREATE", entry, Intent.GUILD_MODERATION, Permission.VIEW_AUDIT_LOG)
        return entry

    # roles and channels

    def add_role(
        self, name: str, permissions: int = 0, position: int | None = None, id: str | None = None, *, by: str = ""
    ) -> JSON:
        """Add a role, above all others unless a position is given."""
        role_id = id or self.world.ids.next()
        place = len(self.roles) if position is None else position
        role = shapes.role(role_id, name, permissions=permissions, position=place)
        self.roles[role_id] = role
        if by:
            self.log(30, by, role_id, changes=[{"key": "name", "new_value": name}])
        self.tell("GUILD_ROLE_CREATE", {"role": role}, Intent.GUILDS)
        return role

    def change_role(self, role_id: str, *, by: str, reason: str | None = None, **fields: Any) -> JSON:
        """Change a role's fields."""
        old = self.roles[role_id]
        role = self.roles[role_id] = old | fields
        self.log(31, by, role_id, reason=reason, changes=differences(old, role))
        self.effect("role_updated", role_id, by, **fields)
        self.tell("GUILD_ROLE_UPDATE", {"role": role}, Intent.GUILDS)
        return role

    def show_command(self, command_id: str, role_id: str) -> None:
        """Show a command to whoever holds a role, as administrators do in the server's settings."""
        entry = {"id": role_id, "type": 1, "permission": True}
        self.shown_to[command_id] = [*self.shown_to.get(command_id, ()), entry]

    def remove_role(self, role_id: str, *, by: str, reason: str | None = None) -> None:
        """Take a role away from the guild and from everybody."""
        role = self.roles.pop(role_id)
        for user_id, member in list(self.members.items()):
            if role_id in member["roles"]:
                self.members[user_id] = member | {"roles": [one for one in member["roles"] if one != role_id]}
        self.log(32, by, role_id, reason=reason, changes=[{"key": "name", "old_value": role["name"]}])
        self.effect("role_deleted", role_id, by)
        self.tell("GUILD_ROLE_DELETE", {"role_id": role_id}, Intent.GUILDS)

    def add_channel(
        self, name: str, kind: int = 0, parent: str | None = None, id: str | None = None, *, by: str = ""
    ) -> JSON:
        """Add a channel: 0 text, 2 voice, 4 category, 5 announcements, 15 forum; it takes its category's overwrites."""
        channel_id = id or self.world.ids.next()
        channel = shapes.channel(
            channel_id, name, kind=kind, guild_id=self.id, parent=parent, position=len(self.channels)
        )
        if parent is not None:
            channel["permission_overwrites"] = list(self.channels[parent]["permission_overwrites"])
        self.channels[channel_id] = channel
        if by:
            self.log(10, by, channel_id, changes=[{"key": "name", "new_value": name}])
        self.tell_in(channel, "CHANNEL_CREATE", channel, Intent.GUILDS)
        return channel

    def overwrite(self, channel_id: str, target: str, *, allow: int = 0, deny: int = 0, by: str = "") -> None:
        """Set what a role or a member may do in a channel beside their roles."""
        kind = 0 if target in self.roles else 1
        others = [one for one in self.channels[channel_id]["permission_overwrites"] if one["id"] != target]
        wanted = {"id": target, "type": kind, "allow": str(int(allow)), "deny": str(int(deny))}
        seen = self.sees(self.world.bot["id"], self.channels[channel_id])
        channel = self.channels[channel_id] = self.channels[channel_id] | {"permission_overwrites": [*others, wanted]}
        if by:
            named = {"id": target, "type": str(kind)} | ({} if kind else {"role_name": self.roles[target]["name"]})
            self.log(13, by, channel_id, options=named)
        if seen and not self.sees(self.world.bot["id"], channel):
            self.tell("CHANNEL_DELETE", channel, Intent.GUILDS)
        else:
            self.tell_in(channel, "CHANNEL_UPDATE", channel, Intent.GUILDS)

    def change_channel(self, channel_id: str, *, by: str, reason: str | None = None, **fields: Any) -> JSON:
        """Change a channel's or a thread's fields; those of a thread's metadata are given as one."""
        held = self.channels if channel_id in self.channels else self.threads
        old = held[channel_id]
        channel = held[channel_id] = old | fields
        changes = differences(old, channel)
        if not changes:
            return channel
        event, entry = ("CHANNEL_UPDATE", 11) if held is self.channels else ("THREAD_UPDATE", 111)
        self.log(entry, by, channel_id, reason=reason, changes=changes)
        self.effect("channel_updated", channel_id, by, **fields)
        self.tell_in(channel, event, channel, Intent.GUILDS)
        return channel

    def remove_channel(self, channel_id: str, *, by: str, reason: str | None = None) -> None:
        """Delete a channel with its threads, or a thread, and all messages within."""
        for thread in [one["id"] for one in self.threads.values() if one["parent_id"] == channel_id]:
            self._remove_thread(thread)
        channel = self.place(channel_id)
        assert channel is not None
        seen = self.sees(self.world.bot["id"], channel)
        self.log(
            12 if channel_id in self.channels else 112, by, channel_id, reason=reason,
            changes=[{"key": "name", "old_value": channel["name"]}],
        )  # fmt: skip
        self.effect("channel_deleted", channel_id, by)
        if channel_id in self.threads:
            self._remove_thread(channel_id)
            return
        del self.channels[channel_id]
        self.world.messages.pop(channel_id, None)
        if seen:
            self.tell("CHANNEL_DELETE", channel, Intent.GUILDS)

    def _remove_thread(self, thread_id: str) -> None:
        thread = self.threads[thread_id]
        told = {name: thread[name] for name in ("id", "guild_id", "parent_id", "type")}
        self.tell_in(thread, "THREAD_DELETE", told, Intent.GUILDS)
        del self.threads[thread_id]
        self.world.messages.pop(thread_id, None)

    def open_thread(
        self, channel: str, name: str, from_message: str | None = None, *, by: str | None = None, kind: int = 11,
        reason: str | None = None, **fields: Any,
    ) -> JSON:  # fmt: skip
        """Open a thread in a channel, on a message or by itself; a forum's first post follows, with its id."""
        parent = self.channels[channel]
        owner = by or self.data["owner_id"]
        thread = shapes.thread(
            from_message or self.world.ids.next(), name, kind=10 if parent["type"] == 5 and kind == 11 else kind,
            parent=parent, owner_id=owner, now=self.world.now(),
        ) | fields  # fmt: skip
        self.threads[thread["id"]] = thread
        self.joined[thread["id"]] = {owner: shapes.when(self.world.now())}
        thread["member_count"] = 1
        self.log(110, owner, thread["id"], reason=reason, changes=[{"key": "name", "new_value": name}])
        self.effect("thread_created", thread["id"], owner, name=name, parent_id=channel)
        told = self.thread_for(thread, self.world.bot["id"]) | {"newly_created": True}
        self.tell_in(thread, "THREAD_CREATE", told, Intent.GUILDS)
        self.world.announce_thread(self, thread, from_message, owner)
        return self.threads[thread["id"]]

    def join_thread(self, thread_id: str, user_id: str) -> None:
        """Make somebody a member of a thread."""
        if user_id in self.joined[thread_id]:
            return
        since = shapes.when(self.world.now())
        self.joined[thread_id] = self.joined[thread_id] | {user_id: since}
        thread = self.threads[thread_id] = self.threads[thread_id] | {"member_count": len(self.joined[thread_id])}
        own = {"id": thread_id, "user_id": user_id, "join_timestamp": since, "flags": 0}
        bot = user_id == self.world.bot["id"]
        if bot and thread["type"] == 12:
            self.tell("THREAD_CREATE", self.thread_for(thread, user_id), Intent.GUILDS)
        told = {"id": thread_id, "member_count": thread["member_count"], "added_members": [own]}
        self.tell_in(thread, "THREAD_MEMBERS_UPDATE", told, Intent.GUILDS if bot else Intent.GUILD_MEMBERS)

    def change(self, *, by: str, reason: str | None = None, **fields: Any) -> None:
        """Change the guild's own fields, the pauses of `incidents_data` among them."""
        old = self.data
        self.data = old | fields
        self.log(1, by, self.id, reason=reason, changes=differences(old, self.data))
        self.effect("guild_updated", self.id, by, **fields)
        self.tell("GUILD_UPDATE", self.shown(), Intent.GUILDS)

    # members

    def add_member(
        self, name: str, id: str | None = None, roles: Iterable[str] = (), *,
        created_at: datetime | None = None, joined_at: datetime | None = None, bot: bool = False,
    ) -> JSON:  # fmt: skip
        """Let somebody join, with a new account unless the id has one; return the member."""
        account = self.world.account(name, id=id, created_at=created_at, bot=bot)
        return self.join(account["id"], roles=roles, joined_at=joined_at)

    def join(self, user_id: str, *, roles: Iterable[str] = (), joined_at: datetime | None = None) -> JSON:
        """Let an account in; who is banned can't come in, which `hands` has to look for."""
        account = self.world.users[user_id]
        moment = joined_at or self.world.now()
        member = self.members[user_id] = shapes.member(account, roles=[*roles], joined_at=moment)
        self.effect("member_joined", user_id, user_id)
        if user_id == self.world.bot["id"]:
            self.world.emit("GUILD_CREATE", self.arrival(), self.id, intents=Intent.NONE)
        else:
            self.tell("GUILD_MEMBER_ADD", member, Intent.GUILD_MEMBERS)
        return member

    def leave(self, user_id: str) -> None:
        """Let somebody go by themselves."""
        self.effect("member_left", user_id, user_id)
        self._gone(user_id)

    def kick(self, user_id: str, *, by: str, reason: str | None = None) -> None:
        """Send a member away; they may come back."""
        self.effect("member_kicked", user_id, by, reason=reason)
        self.log(20, by, user_id, reason=reason)
        self._gone(user_id)

    def _gone(self, user_id: str) -> None:
        member = self.members[user_id]
        if user_id == self.world.bot["id"]:
            self.world.emit("GUILD_DELETE", {"id": self.id}, self.id, intents=Intent.NONE)
            del self.members[user_id]
            return
        del self.members[user_id]
        self.tell("GUILD_MEMBER_REMOVE", {"user": member["user"]}, Intent.GUILD_MEMBERS)

    def change_member(self, user_id: str, *, by: str, reason: str | None = None, **fields: Any) -> JSON:
        """Change a membership: `nick`, `communication_disabled_until`, `roles` …; roles have an entry of their own."""
        old = self.members[user_id]
        member = self.members[user_id] = old | fields
        if set(old["roles"]) != set(member["roles"]):
            self.log(25, by, user_id, reason=reason, changes=self._roles_changed(old["roles"], member["roles"]))
        changes = [one for one in differences(old, member) if one["key"] not in {"roles", "user"}]
        if changes:
            self.log(24, by, user_id, reason=reason, changes=changes)
        if old != member:
            self.effect("member_updated", user_id, by, **fields)
            # what happens to oneself is told whatever one asked to hear
            own = user_id == self.world.bot["id"]
            self.tell("GUILD_MEMBER_UPDATE", member, Intent.NONE if own else Intent.GUILD_MEMBERS)
        if old["nick"] != member["nick"]:
            automod.look_at_profile(self, user_id)
        return self.members[user_id]

    def _roles_changed(self, old: Sequence[str], new: Sequence[str]) -> list[JSON]:
        changes = []
        for key, ids in (("$add", set(new) - set(old)), ("$remove", set(old) - set(new))):
            named = [{"name": self.roles[one]["name"], "id": one} for one in sorted(ids)]
            changes += [{"key": key, "new_value": named}] if named else []
        return changes

    def ban(self, user_id: str, *, by: str, reason: str | None = None, delete_seconds: int = 0) -> bool:
        """Ban an account, whether it is a member or not, and delete its latest messages; False when it was banned."""
        if user_id in self.bans:
            return False
        account = self.world.users[user_id]
        self.bans[user_id] = {"user": account, "reason": reason}
        self.effect("member_banned", user_id, by, reason=reason, delete_message_seconds=delete_seconds)
        self.log(22, by, user_id, reason=reason)
        self.tell("GUILD_BAN_ADD", {"user": account}, Intent.GUILD_MODERATION)
        if user_id in self.members:
            self._gone(user_id)
        if delete_seconds:
            self.world.purge(self, user_id, delete_seconds)
        return True

    def unban(self, user_id: str, *, by: str, reason: str | None = None) -> None:
        """Lift a ban."""
        ban = self.bans.pop(user_id)
        self.effect("member_unbanned", user_id, by, reason=reason)
        self.log(23, by, user_id, reason=reason)
        self.tell("GUILD_BAN_REMOVE", {"user": ban["user"]}, Intent.GUILD_MODERATION)


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[JSON]:
    """Return what changed, as the audit log says it."""
    return [
        {"key": key, "old_value": old.get(key), "new_value": value}
        for key, value in new.items()
        if old.get(key) != value
    ]
