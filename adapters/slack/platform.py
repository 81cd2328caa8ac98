"""One Slack workspace behind the port that every platform has: reads messages, and does what Locum asks."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.slack.calls import CallError, Json
from adapters.slack.channels import Channels
from adapters.slack.doing import do
from adapters.slack.door import Door
from adapters.slack.fetching import fetch, files_of
from adapters.slack.files import Files
from adapters.slack.groups import Groups
from adapters.slack.keeping_out import KeepingOut
from adapters.slack.looking import look
from adapters.slack.members import author_id, author_of
from adapters.slack.people import People
from adapters.slack.reading import Reading, lost
from adapters.slack.roles import groups_held
from adapters.slack.standing import emulated, standings_of
from adapters.slack.translate import UnreadableEventError, held_in, message_of
from bot.domain.action import Result
from bot.domain.evidence import Missing
from bot.domain.message import AccountRef, Message, MessageRef
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Connection, Stream
from bot.domain.sanction import Standing
from bot.ports import Effect, HistoryLostError, PlatformUnavailableError

#: messages that are handed over at once
_PAGE = 100


@dataclass(kw_only=True, slots=True)
class SlackPlatform:
    """What is asked of one workspace."""

    #: the way into it
    door: Door
    #: its channels
    channels: Channels
    #: its members
    people: People
    #: who is in which user group
    groups: Groups
    #: what is read there
    reading: Reading
    #: which messages came with files
    files: Files = field(default_factory=Files)
    #: about whom it was asked lately whether they are to be kept out
    keeping: KeepingOut = field(default_factory=KeepingOut)

    @property
    def connection(self) -> Connection:
        """Which one."""
        return self.door.home.connection

    def longest(self, _sanction: OutcomeKind) -> timedelta | None:
        """Return zero: Slack ends nothing by itself."""
        return timedelta(0)

    def emulated(self) -> frozenset[OutcomeKind]:
        """Return the sanctions that Slack doesn't have, and that hold because what the member writes is deleted."""
        return emulated(admin=self.door.deletes)

    # --- reading

    async def history(self, stream: Stream, after: datetime, until: datetime) -> AsyncIterator[Sequence[Message]]:
        """Yield what people wrote from one time to another in pages, oldest first; of a channel, its threads as well.

        Raises HistoryLostError, PlatformUnavailableError, ConnectionRevokedError.
        """
        if stream.channel == self.door.home.workspace:
            # Slack keeps no record of who came when
            raise HistoryLostError("too_old")
        if stream.thread and self.reading.is_quiet(stream, after, until):
            return
        found = await self.reading.written(stream, after, until)
        for start in range(0, len(found), _PAGE):
            messages = await self.messages(stream.channel, found[start : start + _PAGE])
            if messages:
                yield messages

    async def around(self, stream: Stream, message: str, at: datetime, side: int) -> Sequence[Message]:
        """Return what stands around a message, which may be gone itself."""
        if stream.channel == self.door.home.workspace:
            return []
        return await self.messages(stream.channel, await self.reading.around(stream, message, at, side))

    async def read(self, looked: Sequence[tuple[Stream, MessageRef]]) -> Sequence[Message | None]:
        """Return the messages as they are now; None for those that are gone."""
        return [await self._one(stream, ref) for stream, ref in looked]

    async def fetch(
        self, stream: Stream, message: MessageRef, wanted: Mapping[str, int]
    ) -> Mapping[str, bytes | Missing]:
        """Return the bytes of a message's files, or why they can't be had."""
        return await fetch(self.door, self.reading, stream, message.message, wanted)

    async def messages(self, channel: str, found: Sequence[Json]) -> list[Message]:
        """Return what Slack says of messages as they are judged: none of Slack's own, and none of ours."""
        people = await self.people.known([author_id(one) for one in found if not self.is_own(one)])
        return [one for one in (self.message(channel, said, people) for said in found) if one is not None]

    def message(self, channel: str, said: Json, people: Mapping[str, Json]) -> Message | None:
        """Return a message as it is judged, by what is known of its author; None for one that isn't."""
        shown = held_in(said)
        author = author_id(shown)
        if self.is_own(shown):
            return None
        member = author_of(self.door.home.workspace, shown, people.get(author), self.groups.of(author))
        try:
            found = None if member is None else message_of(said, self.channels.place(channel), member)
        except UnreadableEventError:
            return None
        if found is not None:
            self.files.heard(channel, found.ref.message, tuple(files_of(shown)))
        return found

    def is_own(self, message: Json) -> bool:
        """Return whether Locum posted a message."""
        return self.door.is_own(message)

    async def _one(self, stream: Stream, ref: MessageRef) -> Message | None:
        if ref.workspace != self.door.home.workspace or ref.channel == self.door.home.workspace:
            return None
        try:
            said = await self.reading.one(stream, ref.message)
        except CallError as error:
            reason = lost(error.result)
            if isinstance(reason, PlatformUnavailableError):
                raise reason from None
            return None
        found = [] if said is None else await self.messages(stream.channel, [said])
        return found[0] if found else None

    # --- acting

    async def enforce(self, effects: Sequence[Effect]) -> Sequence[Result]:
        """Do what is asked, the most grave first."""
        return await do(self, effects)

    async def read_back(self, effects: Sequence[Effect]) -> Sequence[Result]:
        """Return what Slack shows of effects asked before."""
        return await look(self, effects)

    async def standings(self, accounts: Sequence[AccountRef], sanction: OutcomeKind) -> Sequence[Standing | None]:
        """Return who is deactivated; of what Slack doesn't have, it can't tell."""
        return await standings_of(self.people, accounts, sanction)

    async def roles(self, accounts: Sequence[AccountRef]) -> Sequence[Mapping[str, str]]:
        """Return the user groups that members are in: names by id."""
        return await groups_held(self.groups, accounts)
