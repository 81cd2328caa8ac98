"""All that is true in a Discord of its own: accounts, guilds, messages and one bot; no I/O, and no opinion on rights.

What happens goes through methods of `World` (accounts, messages, direct messages) and `Guild` (everything within one),
whoever does it: a route for the bot, `hands` for people. Each changes the state, writes the audit log as Discord would,
notes an effect in `record` and calls `emit`. Whether somebody may do it is asked before, with `permissions.need`; only
native moderation stands here, since it stops a message from appearing (`Refused` 200000).

A beginning: `world = World()`, `guild = world.add_guild("Harbour", permissions=…)`, `guild.add_channel("general")`,
`guild.add_member("Kim")`, `world.post(channel["id"], member["user"]["id"], "Hello")`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.discord import automod, mentions, shapes, snowflake
from tests.discord.errors import Refused
from tests.discord.guild import JSON, Guild
from tests.discord.intents import Intent, granted
from tests.discord.permissions import EVERYONE
from tests.discord.record import Effect, Record

#: the flags of an application of few servers for which every privileged intent is switched on
PRIVILEGED_FLAGS = 1 << 13 | 1 << 15 | 1 << 19
#: how long a nonce holds a second message back
NONCE_HOLDS = timedelta(minutes=3)
#: how long deletions of one person's messages by the same hand become one entry of the audit log
COALESCES = timedelta(minutes=5)


def _real_time() -> datetime:
    return datetime.now(UTC)


def _told_nobody(event: str, data: Mapping[str, Any], guild_id: str | None, *, intents: Intent) -> None:
    """Tell nobody: no server listens yet."""


class World:
    """What is true outside."""

    def __init__(self, *, now: Callable[[], datetime] = _real_time, token: str = "loopback.of.tests") -> None:  # noqa: S107 - good here alone
        self.now = now
        self.ids = snowflake.Snowflakes(now)
        self.record = Record()
        #: event, data, guild's id or None, the intents of which one is needed (none: everybody hears it); set by the
        #: server. What is handed over isn't changed afterwards.
        self.emit: Callable[..., None] = _told_nobody
        self.token = token
        #: the bot's token is no longer good: 401 everywhere
        self.revoked = False
        #: where the gateway is, and how many sessions may still be begun today; set by the server
        self.gateway_url = "ws://127.0.0.1"
        self.sessions_left: Callable[[], int] = lambda: self.sessions_a_day
        self.sessions_a_day = 1000
        #: shards that may identify at once, and as many as Discord recommends
        self.max_concurrency = 1
        self.shards = 1
        self.users: dict[str, JSON] = {}
        self.guilds: dict[str, Guild] = {}
        #: by channel, direct ones too, then by id, oldest first; what one person alone sees isn't here
        self.messages: dict[str, dict[str, JSON]] = {}
        #: channels of direct messages with the bot, by id
        self.direct: dict[str, JSON] = {}
        #: accounts that take no direct messages from the bot
        self.closed: set[str] = set()
        #: global commands by id
        self.commands: dict[str, JSON] = {}
        #: invitations to servers elsewhere, by code
        self.invites: dict[str, JSON] = {}
        #: what hangs on messages, by path under `host`
        self.files: dict[str, bytes] = {}
        #: where those are fetched from; set by the server
        self.host = "http://127.0.0.1"
        #: commands with new names: their guild, empty for global ones, and when
        self.created_commands: list[tuple[str, datetime]] = []
        self._nonces: dict[tuple[str, str], tuple[str, datetime]] = {}
        self.bot: JSON = self.account("Loopback", bot=True)
        self.application_id: str = self.bot["id"]
        #: the application; its flags say which privileged intents are switched on
        self.application: JSON = shapes.application(self.bot, self.account("Operator"), flags=PRIVILEGED_FLAGS)

    @property
    def privileged(self) -> Intent:
        """Return the privileged intents that are switched on for the application."""
        return granted(self.application["flags"])

    # accounts and guilds

    def account(
        self, name: str, *, id: str | None = None, created_at: datetime | None = None, bot: bool = False
    ) -> JSON:
        """Return the account with an id, or a new one."""
        if id is not None and id in self.users:
            return self.users[id]
        found = id or (self.ids.next() if created_at is None else self.ids.of(created_at))
        self.users[found] = shapes.user(found, name, bot=bot)
        return self.users[found]

    def rename(self, user_id: str, **fields: Any) -> None:
        """Change an account's fields (`username`, `global_name`, `avatar`), which its guilds are told."""
        account = self.users[user_id] = self.users[user_id] | fields
        for guild in self.guilds.values():
            if user_id in guild.members:
                member = guild.members[user_id] = guild.members[user_id] | {"user": account}
                guild.tell("GUILD_MEMBER_UPDATE", member, Intent.GUILD_MEMBERS)
                automod.look_at_profile(guild, user_id)

    def add_guild(
        self, name: str, *, id: str | None = None, owner_id: str | None = None, permissions: int | None = 0,
        everyone: int = EVERYONE,
    ) -> Guild:  # fmt: skip
        """Add a guild with its owner, and with the bot whose own role has these permissions; None: without the bot."""
        guild_id = id or self.ids.next()
        owner = self.account("Owner", id=owner_id)["id"]
        guild = Guild(world=self, id=guild_id, data=shapes.guild(guild_id, name, owner))
        guild.roles[guild_id] = shapes.role(guild_id, "@everyone", permissions=everyone, position=0)
        self.guilds[guild_id] = guild
        guild.join(owner)
        if permissions is not None:
            role = guild.add_role(self.bot["username"], permissions)
            role |= {"managed": True, "tags": {"bot_id": self.bot["id"]}}
            guild.join(self.bot["id"], roles=[role["id"]])
        return guild

    def place(self, channel_id: str) -> tuple[Guild | None, JSON]:
        """Return a channel, thread or direct channel, and its guild; raise 10003 where there is none."""
        if channel_id in self.direct:
            return None, self.direct[channel_id]
        for guild in self.guilds.values():
            channel = guild.place(channel_id)
            if channel is not None:
                return guild, channel
        raise Refused(10003)

    def message(self, channel_id: str, message_id: str) -> JSON:
        """Return a message; raise 10008 where there is none."""
        found = self.messages.get(channel_id, {}).get(message_id)
        if found is None:
            raise Refused(10008)
        return found

    def note(self, kind: str, target: str, by: str, guild_id: str | None, **detail: Any) -> None:
        """Note an effect."""
        at = self.now()
        self.record.effects.append(Effect(kind=kind, target=target, by=by, guild_id=guild_id, at=at, detail=detail))

    # direct messages

    def open_direct(self, user_id: str) -> JSON:
        """Return the channel of direct messages with an account, which may be new."""
        for channel in self.direct.values():
            if channel["recipients"][0]["id"] == user_id:
                return channel
        channel = shapes.direct(self.ids.next(), self.users[user_id])
        # no event tells of it: the channel is first heard of with a message
        self.direct[channel["id"]] = channel
        return channel

    def must_reach(self, user_id: str) -> None:
        """Let the bot write to an account with a guild in common (else 50278) that takes such messages (else 50007)."""
        both = {user_id, self.bot["id"]}
        if not any(both <= guild.members.keys() for guild in self.guilds.values()):
            raise Refused(50278)
        if user_id in self.closed:
            raise Refused(50007)

    # messages

    def keep_file(self, channel_id: str, filename: str, content: bytes, *, kind: str = "image/png") -> JSON:
        """Keep a file, and return the attachment for `post(…, attachments=[…])`."""
        id = self.ids.next()
        self.files[f"attachments/{channel_id}/{id}/{filename}"] = content
        return shapes.attachment(id, channel_id, filename, size=len(content), kind=kind, host=self.host)

    def post(
        self, channel_id: str, author_id: str, content: str = "", *, kind: int = 0, flags: int = 0,
        reference: Mapping[str, Any] | None = None, allowed: Mapping[str, Any] | None = None,
        nonce: str | int | None = None, enforce_nonce: bool = False, id: str | None = None, **more: Any,
    ) -> JSON:  # fmt: skip
        """Say something and return the message; `more` are its other fields (`embeds`, `attachments`, `poll` …).

        A reference makes it a reply, or with `type` 1 a forward. A forum's first post has its thread's id.
        """
        guild, channel = self.place(channel_id)
        earlier = self._said(channel_id, nonce) if enforce_nonce else None
        if earlier is not None:
            return earlier
        if guild is not None and kind == 0:
            automod.look_at_message(guild, author_id, channel, content)
        message = shapes.message(
            id or self.ids.next(), channel_id, self.users[author_id], content, kind=kind, flags=flags
        ) | more  # fmt: skip
        if reference is not None:
            message |= self._referring(reference, guild)
        message |= mentions.of(guild, message, allowed)
        self._keep(channel_id, message)
        self._counted(guild, channel, message)
        if nonce is not None:
            message["nonce"] = nonce
            self._nonces[channel_id, str(nonce)] = (message["id"], self.now())
        guild_id = None if guild is None else guild.id
        self.note("message_created", message["id"], author_id, guild_id, channel_id=channel_id, nonce=nonce)
        self.tell_message("MESSAGE_CREATE", guild, channel, message)
        return message

    def _keep(self, channel_id: str, message: JSON) -> None:
        """Put a message at its place: nearly always the last one."""
        held = self.messages.setdefault(channel_id, {})
        late = bool(held) and int(next(reversed(held))) > int(message["id"])
        held[message["id"]] = message
        if late:
            self.messages[channel_id] = dict(sorted(held.items(), key=lambda one: int(one[0])))

    def latest(self, channel_id: str, after: int = 0, before: int = 2**63) -> Iterator[JSON]:
        """Yield a channel's messages between two ids, the newest first, without looking at those before."""
        for id in reversed(self.messages.get(channel_id, {})):
            if int(id) <= after:
                return
            if int(id) < before:
                yield self.messages[channel_id][id]

    def _said(self, channel_id: str, nonce: str | int | None) -> JSON | None:
        known, at = self._nonces.get((channel_id, str(nonce)), ("", self.now()))
        return self.messages.get(channel_id, {}).get(known) if self.now() - at <= NONCE_HOLDS else None

    def _referring(self, reference: Mapping[str, Any], guild: Guild | None) -> JSON:
        """Return the fields of a reply, or of a forward."""
        source = self.messages.get(reference["channel_id"], {}).get(reference["message_id"])
        named = {name: reference[name] for name in ("channel_id", "message_id", "guild_id") if name in reference}
        if reference.get("type", 0) == 1:
            shown = [] if source is None else [shapes.snapshot(source)]
            return {"message_reference": {"type": 1} | named, "message_snapshots": shown}
        home = {} if guild is None else {"guild_id": guild.id}
        return {"type": 19, "message_reference": {"type": 0} | named | home, "referenced_message": source}

    def _counted(self, guild: Guild | None, channel: JSON, message: JSON) -> None:
        """Bring the channel's last message forward, and a thread's counts; whoever writes in it becomes a member."""
        held = self.direct if guild is None else guild.channels if channel["id"] in guild.channels else guild.threads
        now = held[channel["id"]] = held[channel["id"]] | {"last_message_id": message["id"]}
        if guild is None or channel["type"] not in shapes.THREADS:
            return
        if now["thread_metadata"]["archived"]:
            shown = now["thread_metadata"] | {"archived": False, "archive_timestamp": shapes.when(self.now())}
            guild.change_channel(channel["id"], by=message["author"]["id"], thread_metadata=shown)
        if message["id"] != channel["id"] and message["type"] != 21:
            now = guild.threads[channel["id"]]
            held[channel["id"]] = now | {
                "message_count": now["message_count"] + 1, "total_message_sent": now["total_message_sent"] + 1,
            }  # fmt: skip
        guild.join_thread(channel["id"], message["author"]["id"])

    def tell_message(self, event: str, guild: Guild | None, channel: JSON, message: JSON) -> None:
        """Tell of a message as it is now; in a guild with who wrote it there."""
        told = message | {"channel_type": channel["type"]}
        if guild is None:
            self.emit(event, told, None, intents=Intent.DIRECT_MESSAGES)
            return
        author = guild.members.get(message["author"]["id"])
        if author is not None:
            told["member"] = {name: value for name, value in author.items() if name != "user"}
        guild.tell_in(channel, event, told, Intent.GUILD_MESSAGES)

    def edit(
        self, channel_id: str, message_id: str, *, allowed: Mapping[str, Any] | None = None, **fields: Any
    ) -> JSON:
        """Change what a message says; `edited_timestamp` follows unless only flags changed, as with embeds' hiding."""
        guild, channel = self.place(channel_id)
        old = self.message(channel_id, message_id)
        author = old["author"]["id"]
        if guild is not None and "content" in fields:
            automod.look_at_message(guild, author, channel, fields["content"])
        message = old | fields
        if fields.keys() - {"flags"}:
            message |= {"edited_timestamp": shapes.when(self.now())} | mentions.of(guild, message, allowed)
        self.messages[channel_id][message_id] = message
        guild_id = None if guild is None else guild.id
        self.note("message_updated", message_id, author, guild_id, channel_id=channel_id)
        self.tell_message("MESSAGE_UPDATE", guild, channel, message)
        return message

    def delete(self, channel_id: str, message_id: str, *, by: str, reason: str | None = None) -> None:
        """Delete a message; the audit log knows it only if a person deleted somebody else's."""
        guild, channel = self.place(channel_id)
        message = self.message(channel_id, message_id)
        del self.messages[channel_id][message_id]
        guild_id = None if guild is None else guild.id
        self.note("message_deleted", message_id, by, guild_id, channel_id=channel_id)
        author = message["author"]["id"]
        told = {"id": message_id, "channel_id": channel_id}
        if guild is None:
            self.emit("MESSAGE_DELETE", told, None, intents=Intent.DIRECT_MESSAGES)
            return
        if by != author and not self.users[by].get("bot"):
            self._log_deleted(guild, by, author, channel_id, reason)
        guild.tell_in(channel, "MESSAGE_DELETE", told, Intent.GUILD_MESSAGES)

    def _log_deleted(self, guild: Guild, by: str, author: str, channel_id: str, reason: str | None) -> None:
        """Write an entry, or count up the latest one of the same hands, of which nobody is told."""
        for index in range(len(guild.audit) - 1, -1, -1):
            entry = guild.audit[index]
            if self.now() - snowflake.at(entry["id"]) > COALESCES:
                break
            same = (entry["action_type"], entry["user_id"], entry["target_id"]) == (72, by, author)
            if same and entry["options"]["channel_id"] == channel_id:
                count = str(int(entry["options"]["count"]) + 1)
                guild.audit[index] = entry | {"options": entry["options"] | {"count": count}}
                return
        guild.log(72, by, author, reason=reason, options={"channel_id": channel_id, "count": "1"})

    def delete_many(self, channel_id: str, message_ids: Sequence[str], *, by: str) -> None:
        """Delete messages at once; those that are gone already are passed over, and a reason isn't kept."""
        guild, channel = self.place(channel_id)
        found = [one for one in message_ids if self.messages.get(channel_id, {}).pop(one, None) is not None]
        if guild is None or not found:
            return
        for one in found:
            self.note("message_deleted", one, by, guild.id, channel_id=channel_id, bulk=True)
        if by:
            guild.log(73, by, channel_id, options={"count": str(len(found))})
        told = {"ids": found, "channel_id": channel_id}
        guild.tell_in(channel, "MESSAGE_DELETE_BULK", told, Intent.GUILD_MESSAGES)

    def purge(self, guild: Guild, user_id: str, seconds: int) -> None:
        """Delete what somebody wrote in a guild lately, as a ban does."""
        since = snowflake.first_at(self.now() - timedelta(seconds=seconds))
        for channel_id in [*guild.channels, *guild.threads]:
            lately = self.latest(channel_id, after=since - 1)
            theirs = [one["id"] for one in lately if one["author"]["id"] == user_id]
            self.delete_many(channel_id, theirs[::-1], by="")

    def announce_thread(self, guild: Guild, thread: JSON, message_id: str | None, owner: str) -> None:
        """Leave what Discord leaves: a mark on the message and its copy in the thread, or a line in the channel."""
        parent = guild.channels[thread["parent_id"]]
        home = {"channel_id": parent["id"], "guild_id": guild.id}
        if message_id is not None:
            old = self.message(parent["id"], message_id)
            marked = old | {"flags": old["flags"] | shapes.HAS_THREAD, "thread": thread}
            self.messages[parent["id"]][message_id] = marked
            self.tell_message("MESSAGE_UPDATE", guild, parent, marked)
            reference = home | {"message_id": message_id}
            self.post(thread["id"], owner, kind=21, message_reference={"type": 0} | reference)
        elif thread["type"] != 12 and parent["type"] not in shapes.FORUMS:
            reference = home | {"channel_id": thread["id"]}
            self.post(parent["id"], owner, thread["name"], kind=18, message_reference={"type": 0} | reference)
