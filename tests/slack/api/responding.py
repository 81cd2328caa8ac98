"""The address at which an app answers what somebody did: five times within half an hour."""

from collections.abc import Mapping
from typing import Any

from tests.slack.api import content
from tests.slack.api.calling import Call
from tests.slack.errors import Refused
from tests.slack.things import JSON
from tests.slack.world import ResponseAddress, World

#: what an answer may hold
KNOWN = frozenset(
    {"text", "blocks", "attachments", "response_type", "replace_original", "delete_original", "thread_ts", "mrkdwn",
     "unfurl_links", "unfurl_media", "metadata", "parse", "link_names", "username", "icon_emoji", "icon_url"}
)  # fmt: skip


def address(world: World, path: str) -> ResponseAddress:
    """Return what an address is for, and count its use; raise `used_url` or `expired_url` where it takes no more."""
    found = world.responses.get(path)
    if found is None:
        raise Refused("invalid_url", status=404)
    if world.now() > found.until:
        raise Refused("expired_url", status=404)
    if found.left <= 0:
        raise Refused("used_url", status=404)
    found.left -= 1
    return found


def respond(call: Call, where: ResponseAddress) -> None:
    """Do what an app answers: show, replace or take away, for all or for who asked."""
    for one in sorted(call.arguments.keys() - KNOWN):
        call.world.record.off.append(f"response_url: {one} is no argument")
    workspace = call.world.workspaces[where.team_id]
    on = where.ts
    if call.flag("delete_original"):
        _take_away(call, where)
        return
    said = content.said(call)
    if call.flag("replace_original", default=False) and on is not None:
        _replace(call, where, said)
        return
    if call.text("response_type", "ephemeral") != "in_channel":
        workspace.whisper(
            where.channel_id, where.user_id, where.app_id, said.text, thread_ts=_thread(call, where), **said.fields()
        )
        return
    app = call.world.apps[where.app_id]
    bot = app.bots[where.team_id]
    workspace.post(
        where.channel_id, bot.user_id, said.text, app_id=app.id, bot_id=bot.id, thread_ts=_thread(call, where),
        metadata=content.metadata(call) or None, **said.fields(),
    )  # fmt: skip


def _thread(call: Call, where: ResponseAddress) -> str | None:
    return call.text("thread_ts") or where.thread_ts


def _take_away(call: Call, where: ResponseAddress) -> None:
    workspace = call.world.workspaces[where.team_id]
    channel = workspace.channel(where.channel_id)
    if where.ephemeral:
        channel.ephemerals[:] = [one for one in channel.ephemerals if one.ts != where.ts]
        workspace.note("whisper_gone", where.ts or "", where.app_id, channel=channel.id)
    elif where.ts is not None:
        workspace.delete(channel.id, where.ts, by=call.world.apps[where.app_id].bots[where.team_id].user_id)


def _replace(call: Call, where: ResponseAddress, said: content.Said) -> None:
    workspace = call.world.workspaces[where.team_id]
    channel = workspace.channel(where.channel_id)
    bot = call.world.apps[where.app_id].bots[where.team_id]
    fields: JSON = {"text": said.text, **said.fields()}
    if not where.ephemeral:
        workspace.edit(channel.id, where.ts or "", by=bot.user_id, **fields)
        return
    channel.ephemerals[:] = [one for one in channel.ephemerals if one.ts != where.ts]
    shown = workspace.whisper(
        channel.id, where.user_id, where.app_id, said.text, thread_ts=where.thread_ts, **said.fields()
    )  # fmt: skip
    where.ts = shown.ts


def arguments(body: Any) -> Mapping[str, Any]:
    """Return what was brought; raise `invalid_payload` for what is no object."""
    if not isinstance(body, dict):
        raise Refused("invalid_payload", status=400)
    return body
