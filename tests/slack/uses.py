"""What a person asked of an app, and what that person is shown of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.slack import shapes
from tests.slack.envelopes import Ack
from tests.slack.things import JSON, App, Ephemeral, PostedMessage
from tests.slack.views import View
from tests.slack.workspace import Workspace

#: what a client says when an app gave no answer to a modal or a button
TROUBLE = "We had some trouble connecting. Try again?"


class Kind(StrEnum):
    """What a person did."""

    COMMAND = "command"
    SHORTCUT = "shortcut"
    MESSAGE_SHORTCUT = "message_shortcut"
    USED = "used"
    SUBMITTED = "submitted"
    CLOSED = "closed"
    LOOKED_UP = "looked_up"


async def until(holds: Callable[[], Any], *, seconds: float = 60.0) -> None:
    """Return when something holds; the deadline only ends a hang."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.005)


@dataclass(kw_only=True, eq=False)
class Use:
    """One thing that a person asked of an app."""

    #: what they did
    kind: Kind
    #: where
    workspace: Workspace
    #: which app
    app: App
    #: who
    user_id: str
    #: in which channel; None outside of any
    channel_id: str | None
    #: with which the app may open a view
    trigger_id: str
    #: what the app was told
    payload: JSON
    #: the moment, as a ts
    at: str
    #: where the app may answer in the channel; None where it may not
    response_path: str | None = None
    #: the view in which it was done; None outside of any
    view: View | None = None
    #: the app's answer; None before
    ack: Ack | None = None
    #: what the person reads where the app failed; empty otherwise
    failure: str = ""
    #: the modal that was laid upon the one that was sent off
    pushed: View | None = None
    #: what the app offers to choose from
    options: Sequence[JSON] = ()
    #: what the app said is wrong in the modal, by block
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Return whether the app answered, or the person reads that it didn't."""
        return self.ack is not None or bool(self.failure)

    @property
    def opened(self) -> View | None:
        """Return the modal that was opened for it, or laid upon the one in which it was done; None without one."""
        for view in self.workspace.views.values():
            if view.trigger_id == self.trigger_id:
                return view
        return self.pushed

    @property
    def whispers(self) -> Sequence[Ephemeral]:
        """Return what the app has shown that person alone in that channel since, and still shows."""
        if self.channel_id is None:
            return []
        every = self.workspace.channels[self.channel_id].ephemerals
        mine = [one for one in every if (one.to, one.app_id) == (self.user_id, self.app.id)]
        return [one for one in mine if shapes.number(one.ts) >= shapes.number(self.at)]

    @property
    def posted(self) -> Sequence[PostedMessage]:
        """Return what the app has said in that channel since, for all to see."""
        if self.channel_id is None:
            return []
        every = self.workspace.channels[self.channel_id].messages.values()
        return [one for one in every if one.app_id == self.app.id and shapes.number(one.ts) >= shapes.number(self.at)]

    async def until(self, holds: Callable[["Use"], Any], *, seconds: float = 60.0) -> "Use":
        """Return when something holds of it; raise `TimeoutError` when that takes too long, which only ends a hang."""
        await until(lambda: holds(self), seconds=seconds)
        return self

    async def answered(self, *, seconds: float = 60.0) -> "Use":
        """Return when the app has answered, or failed to in time."""
        return await self.until(lambda one: one.done, seconds=seconds)

    async def settled(self, *, seconds: float = 60.0) -> "Use":
        """Return when the person sees something of it: a modal, words, or that the app failed."""
        return await self.until(
            lambda one: one.failure or one.errors or (one.done and (one.opened or one.whispers or one.posted)),
            seconds=seconds,
        )
