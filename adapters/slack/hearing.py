"""What is done about each event: messages, comings and goings, changes of people and channels are handed over."""

import asyncio
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from adapters.slack.calls import CallError
from adapters.slack.contents import Json, object_in, text_in
from adapters.slack.deeds import deeds_of
from adapters.slack.members import account_ref, administers, author_id, member_of
from adapters.slack.times import moment_of, time_of
from adapters.slack.translate import deletion_of, held_in, is_news, join_of, joins_of, rename_of
from bot.domain.action import Answer
from bot.errors import LocumError
from bot.ports import Feed, PlatformUnavailableError

if TYPE_CHECKING:
    from datetime import datetime

    from adapters.slack.connected import Handler, WorkspaceConnected
    from bot.domain.message import Message

#: kinds of direct messages: nothing that is said there is moderated
_PRIVATE = frozenset({"im", "mpim", "app_home"})
#: whose turn it is where changes of people are told; no channel is called so
_PEOPLE = "people"
#: seconds until it is asked again who wrote something, and for how long in all: what comes behind it waits as well
_AGAIN, _LONGEST = (1.0, 2.0, 5.0, 10.0), 15.0


async def message(workspace: "WorkspaceConnected", feed: Feed, event: Json) -> None:
    """Hand over a message, its revision or its deletion; nothing of a channel overtakes what came before it there."""
    channel, home = text_in(event, "channel"), workspace.door.home
    if not channel or text_in(event, "channel_type") in _PRIVATE or channel.startswith("D"):
        return
    async with workspace.turn(channel):
        deletion = deletion_of(home.workspace, event)
        if deletion is not None:
            if not workspace.platform.is_own(object_in(event, "previous_message")):
                # what was offered before is stored before: it may be about this very message
                await feed.settled()
                await feed.gone(deletion.stream, (deletion.message,), deletion.at)
            return
        said = held_in(event)
        if workspace.platform.is_own(said) or not is_news(event):
            return
        if workspace.channels.get(channel) is None:
            await _asked(workspace.channels.described(channel))
            workspace.channels.learn({"id": channel, "is_member": True})
            feed.expect(workspace.channels.heard())
        people = await _known(workspace, author_id(said))
        found = workspace.platform.message(channel, event, people)
        if found is not None:
            await _held_back(workspace, feed, found)
            # what is turned away is noted as a gap by whoever does so, and read back
            feed.offer(found)


async def came(workspace: "WorkspaceConnected", feed: Feed, event: Json) -> None:
    """Hand over that somebody came, into the workspace or into a channel; where it is us, the channel is heard now."""
    home, user = workspace.door.home, event.get("user")
    id_ = user if isinstance(user, str) else text_in(event, "user", "id")
    channel = text_in(event, "channel")
    if id_ == workspace.door.own.user:
        known = await workspace.channels.described(channel)
        was_out = known is not None and known.get("is_member") is False
        workspace.channels.learn({"id": channel, "is_member": True})
        feed.expect(workspace.channels.heard())
        if was_out:
            workspace.reread()
        return
    at = _at(workspace, event)
    if channel:
        await feed.entered(account_ref(home.workspace, id_), at)
        return
    if isinstance(user, dict):
        workspace.people.learn(user)
    said = await workspace.people.person(id_)
    if said is None:
        return
    author = member_of(home.workspace, said, workspace.groups.of(id_), joined_at=at)
    feed.offer(join_of(author, joins_of(home.workspace), at))


async def went(workspace: "WorkspaceConnected", feed: Feed, event: Json) -> None:
    """Take in that we were removed from a channel, of which nothing arrives any more: a public one is joined again.

    Else whoever may remove somebody could have a channel go unheard.
    """
    channel = text_in(event, "channel")
    if text_in(event, "user") == workspace.door.own.user or event.get("type") in ("channel_left", "group_left"):
        known = workspace.channels.get(channel) or {}
        workspace.channels.learn({"id": channel, "is_member": False})
        if known.get("is_member") and not known.get("is_archived"):
            workspace.begin(_joined_again(workspace, feed, channel))


async def _joined_again(workspace: "WorkspaceConnected", feed: Feed, channel: str) -> None:
    await _joined(workspace, feed, channel)
    if (workspace.channels.get(channel) or {}).get("is_member"):
        workspace.reread()


async def changed(workspace: "WorkspaceConnected", feed: Feed, event: Json) -> None:
    """Hand over that somebody is called or ranks otherwise, or was deactivated; who did it, Slack doesn't say."""
    user, home = object_in(event, "user"), workspace.door.home
    id_ = text_in(user, "id")
    if not id_:
        return
    # what changed is what differs from what was told before, so one is told after the other
    async with workspace.turn(_PEOPLE):
        if workspace.people.is_old(user):
            return
        before = workspace.people.before(id_)
        at = moment_of(user.get("updated")) or _at(workspace, event)
        for deed in deeds_of(home.workspace, user, before, at):
            await feed.noticed(deed)
        # what can't be stored is told again, and is as new then as it was
        workspace.people.hear(user)
        if id_ == workspace.door.access.admin_user:
            workspace.door.ranks(administers=administers(user))
        member = member_of(home.workspace, user, workspace.groups.of(id_))
        renamed = None if user.get("deleted") else rename_of(member, user, before, _at(workspace, event))
        if renamed is not None and not member.bot:
            feed.offer(renamed)


async def opened(workspace: "WorkspaceConnected", feed: Feed, event: Json) -> None:
    """Take in a channel that came to be, is called otherwise, or is open again; a public one is joined."""
    channel = event.get("channel")
    said = channel if isinstance(channel, dict) else {"id": channel}
    id_ = text_in(said, "id")
    workspace.channels.learn({**said, "is_archived": False})
    if event.get("type") in ("channel_created", "channel_unarchive"):
        workspace.begin(_joined(workspace, feed, id_))


async def closed(workspace: "WorkspaceConnected", _feed: Feed, event: Json) -> None:
    """Take in that a channel was put away or deleted."""
    if str(event.get("type", "")).endswith("archive"):
        workspace.channels.learn({"id": text_in(event, "channel"), "is_archived": True})
    else:
        workspace.channels.forget(text_in(event, "channel"))


async def grouped(workspace: "WorkspaceConnected", _feed: Feed, event: Json) -> None:
    """Take in that a user group came to be, or who is in it."""
    if isinstance(event.get("subteam"), dict):
        workspace.groups.learn(event["subteam"])
    else:
        added, removed = (event.get(name) or [] for name in ("added_users", "removed_users"))
        workspace.groups.changed(text_in(event, "subteam_id"), list(added), list(removed))


async def revoked(workspace: "WorkspaceConnected", _feed: Feed, event: Json) -> None:
    """Take in that the app was removed, or tokens were taken back: ours is looked at, and the admin's."""
    tokens = object_in(event, "tokens")
    if event.get("type") == "app_uninstalled" or workspace.door.own.user in (tokens.get("bot") or ()):
        workspace.revoked()
    elif workspace.door.access.admin_user in (tokens.get("oauth") or ()):
        workspace.door.lose_admin()


async def join_all(workspace: "WorkspaceConnected", feed: Feed, _event: Json) -> None:
    """Join every public channel in which we aren't, one after the other: of no other does anything arrive."""
    for one in list(workspace.channels.everyone()):
        if not (one.get("is_member") or one.get("is_private")):
            await _joined(workspace, feed, str(one["id"]))


async def _joined(workspace: "WorkspaceConnected", feed: Feed, channel: str) -> None:
    known = workspace.channels.get(channel) or {}
    if known.get("is_private") or known.get("is_member"):
        return
    try:
        joined = await workspace.channels.join(channel)
    except CallError as error:
        if error.result.answer is Answer.RETRY_AFTER:
            raise
        joined = False
    if joined:
        feed.expect(workspace.channels.heard())


async def _known(workspace: "WorkspaceConnected", user: str) -> Mapping[str, Json]:
    """Return who wrote a message; nobody where Slack doesn't say it for long: the message is judged all the same."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_LONGEST):
            for wait in _AGAIN:
                try:
                    return await workspace.people.known([user])
                except PlatformUnavailableError as error:
                    await asyncio.sleep(max(wait, error.after))
    workspace.door.home.tell(PlatformUnavailableError())
    return {}


async def _held_back(workspace: "WorkspaceConnected", feed: Feed, found: "Message") -> None:
    """Have somebody who writes held to what holds for them, where they can only be kept out of channels."""
    author, keeping, now = found.author, workspace.platform.keeping, asyncio.get_running_loop().time()
    if workspace.platform.emulated():
        keeping.forget()
        return
    is_everybody_s = (workspace.channels.get(found.channel.id) or {}).get("is_general") is True
    if author.account is None or author.bot or is_everybody_s or not keeping.is_due(author.key, now):
        return
    with suppress(LocumError):
        # what can't be asked now is asked with their next message; this one is judged all the same
        await feed.entered(author.account, found.acted_at)
        keeping.asked(author.key, now)


async def _asked(asking: Awaitable[object]) -> None:
    """Ask for what is good to know, and not needed."""
    with suppress(CallError):
        await asking


def _at(workspace: "WorkspaceConnected", event: Json) -> "datetime":
    return time_of(event.get("event_ts")) or workspace.door.clock.now()


HANDLERS: "Mapping[str, Handler]" = {
    "message": message,
    "team_join": came,
    "member_joined_channel": came,
    "member_left_channel": went,
    "channel_left": went,
    "group_left": went,
    "user_change": changed,
    "channel_created": opened,
    "channel_rename": opened,
    "channel_unarchive": opened,
    "group_rename": opened,
    "group_unarchive": opened,
    "channel_archive": closed,
    "channel_deleted": closed,
    "group_archive": closed,
    "group_deleted": closed,
    "subteam_created": grouped,
    "subteam_updated": grouped,
    "subteam_members_changed": grouped,
    "tokens_revoked": revoked,
    "app_uninstalled": revoked,
}
