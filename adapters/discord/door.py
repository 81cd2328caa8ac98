"""What every call to one Discord server needs: which server, the library's door to the API, and the time."""

from dataclasses import dataclass

import discord

from adapters.discord.home import Home
from bot.ports import Clock


@dataclass(kw_only=True, slots=True)
class Door:
    """The way into one server; `server` is replaced whenever Discord shows it anew."""

    #: which server, and for whom
    home: Home
    #: the session's client: makes objects of channels that it doesn't remember
    client: discord.Client
    #: the server as the library remembers it
    server: discord.Guild
    #: the one source of time
    clock: Clock

    @property
    def http(self) -> discord.http.HTTPClient:
        """The library's door to the API: paces calls as Discord's limits want it."""
        return self.client.http

    @property
    def number(self) -> int:
        """The server's id as the library takes it."""
        return int(self.home.server)

    @property
    def own(self) -> int:
        """The bot's own id."""
        user = self.client.user
        return 0 if user is None else user.id
