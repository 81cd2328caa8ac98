"""What Locum posts: cards where staff work, and notices to members, in private wherever they can be reached."""

from dataclasses import replace
from typing import Any, Final

import discord

from adapters.discord.calls import CallError, called, payload, read
from adapters.discord.cards import message, plain
from adapters.discord.door import Door
from adapters.discord.translate import Json, address_of
from bot.domain.action import Answer, Result
from bot.i18n import say
from bot.ports import Effect

#: characters of a nonce: https://docs.discord.com/developers/resources/message#create-message
_NONCE = 25
_PRIVATE_THREAD: Final = 12
#: minutes after which a private thread that nobody answers in is put away
_PUT_AWAY: Final = 10_080
_CLOSED = "closed_messages"


async def show(door: Door, effect: Effect) -> Result:
    """Bring a card to its wanted version: posted where it hangs, or changed in its place."""
    if effect.card is None:
        return Result(answer=Answer.GONE)
    body = message(effect.card, door.home.language, action=effect.action)
    if effect.message is not None:
        place = effect.message.channel if effect.stream is None else address_of(effect.stream)
        await called(door.http.edit_message(int(place), int(effect.message.message), params=payload(body)))
        return Result(answer=Answer.DONE)
    if effect.stream is None:
        return Result(answer=Answer.GONE)
    return await post(door, int(address_of(effect.stream)), effect, body)


async def notify(door: Door, effect: Effect) -> Result:
    """Tell somebody something in private; who lets nobody write to them is told in a thread of their own."""
    if effect.account is None or not effect.account.user.isdecimal():
        return Result(answer=Answer.GONE)
    body = told(door, effect)
    try:
        direct: Any = await called(door.http.start_private_message(int(effect.account.user)))
        return await post(door, int(direct["id"]), effect, body)
    except CallError as error:
        if error.result.reason != _CLOSED:
            raise
    return await _aside(door, effect, body)


def told(door: Door, effect: Effect) -> dict[str, Any]:
    """Return what a notice says as the body of a message; what can be pressed in it says which server it is about."""
    server = door.home.server
    if effect.card is not None:
        return message(effect.card, door.home.language, action=effect.action, server=server)
    return plain(effect.text, action=effect.action, buttons=effect.buttons, server=server)


async def post(door: Door, channel: int, effect: Effect, body: dict[str, Any]) -> Result:
    """Post a body in a channel or thread, and return its id."""
    # the same nonce within minutes is the same message: the library repeats posts by itself
    body = {**body, "nonce": effect.action[:_NONCE], "enforce_nonce": True}
    data: Any = await called(door.http.send_message(channel, params=payload(body)))
    return Result(answer=Answer.DONE, posted=str(data["id"]))


async def _aside(door: Door, effect: Effect, body: dict[str, Any]) -> Result:
    """Tell somebody in a private thread, which only they and the staff see; only they are pinged."""
    assert effect.account is not None  # noqa: S101 - whoever calls looked
    if await read(door.http.get_member(door.number, int(effect.account.user))) is None:
        # who isn't there, and lets nobody write to them, can't be reached
        return Result(answer=Answer.FORBIDDEN, reason=_CLOSED)
    thread = await thread_for(door, effect.action, make=True)
    if thread is None:
        return Result(answer=Answer.FORBIDDEN, reason=_CLOSED)
    if effect.card is not None:
        # the card makes room for whom it calls
        card = replace(effect.card, mentions=(effect.account, *effect.card.mentions))
        body = told(door, replace(effect, card=card))
    else:
        call = {"type": 10, "content": f"<@{effect.account.user}>"}
        body = {
            **body,
            "components": [call, *body["components"]],
            "allowed_mentions": {"parse": [], "users": [effect.account.user]},
        }
    return await post(door, int(thread["id"]), effect, body)


async def thread_for(door: Door, action: str, *, make: bool) -> Json | None:
    """Return the private thread in which somebody is told something, perhaps made now; None for none."""
    name = f"{say('discord.aside', door.home.language)} {action[:12]}"
    active: Any = await called(door.http.get_active_threads(door.number))
    known = next((one for one in active.get("threads", ()) if one.get("name") == name), None)
    if known is not None or not make:
        return known if isinstance(known, dict) else None
    place = _front(door)
    if place is None:
        return None
    thread: Any = await called(
        door.http.start_thread_without_message(
            place.id, name=name, auto_archive_duration=_PUT_AWAY, type=_PRIVATE_THREAD, invitable=False, reason=action
        )
    )
    return thread if isinstance(thread, dict) else None


def _front(door: Door) -> discord.TextChannel | None:
    """Return a channel that everybody sees and in which a thread can be made: the system's, or the first of these."""
    channels = [one for one in (door.server.system_channel, *door.server.text_channels) if one is not None]
    everyone, own = door.server.default_role, door.server.me
    for one in channels:
        seen = one.permissions_for(everyone).view_channel
        ours = one.permissions_for(own)
        if seen and ours.create_private_threads and ours.send_messages_in_threads:
            return one
    return None
