"""Hands over what happens in the chat, in its order, and says honestly from when on nothing is missed."""

import asyncio
from collections import deque

from adapters.local.chat.types import Change, ChangeKind, ChatError, RoomKind
from adapters.local.community import LocalCommunity
from adapters.local.platform import LocalPlatform
from adapters.local.reading import as_message
from adapters.local.translate import account_ref, stream_in
from bot.errors import LocumError
from bot.ports import Feed, OutsideError

#: under this name the chat keeps up to which change whoever listened has stored everything
OFFERED = "connected: offered"
#: a while passes between handing over and storing: so many seconds, a core that has trouble storing included
_SURE = 120.0
#: changes that stay after they are stored: an open page that is further behind is read once more
_REMEMBERED = 10_000
#: seconds after which what couldn't be recorded is said again
_AGAIN = 1.0
#: changes that are handed over at a stretch, before others have their turn
_AT_A_STRETCH = 100


class LocalConnected:
    """The chat of one community, connected; the chat itself stays open for the page."""

    def __init__(self, community: LocalCommunity, *, sure: float = _SURE) -> None:
        """Take a community; `sure` is after how many seconds what was handed over is taken to be stored."""
        self._sure = sure
        self._community = community
        self._platform = LocalPlatform(community.chat, community.name)
        self._handed: deque[tuple[float, int]] = deque()

    @property
    def platform(self) -> LocalPlatform:
        """What is asked of it."""
        return self._platform

    async def listen(self, feed: Feed) -> None:
        """Hand over every new and edited post of members, and every join, until it is called off.

        What was underway when a process was killed is handed over once more: an edit of an old post lies in no gap
        that is read back, and neither does what was written before anything at all was stored. From what is known
        already, nothing follows again.
        """
        community, chat = self._community, self._community.chat
        feed.expect([stream_in(community.name, room) for room in chat.rooms()])
        live = chat.newest
        feed.resumed(chat.now())
        noted = chat.noted(OFFERED)
        if not noted:
            chat.note(OFFERED, str(live))
        handed = int(noted or live)
        self._handed.clear()
        community.feed = feed
        try:
            while True:
                for change in chat.changes(handed, most=_AT_A_STRETCH):
                    self._hand_over(change, feed)
                    await self._miss(change, feed)
                    handed = change.number
                self._note(handed)
                await asyncio.sleep(0)
                await chat.changed(handed)
        finally:
            # whoever listens by now keeps what they were given
            if community.feed is feed:
                community.feed = None

    async def close(self) -> None:
        """Let go of it: there is nothing to give back, for the chat's file stays open for the page."""

    def _hand_over(self, change: Change, feed: Feed) -> None:
        community, chat = self._community, self._community.chat
        if change.kind is ChangeKind.ROOM:
            room = chat.room(change.room)
            if room is not None and room.kind is not RoomKind.DIRECT:
                feed.expect([stream_in(community.name, room)])
        if change.kind not in (ChangeKind.POSTED, ChangeKind.EDITED):
            return
        post = chat.post(change.post)
        # reactions change nothing that is judged
        if post is None or (change.kind is ChangeKind.EDITED and post.edited_at is None):
            return
        message = as_message(chat, community.name, post)
        if message is not None:
            # what is turned away is noted as a gap by whoever does so, and read back
            feed.offer(message)

    async def _miss(self, change: Change, feed: Feed) -> None:
        """Say which post isn't there any more, and who isn't; it is said again until it is recorded."""
        community, chat = self._community, self._community.chat
        while True:
            try:
                room, who, post = chat.room(change.room), chat.account(change.account), chat.post(change.post)
                if change.kind is ChangeKind.REMOVED and room is not None and room.kind is not RoomKind.DIRECT:
                    since = None if post is None else post.gone_at
                    await feed.gone(stream_in(community.name, room), [change.post], since or chat.now())
                if change.kind is ChangeKind.ACCOUNT and who is not None and who.joined_at is None:
                    await feed.left(account_ref(community.name, who.id), chat.now())
            except LocumError as error:
                if isinstance(error, OutsideError | ChatError):
                    raise
                await asyncio.sleep(_AGAIN)
            else:
                return

    def _note(self, handed: int) -> None:
        """Remember how far everything is stored by now: a while passes between handing over and storing."""
        now = asyncio.get_running_loop().time()
        if not self._handed or now - self._handed[-1][0] >= self._sure / 100:
            self._handed.append((now, handed))
        stored = 0
        while self._handed and now - self._handed[0][0] >= self._sure:
            stored = self._handed.popleft()[1]
        if stored:
            self._community.chat.note(OFFERED, str(stored))
            self._community.chat.forget_changes(stored - _REMEMBERED)
