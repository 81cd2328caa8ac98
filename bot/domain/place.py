"""Where messages arrive one after the other: the unit that marks, gaps and reading back are about."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.message import Channel, PlatformName

#: name of the connection on which pages are planned: whoever is paged is reached through no platform
PAGER = "pager"


@dataclass(frozen=True, kw_only=True, slots=True)
class Connection:
    """One server or workspace on one platform: what has its own token, limits and queue of work."""

    #: which platform
    platform: PlatformName
    #: Discord server or Slack workspace
    workspace: str

    @property
    def name(self) -> str:
        """The spelling that rows and leases use."""
        return f"{self.platform.value}/{self.workspace}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stream:
    """A channel, or one thread in it: messages in it have an order."""

    #: which platform
    platform: PlatformName
    #: Discord server or Slack workspace
    workspace: str
    #: the channel's id; for a thread, that of the channel it hangs under
    channel: str
    #: the thread's id; empty for the channel itself
    thread: str = ""

    @property
    def connection(self) -> Connection:
        """What it is reached through."""
        return Connection(platform=self.platform, workspace=self.workspace)


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """Where a message stands that a card is about: what was written before and after it is read there."""

    #: the channel or thread
    stream: Stream
    #: the platform's id of the message
    message: str
    #: when it was written, UTC
    at: datetime


def channel_of(stream: Stream) -> Channel:
    """Return the channel or thread that a stream is, as far as that alone says it."""
    return Channel(
        platform=stream.platform, workspace=stream.workspace, id=stream.channel, thread=stream.thread or None
    )  # fmt: skip


def stream_of(channel: Channel) -> Stream:
    """Return the stream that messages in a channel or thread belong to."""
    return Stream(
        platform=channel.platform, workspace=channel.workspace, channel=channel.id, thread=channel.thread or ""
    )
