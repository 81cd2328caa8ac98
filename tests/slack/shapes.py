"""Messages as Slack shows them, and the timestamps by which they are known."""

from typing import TYPE_CHECKING

from tests.slack.things import JSON, Channel, PostedMessage

if TYPE_CHECKING:
    from tests.slack.workspace import Workspace


def number(ts: str) -> int:
    """Return a ts as microseconds, to be compared; whoever wrote it may have left out digits."""
    whole, _, rest = ts.partition(".")
    return int(whole or 0) * 1_000_000 + int(rest.ljust(6, "0")[:6])


def ts_of(micros: int) -> str:
    """Return the ts of a moment in microseconds."""
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"


def is_ts(value: object) -> bool:
    """Return whether something is written as a ts."""
    if not isinstance(value, str):
        return False
    whole, _, rest = value.partition(".")
    return whole.isascii() and whole.isdigit() and (not rest or (rest.isascii() and rest.isdigit()))


def message(workspace: "Workspace", channel: Channel, found: PostedMessage, *, metadata: bool = True) -> JSON:
    """Return a message without its channel; its metadata only where they were asked for."""
    shown: JSON = {"type": "message", "user": found.user, "text": found.text, "ts": found.ts, "team": found.team}
    shown |= {
        name: value
        for name, value in (
            ("subtype", found.subtype), ("client_msg_id", found.client_msg_id), ("bot_id", found.bot_id),
            ("app_id", found.app_id), ("blocks", found.blocks), ("attachments", found.attachments),
            ("edited", found.edited),
        ) if value
    } | found.more  # fmt: skip
    if found.bot_id and found.app_id:
        shown["bot_profile"] = _bot_profile(workspace, found)
    if found.files:
        shown |= {"files": [_file(workspace, one) for one in found.files], "upload": False}
    if found.reactions:
        shown["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)} for name, users in found.reactions.items()
        ]
    if metadata and found.metadata:
        shown["metadata"] = found.metadata
    if found.ts in channel.pins:
        shown["pinned_to"] = [channel.id]
    if found.subtype == "tombstone":
        shown["hidden"] = True
    return shown | _thread(workspace, channel, found)


def _thread(workspace: "Workspace", channel: Channel, found: PostedMessage) -> JSON:
    """Return what a message says of its thread."""
    if found.thread_ts is None:
        return {}
    parent = channel.messages.get(found.thread_ts)
    if found.is_reply:
        shown: JSON = {"thread_ts": found.thread_ts}
        if parent is not None:
            shown["parent_user_id"] = parent.user
            if found.subtype == "thread_broadcast":
                shown["root"] = message(workspace, channel, parent)
        return shown
    replies = channel.threads.get(found.ts, [])
    if not replies and found.subtype is None:
        # its last reply was deleted
        return {}
    users = list(dict.fromkeys(channel.messages[one].user for one in replies))
    gone = {"parent_user_id": found.user} if found.subtype == "tombstone" else {}
    return gone | {
        "thread_ts": found.ts, "reply_count": len(replies), "reply_users_count": len(users),
        "latest_reply": replies[-1] if replies else "0000000000.000000", "reply_users": users[:5],
        "is_locked": found.ts in channel.locked, "subscribed": False,
    }  # fmt: skip


def _bot_profile(workspace: "Workspace", found: PostedMessage) -> JSON:
    app = workspace.world.apps.get(found.app_id or "")
    return {
        "id": found.bot_id, "app_id": found.app_id, "name": "" if app is None else app.name, "deleted": False,
        "updated": 0, "icons": {}, "team_id": workspace.id,
    }  # fmt: skip


def _file(workspace: "Workspace", file_id: str) -> JSON:
    file = workspace.files.get(file_id)
    return {"id": file_id, "mode": "tombstone"} if file is None else file.shown(workspace.world.host)
