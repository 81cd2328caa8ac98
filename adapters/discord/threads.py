"""Threads at cards, in which staff talk a case over: a thread at a message has that message's id, and there is one.

https://docs.discord.com/developers/topics/threads
"""

from typing import Any, Final

from adapters.discord.calls import THREAD_THERE, CallError, called, read
from adapters.discord.cards import plain
from adapters.discord.door import Door
from adapters.discord.finding import posted
from adapters.discord.posting import post
from adapters.discord.text import cut
from adapters.discord.translate import Json, address_of
from bot.domain.action import Answer, Result
from bot.ports import Effect

#: minutes after which a thread in which nobody writes is put away; whoever writes in it brings it back
_PUT_AWAY: Final = 10_080
#: characters of a thread's name
_NAME = 100


async def talk(door: Door, effect: Effect) -> Result:
    """Open the thread of a card, or say in it what became of its case and put it away."""
    if effect.message is None or effect.stream is None:
        return Result(answer=Answer.GONE)
    is_new = bool(effect.amount) and await _begun(door, effect)
    thread = effect.message.message
    said = None if is_new else await posted(door, thread, effect)
    if said is None:
        await post(door, int(thread), effect, plain(effect.text, action=effect.action))
    if not effect.amount and not _is_away(await called(door.http.get_channel(int(thread)))):
        await called(door.http.edit_channel(int(thread), archived=True, reason=effect.action))
    return Result(answer=Answer.DONE)


async def stands(door: Door, effect: Effect) -> bool:
    """Return whether the thread of a card is as an effect wants it. Raises CallError, PlatformUnavailableError."""
    if effect.message is None:
        return False
    thread: Any = await read(door.http.get_channel(int(effect.message.message)))
    if thread is None or not (effect.amount or _is_away(thread)):
        return False
    return await posted(door, effect.message.message, effect) is not None


async def _begun(door: Door, effect: Effect) -> bool:
    """Begin a thread at a message; return False where it has one already, whoever began it."""
    assert effect.message is not None  # noqa: S101 - whoever calls looked
    assert effect.stream is not None  # noqa: S101 - likewise
    try:
        await called(
            door.http.start_thread_with_message(
                int(address_of(effect.stream)), int(effect.message.message), name=cut(effect.title, _NAME) or "…",
                auto_archive_duration=_PUT_AWAY, reason=effect.action,
            )
        )  # fmt: skip
    except CallError as error:
        if error.result.reason != THREAD_THERE:
            raise
        return False
    return True


def _is_away(thread: Json | Any) -> bool:
    return bool((thread.get("thread_metadata") or {}).get("archived"))
