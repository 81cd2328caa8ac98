"""Notices a connection that is open and silent: what history shows, and was said to nobody, tells that it is dead.

Slack's own pings go on over sockets through which no event comes any more, and an address that it calls may be one that
it has given up: now and then the newest message of a few channels is held against the newest that was heard there.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.slack.calls import CallError, Json, called
from adapters.slack.door import Door
from adapters.slack.times import time_of, ts_of
from adapters.slack.translate import is_news
from bot.domain.gap import EVER, later

#: a message that was written so recently may still be on its way; Slack's clock may differ from ours by as much
_ON_ITS_WAY = timedelta(seconds=20)
#: channels that are looked at in one go, and how many of them are the busiest; the others take turns
_AT_ONCE, _BUSIEST = 4, 2
#: messages that are looked at in each
_SOME = 15
#: channels that are remembered
_CHANNELS = 20_000


@dataclass(kw_only=True, slots=True)
class Silence:
    """What was heard in each channel since the connection is live."""

    #: since when what is written is heard, a little later than it became so
    since: datetime = EVER
    #: channel → newest message of which an event came, and how many came
    _heard: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    #: channels in the order in which they are looked at
    _turns: "OrderedDict[str, None]" = field(default_factory=OrderedDict)

    def begin(self, at: datetime) -> None:
        """Take in that everything arrives from now on: what was written before is no sign of anything."""
        self.since = later(at, _ON_ITS_WAY)

    def heard(self, channel: str, ts: object) -> None:
        """Take in that an event of a message came, whatever is done about it."""
        at = time_of(ts)
        if at is None:
            return
        newest, count = self._heard.get(channel, (self.since, 0))
        if channel in self._heard or len(self._heard) < _CHANNELS:
            self._heard[channel] = (max(newest, at), count + 1)

    def newest(self, channel: str) -> datetime:
        """Return the time of the newest message that was heard in a channel, or since when it is listened."""
        return max(self._heard.get(channel, (self.since, 0))[0], self.since)

    def chosen(self, channels: list[str]) -> list[str]:
        """Return the channels to look at now, of those in which we are."""
        there = set(channels)
        busy = sorted((one for one in self._heard if one in there), key=lambda one: -self._heard[one][1])[:_BUSIEST]
        for one in [one for one in self._turns if one not in there]:
            del self._turns[one]
        self._turns |= dict.fromkeys(one for one in channels if one not in self._turns)
        others = [one for one in self._turns if one not in busy][: _AT_ONCE - len(busy)]
        for one in others:
            self._turns.move_to_end(one)
        return [*busy, *others]


async def is_silent(door: Door, silence: Silence, channels: list[str]) -> bool:
    """Return whether something was written in one of a few channels that nobody told us of.

    Raises ConnectionRevokedError. What can't be asked for now says nothing.
    """
    now, found = door.clock.now(), False
    for channel in silence.chosen(channels):
        latest = now - _ON_ITS_WAY
        if latest <= silence.newest(channel):
            continue
        try:
            said = await called(door, "conversations.history", channel=channel, latest=ts_of(latest), limit=_SOME)
        except CallError:
            continue
        newest = max((at for one in said.get("messages") or () if (at := _told(door, one)) is not None), default=None)
        if newest is not None and silence.newest(channel) < newest <= latest:
            # the same message is no sign twice
            silence.heard(channel, ts_of(newest))
            found = True
    return found


def _told(door: Door, message: Json) -> datetime | None:
    """Return when a message was written of which an event comes; None for any other."""
    if not isinstance(message, dict) or not is_news(message) or door.is_own(message):
        return None
    return time_of(message.get("ts"))
