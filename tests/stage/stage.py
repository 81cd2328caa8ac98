"""The stage: members write, staff give commands and press buttons, time passes, and everything can be looked at."""

import asyncio
import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import select

from bot.app.work import handlers_of
from bot.commands.desk import Desk
from bot.commands.dispatch import give
from bot.domain.action import ActionState
from bot.domain.card import Card
from bot.domain.command import Invocation, OptionValue, Reply
from bot.domain.message import AccountRef, Channel, Member, Message, MessageRef, PlatformName
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Connection
from bot.ledger import canonical
from bot.policy.policy_set import PolicySet
from bot.services.evidence.copier import Copier
from bot.services.execution import check_execution
from bot.services.intake.intake import Intake
from bot.services.intake.settings import Limits as IntakeLimits
from bot.services.outside.awaiting import Awaiting
from bot.services.outside.vanishing import Vanishing
from bot.services.performing import Limits, Needs, Performer, through_pager, through_platform
from bot.services.record import begin_ledger
from bot.services.timing import sweep
from bot.store.communities import add_community
from bot.store.engine import Store
from bot.store.leases import Lease, take
from bot.store.policies import activate_policy
from bot.store.tables import actions, ledger_entries, metadata
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FakeKeys
from tests.fakes.pager import FakePager
from tests.fakes.platform import FakePlatform
from tests.fakes.world import World
from tests.stage.policies import policies_of

CONNECTION = Connection(platform=PlatformName.DISCORD, workspace="W1")
#: a Wednesday noon in Berlin, within every contract
NOON = datetime(2026, 6, 17, 10, 0, tzinfo=UTC)
#: ids of channels by name
CHANNELS = {"help": "4101", "gaming": "4102", "kneipe": "4103", "leads": "4109", "elsewhere": "4199"}


@dataclass(kw_only=True)
class Stage:
    """One community with everybody in it."""

    store: Store
    clock: FakeClock
    world: World
    platform: FakePlatform
    pager: FakePager
    leases: Mapping[str, Lease]
    keys: FakeKeys
    policies: PolicySet
    intake: Intake
    task: "asyncio.Task[None]"
    #: True while nobody performs what is planned
    waiting: bool = False
    #: how long a platform may take; a story in which one never answers waits less
    limits: Limits = field(default_factory=Limits)
    #: which sanctions a connection has no word for, by its name; one that isn't there has one for each
    emulated: dict[str, Callable[[], frozenset[OutcomeKind]]] = field(default_factory=dict)
    #: every reply that was given, in order
    replies: list[Reply] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    # --- what members do

    def message(self, text: str, *, user: str = "u1", where: str = "help", **fields: Any) -> Message:
        """Return a message written now; the world doesn't know it yet."""
        identifier = fields.pop("id", None) or f"m{next(self._numbers)}"
        channel = self.channel(where)
        return Message(
            ref=MessageRef(platform=CONNECTION.platform, workspace="W1", channel=channel.id, message=identifier),
            author=self.member(user),
            channel=channel,
            at=self.clock.now(),
            text=text,
            **fields,
        )

    async def say(self, text: str, *, user: str = "u1", where: str = "help", **fields: Any) -> Message:
        """Let a member write, and return the message once it is judged, stored and acted upon."""
        message = self.message(text, user=user, where=where, **fields)
        self.world.join(self.ref(user))
        self.world.post(message)
        self.intake.offer(message)
        await self.settle()
        return message

    def channel(self, where: str = "help") -> Channel:
        """Return a channel by its name."""
        return Channel(platform=CONNECTION.platform, workspace="W1", id=CHANNELS[where], name=where)

    def ref(self, user: str) -> AccountRef:
        """Return an account by the platform's id, or of one of the roster by their id."""
        person = self.policies.governance.roster.people.get(user)
        if person is not None:
            user = person.accounts[CONNECTION.platform][1]
        return AccountRef(platform=CONNECTION.platform, workspace="W1", user=user)

    def member(self, user: str, **fields: Any) -> Member:
        """Return a member as adapters hand one over."""
        ref = self.ref(user)
        return Member(key=ref.user, account=ref, names=(user,), **fields)

    def joined(self, user: str) -> Member:
        """Return a member who is there."""
        if self.ref(user) not in self.world.members:
            self.world.join(self.ref(user))
        return self.member(user)

    # --- what staff do

    async def give(
        self, who: str, command: str, *, where: str = "help", language: str = "en", id: str = "", **options: OptionValue
    ) -> Reply:
        """Let somebody give a command, such as `mod.warn`, and return the reply once everything is done.

        An option whose name is one of Python's own words is given with a `_` behind it: `for_="1h"`.
        """
        invocation = Invocation(
            community=self.policies.community,
            id=id or f"i{next(self._numbers)}",
            account=self.ref(who),
            command=command,
            options={name.rstrip("_"): value for name, value in options.items()},
            channel=self.channel(where),
            connection=CONNECTION,
            language=language,
        )
        reply = await give(self.desk, invocation)
        self.replies.append(reply)
        if not self.waiting:
            await self.perform()
        return reply

    async def press(self, who: str, action: str, *, where: str = "leads", language: str = "en", **more: Any) -> Reply:
        """Let somebody press a button, choose from a menu (`value`) or send a form (its fields)."""
        command, _, rest = action.partition(":")
        subject, _, version = rest.partition(":")
        options: dict[str, Any] = {"subject": subject, "version": version, **more}
        return await self.give(
            who, command, where=where, language=language, **{name: value for name, value in options.items() if value}
        )

    def card_with(self, action: str, where: str = "leads") -> Card:
        """Return the newest card in a channel that has a button for an action, such as `approval.approve`."""
        return [card for card in self.cards(where) if any(one.action.startswith(action) for one in card.buttons)][-1]

    def button(self, card: Card, label: str) -> str:
        """Return what a card's button says when it is pressed, by its label or the first word of its action."""
        found = [one.action for one in card.buttons if label in (one.label, one.action.partition(":")[0])]
        assert found, (label, [(one.label, one.action) for one in card.buttons])
        return found[0]

    @property
    def desk(self) -> Desk:
        """What commands are given."""
        return Desk(
            store=self.store,
            keys=self.keys,
            clock=self.clock,
            policies=lambda name: self.policies if name == self.policies.community else None,
            platform=lambda connection: self.platform if connection == CONNECTION else None,
        )

    @cached_property
    def awaiting(self) -> Awaiting:
        """What notes messages that went and members who left."""
        vanishing = Vanishing(
            store=self.store, keys=self.keys, clock=self.clock, policies=lambda: self.policies, wake=lambda: None
        )  # fmt: skip
        return Awaiting(vanishing=vanishing)

    # --- what time does

    async def settle(self) -> None:
        """Return once everything that was written is judged, and everything planned is done."""
        while self.intake.health().waiting or self.intake.health().pending:
            if self.task.done():
                self.task.result()
            await asyncio.sleep(0)
        await self.intake.judge([])
        await self.perform()

    async def perform(self) -> None:
        """Copy what is to be copied, and perform whatever is due."""
        while await self.copier.copy_due():
            pass
        for performer in self.performers:
            while await performer.perform_due():
                pass

    @property
    def copier(self) -> Copier:
        """Whoever copies what is evidence before it goes."""
        return Copier(self.needs(self.platform.connection.name), self.platform)

    @property
    def performers(self) -> Sequence[Performer]:
        """Those who do what was planned."""
        return (
            Performer(self.needs(CONNECTION.name), through_platform(self.platform), community=self.policies.community),
            Performer(self.needs("pager"), through_pager(self.pager)),
        )

    def needs(self, connection: str) -> Needs:
        """Return what a performer is given."""
        return Needs(
            store=self.store,
            keys=self.keys,
            clock=self.clock,
            lease=self.leases[connection],
            policies=lambda name: self.policies if name == self.policies.community else None,
            allowed=check_execution(lambda name: self.policies if name == self.policies.community else None),
            limits=self.limits,
            emulated=self.emulated.get(connection, frozenset),
            chance=lambda: 0.0,
        )

    async def pass_time(self, length: timedelta, *, step: timedelta = timedelta(minutes=1)) -> None:
        """Let time pass: timers fire when they are due, and what they plan is done."""
        end = self.clock.now() + length
        while self.clock.now() < end:
            self.clock.move(min(step, end - self.clock.now()))
            await self.fire()

    async def fire(self) -> None:
        """Fire the timers that are due now, and do what they planned."""
        swept = await sweep(self.store, self.clock, handlers_of(self.keys, lambda _: self.policies))
        assert not swept.failed, swept.failed
        assert not swept.strange, swept.strange
        await self.perform()

    # --- what can be looked at

    async def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        """Return the rows of a table, perhaps only those with certain values."""
        found = metadata.tables[table]
        statement = select(found).where(*(found.c[name] == value for name, value in where.items()))
        async with self.store.reading() as tx:
            return [dict(row._mapping) for row in await tx.execute(statement)]

    async def entries(self, kind: str) -> list[dict[str, Any]]:
        """Return the ledger's entries of a kind."""
        async with self.store.reading() as tx:
            bodies = await tx.scalars(select(ledger_entries.c.body).order_by(ledger_entries.c.seq))
            read: list[Any] = [canonical.read(body) for body in bodies]
        return [entry for entry in read if entry["kind"] == kind]

    async def held(self) -> list[dict[str, Any]]:
        """Return the actions that are still under way; none of a community at rest."""
        states = [state.value for state in (ActionState.PLANNED, ActionState.ATTEMPTED, ActionState.UNKNOWN)]
        async with self.store.reading() as tx:
            found = await tx.execute(select(actions).where(actions.c.state.in_(states)))
            return [dict(row._mapping) | {"details": json.loads(row.details)} for row in found]

    async def is_held(self, user: str, sanction: OutcomeKind) -> bool:
        """Return whether a sanction of a member is in effect, by whatever that is seen."""
        return self.world.standing(self.ref(user), sanction).held

    def cards(self, where: str = "leads") -> list[Card]:
        """Return the cards that hang in a channel, as they are shown."""
        return [
            posted.card for posted in self.world.cards.values()
            if posted.card is not None and posted.stream is not None and posted.stream.channel == CHANNELS[where]
        ]  # fmt: skip

    def notices(self, user: str = "u1") -> list[str]:
        """Return what a member was told."""
        return [posted.text for posted in self.world.notices.values() if posted.account == self.ref(user)]

    async def close(self) -> None:
        """End the intake."""
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task


async def set_stage(store: Store, *files: tuple[str, str], at: datetime = NOON) -> Stage:
    """Return a community that has just begun; `files` replace those of its policies."""
    clock = FakeClock(at)
    world = World(now=clock.now)
    keys, policies = FakeKeys(), policies_of(*files)
    async with store.writing() as tx:
        await add_community(tx, policies.community, clock.now())
        await begin_ledger(tx, policies.community, f"locum.test/{policies.community}", clock.now())
        await activate_policy(tx, policies.community, policies.version)
        leases = {name: await take(tx, f"connection:{name}", "one", 10**7) for name in (CONNECTION.name, "pager")}
    platform = FakePlatform(world=world, connection=CONNECTION)
    emulated = {CONNECTION.name: platform.emulated}
    intake = Intake(
        store, keys, clock, policies, lease=None, lookup=None, limits=IntakeLimits(first_wait=0.001, longest_wait=0.01),
        emulated=lambda connection: emulated.get(connection.name, frozenset)(),
    )  # fmt: skip
    task = asyncio.create_task(intake.run())
    intake.resumed(CONNECTION, clock.now())
    await intake.ready()
    return Stage(
        store=store,
        clock=clock,
        world=world,
        platform=platform,
        pager=FakePager(world=world),
        leases={name: lease for name, lease in leases.items() if lease is not None},
        keys=keys,
        policies=policies,
        intake=intake,
        task=task,
        emulated=emulated,
    )
