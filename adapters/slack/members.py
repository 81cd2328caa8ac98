"""Who wrote something in a Slack workspace, as the core knows it: pure functions of what Slack says of users.

https://docs.slack.dev/reference/objects/user-object
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from adapters.slack.contents import Json, object_in, text_in
from adapters.slack.languages import spoken_by
from bot.domain.message import AccountRef, Member, PlatformName

#: somebody of another workspace, in a channel that both share
EXTERNAL = "external"
#: what Slack says of a user, and the role that it is for us; a single-channel guest is a guest as well
_ROLES = {
    "is_primary_owner": "owner",
    "is_owner": "owner",
    "is_admin": "admin",
    "is_restricted": "guest",
    "is_ultra_restricted": "single_channel_guest",
    "is_stranger": EXTERNAL,
}
#: what Slack says of whoever administers a workspace
_ADMINISTERS = ("is_admin", "is_owner", "is_primary_owner")
#: Slack's own program, which it doesn't call one
_SLACKBOT = "USLACKBOT"


def account_ref(workspace: str, user: str) -> AccountRef:
    """Return an account as the core names it: whoever is from elsewhere, too, by the workspace that we are in."""
    return AccountRef(platform=PlatformName.SLACK, workspace=workspace, user=user)


def author_id(message: Json) -> str:
    """Return the id of whoever wrote a message: a user, a program, or the name that an old program goes by."""
    found = text_in(message, "user") or text_in(message, "comment", "user") or text_in(message, "bot_id")
    if not found and message.get("subtype") == "bot_message":
        found = text_in(message, "username")
    return found


def author_of(
    workspace: str, message: Json, user: Json | None, groups: Collection[str] | None = None
) -> Member | None:  # fmt: skip
    """Return the author of a message as Slack describes the user, None where nobody is said to have written it.

    Of whoever isn't shown to us, the message itself may say something. A program goes by the name it chose first.
    """
    id_ = author_id(message)
    if not id_:
        return None
    said = {"id": id_, **(_as_said(message) if user is None else user)}
    found = member_of(workspace, said, None if user is None else groups)
    chosen = text_in(message, "username")
    is_program = found.bot or message.get("subtype") == "bot_message" or id_ == text_in(message, "bot_id")
    names = (chosen, *found.names, *([text_in(message, "bot_profile", "name")] if user is None else []))
    return Member(
        key=found.key, account=found.account, names=_each_once(names), roles=found.roles, bot=is_program,
        language=found.language,
    )  # fmt: skip


def member_of(
    workspace: str, user: Json, groups: Collection[str] | None = None, *, joined_at: datetime | None = None
) -> Member:
    """Return whoever is moderated, as Slack describes a user; when their account was made, it doesn't say.

    `groups` are the ids of the user groups that they are in: where nobody knows, nothing is said of roles.
    """
    id_ = text_in(user, "id")
    profile = object_in(user, "profile")
    names = [text_in(profile, name) for name in ("display_name", "real_name", "name")]
    return Member(
        key=id_,
        account=account_ref(workspace, id_),
        names=_each_once((*names, text_in(user, "real_name"), text_in(user, "name"))),
        joined_at=joined_at,
        roles=None if groups is None else roles_of(workspace, user).union(groups),
        bot=any(user.get(name) is True for name in ("is_bot", "is_workflow_bot")) or id_ == _SLACKBOT,
        language=spoken_by(user, ""),
    )


def roles_of(workspace: str, user: Json) -> frozenset[str]:
    """Return what Slack makes of somebody: owner, admin, guest, single_channel_guest, external."""
    found = {role for flag, role in _ROLES.items() if user.get(flag) is True}
    return frozenset(found | {EXTERNAL} if _is_from_elsewhere(workspace, user) else found)


def administers(user: Json) -> bool:
    """Return whether somebody administers the workspace, and isn't deactivated."""
    return any(user.get(name) is True for name in _ADMINISTERS) and not user.get("deleted")


def profile_of(user: Json) -> Iterator[str]:
    """Yield what others see of somebody beside their names: title, pronouns and status."""
    profile = object_in(user, "profile")
    yield from filter(None, (text_in(profile, name) for name in ("title", "pronouns", "status_text")))


def _is_from_elsewhere(workspace: str, user: Json) -> bool:
    """Return whether an account belongs to another workspace, and not to another one of the same organisation."""
    team = text_in(user, "team_id")
    own = object_in(user, "enterprise_user").get("teams")
    return team not in ("", workspace) and not (isinstance(own, list) and workspace in own)


def _as_said(message: Json) -> Json:
    """Return what a message says of its author, as users are described."""
    profile = object_in(message, "user_profile")
    return {"profile": profile, "team_id": text_in(message, "user_team") or text_in(profile, "team")}


def _each_once(names: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
