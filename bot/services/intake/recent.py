"""What was judged shortly before something may have been missed: it is read once more, for it may be edited, or gone.

No platform tells later what became of a message while nobody listened. Only the newest of each stream are looked at:
they cost a page, and what is older was mostly left as it was.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.gap import Gap, GapCause, later
from bot.domain.message import Message, MessageRef
from bot.domain.place import Stream
from bot.ports import Platform, PlatformUnavailableError
from bot.services.intake.streams import key_of
from bot.services.intake.translate import StreamKey, stream_key
from bot.store.engine import Store
from bot.store.errors import UnavailableError
from bot.store.seen import recently_seen

#: hears which messages of a stream don't stand there any more since a time
Gone = Callable[[Stream, Sequence[str], datetime], Awaitable[None]]
#: how far back is looked, how many messages of a stream are, and how many of all
_BACK, _EACH, _ALL = timedelta(hours=1), 100, 20_000
#: in these nothing at all arrived; a queue that was full turned away what was new alone
_NOTHING_ARRIVED = frozenset({GapCause.RESTART, GapCause.INTERRUPTED})


async def nobody(_stream: Stream, _messages: Sequence[str], _at: datetime) -> None:
    """Tell nobody."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recent:
    """Messages that were judged lately and stood there then."""

    #: by stream, newest first: ids and times
    by_stream: Mapping[StreamKey, Mapping[str, datetime]]

    def holds(self, message: Message) -> bool:
        """Return whether a message was judged lately."""
        return message.ref.message in self.by_stream.get(stream_key(message), {})

    def start(self, stream: Stream, gap: Gap) -> datetime:
        """Return from when on a gap is read: earlier than it began, as long as nothing of it was read."""
        if gap.read_until > gap.after or gap.cause not in _NOTHING_ARRIVED:
            return gap.read_until
        return min(self._before(stream, gap, later(gap.after, -_BACK)).values(), default=gap.read_until)

    async def look(
        self, platform: Platform, stream: Stream, gap: Gap, start: datetime, *, there: Collection[str], gone: Gone,
        now: datetime,
    ) -> None:  # fmt: skip
        """Tell of the messages of a stream that weren't among what stands there, once they were asked for by name.

        Nobody is told of what can't be asked for now, or stored: nothing hangs on it. Raises ConnectionRevokedError.
        """
        missing = [one for one in self._before(stream, gap, start) if one not in there] if start < gap.after else []
        if not missing:
            return
        refs = [
            MessageRef(platform=stream.platform, workspace=stream.workspace, channel=stream.channel, message=one)
            for one in missing
        ]
        with suppress(PlatformUnavailableError, UnavailableError):
            found = await platform.read([(stream, ref) for ref in refs])
            if went := [one for one, message in zip(missing, found, strict=True) if message is None]:
                await gone(stream, went, now)

    def _before(self, stream: Stream, gap: Gap, since: datetime) -> Mapping[str, datetime]:
        known = self.by_stream.get(key_of(stream), {})
        before = [(one, at) for one, at in known.items() if since <= at < gap.after]
        return dict(before[:_EACH])


NOTHING = Recent(by_stream={})


async def recent(store: Store, community: str, platform: Platform, gaps: Sequence[Gap]) -> Recent:
    """Return what was judged lately of the streams of a platform, as the gaps that are to be read want it."""
    began = [gap.after for gap in gaps if gap.cause in _NOTHING_ARRIVED and gap.read_until == gap.after]
    if not began:
        return NOTHING
    async with store.reading() as tx:
        found = await recently_seen(
            tx, community, platform.connection, since=later(min(began), -_BACK), until=max(began), limit=_ALL
        )
    by_stream: dict[StreamKey, dict[str, datetime]] = defaultdict(dict)
    for stream, message, at in found:
        by_stream[key_of(stream)][message] = at
    return Recent(by_stream=by_stream)
