"""A community with an intake, for tests: policies from YAML, a world to write in, and what became of it all."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import select

from bot.domain.message import AccountRef, Channel, Member, Message, MessageRef, PlatformName
from bot.domain.place import Connection, Stream
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from bot.ports import Lookup
from bot.services.intake.health import Health
from bot.services.intake.intake import EndedError, Intake
from bot.services.intake.settings import Limits
from bot.services.record import begin_ledger
from bot.store.communities import add_community
from bot.store.engine import Store
from bot.store.errors import OwnershipLostError
from bot.store.leases import Lease
from bot.store.tables import channels, metadata
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FakeKeys
from tests.fakes.platform import FakePlatform
from tests.fakes.world import World
from tests.policy.folders import write

CONNECTION = Connection(platform=PlatformName.DISCORD, workspace="W1")
SECOND = timedelta(seconds=1)

COMMUNITY = """\
community: acme
zone: UTC
languages: [en]
mode: live
act_within: 30m
channels:
  help: {discord: "4101"}
  gaming: {discord: "4102"}
  leads: {discord: "4109"}
automation:
  may: [delete, kick, ban, quarantine, {timeout: {up_to: 7d}}, slow_mode, raid_mode]
  asks: {}
ladder: {expires: 90d, steps: {2: {timeout: 1h}, 4: {ask: ban}}}
queues:
  hate: {served_by: [internal]}
  care: {served_by: [internal]}
"""

RULES = """\
guideline: respect
title: {en: Be respectful}
text: {en: Be kind}
rules:
  - {id: slur, when: {words: [blockhead]}, severity: high, then: [delete, {notice: respect}, {strike: 1}, {case: hate}]}
  - {id: harsh, when: {words: [nitwit]}, severity: medium, then: [{timeout: 10m}]}
  - {id: harsher, when: {words: [dunce]}, severity: high, then: [{timeout: 1d}]}
  - {id: plain, when: {words: [rascal]}, severity: low, then: [delete]}
  - {id: watched, mode: shadow, when: {words: [goose]}, severity: low, then: [delete, {strike: 1}]}
  - {id: asked, when: {words: [outlaw]}, severity: critical, then: [{ask: {ban: 30d}}, escalate]}
"""

CARE = """\
guideline: support
care: true
title: {en: Look after each other}
text: {en: We help}
rules:
  - {id: despair, when: {words: [despairing]}, severity: high, then: [{notice: support}, {case: care}]}
"""


@lru_cache
def policies_of(*files: tuple[str, str], live: bool = False) -> PolicySet:
    """Return compiled policies; what isn't given is that of this module."""
    given = {"community.yaml": COMMUNITY, "guidelines/respect.yaml": RULES, "guidelines/support.yaml": CARE}
    folder = write(Path(mkdtemp()), {**given, **dict(files)})
    loaded = load_policies(folder, "acme", live=live)
    assert loaded.policies is not None, loaded.problems
    return loaded.policies


def channel(identifier: str = "4101", thread: str | None = None) -> Channel:
    """Return a channel of the one server."""
    return Channel(platform=PlatformName.DISCORD, workspace="W1", id=identifier, thread=thread)


def ref(identifier: str, where: str = "4101") -> MessageRef:
    """Return where a message stands."""
    return MessageRef(platform=PlatformName.DISCORD, workspace="W1", channel=where, message=identifier)


def author(user: str = "u1", **fields: Any) -> Member:
    """Return a member as adapters name them: by the platform's id."""
    account = AccountRef(platform=PlatformName.DISCORD, workspace="W1", user=user)
    return Member(key=user, account=account, **fields)


@dataclass(kw_only=True)
class House:
    """One community, whoever takes its messages in at the moment."""

    #: where everything is stored
    store: Store
    #: what is true outside
    world: World
    #: the time
    clock: FakeClock
    #: keys
    keys: FakeKeys = field(default_factory=FakeKeys)
    #: what judges
    policies: PolicySet = field(default_factory=policies_of)
    #: bounds; small waits, as nothing in a test takes long
    limits: Limits = field(default_factory=lambda: Limits(first_wait=0.001, longest_wait=0.01))
    #: answers from outside
    lookup: Lookup | None = None
    #: streams that are named when the intake begins
    streams: Sequence[Stream] = ()
    #: who is at it
    intake: Intake | None = None
    #: its loop
    task: "asyncio.Task[None] | None" = None
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def platform(self) -> FakePlatform:
        """Return the platform, through which the world can be read."""
        return FakePlatform(world=self.world, connection=CONNECTION, page_size=3)

    def message(self, text: str = "hello", **fields: Any) -> Message:
        """Return a message written now, by u1 in #help unless said otherwise; the world doesn't know it yet."""
        identifier = fields.pop("id", None) or f"m{next(self._numbers)}"
        where = fields.pop("where", "4101")
        fields.setdefault("channel", channel(where))
        fields["author"] = author(fields.pop("user", "u1")) if "author" not in fields else fields["author"]
        fields.setdefault("at", self.clock.now())
        return Message(ref=ref(identifier, where), text=text, **fields)

    def say(self, text: str = "hello", *, posted: bool = True, **fields: Any) -> Message:
        """Let a member write, and deliver it; without `posted`, the world doesn't know of it."""
        message = self.message(text, **fields)
        if posted:
            self.world.post(message)
        assert self.intake is not None
        self.intake.offer(message)
        return message

    async def open(self, lease: Lease | None = None) -> Intake:
        """Begin an intake that is live at once."""
        self.intake = Intake(
            self.store, self.keys, self.clock, self.policies, lease=lease, lookup=self.lookup, limits=self.limits
        )
        self.task = asyncio.create_task(self.intake.run())
        self.intake.expect(self.streams)
        self.intake.resumed(CONNECTION, self.clock.now())
        await self.intake.ready()
        return self.intake

    async def close(self) -> None:
        """Let the intake finish what waits."""
        if self.intake is not None and self.task is not None:
            self.intake.drain()
            await self.task
        self.intake = self.task = None

    async def crash(self) -> None:
        """Throw the intake away, wherever it stands."""
        if self.task is not None:
            self.task.cancel()
            with suppress(asyncio.CancelledError, OwnershipLostError, EndedError):
                await self.task
        self.intake = self.task = None

    async def settle(self) -> None:
        """Return once everything that was offered is stored."""
        assert self.intake is not None
        # what is being judged may ask for something, which is judged again
        for _ in range(2):
            await self.until(lambda: not self.health.waiting and not self.health.pending)
            await self.intake.judge([])

    @property
    def health(self) -> Health:
        """Return how the intake is doing."""
        assert self.intake is not None
        return self.intake.health()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return once something holds, or raise what ended the intake."""
        assert self.task is not None
        while not condition():
            if self.task.done():
                self.task.result()
            await asyncio.sleep(0)

    async def rows(self, table: str) -> list[dict[str, Any]]:
        """Return all rows of a table."""
        chosen = select(metadata.tables[table])
        async with self.store.reading() as tx:
            if table in ("seen", "gaps"):
                numbers = select(channels.c.id).where(channels.c.community == self.policies.community)
                chosen = chosen.where(metadata.tables[table].c.channel.in_(numbers))
            elif table != "effects":
                chosen = chosen.where(metadata.tables[table].c.community == self.policies.community)
            return [dict(row._mapping) for row in await tx.execute(chosen)]

    async def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return len(await self.rows(table))


async def build(store: Store, **fields: Any) -> House:
    """Return a community whose ledger has begun."""
    clock = FakeClock()
    house = House(store=store, clock=clock, world=World(now=clock.now), **fields)
    community = house.policies.community
    async with store.writing() as tx:
        await add_community(tx, community, clock.now())
        await begin_ledger(tx, community, f"locum.test/{community}", clock.now())
    return house
