"""What Locum posts: cards where staff work, notices to members in private, and what is said in a card's thread.

Each post names its action in what Slack calls metadata, by which it is found again: a post whose answer never came is
looked for before it is repeated. Nothing that is posted names everybody, and no text makes a link by itself.
"""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from adapters.slack.calls import CallError, Json, called, in_turn
from adapters.slack.cards import message, plain
from adapters.slack.times import ts_of
from bot.domain.action import Answer, Result
from bot.domain.gap import ALLOWANCE
from bot.ports import Effect

if TYPE_CHECKING:
    from adapters.slack.door import Door

#: what posts of ours are called in their metadata
EVENT = "locum_action"
#: posts are as they are written: no names are looked for, no links are shown
AS_WRITTEN: dict[str, Any] = {"parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}
#: messages on a page, and pages that are looked through: where more was written, nobody can tell any more
_PAGE, _PAGES = 100, 20
_TOO_MUCH = Result(answer=Answer.FORBIDDEN, reason="too_much_since")
_DONE, _GONE = Result(answer=Answer.DONE), Result(answer=Answer.GONE)


async def show(door: "Door", effect: Effect) -> Result:
    """Bring a card to its wanted version: posted where it hangs, or changed in its place."""
    if effect.card is None:
        return _GONE
    body = message(effect.card, door.home.language)
    if effect.message is not None:
        await called(
            door, "chat.update", channel=effect.message.channel, ts=effect.message.message,
            **_named(effect.action, body), parse="none", link_names=False,
        )  # fmt: skip
        return _DONE
    if effect.stream is None:
        return _GONE
    return await post(door, effect.stream.channel, effect, body, thread=effect.stream.thread)


async def notify(door: "Door", effect: Effect) -> Result:
    """Tell somebody something in a direct message."""
    if effect.account is None:
        return _GONE
    body = plain(effect.text, effect.buttons) if effect.card is None else message(effect.card, door.home.language)
    direct = await called(door, "conversations.open", users=effect.account.user)
    return await post(door, str(direct["channel"]["id"]), effect, body)


async def talk(door: "Door", effect: Effect) -> Result:
    """Say something in a card's thread, once: there a thread is what answers a message, and it can't be put away."""
    if effect.message is None:
        return _GONE
    channel, thread = effect.message.channel, effect.message.message
    if not effect.amount and not await _is_begun(door, channel, thread):
        return _GONE
    if await posted(door, channel, effect, thread=thread) is None:
        said = await post(door, channel, effect, plain(effect.text), thread=thread)
        return _DONE if said.answer is Answer.DONE else said
    return _DONE


async def _is_begun(door: "Door", channel: str, thread: str) -> bool:
    """Return whether anybody answered a message. Raises CallError."""
    said = await called(door, "conversations.replies", channel=channel, ts=thread, limit=2)
    return any(one.get("ts") != thread for one in said.get("messages") or ())


async def post(door: "Door", channel: str, effect: Effect, body: dict[str, Any], *, thread: str = "") -> Result:
    """Post something for an action; raises CallError.

    An answer to a message that is gone would stand in the channel for everybody to see: it is looked for before, and
    what was posted all the same is taken back.
    """
    if thread and not await _stands(door, channel, thread):
        return _GONE
    data = await called(
        door, "chat.postMessage", channel=channel, thread_ts=thread or None, **_named(effect.action, body),
        **AS_WRITTEN,
    )  # fmt: skip
    ts, said = str(data.get("ts", "")), data.get("message")
    if thread and isinstance(said, dict) and said.get("thread_ts") != thread:
        await in_turn(door, "chat.delete", channel=channel, ts=ts)
        return _GONE
    return Result(answer=Answer.DONE, posted=ts)


async def _stands(door: "Door", channel: str, thread: str) -> bool:
    """Return whether the message is there that a thread hangs under. Raises CallError."""
    try:
        said = await called(door, "conversations.replies", channel=channel, ts=thread, limit=1)
    except CallError as error:
        if error.result.answer is Answer.GONE:
            return False
        raise
    return any(one.get("ts") == thread and one.get("subtype") != "tombstone" for one in said.get("messages") or ())


async def posted(door: "Door", channel: str, effect: Effect, *, thread: str = "") -> Json | None:
    """Return what an action posted in a channel or thread; None where it isn't there. Raises CallError."""
    oldest = None if effect.since is None else ts_of(effect.since - ALLOWANCE)
    pages = 0
    async for page in _pages(door, channel, thread, oldest):
        for one in page:
            if bears(one, effect.action):
                return one
        pages += 1
        if pages >= _PAGES:
            raise CallError(_TOO_MUCH)
    return None


def bears(said: Json, action: str) -> bool:
    """Return whether a message names an action as the one that posted it."""
    metadata = said.get("metadata")
    payload = metadata.get("event_payload") if isinstance(metadata, dict) else None
    return isinstance(payload, dict) and payload.get("action") == action


async def _pages(door: "Door", channel: str, thread: str, oldest: str | None) -> AsyncIterator[list[Json]]:
    method = "conversations.replies" if thread else "conversations.history"
    cursor = ""
    while True:
        said = await called(
            door, method, channel=channel, ts=thread or None, oldest=oldest, limit=_PAGE, cursor=cursor or None,
            include_all_metadata=True,
        )  # fmt: skip
        yield list(said.get("messages") or ())
        cursor = str((said.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor or oldest is None:
            # without a time, it is among the newest
            return


def _named(action: str, body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "metadata": {"event_type": EVENT, "event_payload": {"action": action}}}
