"""What is remembered of one server's prevention while it is connected: nothing that can't be found out again."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b

from adapters.discord.prevention.compile import Compiled, Ground
from adapters.discord.prevention.native import Trigger
from adapters.discord.snowflakes import first_at
from bot.policy.policy_set import PolicySet

#: Discord tells of one message once for each thing that it does about it: within so long, the same is the same
_TOGETHER = timedelta(seconds=10)
#: messages that are remembered
_MOST = 5_000
#: bits of an id that don't say when it was made
_REST = (1 << 22) - 1


@dataclass(kw_only=True, slots=True)
class Heard:
    """Messages that Discord held back a moment ago."""

    _known: "OrderedDict[bytes, datetime]" = field(default_factory=OrderedDict)

    def id_of(self, channel: str, user: str, text: str, now: datetime) -> str | None:
        """Return an id for a message that has none, made like Discord's; None where it was told of a moment ago."""
        digest = blake2b(f"{channel}\0{user}\0{text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
        known = self._known.get(digest)
        if known is not None and now - known < _TOGETHER:
            return None
        self._known[digest] = now
        self._known.move_to_end(digest)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
        return str(int(first_at(now)) | int.from_bytes(digest) & _REST)


@dataclass(kw_only=True, slots=True)
class Prevention:
    """What is remembered."""

    #: set when something changed on the server that matters
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    #: messages that were held back a moment ago
    heard: Heard = field(default_factory=Heard)
    #: what Discord is to hold, and of what that was worked out
    compiled: Compiled = field(default_factory=Compiled)
    of: tuple[PolicySet, Ground, dict[Trigger, int]] | None = None
    #: what it said of each rule that it took from us, by the rule's id: asked and answered
    taken: dict[str, tuple[object, object]] = field(default_factory=dict)
    #: what it didn't take, by the rule's name: not asked for again as it is
    refused: dict[str, object] = field(default_factory=dict)
    #: looks at the rules that came to an end, well or not
    looked: int = 0
    #: what doesn't fit and was told already
    told: object = None
