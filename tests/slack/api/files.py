"""`files.*`: files that were shared, and new ones in three steps."""

from collections.abc import Mapping

from tests.slack.api import content
from tests.slack.api.calling import Call, Handler, is_number
from tests.slack.errors import Refused
from tests.slack.things import JSON, File

#: bytes of the largest file
LARGEST = 1024 * 1024 * 1024


def info(call: Call) -> JSON:
    """Show a file to whoever is where it is shared."""
    found = _file(call)
    return {"file": _shown(call, found), "comments": [], "response_metadata": {"next_cursor": ""}}


def delete(call: Call) -> JSON:
    """Delete a file: one's own, or as an admin any that can be seen."""
    found = _file(call)
    admin = not call.is_bot and (call.caller.is_admin or call.caller.is_owner)
    if found.user != call.token.user_id and (not admin or found.team_id != call.workspace.id):
        raise Refused("cant_delete_file")
    call.workspace.delete_file(found.id, by=call.token.user_id)
    return {}


def _file(call: Call) -> File:
    found = call.workspace.files.get(call.text("file"))
    if found is None or not (found.user == call.token.user_id or visible(call, found)):
        raise Refused("file_not_found")
    if found.deleted:
        raise Refused("file_deleted")
    return found


def visible(call: Call, file: File) -> bool:
    """Return whether a file is shared anywhere the caller can see."""
    return any(call.sees(call.workspace.channels[one]) for one in file.channels)


def _shown(call: Call, file: File) -> JSON:
    kinds = {one: call.workspace.channels[one].kind for one in file.channels}
    return file.shown(call.world.host) | {
        "channels": [one for one, kind in kinds.items() if kind == "channel"],
        "groups": [one for one, kind in kinds.items() if kind == "group"],
        "ims": [one for one, kind in kinds.items() if kind in {"im", "mpim"}],
    }


def begin(call: Call) -> JSON:
    """Return where a new file's bytes are taken."""
    length = call.text("length")
    if not is_number(length) or not 0 < int(length) <= LARGEST:
        raise Refused("file_upload_size_restricted")
    found = call.workspace.add_file(call.token.user_id, call.text("filename"), b"", awaits=int(length))
    return {"upload_url": f"{call.world.host}/upload/v1/{call.workspace.id}/{found.id}", "file_id": found.id}


def complete(call: Call) -> JSON:
    """Keep files that were handed over, and share them in a conversation if one is named."""
    asked = call.structure("files", "invalid_arguments")
    if not isinstance(asked, list) or not all(isinstance(one, dict) for one in asked):
        raise Refused("invalid_arguments")
    found = []
    for one in asked:
        file = call.workspace.files.get(str(one.get("id")))
        if file is None or file.user != call.token.user_id or len(file.content) != file.awaits:
            raise Refused("file_not_found")
        file.title = str(one.get("title") or file.name)
        found.append(file)
    where = call.names("channel_id") or call.names("channels")
    if where:
        channel = call.workspace.channel(where[0])
        if call.token.user_id not in channel.members:
            raise Refused("not_in_channel" if call.sees(channel) else "channel_not_found")
        text = call.text("initial_comment")
        content.note_pings(call, content.Said(text=text, blocks=None, attachments=None))
        bot = call.bot
        call.workspace.post(
            channel.id, call.token.user_id, text, files=[one.id for one in found], subtype="file_share",
            thread_ts=call.ts("thread_ts", "invalid_thread_ts") or None, app_id=call.app.id,
            bot_id=None if bot is None else bot.id,
        )  # fmt: skip
    for file in found:
        file.awaits = None
    return {"files": [{"id": one.id, "title": one.title} for one in found]}


METHODS: Mapping[str, Handler] = {
    "files.info": info,
    "files.delete": delete,
    "files.getUploadURLExternal": begin,
    "files.completeUploadExternal": complete,
}
