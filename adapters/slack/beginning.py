"""What is done once a workspace is heard, and again and again: who is there, what can be done, whether all arrives."""

import asyncio
from typing import TYPE_CHECKING

from adapters.slack.hearing import changed, join_all
from adapters.slack.silence import is_silent
from adapters.slack.times import ts_of
from bot.ports import Feed

if TYPE_CHECKING:
    from adapters.slack.connected import WorkspaceConnected
    from adapters.slack.contents import Json


#: seconds between two looks whether all arrives
_LOOK = 60.0


async def begin_with(workspace: "WorkspaceConnected", feed: Feed, _nothing: "Json") -> None:
    """Say what can be done, ask who is in which group, join what can be joined, and remember who is there.

    What couldn't be asked for now is asked for when somebody needs it.
    """
    workspace.begin(tell_changes(workspace, feed))
    for work in (workspace.groups.look(), workspace.people.everybody(), join_all(workspace, feed, {})):
        workspace.begin(work)
    while True:
        await asyncio.sleep(_LOOK)
        await look_once(workspace)


async def look_again(workspace: "WorkspaceConnected", feed: Feed, _nothing: "Json") -> None:
    """Take in what changed while nobody told us: channels, user groups, and what members are called and may do."""

    async def told(user: "Json") -> None:
        await changed(workspace, feed, {"user": user, "event_ts": ts_of(workspace.door.clock.now())})

    await workspace.channels.look()
    feed.expect(workspace.channels.heard())
    for work in (join_all(workspace, feed, {}), workspace.groups.look(), workspace.people.everybody(told)):
        workspace.begin(work)


async def look_once(workspace: "WorkspaceConnected") -> None:
    """Begin anew where something was written that nobody told us of."""
    channels = [one.channel for one in workspace.channels.heard()]
    if await is_silent(workspace.door, workspace.silence, channels):
        workspace.missed()


async def tell_changes(workspace: "WorkspaceConnected", feed: Feed) -> None:
    """Say what can be done here, and once more whenever that is something else."""
    while True:
        workspace.door.changed.clear()
        await workspace.probe(feed)
        await workspace.door.changed.wait()
