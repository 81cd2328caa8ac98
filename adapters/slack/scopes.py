"""What Locum needs of a workspace: each scope of either token with what it is for, and the events that it hears.

https://docs.slack.dev/reference/scopes
"""

from dataclasses import dataclass

from bot.domain.capability import Ability
from bot.i18n import Phrase, phrase


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """One scope that Locum needs."""

    #: Slack's name of it
    scope: str
    #: what it is for: without it these can't be done
    serves: tuple[Ability, ...]
    #: True for the token of somebody who administers the workspace
    admin: bool = False


#: everything that the adapter asks of Slack; what isn't here, the app isn't installed with
NEEDS = (
    Need(scope="channels:history", serves=(Ability.MESSAGES, Ability.HISTORY)),
    Need(scope="groups:history", serves=(Ability.MESSAGES, Ability.HISTORY)),
    Need(scope="channels:read", serves=(Ability.MESSAGES, Ability.HISTORY, Ability.KICK)),
    Need(scope="groups:read", serves=(Ability.MESSAGES, Ability.HISTORY, Ability.KICK)),
    Need(scope="channels:join", serves=(Ability.MESSAGES,)),
    Need(scope="files:read", serves=(Ability.MESSAGES,)),
    Need(scope="users:read", serves=(Ability.MESSAGES, Ability.JOINS, Ability.OUTSIDE)),
    Need(scope="usergroups:read", serves=(Ability.OUTSIDE,)),
    Need(scope="usergroups:write", serves=()),
    Need(scope="chat:write", serves=(Ability.CARD, Ability.NOTICE, Ability.THREAD)),
    Need(scope="im:write", serves=(Ability.NOTICE,)),
    Need(scope="im:history", serves=(Ability.NOTICE,)),
    Need(scope="channels:manage", serves=(Ability.KICK,)),
    Need(scope="groups:write", serves=(Ability.KICK,)),
    Need(scope="commands", serves=(Ability.COMMANDS,)),
    Need(scope="chat:write", serves=(Ability.DELETE, Ability.TIMEOUT, Ability.QUARANTINE), admin=True),
    Need(scope="files:write", serves=(Ability.DELETE,), admin=True),
    Need(scope="channels:write", serves=(Ability.KICK,), admin=True),
    Need(scope="groups:write", serves=(Ability.KICK,), admin=True),
)
#: scopes that the app is installed with, by token
BOT = tuple(one.scope for one in NEEDS if not one.admin)
ADMIN = tuple(one.scope for one in NEEDS if one.admin)
#: events that are heard, through the bot: https://docs.slack.dev/reference/events
EVENTS = (
    "app_home_opened", "app_uninstalled", "channel_archive", "channel_created", "channel_deleted", "channel_left",
    "channel_rename", "channel_unarchive", "group_archive", "group_deleted", "group_left", "group_rename",
    "group_unarchive", "member_joined_channel", "member_left_channel", "message.channels", "message.groups",
    "message.im", "subteam_created", "subteam_members_changed", "subteam_updated", "team_join", "tokens_revoked",
    "user_change",
)  # fmt: skip


def said(need: Need) -> Phrase:
    """Return a scope's name with what it is for, in people's words."""
    return phrase(f"slack.need_{'admin_' if need.admin else ''}{need.scope.replace(':', '_').replace('.', '_')}")
