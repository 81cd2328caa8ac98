"""The chat as a platform: reads members' posts, and does what Locum asks."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from adapters.local.chat.chat import Chat
from adapters.local.chat.types import ChatError, NotHereError, Room, RoomKind, UnavailableError
from adapters.local.doing import do, look
from adapters.local.reading import as_message, find
from bot.domain.action import Answer, Result
from bot.domain.evidence import Missing
from bot.domain.message import AccountRef, Message, MessageRef, PlatformName
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Connection, Stream
from bot.domain.sanction import FREE, Standing
from bot.ports import Effect, HistoryLostError, PlatformUnavailableError

#: posts on a page of history
_PAGE = 100
#: posts that are looked through for what stands before one: those that are gone, and our own, don't count
_AROUND = 50
#: what the chat ends by itself, as Discord does: timeouts of at most so long, and nothing else
_TIMEOUT = timedelta(days=28)


class LocalPlatform:
    """One community's chat behind the port that every platform has."""

    def __init__(self, chat: Chat, workspace: str) -> None:
        """Take the chat of the community of that name."""
        self._chat = chat
        self._connection = Connection(platform=PlatformName.LOCAL, workspace=workspace)

    @property
    def connection(self) -> Connection:
        """Which one."""
        return self._connection

    async def history(self, stream: Stream, after: datetime, until: datetime) -> AsyncIterator[Sequence[Message]]:
        """Yield what members wrote from one time to another in pages, oldest first; others have their turn between."""
        room = self._room(stream)
        if room is None:
            raise HistoryLostError("channel_gone")
        beyond = ""
        while True:
            try:
                posts = self._chat.written(room.id, after, until, beyond=beyond, most=_PAGE)
                found = [as_message(self._chat, self._connection.workspace, post) for post in posts]
            except UnavailableError as error:
                raise PlatformUnavailableError from error
            if posts:
                yield [message for message in found if message is not None]
            if len(posts) < _PAGE:
                return
            beyond = posts[-1].id
            await asyncio.sleep(0)

    async def around(self, stream: Stream, message: str, at: datetime, side: int) -> Sequence[Message]:
        """Return what stands around a post: its number says where that is, even once it is gone."""
        room = self._room(stream)
        if room is None:
            raise HistoryLostError("channel_gone")
        try:
            before = self._chat.posts(room.id, before=message, most=_AROUND)
            own = self._chat.post(message)
            after = self._chat.written(room.id, at, datetime.max.replace(tzinfo=UTC), beyond=message, most=side)
            workspace = self._connection.workspace
            earlier, standing, later = (
                [read for post in posts if (read := as_message(self._chat, workspace, post)) is not None]
                for posts in (before, () if own is None else (own,), after)
            )
        except UnavailableError as error:
            raise PlatformUnavailableError from error
        return [*earlier[-side:], *standing, *later]

    async def read(self, looked: Sequence[tuple[Stream, MessageRef]]) -> Sequence[Message | None]:
        """Return the messages as they are now; None for those that are gone."""
        try:
            found = [find(self._chat, self._connection.workspace, ref) for _, ref in looked]
            return [None if post is None else as_message(self._chat, self._connection.workspace, post)
                    for post in found]  # fmt: skip
        except UnavailableError as error:
            raise PlatformUnavailableError from error

    async def fetch(
        self, stream: Stream, message: MessageRef, wanted: Mapping[str, int]
    ) -> Mapping[str, bytes | Missing]:
        """Return that there is nothing to be had: the chat holds names of files alone."""
        return dict.fromkeys(wanted, Missing.NAMES_ONLY)

    async def enforce(self, effects: Sequence[Effect]) -> Sequence[Result]:
        """Do what is asked, one after the other; each is whole or not at all."""
        results = []
        for effect in effects:
            results.append(self._answered(effect, is_asked=True))
            await asyncio.sleep(0)
        return results

    async def read_back(self, effects: Sequence[Effect]) -> Sequence[Result]:
        """Return what the chat shows of effects asked before."""
        return [self._answered(effect, is_asked=False) for effect in effects]

    def _answered(self, effect: Effect, *, is_asked: bool) -> Result:
        try:
            return (do if is_asked else look)(self._chat, self._connection.workspace, effect)
        except NotHereError:
            return Result(answer=Answer.GONE)
        except UnavailableError:
            # a transaction that failed did nothing; what was done before can be looked at later
            return Result(answer=Answer.RETRY_AFTER if is_asked else Answer.UNKNOWN, after=1.0, reason="unavailable")
        except ChatError:
            return Result(answer=Answer.FORBIDDEN, reason="refused")

    async def standings(self, accounts: Sequence[AccountRef], sanction: OutcomeKind) -> Sequence[Standing | None]:
        """Return how members stand; who was never here stands free."""
        return [self._standing(account, sanction) for account in accounts]

    def _standing(self, account: AccountRef, sanction: OutcomeKind) -> Standing:
        if account.workspace != self._connection.workspace:
            return FREE
        return self._chat.held(account.user, sanction).standing

    async def roles(self, accounts: Sequence[AccountRef]) -> Sequence[Mapping[str, str]]:
        """Return the roles that members hold: in the chat, a role's id is its name."""
        return [self._roles(account) for account in accounts]

    def _roles(self, account: AccountRef) -> Mapping[str, str]:
        known = self._chat.account(account.user) if account.workspace == self._connection.workspace else None
        if known is None or known.joined_at is None:
            return {}
        return {role: role for role in sorted(known.roles)}

    def longest(self, sanction: OutcomeKind) -> timedelta | None:
        """Return the longest time after which the chat itself ends a sanction."""
        return _TIMEOUT if sanction is OutcomeKind.TIMEOUT else timedelta(0)

    def emulated(self) -> frozenset[OutcomeKind]:
        """Return nothing: whoever is kept from writing can't write."""
        return frozenset()

    def _room(self, stream: Stream) -> Room | None:
        """Return the room that a stream is; None for one that there isn't, and for direct ones."""
        room = self._chat.room(stream.thread or stream.channel)
        if room is None or room.kind is RoomKind.DIRECT or stream.connection != self._connection:
            return None
        return room if not stream.thread or room.parent == stream.channel else None
