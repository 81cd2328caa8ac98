"""What holds somebody back in a workspace: out of the channels, for Slack lets nobody be silenced by a call.

A member who was removed from a public channel may join it again, which is told to the core, and they are removed again.
With an admin's token, what they write is deleted instead, by the core, and they stay where they are.
"""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from adapters.slack.calls import NO_ADMIN, CallError, Json, called
from adapters.slack.links import person_link
from bot.domain.action import Answer, Result
from bot.domain.outcome import OutcomeKind
from bot.ports import Effect

if TYPE_CHECKING:
    from adapters.slack.platform import SlackPlatform

_DONE, _GONE = Result(answer=Answer.DONE), Result(answer=Answer.GONE)
_ALREADY_SO = Result(answer=Answer.ALREADY_SO)
#: nobody is removed from there: the channel that everybody is in
_NOT_FROM_HERE = frozenset({"cant_kick_from_general", "cant_kick_self", "not_in_channel", "channel_not_found"})
#: the workspace lets only admins remove somebody
_ONLY_ADMINS = frozenset({"restricted_action", "missing_scope", "not_authorized", "cant_kick_from_channel"})
_PAGE = 200


async def restrict(platform: "SlackPlatform", effect: Effect) -> Result:
    """Bring somebody to what is wanted, as far as Slack has a way; a ban's end and its beginning are done by hand."""
    if effect.account is None or effect.account.workspace != platform.door.home.workspace:
        return _GONE
    user, door = effect.account.user, platform.door
    if user == door.own.user:
        return Result(answer=Answer.FORBIDDEN, reason="own_account")
    if effect.sanction is OutcomeKind.BAN:
        return await _ban(platform, effect, user)
    if not effect.standing.held:
        # nothing is kept from them any more, and they come back by themselves
        return _DONE
    return _DONE if door.deletes else await remove(platform, user)


async def remove(platform: "SlackPlatform", user: str) -> Result:
    """Remove somebody from every channel in which we are, too, but the one that everybody is in."""
    found = refused = False
    async for channel in _channels(platform, user):
        result = await _removed(platform, channel, user)
        found = found or result.answer is Answer.DONE
        if result.answer in (Answer.RETRY_AFTER, Answer.UNKNOWN):
            return result
        if result.answer is Answer.FORBIDDEN:
            refused = True
    if refused:
        # whom it is about is all that has to be said: which channels they are in, their profile doesn't hide
        return Result(answer=Answer.BY_HAND, link=person_link(platform.door, user), reason="remove_from_channels")
    return _DONE if found else _ALREADY_SO


async def is_removed(platform: "SlackPlatform", user: str) -> bool:
    """Return whether somebody is in none of the channels from which they could be removed. Raises CallError."""
    return [one async for one in _channels(platform, user)] == []


async def _ban(platform: "SlackPlatform", effect: Effect, user: str) -> Result:
    """Deactivating an account, and activating it again, is done by hand on every plan that we know a way for."""
    person = await platform.people.now(user)
    if person is None:
        return _GONE
    if bool(person.get("deleted")) is effect.standing.held:
        return _ALREADY_SO
    if effect.standing.held:
        # until somebody has done it, they are at least in no channel
        removed = await remove(platform, user)
        if removed.answer in (Answer.RETRY_AFTER, Answer.UNKNOWN):
            return removed
    reason = "deactivate" if effect.standing.held else "activate"
    return Result(answer=Answer.BY_HAND, link=person_link(platform.door, user), reason=reason)


async def _removed(platform: "SlackPlatform", channel: str, user: str) -> Result:
    door = platform.door
    for admin in (False, True):
        if admin and door.admin is None:
            break
        try:
            await called(door, "conversations.kick", admin=admin, channel=channel, user=user)
        except CallError as error:
            if error.error in _NOT_FROM_HERE:
                return _ALREADY_SO
            if error.error in _ONLY_ADMINS or error.result.reason == NO_ADMIN:
                continue
            return error.result
        return _DONE
    return Result(answer=Answer.FORBIDDEN, reason="restricted_action")


async def _channels(platform: "SlackPlatform", user: str) -> AsyncIterator[str]:
    """Yield the channels in which both somebody and we are, and from which one can be removed. Raises CallError."""
    cursor = ""
    while True:
        said: Json = await called(
            platform.door, "users.conversations", user=user, types="public_channel,private_channel", limit=_PAGE,
            exclude_archived=True, cursor=cursor or None,
        )  # fmt: skip
        for one in said.get("channels") or ():
            if not one.get("is_general"):
                yield str(one["id"])
        cursor = str((said.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return
