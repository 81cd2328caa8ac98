"""What people do on the server, each with the rights that they have there; and what they see.

Everybody is named by the id of their account, every channel by its own. What somebody may not do is refused with
Discord's own error (`Refused`): tests that expect it look for its code.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.discord import commands, components, forms, permissions, shapes, snowflake
from tests.discord.errors import Refused
from tests.discord.guild import JSON, Guild
from tests.discord.interactions import Interaction, Interactions, Kind
from tests.discord.permissions import Permission
from tests.discord.resolving import ImpossibleError
from tests.discord.world import World


@dataclass(kw_only=True)
class Hands:
    """Everybody's hands and eyes."""

    #: where they are
    world: World
    #: what they ask of the bot
    interactions: Interactions
    #: the language that somebody has set in their client; English (US) unless named here
    locales: dict[str, str] = field(default_factory=dict)

    # coming and going

    def join(
        self, guild_id: str, name: str = "", *, user: str | None = None, roles: Iterable[str] = (),
        created_at: datetime | None = None,
    ) -> str:  # fmt: skip
        """Let somebody come, with a new account unless one is named, and return their id.

        Who is banned can't, and nobody can while invitations are paused.
        """
        guild = self.world.guilds[guild_id]
        if user is not None and user in guild.bans:
            raise Refused(40007)
        if guild.paused("invites_disabled_until"):
            # while they are paused, invitations lead nowhere
            raise Refused(10006)
        if user is None:
            user = str(self.world.account(name, created_at=created_at)["id"])
        guild.join(user, roles=roles)
        return user

    def leave(self, guild_id: str, user: str) -> None:
        """Let somebody go."""
        self.world.guilds[guild_id].leave(user)

    def rename(self, user: str, name: str) -> None:
        """Let somebody change the name that everybody reads."""
        self.world.rename(user, global_name=name)

    def nickname(self, guild_id: str, user: str, name: str | None, *, by: str | None = None) -> None:
        """Let somebody be called otherwise on one server."""
        guild = self.world.guilds[guild_id]
        right = Permission.CHANGE_NICKNAME if by in {None, user} else Permission.MANAGE_NICKNAMES
        permissions.need(guild, by or user, right)
        guild.change_member(user, by=by or user, nick=name)

    # talking

    def say(
        self, user: str, channel: str, text: str = "", *, reply_to: str | None = None,
        files: Mapping[str, bytes] | None = None, sticker: str | None = None, poll: Sequence[str] = (),
    ) -> str:  # fmt: skip
        """Let somebody say something and return the message's id; a poll is its question and its answers."""
        guild, place = self.world.place(channel)
        self._may_speak(user, guild, place)
        more: JSON = {}
        if files:
            more["attachments"] = [self.world.keep_file(channel, name, content) for name, content in files.items()]
        if sticker is not None:
            more["sticker_items"] = [{"id": self.world.ids.next(), "name": sticker, "format_type": 1}]
        if poll:
            more["poll"] = _poll(poll, self.world.now())
        reference = None if reply_to is None else {"channel_id": channel, "message_id": reply_to}
        return str(self.world.post(channel, user, text, reference=reference, **more)["id"])

    def use_app(
        self, user: str, channel: str, text: str, *, app: str, of_server: bool = False, pressed_by: str = ""
    ) -> str:
        """Let somebody use a program of their own, or the server's, that says something; return the message's id.

        `app` is the account under which it speaks; somebody else may have pressed on what it said before.
        """
        guild, place = self.world.place(channel)
        self._may_speak(user, guild, place)
        assert guild is not None
        by = pressed_by or user
        owners = {"1": user} | ({"0": guild.id} if of_server else {})
        metadata: JSON = {
            "id": self.world.ids.next(), "type": 3 if pressed_by else 2, "user": self.world.users[by],
            "authorizing_integration_owners": owners,
        }  # fmt: skip
        if pressed_by:
            metadata["interacted_message_id"] = self.world.ids.next()
        return str(
            self.world.post(
                channel, app, text, kind=20, application_id=app, webhook_id=app, interaction_metadata=metadata
            )["id"]
        )

    def forward(self, user: str, message: tuple[str, str], channel: str) -> str:
        """Let somebody forward a message, named by its channel and its id, and return the new one's id."""
        source, _ = self.world.place(message[0])
        guild, place = self.world.place(channel)
        self._may_speak(user, guild, place)
        named = {"type": 1, "channel_id": message[0], "message_id": message[1]}
        reference = named | ({} if source is None else {"guild_id": source.id})
        return str(self.world.post(channel, user, reference=reference)["id"])

    def write_to_bot(self, user: str, text: str, *, files: Mapping[str, bytes] | None = None) -> str:
        """Let somebody write to the bot directly, and return the message's id."""
        return self.say(user, self.world.open_direct(user)["id"], text, files=files)

    def open_thread(
        self, user: str, channel: str, name: str, *, on: str | None = None, text: str = "", private: bool = False
    ) -> str:
        """Let somebody open a thread, in a forum with its first post, and return its id."""
        guild, place = self._in_guild(channel)
        right = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
        forum = place["type"] in shapes.FORUMS
        permissions.need(guild, user, Permission.SEND_MESSAGES if forum else right, place)
        thread = guild.open_thread(channel, name, on, by=user, kind=12 if private else 11)
        if forum:
            self.world.post(thread["id"], user, text, id=thread["id"])
        elif text:
            self.world.post(thread["id"], user, text)
        return str(thread["id"])

    def edit(self, user: str, channel: str, message: str, text: str) -> None:
        """Let somebody change what they said."""
        if self.world.message(channel, message)["author"]["id"] != user:
            raise Refused(50005)
        self.world.edit(channel, message, content=text)

    def delete(self, user: str, channel: str, message: str) -> None:
        """Let somebody delete a message: their own, or as one of the staff another's."""
        guild, place = self.world.place(channel)
        if self.world.message(channel, message)["author"]["id"] != user:
            if guild is None:
                raise Refused(50003)
            permissions.need(guild, user, Permission.MANAGE_MESSAGES, place)
        self.world.delete(channel, message, by=user)

    def delete_many(self, bot: str, channel: str, messages: Sequence[str]) -> None:
        """Let another bot delete messages at once: people can't."""
        guild, place = self._in_guild(channel)
        permissions.need(guild, bot, Permission.MANAGE_MESSAGES, place)
        self.world.delete_many(channel, messages, by=bot)

    # what staff do by hand

    def ban(self, staff: str, guild_id: str, user: str, *, reason: str | None = None, delete_seconds: int = 0) -> None:
        """Let one of the staff ban somebody with Discord's own menu."""
        guild = self._over(staff, guild_id, user, Permission.BAN_MEMBERS)
        guild.ban(user, by=staff, reason=reason, delete_seconds=delete_seconds)

    def unban(self, staff: str, guild_id: str, user: str, *, reason: str | None = None) -> None:
        """Let one of the staff lift a ban."""
        guild = self.world.guilds[guild_id]
        permissions.need(guild, staff, Permission.BAN_MEMBERS)
        if user not in guild.bans:
            raise Refused(10026)
        guild.unban(user, by=staff, reason=reason)

    def kick(self, staff: str, guild_id: str, user: str, *, reason: str | None = None) -> None:
        """Let one of the staff send somebody away."""
        self._over(staff, guild_id, user, Permission.KICK_MEMBERS).kick(user, by=staff, reason=reason)

    def time_out(self, staff: str, guild_id: str, user: str, length: timedelta | None) -> None:
        """Let one of the staff put somebody into a timeout, or end it with None."""
        guild = self._over(staff, guild_id, user, Permission.MODERATE_MEMBERS)
        until = None if length is None else shapes.when(self.world.now() + length)
        guild.change_member(user, by=staff, communication_disabled_until=until)

    def give_role(self, staff: str, guild_id: str, user: str, role: str) -> None:
        """Let one of the staff give somebody a role."""
        guild = self._with_role(staff, guild_id, role)
        guild.change_member(user, by=staff, roles=[*guild.members[user]["roles"], role])

    def take_role(self, staff: str, guild_id: str, user: str, role: str) -> None:
        """Let one of the staff take a role from somebody."""
        guild = self._with_role(staff, guild_id, role)
        guild.change_member(user, by=staff, roles=[one for one in guild.members[user]["roles"] if one != role])

    # asking the bot

    def give(self, user: str, channel: str, command: str, **options: Any) -> Interaction:
        """Let somebody give a slash command by its whole name, `mod ban`, with options by theirs."""
        guild, found = self._offered(user, channel, command, commands.SLASH)
        data = commands.invocation(self.world, guild, found, command, options)
        return self._ask(Kind.COMMAND, user, channel, data)

    def complete(self, user: str, channel: str, command: str, focused: str, text: str, **options: Any) -> Interaction:
        """Let somebody type into an option, and return the interaction whose `choices` the bot offers."""
        guild, found = self._offered(user, channel, command, commands.SLASH)
        data = commands.completion(self.world, guild, found, command, options, typed=(focused, text))
        return self._ask(Kind.COMPLETION, user, channel, data)

    def use_on_message(self, user: str, channel: str, message: str, command: str) -> Interaction:
        """Let somebody choose a command from a message's menu."""
        _, found = self._offered(user, channel, command, commands.ON_MESSAGE)
        return self._ask(Kind.COMMAND, user, channel, commands.on_message(found, self._seen(user, channel, message)))

    def use_on_user(self, user: str, channel: str, target: str, command: str) -> Interaction:
        """Let somebody choose a command from somebody else's menu."""
        guild, found = self._offered(user, channel, command, commands.ON_USER)
        return self._ask(Kind.COMMAND, user, channel, commands.on_user(self.world, guild, found, target))

    def press(self, user: str, channel: str, message: str, button: str) -> Interaction:
        """Let somebody press a button, named by its label or its custom id, on a message that they see."""
        source = self._seen(user, channel, message)
        found = forms.control(source["components"], button, frozenset({components.BUTTON}))
        return self._ask(Kind.COMPONENT, user, channel, forms.pressed(found), source=source)

    def choose(self, user: str, channel: str, message: str, select: str, values: Sequence[str]) -> Interaction:
        """Let somebody choose in a menu, named by its placeholder or its custom id."""
        source = self._seen(user, channel, message)
        found = forms.control(source["components"], select, components.SELECTS)
        guild, _ = self.world.place(channel)
        return self._ask(Kind.COMPONENT, user, channel, forms.chosen(self.world, guild, found, values), source=source)

    def submit(self, opened: Interaction, **values: Any) -> Interaction:
        """Let somebody send off the form that an interaction opened, with what they enter by custom id."""
        if opened.form is None:
            raise ImpossibleError("no form was opened")
        guild, _ = self.world.place(opened.channel_id)
        data = forms.submitted(self.world, guild, opened.form, values)
        return self._ask(Kind.FORM, opened.user_id, opened.channel_id, data, source=opened.source)

    # seeing

    def sees(self, user: str, channel: str) -> Sequence[JSON]:
        """Return the messages that somebody sees in a channel, oldest first, their own ephemeral ones among them."""
        guild, place = self.world.place(channel)
        private = self.interactions.shown_to(user, channel)
        if guild is not None and not guild.sees(user, place):
            return private
        every = [*self.world.messages.get(channel, {}).values(), *private]
        return sorted(every, key=lambda one: int(one["id"]))

    def direct_messages(self, user: str) -> Sequence[JSON]:
        """Return what the bot and somebody wrote to each other, oldest first."""
        channels = [one["id"] for one in self.world.direct.values() if one["recipients"][0]["id"] == user]
        return [message for channel in channels for message in self.sees(user, channel)]

    def commands_of(self, user: str, channel: str) -> Sequence[JSON]:
        """Return the commands that somebody is offered in a channel."""
        guild, place = self.world.place(channel)
        return commands.offered(self.world, guild, user, place)

    # what stands behind

    def _ask(self, kind: Kind, user: str, channel: str, data: JSON, *, source: JSON | None = None) -> Interaction:
        guild, _ = self.world.place(channel)
        if guild is not None and user not in guild.members:
            raise ImpossibleError(f"{user} isn't on this server")
        locale = self.locales.get(user, "en-US")
        return self.interactions.begin(kind, user, channel, data, source=source, locale=locale)

    def _offered(self, user: str, channel: str, command: str, kind: int) -> tuple[Guild | None, JSON]:
        guild, place = self.world.place(channel)
        name = command.split(maxsplit=1)[0] if kind == commands.SLASH else command
        for one in commands.offered(self.world, guild, user, place):
            if (one["type"], one["name"]) == (kind, name):
                return guild, one
        raise ImpossibleError(f"{command!r} isn't offered to {user} here")

    def _seen(self, user: str, channel: str, message: str) -> JSON:
        for one in self.sees(user, channel):
            if one["id"] == message:
                return one
        raise Refused(10008)

    def _in_guild(self, channel: str) -> tuple[Guild, JSON]:
        guild, place = self.world.place(channel)
        if guild is None:
            raise Refused(50003)
        return guild, place

    def _may_speak(self, user: str, guild: Guild | None, channel: JSON) -> None:
        """Let somebody speak who may, and who hasn't just spoken where that takes time."""
        if guild is None:
            return
        thread = channel["type"] in shapes.THREADS
        permissions.need(
            guild, user, Permission.SEND_MESSAGES_IN_THREADS if thread else Permission.SEND_MESSAGES, channel
        )
        pause = channel.get("rate_limit_per_user") or 0
        free = Permission.BYPASS_SLOWMODE | Permission.MANAGE_MESSAGES | Permission.MANAGE_CHANNELS
        if not pause or permissions.computed(guild, user, channel) & free:
            return
        theirs = [one for one in self.world.messages.get(channel["id"], {}).values() if one["author"]["id"] == user]
        if theirs and self.world.now() - snowflake.at(theirs[-1]["id"]) < timedelta(seconds=pause):
            raise Refused(20016)

    def _over(self, staff: str, guild_id: str, user: str, right: Permission) -> Guild:
        guild = self.world.guilds[guild_id]
        permissions.need(guild, staff, right)
        if not permissions.outranks(guild, staff, user):
            raise Refused(50013)
        return guild

    def _with_role(self, staff: str, guild_id: str, role: str) -> Guild:
        guild = self.world.guilds[guild_id]
        permissions.need(guild, staff, Permission.MANAGE_ROLES)
        if not permissions.above(guild, staff, role):
            raise Refused(50013)
        return guild


def _poll(words: Sequence[str], now: datetime) -> JSON:
    question, *answers = words
    return {
        "question": {"text": question},
        "answers": [{"answer_id": index, "poll_media": {"text": text}} for index, text in enumerate(answers, 1)],
        "expiry": shapes.when(now + timedelta(days=1)),
        "allow_multiselect": False,
        "layout_type": 1,
        "results": {"is_finalized": False, "answer_counts": []},
    }
