"""What somebody writes, presses, chooses or sends, handed on: posts to the chat, everything else to Locum."""

import re
from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid4

from adapters.local.chat.types import ChatError, HeldBackError, Room, RoomKind, SlowedError
from adapters.local.community import NotConnectedError
from adapters.local.translate import channel_of, member_of
from adapters.local.web.looking import find_message, find_post, lookups_of
from adapters.local.web.page import Visit
from adapters.local.web.people import until_in_words
from adapters.local.web.slash import Wrong, read_command
from adapters.local.web.views import ReplyView
from bot.commands.table import find_command
from bot.domain.command import Invocation, OptionKind, OptionValue, Reply
from bot.domain.message import Attachment
from bot.errors import LocumError
from bot.i18n import say

#: behind this sign a form's action carries the id under which it is sent, however often
_ONCE = "#"
_ONCE_FORM = re.compile(r"[0-9a-f]{32}")
#: files of one post
_FILES = 10
_NAME = 120


def write(visit: Visit, room: Room, text: str, *, reply_to: str = "", files: str = "") -> None:
    """Post what somebody wrote; raises ChatError."""
    names = [name.strip()[:_NAME] for name in files.split(",") if name.strip()][:_FILES]
    attachments = tuple(Attachment(id=uuid4().hex, name=name) for name in names)
    answered = find_post(visit, reply_to) if reply_to else None
    visit.community.chat.say(
        visit.account.id,
        room.id,
        text,
        reply_to=answered.id if answered is not None and answered.room == room.id else "",
        attachments=attachments,
    )


async def give_command(visit: Visit, room: Room, text: str) -> ReplyView | None:
    """Hand on a command as it was typed; None when the answer stands in the room for everybody."""
    typed = read_command(text, visit.language, lookups_of(visit))
    if isinstance(typed, Wrong):
        return ReplyView(text=typed.said, done=False)
    return await _given(visit, room, _invocation(visit, room, typed.command.name, typed.options))


async def press(visit: Visit, room: Room, action: str, fields: Mapping[str, str]) -> ReplyView | None:
    """Hand on the press of a button, what was chosen from a menu, or a form."""
    said, _, once = action.partition(_ONCE)
    name, _, rest = said.partition(":")
    subject, _, version = rest.partition(":")
    command = find_command(name)
    wanted = () if command is None else ("value", *(option.name for option in command.options))
    options = {"subject": subject, "version": version} | {one: fields.get(one, "") for one in wanted}
    given: dict[str, OptionValue] = {one: value for one, value in options.items() if value}
    # somebody else's id is none of theirs
    once = f"{once}-{visit.account.id}" if _ONCE_FORM.fullmatch(once) else ""
    return await _given(visit, room, _invocation(visit, room, name, given, once=once))


async def choose(visit: Visit, room: Room, name: str, *, post: str = "", account: str = "") -> ReplyView | None:
    """Hand on a command of a post's or a member's menu."""
    command = find_command(name)
    if command is None or command.menu is None:
        return ReplyView(text=say("commands.unknown", visit.language), done=False)
    option = next(one for one in command.options if one.kind is command.menu)
    value: OptionValue | None = find_message(visit, post) if command.menu is OptionKind.MESSAGE else None
    if command.menu is OptionKind.MEMBER:
        shown = find_post(visit, post)
        found = visit.community.chat.account(account or ("" if shown is None else shown.author))
        value = None if found is None else member_of(visit.community.name, found)
    if value is None:
        return ReplyView(text=say(f"commands.unknown_{command.menu.value}", visit.language), done=False)
    return await _given(visit, room, _invocation(visit, room, name, {option.name: value}))


def refusal(error: ChatError, language: str) -> ReplyView:
    """Return what somebody is told whom the chat refuses something."""
    match error:
        case SlowedError():
            said = say("chat.slowed", language, count=error.seconds)
        case HeldBackError():
            until = until_in_words(error.until, language)
            said = say(f"chat.barred_{error.sanction.value}", language, until=until)
        case _:
            said = say(f"chat.{error.key}", language)
    return ReplyView(text=said, done=False)


def _invocation(
    visit: Visit, room: Room, command: str, options: Mapping[str, OptionValue], *, once: str = ""
) -> Invocation:  # fmt: skip
    community = visit.community
    return Invocation(
        community=community.name,
        id=once or uuid4().hex,
        account=community.account_ref(visit.account.id),
        command=command,
        options=options,
        channel=None if room.kind is RoomKind.DIRECT else channel_of(community.name, room),
        connection=community.connection,
        language=visit.language,
    )


async def _given(visit: Visit, room: Room, invocation: Invocation) -> ReplyView | None:
    try:
        reply = await visit.community.give(invocation)
    except NotConnectedError:
        return ReplyView(text=say("chat.not_connected", visit.language), done=False)
    except LocumError:
        return ReplyView(text=say("chat.no_answer", visit.language), done=False)
    finally:
        # whatever they look at next shows it
        visit.known.changed()
    if reply.public and reply.form is None:
        visit.community.chat.put(room.id, reply.text, action=f"reply-{invocation.id}", card=reply.card)
        return None
    return _shown(reply)


def _shown(reply: Reply) -> ReplyView:
    form = reply.form
    if form is not None:
        # sent twice, it is done once
        form = replace(form, action=f"{form.action}{_ONCE}{uuid4().hex}")
    return ReplyView(text=reply.text, card=reply.card, form=form, done=reply.done)
