"""Interactions from beginning to end: what is named is looked up, the core decides, and whoever asked is answered."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from adapters.discord import responding
from adapters.discord.calls import CallError
from adapters.discord.interactions import (
    COMPLETION,
    Asked,
    account_of,
    asked,
    found_message,
    language_of,
    option_named,
)
from adapters.discord.server import channel_of, role_names
from adapters.discord.translate import Json, member_of, message_of
from bot.domain.command import Invocation, OptionKind, OptionValue, Reply, Suggestion
from bot.domain.message import Channel, Member, Message
from bot.errors import LocumError
from bot.i18n import say
from bot.ports import Feed

if TYPE_CHECKING:
    from adapters.discord.connected import ServerConnected

#: seconds after which an answer is promised; Discord forgets whoever says nothing for three
_SOON = 1.2


async def answer(server: "ServerConnected", feed: Feed, data: Json) -> None:
    """Answer one interaction; raises CallError where Discord takes no answer any more."""
    wanted, language = asked(data), language_of(data)
    if wanted is None:
        if data.get("type") == COMPLETION:
            await responding.offer(server.door, data, ())
            return
        reply = Reply(text=say("commands.unknown", language), done=False)
        await responding.respond(server.door, data, responding.body_of(reply, language))
        return
    if data["type"] == COMPLETION:
        await _complete(server, feed, data, wanted)
        return
    work = asyncio.create_task(_given(server, feed, data, wanted))
    done, _ = await asyncio.wait({work}, timeout=_SOON)
    if done:
        await _say(server, data, work.result(), language)
        return
    try:
        await responding.ask_for_time(server.door, data)
    except CallError:
        # what was asked for is done all the same, and shows on its card
        await work
        return
    reply = await work
    if reply.form is not None:
        # a form can't come second
        reply = Reply(text=say("discord.once_more", language), done=False)
    await responding.respond_later(server.door, data, responding.body_of(reply, language))


async def _say(server: "ServerConnected", data: Json, reply: Reply, language: str) -> None:
    if reply.form is not None:
        await responding.ask_form(server.door, data, reply.form)
    else:
        await responding.respond(server.door, data, responding.body_of(reply, language))


async def _given(server: "ServerConnected", feed: Feed, data: Json, wanted: Asked) -> Reply:
    """Return the core's answer; what it or Discord can't say now is said as such."""
    language = language_of(data)
    try:
        options = await _options(server, data, wanted)
        return await feed.give(_invocation(server, data, wanted, options))
    except _NotFoundError as error:
        return Reply(text=str(error), done=False)
    except LocumError as error:
        server.door.home.tell(error)
        return Reply(text=say("discord.no_answer", language), done=False)


async def _complete(server: "ServerConnected", feed: Feed, data: Json, wanted: Asked) -> None:
    found: tuple[Suggestion, ...] = ()
    if wanted.typing is not None:
        given = {name: value for name, value in wanted.given.items() if isinstance(value, str | int)}
        invocation = _invocation(server, data, wanted, given)
        try:
            async with asyncio.timeout(2.0):
                found = tuple(await feed.complete(invocation, *wanted.typing))
        except (LocumError, TimeoutError):
            # nothing is offered, and whatever is typed is taken
            found = ()
    await responding.offer(server.door, data, found)


def _invocation(server: "ServerConnected", data: Json, wanted: Asked, options: Mapping[str, OptionValue]) -> Invocation:
    home = server.door.home
    return Invocation(
        community=home.community,
        id=str(data["id"]),
        account=account_of(home.server, data),
        command=wanted.command,
        options=options,
        channel=_channel(server, data),
        connection=home.connection,
        language=language_of(data),
    )


class _NotFoundError(Exception):
    """What was named isn't there; its text says what to do."""


async def _options(server: "ServerConnected", data: Json, wanted: Asked) -> dict[str, OptionValue]:
    """Return what was given, what it names looked up."""
    found: dict[str, OptionValue] = {}
    for name, value in wanted.given.items():
        option = option_named(wanted.row, name)
        match None if option is None else option.kind:
            case OptionKind.MEMBER:
                found[name] = _member(server, data, str(value))
            case OptionKind.MESSAGE:
                found[name] = await _message(server, data, str(value))
            case OptionKind.CHANNEL:
                channel = server.channel(str(value))
                found[name] = str(value) if channel is None else channel
            case _:
                found[name] = value if isinstance(value, str | int) else str(value)
    return found


def _resolved(data: Json) -> Json:
    inner: Json = data["data"].get("resolved") or {}
    return inner


def _member(server: "ServerConnected", data: Json, user: str) -> Member:
    resolved = _resolved(data)
    known = (resolved.get("users") or {}).get(user)
    if known is None:
        raise _NotFoundError(say("commands.unknown_member", language_of(data)))
    member = (resolved.get("members") or {}).get(user)
    return member_of(server.door.home.server, known, member, role_names(server.door.server))


async def _message(server: "ServerConnected", data: Json, value: str) -> Message:
    """Return a message of a menu, or one whose link or id was given."""
    resolved = (_resolved(data).get("messages") or {}).get(value)
    if resolved is not None:
        channel = server.channel(str(resolved.get("channel_id") or data.get("channel_id")))
        if channel is not None:
            people = await server.platform.members.known([resolved["author"]])
            member = people.get(str(resolved["author"]["id"]))
            roles = role_names(server.door.server)
            author = member_of(server.door.home.server, resolved["author"], member, roles)
            found = message_of(resolved, channel, author)
            if found is not None:
                return found
    named = found_message(value)
    if named is not None:
        fetched = await server.platform.fetched(named[0] or str(data.get("channel_id")), named[1])
        if fetched is not None:
            return fetched
    raise _NotFoundError(say("commands.unknown_message", language_of(data)))


def _channel(server: "ServerConnected", data: Json) -> Channel | None:
    if not data.get("guild_id") or not data.get("channel_id"):
        return None
    return channel_of(server.door.server, str(data["channel_id"]))
