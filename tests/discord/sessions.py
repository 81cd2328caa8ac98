"""Gateway sessions: what each may hear, in which order, and what it missed while nobody listened."""

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.discord.content import TELLING, shown_to
from tests.discord.intents import Intent
from tests.discord.wire import Wire
from tests.discord.world import World

#: how long a session waits for its bot to come back
KEPT = timedelta(minutes=3)
#: events that a session remembers; whoever missed more can't resume
REMEMBERED = 200_000


def packed(value: Any) -> str:
    """Return a value as it goes over the wire."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


@dataclass(kw_only=True)
class Session:
    """What one shard of a bot began with IDENTIFY, through all of its connections."""

    #: what RESUME names
    id: str
    #: what it may hear of
    intents: int
    #: its number and how many there are
    shard: tuple[int, int]
    #: members beyond which a guild is told of without most of them
    large: int = 50
    #: the connection; None while there is none
    wire: Wire | None
    #: the number of its last event
    seq: int = 0
    #: when its connection ended
    left: datetime | None = None
    #: its last events with their numbers, up to what the bot said that it had
    events: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def hears(self, guild_id: str | None, intents: int) -> bool:
        """Return whether an event of a guild (None: a direct message) that takes one of these intents is for it."""
        if intents and not self.intents & intents:
            return False
        number, count = self.shard
        return (0 if guild_id is None else (int(guild_id) >> 22) % count) == number

    def tell(self, event: str, data: str) -> None:
        """Send an event, and remember it for a bot that isn't there."""
        self.seq += 1
        text = f'{{"op":0,"s":{self.seq},"t":"{event}","d":{data}}}'
        self.events.append((self.seq, text))
        if self.wire is not None:
            self.wire.write(text)

    def heard(self, seq: int | None) -> None:
        """Forget the events that the bot says it has."""
        while seq is not None and self.events and self.events[0][0] <= seq:
            self.events.popleft()

    def missed(self, seq: int) -> Iterator[str] | None:
        """Return the events after a number, as they were sent; None if some of them are forgotten."""
        first = self.events[0][0] if self.events else self.seq + 1
        if seq + 1 < first:
            return None
        return (text for number, text in list(self.events) if number > seq)


@dataclass(kw_only=True)
class Sessions:
    """All sessions of the bot."""

    #: what they hear of
    world: World
    #: by their ids
    by_id: dict[str, Session] = field(default_factory=dict)

    def emit(self, event: str, data: Mapping[str, Any], guild_id: str | None, *, intents: int) -> None:
        """Tell every session that may hear it, each as much as it may read."""
        bot = self.world.bot["id"]
        if event == "GUILD_MEMBER_UPDATE" and data["user"]["id"] == bot:
            # a bot always hears of itself
            intents = Intent.NONE
        texts: dict[tuple[int, int], str] = {}
        for session in self.by_id.values():
            if not session.hears(guild_id, intents):
                continue
            kind = session.intents & TELLING, session.large
            if kind not in texts:
                texts[kind] = packed(shown_to(session.intents, event, data, bot, large=session.large))
            session.tell(event, texts[kind])

    def begin(self, intents: int, shard: tuple[int, int], wire: Wire, *, large: int) -> Session:
        """Return a new session; those that nobody came back to are forgotten."""
        for id in list(self.by_id):
            self.resumable(id)
        session = Session(id=uuid4().hex, intents=intents, shard=shard, wire=wire, large=large)
        self.by_id[session.id] = session
        return session

    def lose(self, wire: Wire, *, for_good: bool) -> None:
        """Take a connection from its session; `for_good` ends the session, as a bot does by closing with 1000."""
        for session in list(self.by_id.values()):
            if session.wire is wire:
                session.wire, session.left = None, self.world.now()
                if for_good:
                    del self.by_id[session.id]

    def resumable(self, id: str) -> Session | None:
        """Return a session that can go on."""
        session = self.by_id.get(id)
        if session is None or (session.left is not None and self.world.now() - session.left > KEPT):
            self.by_id.pop(id, None)
            return None
        return session
