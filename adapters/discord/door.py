"""What every call to one Discord server needs: which server, the library's door to the API, and the time."""

from dataclasses import dataclass, field

import discord

from adapters.discord.client import Client
from adapters.discord.home import Home
from adapters.discord.pacing import Paces
from bot.domain.message import Message
from bot.ports import Clock


@dataclass(kw_only=True, slots=True)
class Door:
    """The way into one server; `server` is replaced whenever Discord shows it anew."""

    #: which server, and for whom
    home: Home
    #: the session's client: makes objects of channels that it doesn't remember
    client: Client
    #: the server as the library remembers it
    server: discord.Guild
    #: the one source of time
    clock: Clock
    #: how often each sort of thing is asked for: by kind, sanction and channel
    paces: Paces = field(default_factory=dict)

    @property
    def http(self) -> discord.http.HTTPClient:
        """The library's door to the API: paces calls as Discord's limits want it."""
        return self.client.http

    @property
    def number(self) -> int:
        """The server's id as the library takes it."""
        return int(self.home.server)

    @property
    def reads(self) -> bool:
        """Whether Discord lets us read what members write."""
        return self.client.intents.message_content

    def tells(self, message: Message) -> bool:
        """Return whether Discord says what stands in a message: without the right to read, if it mentions the bot.

        What came without its words is no empty message, and isn't judged as one.
        """
        return self.reads or str(self.own) in message.mentions.people

    @property
    def own(self) -> int:
        """The bot's own id."""
        user = self.client.user
        return 0 if user is None else user.id
