"""What a workspace shows of an effect that was asked before, when no answer came."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.slack.calls import CallError, called
from adapters.slack.posting import bears, posted
from adapters.slack.restricting import is_removed
from adapters.slack.roles import look_at
from adapters.slack.times import time_of
from bot.domain.action import ActionKind, Answer, Result
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Stream
from bot.ports import Effect, PlatformUnavailableError

if TYPE_CHECKING:
    from adapters.slack.platform import SlackPlatform

_DONE, _GONE = Result(answer=Answer.DONE), Result(answer=Answer.GONE)
_ALREADY_SO = Result(answer=Answer.ALREADY_SO)
_NOT_DONE = Result(answer=Answer.RETRY_AFTER)
_NEVER = Result(answer=Answer.UNKNOWN)
#: seconds after which it is looked again where nothing could be said
_AGAIN = 5.0
#: effects that are looked at side by side
_AT_ONCE = 5


async def look(platform: "SlackPlatform", effects: Sequence[Effect]) -> list[Result]:
    """Return what shows of effects, in their order. Raises ConnectionRevokedError."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(effect: Effect) -> Result:
        async with turn:
            try:
                return await _looked(platform, effect)
            except CallError as error:
                unclear = error.result.answer in (Answer.UNKNOWN, Answer.RETRY_AFTER)
                after = error.result.after or _AGAIN
                # who doesn't answer now may later
                return Result(answer=Answer.UNKNOWN, after=after, reason="no_answer") if unclear else error.result
            except PlatformUnavailableError as error:
                return Result(answer=Answer.UNKNOWN, after=error.after or _AGAIN, reason="no_answer")

    return await asyncio.gather(*(one(effect) for effect in effects))


async def _looked(platform: "SlackPlatform", effect: Effect) -> Result:
    match effect.kind:
        case ActionKind.DELETE:
            return await _deletion(platform, effect)
        case ActionKind.RESTRICT:
            return await _restriction(platform, effect)
        case ActionKind.KICK:
            gone = effect.account is None
            return _GONE if gone else _shown(await is_removed(platform, effect.account.user if effect.account else ""))
        case ActionKind.CARD | ActionKind.NOTICE | ActionKind.THREAD:
            return await _post(platform, effect)
        case ActionKind.ROLE:
            return await look_at(platform.groups, effect)
        case ActionKind.SLOW_MODE | ActionKind.RAID_MODE | ActionKind.PAGE:
            # what it says of these, a call doesn't show
            return _NEVER


def _shown(there: bool) -> Result:  # noqa: FBT001 - what is seen is the question itself
    return _DONE if there else _NOT_DONE


async def _deletion(platform: "SlackPlatform", effect: Effect) -> Result:
    ref = effect.message
    if ref is None or time_of(ref.message) is None:
        return _GONE
    stream = effect.stream or Stream(platform=ref.platform, workspace=ref.workspace, channel=ref.channel)
    try:
        return _shown(await platform.reading.one(stream, ref.message, now=True) is None)
    except CallError as error:
        if error.result.answer is Answer.GONE:
            return _DONE
        raise


async def _restriction(platform: "SlackPlatform", effect: Effect) -> Result:
    if effect.account is None:
        return _GONE
    if effect.sanction is OutcomeKind.BAN:
        person = await platform.people.now(effect.account.user)
        if person is None:
            return _GONE
        # whoever made it so, it was a hand
        return _ALREADY_SO if bool(person.get("deleted")) is effect.standing.held else _NOT_DONE
    if not effect.standing.held or platform.door.deletes:
        # nothing was asked of Slack
        return _DONE
    return _shown(await is_removed(platform, effect.account.user))


async def _post(platform: "SlackPlatform", effect: Effect) -> Result:
    door, found = platform.door, None
    if effect.kind is ActionKind.NOTICE:
        if effect.account is None:
            return _GONE
        direct = await called(door, "conversations.open", users=effect.account.user)
        found = await posted(door, str(direct["channel"]["id"]), effect)
    elif effect.kind is ActionKind.THREAD:
        if effect.message is None:
            return _GONE
        found = await posted(door, effect.message.channel, effect, thread=effect.message.message)
    elif effect.message is not None:
        return await _edit(platform, effect)
    elif effect.stream is not None:
        found = await posted(door, effect.stream.channel, effect, thread=effect.stream.thread)
    return _NOT_DONE if found is None else replace(_DONE, posted=str(found["ts"]))


async def _edit(platform: "SlackPlatform", effect: Effect) -> Result:
    """Return whether a card shows what an action brought it to."""
    assert effect.message is not None  # noqa: S101 - whoever calls looked
    ts = effect.message.message
    thread = "" if effect.stream is None else effect.stream.thread
    said = await called(
        platform.door, "conversations.replies" if thread else "conversations.history",
        channel=effect.message.channel, ts=thread or None, oldest=ts, latest=ts, inclusive=True, limit=2,
        include_all_metadata=True,
    )  # fmt: skip
    found = next((one for one in said.get("messages") or () if one.get("ts") == ts), None)
    return _GONE if found is None else _shown(bears(found, effect.action))
