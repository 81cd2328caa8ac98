"""Discord's objects as JSON, complete, from the few values in which they differ."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tests.discord import snowflake

#: threads: of announcements, public, private
THREADS = frozenset({10, 11, 12})
#: channels in which messages stand
SPOKEN = frozenset({0, 1, 2, 5, 10, 11, 12, 13})
#: channels that hold threads alone
FORUMS = frozenset({15, 16})
#: a message that is written in components
COMPONENTS_V2 = 1 << 15
#: a message that has a thread
HAS_THREAD = 1 << 5
#: a message that one person alone sees
EPHEMERAL = 1 << 6


def when(moment: datetime) -> str:
    """Return a time as Discord writes it."""
    return moment.isoformat(timespec="microseconds")


def user(id: str, name: str, *, bot: bool = False) -> dict[str, Any]:
    """Return an account."""
    plain = name.lower().replace(" ", "_")
    found: dict[str, Any] = {
        "id": id, "username": plain, "global_name": None if bot else name, "discriminator": "0001" if bot else "0",
        "avatar": None, "banner": None, "accent_color": None, "public_flags": 0, "flags": 0, "primary_guild": None,
        "avatar_decoration_data": None, "collectibles": None,
    }  # fmt: skip
    return found | ({"bot": True} if bot else {})


def member(user: Mapping[str, Any], *, roles: Sequence[str], joined_at: datetime) -> dict[str, Any]:
    """Return an account's membership of one guild."""
    return {
        "user": user, "nick": None, "avatar": None, "banner": None, "roles": list(roles), "joined_at": when(joined_at),
        "premium_since": None, "deaf": False, "mute": False, "flags": 0, "pending": False,
        "communication_disabled_until": None, "avatar_decoration_data": None, "collectibles": None,
    }  # fmt: skip


def role(id: str, name: str, *, permissions: int, position: int) -> dict[str, Any]:
    """Return a role; its permissions are digits in a string, as everywhere."""
    return {
        "id": id, "name": name, "permissions": str(int(permissions)), "position": position, "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None}, "hoist": False,
        "managed": False, "mentionable": False, "icon": None, "unicode_emoji": None, "flags": 0,
    }  # fmt: skip


def channel(id: str, name: str, *, kind: int, guild_id: str, parent: str | None, position: int) -> dict[str, Any]:
    """Return a channel of a guild that isn't a thread."""
    found: dict[str, Any] = {
        "id": id, "type": kind, "guild_id": guild_id, "name": name, "position": position, "parent_id": parent,
        "permission_overwrites": [], "flags": 0, "nsfw": False,
    }  # fmt: skip
    if kind in SPOKEN or kind in FORUMS:
        found |= {"topic": None, "rate_limit_per_user": 0, "last_message_id": None}
    if kind in {2, 13}:
        found |= {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
    if kind in FORUMS:
        found |= {
            "available_tags": [], "default_reaction_emoji": None, "default_sort_order": None, "default_forum_layout": 0,
        }  # fmt: skip
    return found


def thread(id: str, name: str, *, kind: int, parent: Mapping[str, Any], owner_id: str, now: datetime) -> dict[str, Any]:
    """Return a thread; one that hangs on a message has that message's id."""
    metadata: dict[str, Any] = {
        "archived": False, "archive_timestamp": when(now), "auto_archive_duration": 4320, "locked": False,
        "create_timestamp": when(now),
    }  # fmt: skip
    found: dict[str, Any] = {
        "id": id, "type": kind, "guild_id": parent["guild_id"], "parent_id": parent["id"], "owner_id": owner_id,
        "name": name, "last_message_id": None, "rate_limit_per_user": 0, "flags": 0, "message_count": 0,
        "member_count": 0, "total_message_sent": 0,
        "thread_metadata": metadata | ({"invitable": True} if kind == 12 else {}),
    }  # fmt: skip
    return found | ({"applied_tags": []} if parent["type"] in FORUMS else {})


def direct(id: str, recipient: Mapping[str, Any]) -> dict[str, Any]:
    """Return the channel of direct messages with somebody."""
    return {"id": id, "type": 1, "flags": 0, "last_message_id": None, "recipients": [recipient]}


def guild(id: str, name: str, owner_id: str) -> dict[str, Any]:
    """Return a guild without what hangs on it: roles, channels, members."""
    return {
        "id": id, "name": name, "owner_id": owner_id, "icon": None, "description": None, "home_header": None,
        "splash": None, "discovery_splash": None, "features": ["COMMUNITY"], "banner": None, "application_id": None,
        "region": "deprecated", "afk_channel_id": None, "afk_timeout": 300, "system_channel_id": None,
        "system_channel_flags": 0, "widget_enabled": False, "widget_channel_id": None, "verification_level": 1,
        "default_message_notifications": 1, "mfa_level": 0, "explicit_content_filter": 2, "max_presences": None,
        "max_members": 25_000_000, "max_stage_video_channel_users": 50, "max_video_channel_users": 25,
        "vanity_url_code": None, "premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": "en-US",
        "rules_channel_id": None, "safety_alerts_channel_id": None, "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False, "nsfw": False, "nsfw_level": 0, "emojis": [], "stickers": [],
        "incidents_data": None,
    }  # fmt: skip


def application(bot: Mapping[str, Any], owner: Mapping[str, Any], *, flags: int) -> dict[str, Any]:
    """Return the application whose bot this is, as its owner sees it."""
    return {
        "id": bot["id"], "name": bot["username"], "icon": None, "description": "", "type": None, "bot": bot,
        "bot_public": False, "bot_require_code_grant": False, "verify_key": "0" * 64, "flags": flags,
        "flags_new": str(flags), "redirect_uris": [], "interactions_endpoint_url": None,
        "role_connections_verification_url": None, "owner": owner, "approximate_guild_count": 1,
        "approximate_user_install_count": 0, "approximate_user_authorization_count": 0, "explicit_content_filter": 0,
        "team": None, "eligible_oauth2_scopes": [], "integration_types_config": {"0": {}},
    }  # fmt: skip


def message(
    id: str, channel_id: str, author: Mapping[str, Any], content: str, *, kind: int, flags: int
) -> dict[str, Any]:
    """Return a message that mentions nobody yet and carries nothing else."""
    return {
        "id": id, "channel_id": channel_id, "author": author, "type": kind, "content": content, "mentions": [],
        "mention_roles": [], "mention_everyone": False, "attachments": [], "embeds": [], "components": [],
        "timestamp": when(snowflake.at(id)), "edited_timestamp": None, "flags": flags, "pinned": False, "tts": False,
    }  # fmt: skip


def attachment(id: str, channel_id: str, filename: str, *, size: int, kind: str, host: str) -> dict[str, Any]:
    """Return a file that hangs on a message; its address is signed and ends, as Discord's do."""
    path = f"attachments/{channel_id}/{id}/{filename}"
    ends = f"ex={int(snowflake.at(id).timestamp()) + 86_400:x}&is=0&hm=0"
    return {
        "id": id, "filename": filename, "size": size, "content_type": kind, "url": f"{host}/{path}?{ends}",
        "proxy_url": f"{host}/{path}?{ends}", "flags": 0,
    }  # fmt: skip


def snapshot(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a forward shows of a message."""
    kept = (
        "type", "content", "embeds", "attachments", "timestamp", "edited_timestamp", "flags", "mentions",
        "mention_roles", "sticker_items", "components",
    )  # fmt: skip
    return {"message": {name: message[name] for name in kept if name in message}}


def without_content(message: Mapping[str, Any], bot_id: str) -> dict[str, Any]:
    """Return a message as it is told without the right to its content: empty, unless it is the bot's or names it."""
    shown = dict(message)
    mentioned = any(one["id"] == bot_id for one in message.get("mentions", ()))
    if message.get("author", {}).get("id") == bot_id or mentioned:
        return shown
    for name, empty in (("content", ""), ("embeds", []), ("attachments", []), ("components", [])):
        if name in shown:
            shown[name] = empty
    shown.pop("poll", None)
    shown.pop("message_snapshots", None)
    return shown
