"""Whether whoever asks about a message could read it themselves: nobody sees more through Locum than without."""

from typing import TYPE_CHECKING

from adapters.slack.calls import CallError, in_turn
from adapters.slack.members import EXTERNAL, roles_of
from bot.domain.action import Answer
from bot.ports import PlatformUnavailableError

if TYPE_CHECKING:
    from adapters.slack.connected import WorkspaceConnected

_PAGE = 200
#: who sees no more of a workspace than the channels that they are in
_OUTSIDERS = frozenset({"guest", "single_channel_guest", EXTERNAL})


async def sees(workspace: "WorkspaceConnected", user: str, channel: str, *, here: str = "") -> bool:
    """Return whether somebody reads a channel: it is public and they are no guest, or they are in it.

    `here` is where they ask: who asks there is in it. Raises PlatformUnavailableError, ConnectionRevokedError.
    """
    if channel == here:
        return True
    known = workspace.channels.get(channel)
    person = await workspace.people.person(user)
    if known is None or person is None or person.get("deleted"):
        return False
    if not known.get("is_private") and not roles_of(workspace.door.home.workspace, person) & _OUTSIDERS:
        return True
    return await _is_in(workspace, user, channel)


async def _is_in(workspace: "WorkspaceConnected", user: str, channel: str) -> bool:
    cursor = ""
    while True:
        try:
            said = await in_turn(
                workspace.door, "users.conversations", user=user, types="public_channel,private_channel", limit=_PAGE,
                cursor=cursor or None,
            )  # fmt: skip
        except CallError as error:
            if error.result.answer in (Answer.GONE, Answer.FORBIDDEN):
                return False
            raise PlatformUnavailableError(error.result.after) from None
        if any(one.get("id") == channel for one in said.get("channels") or ()):
            return True
        cursor = str((said.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return False
