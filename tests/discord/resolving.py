"""What people pick out by hand, members, roles, channels, files, as the bot is told of it beside the ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.discord import permissions
from tests.discord.guild import JSON, Guild
from tests.discord.world import World

#: fields of a channel that are told
CHANNEL = (
    "id", "name", "type", "last_message_id", "nsfw", "parent_id", "guild_id", "flags", "rate_limit_per_user", "topic",
    "position", "thread_metadata",
)  # fmt: skip


class ImpossibleError(Exception):
    """Discord's own client doesn't let anybody do that."""


@dataclass(kw_only=True)
class Resolved:
    """What the ids in one interaction stand for."""

    #: where they are looked for
    world: World
    #: None in direct messages
    guild: Guild | None
    #: by kind and id
    found: dict[str, JSON] = field(default_factory=dict)

    def user(self, id: str) -> str:
        """Tell of an account, and of its membership if it has one; return its id."""
        if id not in self.world.users:
            raise ImpossibleError(f"there is no account {id}")
        self._add("users", id, self.world.users[id])
        if self.guild is not None and id in self.guild.members:
            self._add("members", id, partial_member(self.guild, id))
        return id

    def role(self, id: str) -> str:
        """Tell of a role, and return its id."""
        if self.guild is None or id not in self.guild.roles:
            raise ImpossibleError(f"there is no role {id}")
        self._add("roles", id, self.guild.roles[id])
        return id

    def channel(self, id: str) -> str:
        """Tell of a channel, and return its id."""
        place = None if self.guild is None else self.guild.place(id)
        if self.guild is None or place is None:
            raise ImpossibleError(f"there is no channel {id}")
        own = str(int(permissions.computed(self.guild, self.world.bot["id"], place)))
        shown = {name: place[name] for name in CHANNEL if name in place}
        self._add("channels", id, shown | {"permissions": own})
        return id

    def mentionable(self, id: str) -> str:
        """Tell of a role or an account, and return its id."""
        return self.role(id) if self.guild is not None and id in self.guild.roles else self.user(id)

    def message(self, message: Mapping[str, Any]) -> str:
        """Tell of a message, all of it whatever the bot may read otherwise, and return its id."""
        self._add("messages", message["id"], dict(message))
        return str(message["id"])

    def file(self, named: tuple[str, bytes]) -> str:
        """Tell of a file, given as its name and content, and return its id."""
        name, content = named
        attached = self.world.keep_file("ephemeral", name, content) | {"ephemeral": True}
        self._add("attachments", attached["id"], attached)
        return str(attached["id"])

    def _add(self, kind: str, id: str, shown: JSON) -> None:
        self.found.setdefault(kind, {})[id] = shown


def partial_member(guild: Guild, user: str) -> JSON:
    """Return a membership without what is told elsewhere."""
    member = {name: value for name, value in guild.members[user].items() if name not in {"user", "deaf", "mute"}}
    return member | {"permissions": str(int(permissions.computed(guild, user)))}
