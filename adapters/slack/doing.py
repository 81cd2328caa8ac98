"""What Locum asks of a workspace, effect by effect, in the order in which it comes: the most grave first."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from adapters.slack.calls import CallError, called
from adapters.slack.fetching import files_of
from adapters.slack.links import message_link
from adapters.slack.posting import show, talk
from adapters.slack.restricting import remove, restrict
from adapters.slack.roles import take
from adapters.slack.telling import tell
from adapters.slack.times import time_of
from bot.domain.action import ActionKind, Answer, Result
from bot.domain.place import Stream
from bot.ports import Effect, PlatformUnavailableError

if TYPE_CHECKING:
    from adapters.slack.platform import SlackPlatform

_DONE, _GONE = Result(answer=Answer.DONE), Result(answer=Answer.GONE)
_NOT_SUPPORTED = Result(answer=Answer.FORBIDDEN, reason="not_supported")
#: where Slack is slow, what else was asked for has to come again; and what is still under way then may have happened
_LATER = Result(answer=Answer.RETRY_AFTER, after=0.5, reason="no_time")
_NOBODY_KNOWS = Result(answer=Answer.UNKNOWN, reason="timeout")
#: seconds after which nothing more is begun, and after which whoever asked is answered: they wait for little longer
_BEGIN, _END = 5.0, 13.5
#: effects that are asked for side by side
_AT_ONCE = 10
#: what a message may hold without the bot's or an admin's leave to delete it
_NOT_OURS = frozenset({"cant_delete_message", "compliance_exports_prevent_deletion", "missing_scope"})


async def do(platform: "SlackPlatform", effects: Sequence[Effect]) -> list[Result]:
    """Do what is asked, and return one result an effect, in their order. Raises only ConnectionRevokedError.

    What has to wait for its turn isn't waited for here: whoever asks waits for an answer only so long, and by then
    something graver may be asked for.
    """
    turn = asyncio.Semaphore(_AT_ONCE)
    begun = asyncio.get_running_loop().time()

    async def one(effect: Effect) -> Result:
        async with turn:
            if asyncio.get_running_loop().time() - begun > _BEGIN:
                return _LATER
            try:
                async with asyncio.timeout_at(begun + _END):
                    return await _DOING[effect.kind](platform, effect)
            except TimeoutError:
                return _NOBODY_KNOWS
            except CallError as error:
                return error.result
            except PlatformUnavailableError as error:
                return Result(answer=Answer.RETRY_AFTER, after=error.after or 5.0, reason="no_answer")

    return await asyncio.gather(*(one(effect) for effect in effects))


async def _delete(platform: "SlackPlatform", effect: Effect) -> Result:
    """Delete a message and its files; without an admin's token, somebody with the right does it by hand."""
    ref, door = effect.message, platform.door
    if ref is None or time_of(ref.message) is None:
        # a join or a new name: it is judged as a message, and stands nowhere
        return _GONE
    thread = "" if effect.stream is None else effect.stream.thread
    by_hand = Result(
        answer=Answer.BY_HAND, link=message_link(door, ref.channel, ref.message, thread), reason="delete_message"
    )
    stream = effect.stream or Stream(platform=ref.platform, workspace=ref.workspace, channel=ref.channel)
    if door.admin is None:
        # nobody is asked to delete what isn't there any more
        return by_hand if await _may_stand(platform, stream, ref.message) else _GONE
    # the message gone, nobody knows any more which files were in it: they stay, and links to them work
    for file in await _files(platform, stream, ref.message):
        await _without(platform, file)
    try:
        await called(door, "chat.delete", admin=True, channel=ref.channel, ts=ref.message)
    except CallError as error:
        out_of_sight = error.result.answer is Answer.GONE and platform.channels.is_closed(ref.channel)
        if error.error in _NOT_OURS or out_of_sight or door.admin is None:
            return by_hand
        raise
    return _DONE


async def _may_stand(platform: "SlackPlatform", stream: Stream, message: str) -> bool:
    """Return whether a message is there, or may be: where we may not look, somebody with the right does."""
    try:
        return await platform.reading.one(stream, message, now=True) is not None
    except CallError as error:
        if error.result.answer is Answer.FORBIDDEN:
            return True
        raise


async def _files(platform: "SlackPlatform", stream: Stream, message: str) -> Sequence[str]:
    """Return the ids of a message's files: remembered where it was heard, else read."""
    known = platform.files.of(stream.channel, message)
    if known is not None:
        return known
    try:
        said = await platform.reading.one(stream, message, now=True)
    except CallError as error:
        if error.result.answer is Answer.FORBIDDEN:
            # the bot isn't where the admin may be
            return ()
        raise
    return tuple(files_of(said or {}))


async def _without(platform: "SlackPlatform", file: str) -> None:
    try:
        await called(platform.door, "files.delete", admin=True, file=file)
    except CallError as error:
        # what can't be deleted is no reason to leave the message
        if error.result.answer in (Answer.RETRY_AFTER, Answer.UNKNOWN):
            raise


async def _kick(platform: "SlackPlatform", effect: Effect) -> Result:
    if effect.account is None or effect.account.workspace != platform.door.home.workspace:
        return _GONE
    result = await remove(platform, effect.account.user)
    # who is in no channel has been removed, or went by themselves
    return _GONE if result.answer is Answer.ALREADY_SO else result


async def _not_supported(_platform: "SlackPlatform", _effect: Effect) -> Result:
    return _NOT_SUPPORTED


_DOING: "dict[ActionKind, Callable[[SlackPlatform, Effect], Awaitable[Result]]]" = {
    ActionKind.DELETE: _delete,
    ActionKind.RESTRICT: restrict,
    ActionKind.KICK: _kick,
    ActionKind.NOTICE: tell,
    ActionKind.CARD: lambda platform, effect: show(platform.door, effect),
    ActionKind.THREAD: lambda platform, effect: talk(platform.door, effect),
    ActionKind.ROLE: lambda platform, effect: take(platform.groups, effect),
    ActionKind.RAID_MODE: _not_supported,
    ActionKind.SLOW_MODE: _not_supported,
    ActionKind.PAGE: _not_supported,
}
