"""Interactions from beginning to end: what is named is looked up, the core decides, and whoever asked is answered."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from adapters.discord import responding
from adapters.discord.calls import CallError, read
from adapters.discord.interactions import (
    COMPLETION,
    Asked,
    account_of,
    asked,
    found_message,
    found_user,
    language_of,
    option_named,
)
from adapters.discord.seeing import sees
from adapters.discord.server import channel_of, role_names
from adapters.discord.several import members_of, users_in
from adapters.discord.translate import Json, author_of, member_of, message_of
from bot.domain.command import Invocation, OptionKind, OptionValue, Reply, Suggestion
from bot.domain.message import Channel, Member, Message
from bot.errors import LocumError
from bot.i18n import say
from bot.ports import Feed, HistoryLostError

if TYPE_CHECKING:
    from adapters.discord.connected import ServerConnected

#: seconds after which an answer is promised; Discord forgets whoever says nothing for three
_SOON = 1.2


async def answer(server: "ServerConnected", feed: Feed, data: Json) -> None:
    """Answer one interaction; raises CallError where Discord takes no answer any more."""
    client, wanted, language = server.door.client, asked(data), language_of(data)
    if wanted is None:
        if data.get("type") == COMPLETION:
            await responding.offer(client, data, ())
            return
        reply = Reply(text=say("commands.unknown", language), done=False)
        await responding.respond(client, data, responding.body_of(reply, language))
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
        await responding.ask_for_time(client, data)
    except CallError:
        # what was asked for is done all the same, and shows on its card
        await work
        raise
    reply = await work
    if reply.form is not None:
        # a form can't come second
        reply = Reply(text=say("discord.once_more", language), done=False)
    body = responding.body_of(reply, language, server=_about(server, data))
    await responding.respond_later(client, data, body, reply.files)


async def _say(server: "ServerConnected", data: Json, reply: Reply, language: str) -> None:
    client, about = server.door.client, _about(server, data)
    if reply.form is not None:
        await responding.ask_form(client, data, reply.form, server=about)
    elif reply.files:
        # Discord waits three seconds for a first answer, and longer for megabytes
        await responding.ask_for_time(client, data)
        await responding.respond_later(
            client, data, responding.body_of(reply, language, server=about), reply.files
        )  # fmt: skip
    else:
        await responding.respond(client, data, responding.body_of(reply, language, server=about))


def _about(server: "ServerConnected", data: Json) -> str:
    """Return what has to stand in front of what buttons say: nothing on the server itself."""
    return "" if data.get("guild_id") else server.door.home.server


async def _given(server: "ServerConnected", feed: Feed, data: Json, wanted: Asked) -> Reply:
    """Return the core's answer; what it or Discord can't say now is said as such."""
    language = language_of(data)
    try:
        options = await _options(server, data, wanted)
        return await feed.give(_invocation(server, data, wanted, options))
    except _NotFoundError as error:
        return Reply(text=str(error), done=False)
    except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked is answered
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
    await responding.offer(server.door.client, data, found)


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
                found[name] = await _member(server, data, str(value))
            case OptionKind.MEMBERS:
                found[name] = await _members(server, data, str(value))
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


async def _member(server: "ServerConnected", data: Json, value: str) -> Member:
    """Return a member whom Discord resolved, or whose id or mention was typed into a form."""
    resolved, user = _resolved(data), found_user(value)
    known: Json | None = (resolved.get("users") or {}).get(user)
    member: Json | None = (resolved.get("members") or {}).get(user)
    if known is None and user is not None:
        member = await server.platform.members.member(user)
        known = member["user"] if member is not None else await read(server.door.http.get_user(int(user)))
    if known is None:
        raise _NotFoundError(say("commands.unknown_member", language_of(data)))
    return member_of(server.door.home.server, known, member, role_names(server.door.server))


async def _members(server: "ServerConnected", data: Json, value: str) -> tuple[Member, ...]:
    users = users_in(value)
    if not users:
        raise _NotFoundError(say("commands.unknown_member", language_of(data)))
    return await members_of(server.door, users)


async def _message(server: "ServerConnected", data: Json, value: str) -> Message:
    """Return a message of a menu, or one whose link or id was given."""
    resolved = (_resolved(data).get("messages") or {}).get(value)
    if resolved is not None:
        channel = server.channel(str(resolved.get("channel_id") or data.get("channel_id")))
        if channel is not None:
            wrote = author_of(resolved)
            people = await server.platform.members.known([wrote])
            member = people.get(str(wrote["id"]))
            roles = role_names(server.door.server)
            author = member_of(server.door.home.server, wrote, member, roles)
            found = message_of(resolved, channel, author)
            if found is not None:
                return found
    named = found_message(value, server.door.home.server)
    # an id alone is one of the channel where it was named
    address = "" if named is None else named[0] or (str(data["channel_id"]) if data.get("guild_id") else "")
    if named is not None and address:
        with suppress(HistoryLostError):
            fetched = await server.platform.fetched(address, named[1])
            # nothing of another server that we are on, and nothing that whoever asks couldn't read
            here = fetched is not None and fetched.channel.workspace == server.door.home.server
            if fetched is not None and here and await sees(server, data, fetched.channel):
                return fetched
    raise _NotFoundError(say("commands.unknown_message", language_of(data)))


def _channel(server: "ServerConnected", data: Json) -> Channel | None:
    if not data.get("guild_id") or not data.get("channel_id"):
        return None
    return channel_of(server.door.server, str(data["channel_id"]))
