"""`conversations.*` that change: who is in a channel, and what becomes of it."""

import re
from collections.abc import Mapping

from tests.slack.api.calling import Call, Handler
from tests.slack.errors import Refused
from tests.slack.things import JSON, Channel

#: letters of a channel's name, and of what it is about
LONGEST_NAME, LONGEST_TOPIC = 80, 250
#: people in one direct conversation, without who opens it
MOST_DIRECT = 8


def join(call: Call) -> JSON:
    """Let the caller into a public channel."""
    found = call.named_channel()
    if found.is_private:
        raise Refused("method_not_supported_for_channel_type")
    before = call.token.user_id in found.members
    call.workspace.join(found.id, call.token.user_id)
    more = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return {"channel": found.shown(call.token.user_id)} | (more if before else {})


def leave(call: Call) -> JSON:
    """Let the caller go."""
    found = call.named_channel()
    call.regular()
    if found.is_general:
        raise Refused("cant_leave_general")
    if call.token.user_id not in found.members:
        return {"not_in_channel": True}
    if found.is_private and len(found.members) == 1:
        raise Refused("last_member")
    call.workspace.leave(found.id, call.token.user_id)
    return {}


def open_direct(call: Call) -> JSON:
    """Open the direct conversation with one person or several, which may be there already."""
    if call.text("channel"):
        found = call.channel()
        if not found.is_im and not found.is_mpim:
            raise Refused("method_not_supported_for_channel_type")
        return _opened(call, found, before=True)
    wanted = call.names("users")
    if not wanted:
        raise Refused("users_list_not_supplied")
    if len(wanted) > MOST_DIRECT:
        raise Refused("too_many_users")
    for one in wanted:
        user = call.workspace.users.get(one)
        if user is None:
            raise Refused("user_not_found")
        if user.deleted:
            raise Refused("user_disabled")
        if user.is_stranger and not _met(call, user.id):
            raise Refused("user_not_visible")
    call.need("im:write" if len(wanted) == 1 else "mpim:write")
    among = {call.token.user_id, *wanted}
    before = any((one.is_im or one.is_mpim) and set(one.members) == among for one in call.workspace.channels.values())
    if not before and call.flag("prevent_creation"):
        raise Refused("channel_not_found")
    return _opened(call, call.workspace.open_direct(call.token.user_id, *wanted), before=before)


def _met(call: Call, user_id: str) -> bool:
    """Return whether the caller shares a channel with somebody of another workspace."""
    both = {user_id, call.token.user_id}
    return any(both <= set(one.members) for one in call.workspace.channels.values())


def _opened(call: Call, found: Channel, *, before: bool) -> JSON:
    shown = found.shown(call.token.user_id) if call.flag("return_im") else {"id": found.id}
    return {"channel": shown} | ({"no_op": True, "already_open": True} if before else {})


def kick(call: Call) -> JSON:
    """Remove somebody from a channel that the caller is in, if the workspace lets them."""
    found = call.named_channel(alive=False)
    user = call.user()
    if user.id == call.token.user_id:
        raise Refused("cant_kick_self")
    if found.is_general:
        raise Refused("cant_kick_from_general")
    if call.token.user_id not in found.members or user.id not in found.members:
        raise Refused("not_in_channel")
    admin = call.caller.is_admin or call.caller.is_owner
    if call.caller.guest or (not admin and not found.is_private and call.workspace.may_kick == "admin"):
        raise Refused("restricted_action")
    call.workspace.leave(found.id, user.id, by=call.token.user_id)
    return {"errors": {}}


def invite(call: Call) -> JSON:
    """Let people into a channel that the caller is in: all of them, or with `force` those who can be."""
    found = call.named_channel()
    if call.token.user_id not in found.members:
        raise Refused("not_in_channel")
    call.regular()
    wanted = call.names("users")
    wrong: dict[str, str] = {}
    for one in wanted:
        user = call.workspace.users.get(one)
        if user is None or user.deleted:
            wrong[one] = "user_not_found"
        elif one == call.token.user_id:
            wrong[one] = "cant_invite_self"
        elif one in found.members:
            wrong[one] = "already_in_channel"
        elif user.is_ultra_restricted:
            wrong[one] = "ura_max_channels"
    errors = [{"user": one, "ok": False, "error": error} for one, error in wrong.items()]
    if not wanted:
        raise Refused("no_user")
    if errors and (not call.flag("force") or len(errors) == len(wanted)):
        raise Refused(str(errors[0]["error"]), errors=errors)
    for one in wanted:
        if one not in wrong:
            call.workspace.join(found.id, one, inviter=call.token.user_id)
    return {"channel": found.shown(call.token.user_id)} | ({"errors": errors} if errors else {})


def create(call: Call) -> JSON:
    """Make a channel that the caller is in."""
    name = _name(call)
    private = call.flag("is_private")
    call.need(*_writing(call, private=private))
    call.regular()
    found = call.workspace.add_channel(
        name, creator=call.token.user_id, members=[call.token.user_id], is_private=private
    )  # fmt: skip
    return {"channel": found.shown(call.token.user_id)}


def _writing(call: Call, *, private: bool) -> list[str]:
    kind = "groups:" if private else "channels:"
    return [one for one in call.method.scopes.get(call.token.kind, ()) if one.startswith(kind)]


def _name(call: Call) -> str:
    """Return a name that a channel may have."""
    name = call.text("name")
    if not name:
        raise Refused("invalid_name_required")
    if len(name) > LONGEST_NAME:
        raise Refused("invalid_name_maxlength")
    if not re.fullmatch(r"[^\W_A-Z]+(?:[-_\w]*)", name) or name != name.lower():
        raise Refused("invalid_name_specials")
    if any(one.name == name for one in call.workspace.channels.values()):
        raise Refused("name_taken")
    return name


def rename(call: Call) -> JSON:
    """Give a channel another name."""
    found = call.named_channel()
    if call.token.user_id not in found.members:
        raise Refused("not_in_channel")
    if call.token.user_id != found.creator and not call.caller.is_admin:
        raise Refused("not_authorized")
    call.workspace.change_channel(found.id, by=call.token.user_id, name=_name(call))
    return {"channel": found.shown(call.token.user_id)}


def archive(call: Call) -> JSON:
    """Close a channel for good."""
    found = call.named_channel(alive=False)
    if found.is_general:
        raise Refused("cant_archive_general")
    if found.is_archived:
        raise Refused("already_archived")
    if call.caller.guest:
        raise Refused("restricted_action")
    if call.token.user_id not in found.members:
        raise Refused("not_in_channel")
    call.workspace.change_channel(found.id, by=call.token.user_id, is_archived=True)
    return {}


def unarchive(call: Call) -> JSON:
    """Open a channel again."""
    found = call.named_channel(alive=False)
    if not found.is_archived:
        raise Refused("not_archived")
    call.workspace.change_channel(found.id, by=call.token.user_id, is_archived=False)
    return {}


def set_topic(call: Call) -> JSON:
    """Say what is talked about in a channel."""
    return _about(call, "topic")


def set_purpose(call: Call) -> JSON:
    """Say what a channel is for."""
    return _about(call, "purpose")


def _about(call: Call, what: str) -> JSON:
    found = call.channel(member=True, alive=True)
    if found.is_im:
        raise Refused("method_not_supported_for_channel_type")
    call.regular()
    if len(call.text(what)) > LONGEST_TOPIC:
        raise Refused("too_long")
    call.workspace.change_channel(found.id, by=call.token.user_id, **{what: call.text(what)})
    return {"channel": found.shown(call.token.user_id)}


METHODS: Mapping[str, Handler] = {
    "conversations.join": join,
    "conversations.leave": leave,
    "conversations.open": open_direct,
    "conversations.kick": kick,
    "conversations.invite": invite,
    "conversations.create": create,
    "conversations.rename": rename,
    "conversations.archive": archive,
    "conversations.unarchive": unarchive,
    "conversations.setTopic": set_topic,
    "conversations.setPurpose": set_purpose,
}
