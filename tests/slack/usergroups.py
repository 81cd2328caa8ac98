"""Groups of people that are called by one handle: who is in them, what apps are told, and how each is shown."""

from collections.abc import Sequence

from tests.slack.errors import Refused
from tests.slack.things import JSON
from tests.slack.workspace import Usergroup, Workspace


def add_group(workspace: Workspace, handle: str, users: Sequence[str] = (), *, id: str | None = None) -> Usergroup:
    """Add a group, of which apps are told."""
    found = Usergroup(id=id or workspace.world.ids.next("S"), handle=handle, users=list(users))
    workspace.usergroups[found.id] = found
    workspace.note("group_created", found.id, "", users=list(users))
    workspace.publish({"type": "subteam_created", "subteam": shown(workspace, found)})
    return found


def set_members(workspace: Workspace, group: Usergroup, users: Sequence[str], *, by: str) -> None:
    """Say who is in a group from now on; Slack keeps none that is empty."""
    wanted = list(dict.fromkeys(users))
    if not wanted:
        raise Refused("no_users_provided")
    if any(one not in workspace.users or workspace.users[one].deleted for one in wanted):
        raise Refused("invalid_users")
    added = [one for one in wanted if one not in group.users]
    removed = [one for one in group.users if one not in wanted]
    group.users = wanted
    now = int(workspace.world.now().timestamp())
    workspace.note("group_changed", group.id, by, users=wanted)
    workspace.publish({
        "type": "subteam_members_changed", "subteam_id": group.id, "team_id": workspace.id,
        "date_previous_update": now, "date_update": now, "added_users": added, "added_users_count": len(added),
        "removed_users": removed, "removed_users_count": len(removed),
    })  # fmt: skip
    workspace.publish({"type": "subteam_updated", "subteam": shown(workspace, group)})


def shown(workspace: Workspace, group: Usergroup, *, users: bool = True) -> JSON:
    """Return a group as Slack shows it."""
    found: JSON = {
        "id": group.id, "team_id": workspace.id, "is_usergroup": True, "name": group.handle,
        "handle": group.handle, "description": "", "is_external": False, "date_create": 0, "date_update": 0,
        "date_delete": int(group.disabled), "user_count": len(group.users),
    }  # fmt: skip
    return found | ({"users": list(group.users)} if users else {})
