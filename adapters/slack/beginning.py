"""What is done once a workspace is heard, and again and again: who is there, what can be done, whether all arrives."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from adapters.slack.calls import CallError
from adapters.slack.hearing import changed, join_all
from adapters.slack.silence import is_silent
from adapters.slack.times import ts_of
from bot.domain.action import Answer
from bot.errors import LocumError
from bot.ports import Feed

if TYPE_CHECKING:
    from adapters.slack.connected import WorkspaceConnected
    from adapters.slack.contents import Json

#: seconds between two looks whether all arrives, and until something is said again that couldn't be said
_LOOK, _UNSAID = 60.0, 5.0
#: seconds until what Slack didn't answer is asked for again; the last of them from then on
_AGAIN = (2.0, 5.0, 15.0, 60.0)


async def begin_with(workspace: "WorkspaceConnected", feed: Feed, _nothing: "Json") -> None:
    """Say what can be done, ask who is in which group, join what can be joined, and remember who is there.

    Who isn't remembered is asked for when they write, and whatever is said in that channel waits for the answer: so
    what couldn't be asked for now is asked for again.
    """
    workspace.begin(tell_changes(workspace, feed))
    for ask in (workspace.groups.look, workspace.people.everybody, partial(join_all, workspace, feed, {})):
        workspace.begin(in_the_end(ask))
    while True:
        await asyncio.sleep(_LOOK)
        await look_once(workspace)


async def look_again(workspace: "WorkspaceConnected", feed: Feed, _nothing: "Json") -> None:
    """Take in what changed while nobody told us: channels, user groups, and what members are called and may do."""

    async def told(user: "Json") -> None:
        await changed(workspace, feed, {"user": user, "event_ts": ts_of(workspace.door.clock.now())})

    await workspace.channels.look()
    feed.expect(workspace.channels.heard())
    every = (partial(join_all, workspace, feed, {}), workspace.groups.look, partial(workspace.people.everybody, told))
    for ask in every:
        workspace.begin(in_the_end(ask))


async def in_the_end(ask: Callable[[], Awaitable[object]]) -> None:
    """Ask for something until Slack answers; raise CallError where its answer is no."""
    failures = 0
    while True:
        try:
            await ask()
        except CallError as error:
            if error.result.answer not in (Answer.RETRY_AFTER, Answer.UNKNOWN):
                raise
            wait = max(error.result.after, _AGAIN[min(failures, len(_AGAIN) - 1)])
        else:
            return
        failures += 1
        await asyncio.sleep(wait)


async def look_once(workspace: "WorkspaceConnected") -> None:
    """Begin anew where something was written that nobody told us of."""
    channels = [one.channel for one in workspace.channels.heard()]
    if await is_silent(workspace.door, workspace.silence, channels):
        workspace.missed()


async def tell_changes(workspace: "WorkspaceConnected", feed: Feed) -> None:
    """Say what can be done here, and once more whenever that is something else."""
    while True:
        workspace.door.changed.clear()
        try:
            await workspace.probe(feed)
        except LocumError as error:
            # nobody was told: it is said once more
            workspace.door.home.tell(error)
            await asyncio.sleep(_UNSAID)
            continue
        await workspace.door.changed.wait()
