"""Where somebody stands in a workspace: what a client lets them do by hand, and what shared channels say of them."""

from tests.slack.elements import ImpossibleError
from tests.slack.errors import Refused
from tests.slack.things import JSON, Channel, User
from tests.slack.workspace import Workspace
from tests.slack.world import World


def where(world: World, channel: str) -> tuple[Workspace, Channel]:
    """Return a channel and its workspace; raise `channel_not_found`."""
    for workspace in world.workspaces.values():
        if channel in workspace.channels:
            return workspace, workspace.channels[channel]
    raise Refused("channel_not_found")


def acting(workspace: Workspace, user: str) -> User:
    """Return somebody who can do something here: who was deactivated can't."""
    if user not in workspace.users or workspace.users[user].deleted:
        raise ImpossibleError(f"{user} can't come into {workspace.domain}")
    return workspace.users[user]


def there(world: World, user: str, channel: str) -> tuple[Workspace, Channel]:
    """Return a channel in which somebody is, and its workspace; raise `not_in_channel`."""
    workspace, place = where(world, channel)
    acting(workspace, user)
    if user not in place.members:
        raise Refused("not_in_channel")
    return workspace, place


def may_speak(world: World, user: str, channel: str, thread: str | None) -> tuple[Workspace, Channel]:
    """Return a channel in which somebody may say something; raise Slack's error otherwise."""
    workspace, place = there(world, user, channel)
    if place.is_archived:
        raise Refused("is_archived")
    if place.read_only and not is_admin(workspace.users[user]):
        raise Refused("restricted_action_read_only_channel")
    if thread in place.locked and not is_admin(workspace.users[user]):
        raise Refused("restricted_action_thread_locked")
    return workspace, place


def over(world: World, admin: str, user: str) -> Workspace:
    """Return where an admin may change somebody, who is no owner unless they are one too."""
    workspace, account = world.user(user)
    by = acting(workspace, admin)
    if account.is_primary_owner or not is_admin(by) or (account.is_owner and not by.is_owner):
        raise Refused("restricted_action")
    return workspace


def is_admin(user: User) -> bool:
    """Return whether somebody is an admin; owners are too."""
    return user.is_admin or user.is_owner or user.is_primary_owner


def shown_elsewhere(workspace: Workspace, place: Channel, user: str) -> JSON:
    """Return what messages say beside the rest in a channel that two workspaces share."""
    account = workspace.users[user]
    if not place.is_ext_shared:
        return {}
    more: JSON = {"user_team": account.team_id, "source_team": account.team_id}
    if not account.is_stranger:
        return more
    profile = {
        "name": account.name, "first_name": account.real_name.partition(" ")[0], "real_name": account.real_name,
        "display_name": account.display_name, "team": account.team_id, "is_restricted": account.is_restricted,
        "is_ultra_restricted": account.is_ultra_restricted, "avatar_hash": "", "image_72": "",
    }  # fmt: skip
    return more | {"user_profile": profile}
