"""What an app is told when somebody asks it something: commands, shortcuts, buttons, and modals sent off or closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.slack import shapes
from tests.slack.things import JSON, App, Channel, Ephemeral, PostedMessage, User
from tests.slack.views import View
from tests.slack.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Who asks which app, where they both are."""

    #: the workspace
    workspace: Workspace
    #: who is asked
    app: App
    #: who asks
    user: User
    #: with which the app may open a view
    trigger_id: str


def command(asking: Asking, channel: Channel, name: str, text: str, response_url: str) -> JSON:
    """Return a slash command, whose fields are all words."""
    workspace, app, user = asking.workspace, asking.app, asking.user
    return {
        "token": app.verification, "team_id": workspace.id, "team_domain": workspace.domain, "channel_id": channel.id,
        "channel_name": _channel_name(channel), "user_id": user.id, "user_name": user.name, "command": name,
        "text": text, "api_app_id": app.id, "is_enterprise_install": "false", "response_url": response_url,
        "trigger_id": asking.trigger_id,
    }  # fmt: skip


def global_shortcut(asking: Asking, callback_id: str) -> JSON:
    """Return a shortcut that isn't about a message."""
    at = {"type": "shortcut", "action_ts": asking.workspace.moment(), "callback_id": callback_id}
    return _head(asking) | at


def message_shortcut(
    asking: Asking, callback_id: str, channel: Channel, message: PostedMessage, response_url: str
) -> JSON:
    """Return a shortcut that was chosen from a message's menu."""
    shown = shapes.message(asking.workspace, channel, message)
    return _head(asking) | {
        "type": "message_action", "action_ts": asking.workspace.moment(), "callback_id": callback_id,
        "channel": _channel(channel), "message_ts": message.ts, "message": shown, "response_url": response_url,
    }  # fmt: skip


def used_in_message(
    asking: Asking, channel: Channel, source: PostedMessage | Ephemeral, *, action: JSON, state: JSON, response_url: str
) -> JSON:
    """Return what was pressed or chosen in a message; of one that one person alone sees, the app isn't shown it."""
    hidden = isinstance(source, Ephemeral)
    container: JSON = {
        "type": "message", "message_ts": source.ts, "channel_id": channel.id, "is_ephemeral": hidden,
    }  # fmt: skip
    thread = thread_of(source)
    if thread is not None:
        container["thread_ts"] = thread
    told = _head(asking) | {
        "type": "block_actions", "container": container, "channel": _channel(channel), "state": {"values": state},
        "response_url": response_url, "actions": [action],
    }  # fmt: skip
    if isinstance(source, PostedMessage):
        told["message"] = shapes.message(asking.workspace, channel, source)
    return told


def used_in_view(asking: Asking, view: View, action: JSON) -> JSON:
    """Return what was pressed or chosen in a modal or in an app's home."""
    return _head(asking) | within(view) | {"type": "block_actions", "actions": [action]}


def looking_up(asking: Asking, container: JSON, *, block: JSON, element: JSON, text: str) -> JSON:
    """Return what somebody typed into a menu whose options the app gives; nothing can be opened upon that."""
    told = _head(asking) | container | {
        "type": "block_suggestion", "action_id": element["action_id"], "block_id": block["block_id"], "value": text,
    }  # fmt: skip
    del told["trigger_id"]
    return told


def within(view: View) -> JSON:
    """Return that something was done in a modal or in an app's home."""
    return {"container": {"type": "view", "view_id": view.id}, "view": view.shown()}


def submission(asking: Asking, view: View, response_urls: Sequence[JSON]) -> JSON:
    """Return a modal that was sent off."""
    return _head(asking) | {"type": "view_submission", "view": view.shown(), "response_urls": list(response_urls)}


def closing(asking: Asking, view: View, *, cleared: bool) -> JSON:
    """Return a modal that was closed without being sent off; no view can be opened upon that."""
    told = _head(asking) | {"type": "view_closed", "view": view.shown(), "is_cleared": cleared}
    del told["trigger_id"]
    return told


def thread_of(source: PostedMessage | Ephemeral) -> str | None:
    """Return the thread in which something stands; of what began one, None: it stands in the channel."""
    return None if isinstance(source, PostedMessage) and not source.is_reply else source.thread_ts


def _head(asking: Asking) -> JSON:
    """Return what all of them say."""
    workspace, user = asking.workspace, asking.user
    return {
        "token": asking.app.verification, "api_app_id": asking.app.id, "trigger_id": asking.trigger_id,
        "team": {"id": workspace.id, "domain": workspace.domain}, "enterprise": None, "is_enterprise_install": False,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
    }  # fmt: skip


def _channel(channel: Channel) -> JSON:
    return {"id": channel.id, "name": _channel_name(channel)}


def _channel_name(channel: Channel) -> str:
    """Return a channel's name as apps are told it here: a private one's isn't said."""
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.is_private and not channel.is_mpim else channel.name
