"""Invitations into a guild, and what is known of those into others."""

from typing import Any

from tests.discord import shapes
from tests.discord.guild import JSON, Guild
from tests.discord.intents import Intent
from tests.discord.permissions import Permission


def shape(code: str, guild: JSON, channel: JSON, inviter: JSON | None = None) -> JSON:
    """Return what GET /invites/{code} shows."""
    kept = (
        "id", "name", "splash", "banner", "description", "icon", "features", "verification_level", "vanity_url_code",
        "nsfw_level", "nsfw", "premium_subscription_count",
    )  # fmt: skip
    found: JSON = {
        "type": 0, "code": code, "expires_at": None, "guild": {name: guild[name] for name in kept},
        "guild_id": guild["id"], "channel": {name: channel[name] for name in ("id", "type", "name")},
    }  # fmt: skip
    return found | ({} if inviter is None else {"inviter": inviter})


def add(guild: Guild, code: str, channel_id: str, *, by: str, reason: str | None = None, **more: Any) -> JSON:
    """Invite into a guild."""
    found = shape(code, guild.data, guild.channels[channel_id], guild.world.users[by]) | {
        "uses": 0, "max_uses": 0, "max_age": 0, "temporary": False, "created_at": shapes.when(guild.world.now()),
    }  # fmt: skip
    guild.invites[code] = found | more
    guild.log(40, by, None, reason=reason, changes=[{"key": "code", "new_value": code}])
    guild.effect("invite_created", code, by, channel_id=channel_id)
    told = {name: value for name, value in guild.invites[code].items() if name not in {"guild", "channel"}}
    told |= {"channel_id": channel_id}
    guild.tell("INVITE_CREATE", told, Intent.GUILD_INVITES, Permission.MANAGE_CHANNELS)
    return guild.invites[code]


def remove(guild: Guild, code: str, *, by: str, reason: str | None = None) -> JSON:
    """End an invitation, and return it."""
    found = guild.invites.pop(code)
    guild.log(42, by, None, reason=reason, changes=[{"key": "code", "old_value": code}])
    guild.effect("invite_deleted", code, by)
    told = {"code": code, "channel_id": found["channel"]["id"]}
    guild.tell("INVITE_DELETE", told, Intent.GUILD_INVITES, Permission.MANAGE_CHANNELS)
    return found
