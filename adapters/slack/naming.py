"""What was named, looked up: members, messages and channels as the core knows them."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from adapters.slack.calls import CallError
from adapters.slack.interactions import Asked
from adapters.slack.members import account_ref, author_id, member_of
from adapters.slack.reading import lost
from adapters.slack.seeing import sees
from adapters.slack.times import time_of
from bot.domain.command import Option, OptionKind, OptionValue
from bot.domain.message import Member, Message, PlatformName
from bot.domain.place import Stream
from bot.i18n import say
from bot.ports import PlatformUnavailableError

if TYPE_CHECKING:
    from adapters.slack.connected import WorkspaceConnected

_USER = re.compile(r"(?:<@)?([UW][A-Z0-9]{1,30})(?:\|[^>]*)?>?")
_CHANNEL = re.compile(r"(?:<#)?([CG][A-Z0-9]{1,30})(?:\|[^>]*)?>?")
#: a link to a message as Slack copies it
_LINK = re.compile(
    r"https?://[^/\s]+/archives/(?P<channel>[CGD][A-Z0-9]{1,30})/p(?P<seconds>\d{9,11})(?P<rest>\d{6})"
    r"(?:\?(?:\S*&)?thread_ts=(?P<thread>\d{9,11}\.\d{6})\S*|\S*)?"
)


class NotFoundError(Exception):
    """What was named isn't there; its text says what to do."""


async def options_of(workspace: "WorkspaceConnected", wanted: Asked, language: str) -> dict[str, OptionValue]:
    """Return what was given, what it names looked up; raise NotFoundError, PlatformUnavailableError."""
    known: Mapping[str, Option] = {} if wanted.row is None else {one.name: one for one in wanted.row.options}
    found: dict[str, OptionValue] = {}
    for name, value in wanted.given.items():
        option = known.get(name)
        found[name] = str(value) if option is None else await _value(workspace, wanted, option, value, language)
    return found


async def _value(
    workspace: "WorkspaceConnected", wanted: Asked, option: Option, value: Any, language: str
) -> OptionValue:  # fmt: skip
    match option.kind:
        case OptionKind.MEMBER:
            return await _member(workspace, str(value), language)
        case OptionKind.MEMBERS:
            named = value if isinstance(value, list) else re.split(r"[\s,;]+", str(value).strip())
            return tuple([await _member(workspace, str(one), language) for one in named if one])
        case OptionKind.MESSAGE:
            return await _message(workspace, wanted, str(value), language)
        case OptionKind.CHANNEL:
            channel = _CHANNEL.fullmatch(str(value))
            return str(value) if channel is None else workspace.channels.place(channel[1])
        case _:
            return str(value)


async def _member(workspace: "WorkspaceConnected", value: str, language: str) -> Member:
    named = _USER.fullmatch(value)
    if named is None:
        raise NotFoundError(say("commands.unknown_member", language))
    user, home = named[1], workspace.door.home.workspace
    said = await workspace.people.person(user)
    if said is None:
        return Member(key=user, account=account_ref(home, user))
    return member_of(home, said, workspace.groups.of(user))


async def _message(workspace: "WorkspaceConnected", wanted: Asked, value: str, language: str) -> Message:
    """Return the message of a shortcut, or one whose link or id was given."""
    if wanted.message and value == wanted.message.get("ts"):
        people = await workspace.people.known([author_id(wanted.message)])
        # of a direct message, this is all that anybody but the two ever sees
        shown = workspace.platform.message(wanted.channel, wanted.message, people)
        if shown is not None:
            return shown
    channel, ts, thread = _named(value, wanted)
    if channel and await sees(workspace, wanted.user, channel, here=wanted.channel):
        stream = Stream(
            platform=PlatformName.SLACK, workspace=workspace.door.home.workspace, channel=channel, thread=thread
        )
        try:
            said = await workspace.platform.reading.one(stream, ts)
        except CallError as error:
            reason = lost(error.result)
            if isinstance(reason, PlatformUnavailableError):
                raise reason from None
            said = None
        found = [] if said is None else await workspace.platform.messages(channel, [said])
        if found:
            return found[0]
    raise NotFoundError(say("commands.unknown_message", language))


def _named(value: str, wanted: Asked) -> tuple[str, str, str]:
    """Return channel, id and thread that a link or an id names: an id alone is one of where it was named."""
    link = _LINK.fullmatch(value.strip())
    if link is not None:
        return link["channel"], f"{link['seconds']}.{link['rest']}", link["thread"] or ""
    if time_of(value) is not None and "." in value:
        return wanted.channel, value, wanted.thread
    return "", "", ""
