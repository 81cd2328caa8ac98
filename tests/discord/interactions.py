"""Interactions: what a person asks of the bot, how long it may answer, and what that person is shown of it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any
from uuid import uuid4

from aiohttp import web

from tests.discord import permissions, shapes
from tests.discord.errors import Refused
from tests.discord.guild import JSON, Guild
from tests.discord.intents import Intent
from tests.discord.world import World

#: how long a bot may wait before its first answer
FIRST = timedelta(seconds=3)
#: how long it may go on answering
LIFE = timedelta(minutes=15)
#: a message that says that the bot is thinking
LOADING = 1 << 7
#: bytes of a file that may hang on an answer
LARGEST_FILE = 10 * 1024 * 1024


class Kind(IntEnum):
    """What a person did."""

    COMMAND = 2
    COMPONENT = 3
    COMPLETION = 4
    FORM = 5


class Answer(IntEnum):
    """What the bot answers at first."""

    MESSAGE = 4
    DEFERRED = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    FORM = 9


#: what may be answered to what
ANSWERS: Mapping[Kind, frozenset[Answer]] = {
    Kind.COMMAND: frozenset({Answer.MESSAGE, Answer.DEFERRED, Answer.FORM}),
    Kind.COMPONENT: frozenset(Answer) - {Answer.CHOICES},
    Kind.COMPLETION: frozenset({Answer.CHOICES}),
    Kind.FORM: frozenset({Answer.MESSAGE, Answer.DEFERRED, Answer.DEFERRED_UPDATE, Answer.UPDATE}),
}


@dataclass(kw_only=True, eq=False)
class Interaction:
    """One thing that a person asked of the bot."""

    #: the world's time
    now: Callable[[], datetime]
    #: its id
    id: str
    #: with which the bot answers
    token: str
    #: what they did
    kind: Kind
    #: who asks
    user_id: str
    #: where
    channel_id: str
    #: None in direct messages
    guild_id: str | None
    #: what is asked, as the bot is told it
    data: JSON
    #: the message whose component was used, also if a form followed; None for a command
    source: JSON | None
    #: when
    at: datetime
    #: what the bot answered at first; None before
    answer: Answer | None = None
    #: the id of the message that answers, or of the one that was updated
    original: str | None = None
    #: ids of the messages that were made for it
    messages: list[str] = field(default_factory=list)
    #: the form that was opened
    form: JSON | None = None
    #: what was offered for completion
    choices: Sequence[JSON] = ()
    #: whether the person reads that the bot is thinking
    loading: bool = False
    _waiting: list[asyncio.Event] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Return whether the person reads that the application did not respond."""
        return self.answer is None and self.now() - self.at > FIRST

    def happened(self) -> None:
        """Wake those who wait for an answer."""
        for waiting in self._waiting:
            waiting.set()

    async def until(self, holds: Callable[["Interaction"], bool], *, seconds: float = 60.0) -> "Interaction":
        """Return when something holds of it; raise `TimeoutError` when that takes too long, which only ends a hang."""
        waiting = asyncio.Event()
        self._waiting.append(waiting)
        try:
            async with asyncio.timeout(seconds):
                while not holds(self):
                    await waiting.wait()
                    waiting.clear()
        finally:
            self._waiting.remove(waiting)
        return self

    async def answered(self, *, seconds: float = 60.0) -> "Interaction":
        """Return when the bot has answered for the first time."""
        return await self.until(lambda one: one.answer is not None, seconds=seconds)

    async def settled(self, *, seconds: float = 60.0) -> "Interaction":
        """Return when the bot has answered and isn't thinking any more."""
        return await self.until(lambda one: one.answer is not None and not one.loading, seconds=seconds)


@dataclass(kw_only=True)
class Private:
    """A message that one person alone sees."""

    #: that person
    user_id: str
    #: what they see
    message: JSON


@dataclass(kw_only=True)
class Interactions:
    """Every interaction there was, and what one person alone was shown."""

    #: where they happen
    world: World
    #: by token
    by_token: dict[str, Interaction] = field(default_factory=dict)
    #: by the message's id
    private: dict[str, Private] = field(default_factory=dict)

    def begin(
        self,
        kind: Kind,
        user_id: str,
        channel_id: str,
        data: JSON,
        *,
        source: JSON | None = None,
        locale: str = "en-US",
    ) -> Interaction:
        """Tell the bot what a person asks, and return it."""
        guild, channel = self.world.place(channel_id)
        interaction = Interaction(
            now=self.world.now,
            id=self.world.ids.next(),
            token=uuid4().hex,
            kind=kind,
            user_id=user_id,
            channel_id=channel_id,
            guild_id=None if guild is None else guild.id,
            data=data,
            source=source,
            at=self.world.now(),
        )
        self.by_token[interaction.token] = interaction
        told = self._told(interaction, guild, channel, locale)
        self.world.emit("INTERACTION_CREATE", told, interaction.guild_id, intents=Intent.NONE)
        return interaction

    def to_answer(self, id: str, token: str) -> Interaction:
        """Return an interaction that waits for its first answer; raise 10062 if none does, 40060 if it had one."""
        interaction = self.by_token.get(token)
        if interaction is None or interaction.id != id:
            raise Refused(10062)
        if interaction.answer is not None:
            raise Refused(40060)
        if interaction.failed:
            raise Refused(10062)
        return interaction

    def going_on(self, application_id: str, token: str) -> Interaction:
        """Return an interaction that was answered; raise 10015 before that, 50027 when its life is over."""
        interaction = self.by_token.get(token)
        if application_id != self.world.application_id:
            raise Refused(10015)
        if interaction is None or self.world.now() - interaction.at > LIFE:
            raise Refused(50027)
        if interaction.answer is None:
            raise Refused(10015)
        return interaction

    def shown_to(self, user_id: str, channel_id: str) -> Sequence[JSON]:
        """Return what one person alone sees in a channel, oldest first."""
        theirs = [one.message for one in self.private.values() if one.user_id == user_id]
        return [one for one in theirs if one["channel_id"] == channel_id]

    def message(self, channel_id: str, message_id: str) -> JSON:
        """Return a message, whoever sees it; raise 10008 where there is none."""
        held = self.private.get(message_id)
        return self.world.message(channel_id, message_id) if held is None else held.message

    def edit(self, channel_id: str, message_id: str, allowed: Mapping[str, Any] | None, fields: JSON) -> JSON:
        """Change a message, whoever sees it."""
        held = self.private.get(message_id)
        if held is None:
            return self.world.edit(channel_id, message_id, allowed=allowed, **fields)
        held.message = held.message | fields | {"edited_timestamp": shapes.when(self.world.now())}
        return held.message

    def delete(self, channel_id: str, message_id: str) -> None:
        """Take a message away, whoever sees it."""
        if self.private.pop(message_id, None) is None:
            self.world.delete(channel_id, message_id, by=self.world.bot["id"])

    def _told(self, interaction: Interaction, guild: Guild | None, channel: JSON, locale: str) -> JSON:
        """Return INTERACTION_CREATE's data."""
        told: JSON = {
            "id": interaction.id, "application_id": self.world.application_id, "type": int(interaction.kind),
            "token": interaction.token, "version": 1, "data": interaction.data, "channel_id": channel["id"],
            "locale": locale, "entitlements": [], "attachment_size_limit": LARGEST_FILE,
        }  # fmt: skip
        if interaction.source is not None:
            told["message"] = interaction.source
        if guild is None:
            everything = str(permissions.ALL)
            return told | {
                "user": self.world.users[interaction.user_id], "channel": channel, "app_permissions": everything,
                "context": 1, "authorizing_integration_owners": {"0": "0"},
            }  # fmt: skip
        own = str(int(permissions.computed(guild, interaction.user_id, channel)))
        return told | {
            "guild_id": guild.id,
            "guild": {"id": guild.id, "locale": guild.data["preferred_locale"], "features": guild.data["features"]},
            "guild_locale": guild.data["preferred_locale"],
            "channel": {**channel, "permissions": own},
            "member": {**guild.members[interaction.user_id], "permissions": own},
            "app_permissions": str(int(permissions.computed(guild, self.world.bot["id"], channel))),
            "context": 0,
            "authorizing_integration_owners": {"0": guild.id},
        }


#: where the routes find them
BOOK = web.AppKey("book", Interactions)
