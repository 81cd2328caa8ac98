"""Direct messages to the bot: whoever writes is told what can be done there.

Nobody reads along in a direct message: what is written there is no report yet. Reports and appeals are forms behind
buttons.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from adapters.slack.answering import language_of
from adapters.slack.calls import CallError, Json, called
from adapters.slack.cards import message
from adapters.slack.contents import text_in
from adapters.slack.members import account_ref
from adapters.slack.posting import AS_WRITTEN
from bot.domain.action import Answer
from bot.domain.command import Invocation
from bot.ports import Feed

if TYPE_CHECKING:
    from adapters.slack.connected import WorkspaceConnected

#: seconds in which somebody is answered once, however much they write, and people who are remembered for it
_ONCE_IN, _MOST = 60.0, 10_000
#: answers that are made side by side, and that wait for it: who writes to us takes nothing from who moderates
_AT_ONCE, _WAITING = 2, 50
#: what somebody writes with their own hands; whatever else stands in a direct message answers to nobody
_WRITTEN = frozenset({"", "file_share", "me_message", "thread_broadcast"})


@dataclass(kw_only=True, slots=True)
class Aside:
    """Who was answered lately."""

    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    _answered: "OrderedDict[str, float]" = field(default_factory=OrderedDict)
    _waiting: int = 0

    async def heard(self, workspace: "WorkspaceConnected", feed: Feed, event: Json) -> None:
        """Take in a direct message: whoever wrote it is answered in their turn."""
        user = text_in(event, "user")
        is_program = bool(text_in(event, "bot_id")) or workspace.platform.is_own(event)
        if not is_program and text_in(event, "subtype") in _WRITTEN and self._is_turn(user):
            self._waiting += 1
            workspace.begin(self._in_turn(workspace, feed, event))

    def _is_turn(self, user: str) -> bool:
        """Return whether somebody wasn't answered within the last minute, and remember that they are now."""
        now = asyncio.get_running_loop().time()
        before = self._answered.get(user)
        if not user or (before is not None and now - before < _ONCE_IN) or self._waiting >= _WAITING:
            return False
        self._answered[user] = now
        self._answered.move_to_end(user)
        while len(self._answered) > _MOST:
            self._answered.popitem(last=False)
        return True

    async def _in_turn(self, workspace: "WorkspaceConnected", feed: Feed, event: Json) -> None:
        try:
            async with self._turn:
                await _offer(workspace, feed, event)
        finally:
            self._waiting -= 1


def is_direct(event: Json) -> bool:
    """Return whether a message was written to the bot, and to nobody else."""
    return event.get("channel_type") in ("im", "app_home") or text_in(event, "channel").startswith("D")


async def _offer(workspace: "WorkspaceConnected", feed: Feed, event: Json) -> None:
    """Answer with what can be done in this community."""
    home, user = workspace.door.home, text_in(event, "user")
    language = await language_of(workspace, user)
    invocation = Invocation(
        community=home.community, id=f"{text_in(event, 'event_id') or text_in(event, 'ts')}:aside",
        account=account_ref(home.workspace, user), command="everyone.write", connection=home.connection,
        language=language,
    )  # fmt: skip
    reply = await feed.give(invocation)
    if reply.card is None:
        return
    card = replace(reply.card, title=workspace.door.own.name or reply.card.title)
    thread = text_in(event, "thread_ts")
    try:
        await called(
            workspace.door, "chat.postMessage", channel=text_in(event, "channel"), thread_ts=thread or None,
            **message(card, language), **AS_WRITTEN,
        )  # fmt: skip
    except CallError as error:
        # whoever was deactivated meanwhile can't be written to
        if error.result.answer not in (Answer.FORBIDDEN, Answer.GONE):
            raise
