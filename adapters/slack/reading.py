"""Reads back what was written in a channel or thread: history shows no replies, so threads are asked for by themselves.

https://docs.slack.dev/reference/methods/conversations.history and …/conversations.replies
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.calls import CallError, Json, called, in_turn
from adapters.slack.channels import Channels
from adapters.slack.door import Door
from adapters.slack.times import time_of, ts_of
from bot.domain.action import Answer, Result
from bot.domain.gap import ALLOWANCE, EVER, later
from bot.domain.place import Stream
from bot.ports import HistoryLostError, PlatformUnavailableError

#: messages on a page
_PAGE = 200
#: messages before what is read back that are looked at for threads that went on, and for edits
_BEFORE = 100
#: what comes behind a message is looked for within so much time: Slack says no longer which end of it it shows
_BEHIND = (timedelta(minutes=10), timedelta(hours=6))
#: threads of which it is remembered when they were last written in
_THREADS = 20_000
_MOMENT = timedelta(microseconds=1)


@dataclass(kw_only=True, slots=True)
class Reading:
    """What is read in one workspace."""

    #: the way into it
    door: Door
    #: its channels
    channels: Channels
    #: (channel, thread) → when its newest reply was written, as its channel's history said, and when that was
    _latest: dict[tuple[str, str], tuple[datetime, datetime]] = field(default_factory=dict)

    async def written(self, stream: Stream, after: datetime, until: datetime) -> list[Json]:
        """Return what was written in a channel, its threads included, or in one thread, oldest first.

        With it comes what was edited since, where it stands shortly before. Raises HistoryLostError,
        PlatformUnavailableError, ConnectionRevokedError.
        """
        try:
            if stream.thread:
                found = await self._replies(stream.channel, stream.thread, after, until)
            else:
                found = await self._channel(stream.channel, after, until)
        except CallError as error:
            raise lost(error.result) from None
        return _in_order(found)

    def is_quiet(self, stream: Stream, after: datetime, until: datetime) -> bool:
        """Return whether nothing was written in a thread from one time to another, by its channel's history."""
        latest, looked = self._latest.get((stream.channel, stream.thread), (until, EVER))
        # a channel is read once its connection is live again, which is what a gap ends a little after
        return latest < after and looked >= later(until, -ALLOWANCE)

    async def around(self, stream: Stream, message: str, at: datetime, side: int) -> list[Json]:
        """Return what stands around a message, oldest first: at most `side` on either side, and itself.

        Raises HistoryLostError, PlatformUnavailableError, ConnectionRevokedError.
        """
        try:
            before = await self._ask(stream, side + 1, latest=ts_of(at))
            behind: list[Json] = []
            for within in _BEHIND:
                behind = await self._ask(stream, _PAGE, oldest=ts_of(at), latest=ts_of(at + within))
                if len(_in_order(behind)) > side:
                    break
        except CallError as error:
            raise lost(error.result) from None
        found = _in_order([*before, *behind])
        earlier = [one for one in found if _at(one) < at and one["ts"] != message]
        itself = [one for one in found if one["ts"] == message]
        later = [one for one in found if _at(one) >= at and one["ts"] != message]
        return [*earlier[len(earlier) - min(side, len(earlier)) :], *itself, *later[:side]]

    async def one(self, stream: Stream, message: str, *, now: bool = False) -> Json | None:
        """Return one message; None where it isn't there. Raises CallError, ConnectionRevokedError.

        With `now`, it is asked for at once or not at all, instead of waiting for its turn.
        """
        for thread in dict.fromkeys((stream.thread, "")):
            place = Stream(
                platform=stream.platform, workspace=stream.workspace, channel=stream.channel, thread=thread
            )  # fmt: skip
            try:
                found = await self._ask(place, 2, now=now, oldest=message, latest=message)
            except CallError as error:
                if error.result.answer is Answer.GONE and not self.channels.is_closed(stream.channel):
                    # a thread without its first message
                    continue
                if error.result.answer is Answer.GONE:
                    # what we don't see any more isn't gone: somebody took us out of their channel
                    raise CallError(Result(answer=Answer.FORBIDDEN, reason="not_in_channel")) from None
                raise
            for one in found:
                if one.get("ts") == message and one.get("subtype") != "tombstone":
                    return one
        return None

    async def _channel(self, channel: str, after: datetime, until: datetime) -> list[Json]:
        # newest first, which is how history is shown from its end on; whatever stands before the beginning comes along
        found: list[Json] = []
        before: list[Json] = []
        async for page in self._pages("conversations.history", channel=channel, latest=ts_of(until), inclusive=True):
            found += [one for one in page if after <= _at(one) <= until]
            before += [one for one in page if EVER < _at(one) < after]
            if len(before) >= _BEFORE:
                break
        edited = [one for one in before if (_edited(one) or after - _MOMENT) >= after]
        threads: list[Json] = []
        for parent in (*found, *before):
            latest = time_of(parent.get("latest_reply"))
            if latest is None:
                continue
            self._remember(channel, str(parent["ts"]), latest)
            if latest >= after:
                threads += await self._replies(channel, str(parent["ts"]), after, until)
        return [*edited, *found, *threads]

    async def _replies(self, channel: str, thread: str, after: datetime, until: datetime) -> list[Json]:
        """Return replies of a thread; none of one that is gone."""
        try:
            found = [
                one
                async for page in self._pages(
                    "conversations.replies", channel=channel, ts=thread, oldest=ts_of(after), latest=ts_of(until),
                    inclusive=True,
                )
                for one in page
            ]  # fmt: skip
        except CallError as error:
            if error.error == "thread_not_found":
                return []
            raise
        # the thread's first message comes along, whenever it was written, and stands in the channel
        return [one for one in found if after <= _at(one) <= until and one.get("ts") != thread]

    async def _pages(self, method: str, **arguments: Any) -> AsyncIterator[Sequence[Json]]:
        cursor = ""
        while True:
            said = await in_turn(self.door, method, limit=_PAGE, cursor=cursor or None, **arguments)
            yield [one for one in said.get("messages") or () if isinstance(one, dict)]
            cursor = str((said.get("response_metadata") or {}).get("next_cursor") or "")
            if not said.get("has_more") or not cursor:
                return

    async def _ask(self, stream: Stream, limit: int, *, now: bool = False, **arguments: Any) -> list[Json]:
        """Return one page of a channel or thread."""
        said = await (called if now else in_turn)(
            self.door, "conversations.replies" if stream.thread else "conversations.history", channel=stream.channel,
            ts=stream.thread or None, limit=limit, inclusive=True, **arguments,
        )  # fmt: skip
        return [one for one in said.get("messages") or () if isinstance(one, dict)]

    def _remember(self, channel: str, thread: str, latest: datetime) -> None:
        self._latest.pop((channel, thread), None)
        self._latest[channel, thread] = (latest, self.door.clock.now())
        while len(self._latest) > _THREADS:
            del self._latest[next(iter(self._latest))]


def lost(result: Result) -> HistoryLostError | PlatformUnavailableError:
    """Return what it means that something can't be read."""
    if result.answer is Answer.GONE:
        return HistoryLostError("channel_gone")
    if result.answer is Answer.FORBIDDEN:
        return HistoryLostError("missing_permission")
    return PlatformUnavailableError(result.after)


def _in_order(found: Iterable[Json]) -> list[Json]:
    """Return messages oldest first, each once."""
    once = {str(one["ts"]): one for one in found if time_of(one.get("ts")) is not None}
    return sorted(once.values(), key=_at)


def _at(message: Json) -> datetime:
    return time_of(message.get("ts")) or EVER


def _edited(message: Json) -> datetime | None:
    return time_of((message.get("edited") or {}).get("ts"))
