"""`users.*`, `usergroups.*` and `admin.users.*`: who is there."""

from collections.abc import Mapping

from tests.slack.api.calling import Call, Handler, page
from tests.slack.errors import Refused
from tests.slack.things import JSON, User
from tests.slack.usergroups import set_members, shown


def list_all(call: Call) -> JSON:
    """List everybody, deactivated people too."""
    every = list(call.workspace.users.values())
    # asked for without a limit, all come at once
    part, more = page(call, every, default=max(len(every), 1))
    return {"members": [_shown(call, one) for one in part], "cache_ts": 0, **more}


def info(call: Call) -> JSON:
    """Show somebody."""
    return {"user": _shown(call, call.user())}


def profile(call: Call) -> JSON:
    """Show somebody's profile; without a name, one's own."""
    user = call.user() if call.text("user") else call.caller
    return {"profile": user.profile(email="users:read.email" in call.token.scopes)}


def by_email(call: Call) -> JSON:
    """Show whoever has an address."""
    for user in call.workspace.users.values():
        if user.email and user.email == call.text("email") and not user.deleted:
            return {"user": _shown(call, user)}
    raise Refused("users_not_found")


def _shown(call: Call, user: User) -> JSON:
    email = "users:read.email" in call.token.scopes
    return user.shown(call.world.now(), email=email, locale=call.flag("include_locale"))


def groups(call: Call) -> JSON:
    """List the groups of a workspace whose plan has them."""
    _paid(call)
    disabled, users = call.flag("include_disabled"), call.flag("include_users")
    found = [one for one in call.workspace.usergroups.values() if disabled or not one.disabled]
    return {"usergroups": [shown(call.workspace, one, users=users) for one in found]}


def group_users(call: Call) -> JSON:
    """List who is in a group."""
    _paid(call)
    found = call.workspace.usergroups.get(call.text("usergroup"))
    if found is None or (found.disabled and not call.flag("include_disabled")):
        raise Refused("no_such_subteam")
    return {"users": list(found.users)}


def change_group(call: Call) -> JSON:
    """Say who is in a group from now on."""
    _paid(call)
    found = call.workspace.usergroups.get(call.text("usergroup"))
    if found is None or found.disabled:
        raise Refused("no_such_subteam")
    set_members(call.workspace, found, call.names("users"), by=call.token.user_id)
    return {"usergroup": shown(call.workspace, found)}


def _paid(call: Call) -> None:
    if call.workspace.plan == "free":
        raise Refused("plan_upgrade_required")


def remove(call: Call) -> JSON:
    """Remove somebody from the workspace, where the plan lets an admin's app do so."""
    _enterprise(call)
    user = call.workspace.users.get(call.text("user_id"))
    if user is None:
        raise Refused("user_not_found")
    if user.deleted:
        raise Refused("user_already_deleted")
    if user.is_primary_owner:
        raise Refused("cannot_modify_primary_owner")
    call.workspace.change_user(user.id, by=call.token.user_id, deleted=True)
    return {}


def reset_sessions(call: Call) -> JSON:
    """Sign somebody out everywhere."""
    _enterprise(call)
    user = call.workspace.users.get(call.text("user_id"))
    if user is None:
        raise Refused("user_not_found")
    if user.is_bot:
        raise Refused("cannot_reset_bot")
    if user.is_primary_owner:
        raise Refused("cannot_reset_primary_owner")
    call.workspace.note("sessions_reset", user.id, call.token.user_id)
    return {}


def set_prefs(call: Call) -> JSON:
    """Say who may write in a channel."""
    _enterprise(call)
    channel = call.workspace.channel(call.text("channel_id"))
    prefs = call.structure("prefs", "invalid_value")
    if not isinstance(prefs, dict):
        raise Refused("invalid_value")
    if "who_can_post" in prefs:
        admins = "admin" in str(prefs["who_can_post"])
        call.workspace.change_channel(channel.id, by=call.token.user_id, read_only=admins)
    return {}


def _enterprise(call: Call) -> None:
    """Let an admin through, in a workspace whose plan has this."""
    if call.workspace.plan != "enterprise":
        raise Refused("feature_not_enabled")
    if not call.caller.is_admin:
        raise Refused("not_an_admin")


METHODS: Mapping[str, Handler] = {
    "users.list": list_all,
    "users.info": info,
    "users.profile.get": profile,
    "users.lookupByEmail": by_email,
    "usergroups.list": groups,
    "usergroups.users.list": group_users,
    "usergroups.users.update": change_group,
    "admin.users.remove": remove,
    "admin.users.session.reset": reset_sessions,
    "admin.conversations.setConversationPrefs": set_prefs,
}
