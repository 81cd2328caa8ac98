"""A community with a server, members, messages and whoever performs what was decided about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from bot.domain.action import Action, ActionKind, ActionState
from bot.domain.actor import automation
from bot.domain.judgement import Mode
from bot.domain.message import AccountRef, Channel, Member, Message, MessageRef, PlatformName
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.place import Connection, Stream, stream_of
from bot.domain.sanction import Sanction
from bot.domain.severity import Severity
from bot.ledger import canonical
from bot.services.intake.following import Deciding
from bot.services.performing import Check, Limits, Needs, Performer, allow_all, through_pager, through_platform
from bot.services.record import begin_ledger
from bot.services.sanctioning import expiring
from bot.services.timing import sweep
from bot.store.accounts import add_accounts
from bot.store.actions import plan
from bot.store.channels import add_channels
from bot.store.columns import new_id
from bot.store.decisions import Decision, add_decisions
from bot.store.engine import Store
from bot.store.leases import Lease, take
from bot.store.messages import add_messages
from bot.store.tables import actions, communities, ledger_entries
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FakeKeys
from tests.fakes.pager import FakePager
from tests.fakes.platform import FakePlatform
from tests.fakes.world import World
from tests.services.performing.imposing import impose

COMMUNITY = "harbour"
SERVER = Connection(platform=PlatformName.DISCORD, workspace="1")
HELP = Channel(platform=PlatformName.DISCORD, workspace="1", id="10", name="help")
STREAM: Stream = stream_of(HELP)
#: calls that never return are given up at once; a lease is still longer
QUICK = Limits(batch=50, deadline=0.05, lease=60.0, doubt=5.0, sweep=0.01)


@dataclass(kw_only=True)
class House:
    store: Store
    clock: FakeClock
    world: World
    platform: FakePlatform
    pager: FakePager
    lease: Lease
    pager_lease: Lease
    decision: str
    channel: int
    keys: FakeKeys = field(default_factory=FakeKeys)
    limits: Limits = QUICK
    allowed: Check = allow_all

    def performer(self, **changes: Any) -> Performer:
        return Performer(self.needs(**changes), through_platform(self.platform), community=COMMUNITY)

    def page_performer(self) -> Performer:
        return Performer(self.needs(lease=self.pager_lease), through_pager(self.pager))

    def needs(self, **changes: Any) -> Needs:
        needs = Needs(
            store=self.store,
            keys=self.keys,
            clock=self.clock,
            lease=self.lease,
            policies=lambda _: None,
            allowed=self.allowed,
            limits=self.limits,
            chance=lambda: 0.0,
        )
        return replace(needs, **changes)

    async def members(self, count: int) -> list[str]:
        """Let members join, and return their surrogates."""
        known = len(self.world.members)
        refs = [
            AccountRef(platform=PlatformName.DISCORD, workspace="1", user=f"u{known + number}")
            for number in range(count)
        ]
        self.world.join(*refs)
        async with self.store.writing() as tx:
            added = await add_accounts(tx, COMMUNITY, refs, self.clock.now())
        return [added[ref] for ref in refs]

    async def messages(self, account: str, user: str, count: int, at: datetime | None = None) -> list[str]:
        """Let a member write, and return the messages' surrogates."""
        at = at or self.clock.now()
        known = sum(len(found) for found in self.world.messages.values())
        author = Member(
            key=account, account=AccountRef(platform=PlatformName.DISCORD, workspace="1", user=user), names=(user,)
        )
        rows = []
        for number in range(count):
            ref = MessageRef(
                platform=PlatformName.DISCORD, workspace="1", channel="10", message=f"m{user}.{known + number}"
            )
            self.world.post(Message(ref=ref, author=author, channel=HELP, at=at, text="spam"))
            rows.append({
                "id": new_id(), "community": COMMUNITY, "channel": self.channel, "message": ref.message,
                "account": account, "at": at,
            })  # fmt: skip
        async with self.store.writing() as tx:
            await add_messages(tx, rows)
        return [str(row["id"]) for row in rows]

    def action(
        self, kind: ActionKind, target: str, severity: Severity = Severity.MEDIUM, **details: str | int
    ) -> Action:
        name = new_id()
        return Action(
            id=name,
            community=COMMUNITY,
            connection=SERVER.name,
            key=f"{kind.value}:{target}:{name}",
            kind=kind,
            target=target,
            severity=severity,
            decision=self.decision,
            details=details,
            due_at=self.clock.now(),
        )

    def deletion(self, message: str, account: str = "", severity: Severity = Severity.MEDIUM) -> Action:
        return replace(
            self.action(ActionKind.DELETE, f"message:{message}", severity, account=account), key=f"delete:{message}"
        )

    def notice(self, account: str) -> Action:
        return self.action(ActionKind.NOTICE, f"account:{account}", account=account, guideline="respect", incident="i")

    async def plan(self, *planned: Action) -> None:
        async with self.store.writing() as tx:
            await plan(tx, planned, self.clock.now())

    async def impose(self, account: str, kind: OutcomeKind, lasts: timedelta | None, *, purge: int = 0) -> Sanction:
        made = await self.impose_all([account], kind, lasts, purge=purge)
        return made[0]

    async def impose_all(
        self, accounts: Sequence[str], kind: OutcomeKind, lasts: timedelta | None, *, purge: int = 0
    ) -> list[Sanction]:
        now = self.clock.now()
        outcome = Outcome(kind=kind, duration=lasts, purge=timedelta(seconds=purge))
        decided = [
            Deciding(
                community=COMMUNITY,
                decision=self.decision,
                message="",
                account=account,
                channel=self.channel,
                connection=SERVER,
                severity=Severity.MEDIUM,
                now=now,
                at=now,
            )
            for account in accounts
        ]
        async with self.store.writing() as tx:
            return [await impose(tx, one, outcome) for one in decided]

    async def expire(self) -> None:
        """Fire the timers that are due."""
        swept = await sweep(self.store, self.clock, {"expire": expiring(self.keys)})
        assert not swept.failed, swept

    async def states(self) -> dict[str, ActionState]:
        async with self.store.reading() as tx:
            return {row.id: ActionState(row.state) for row in await tx.execute(select(actions))}

    async def row(self, action: Action | str) -> dict[str, Any]:
        name = action if isinstance(action, str) else action.id
        async with self.store.reading() as tx:
            found = (await tx.execute(select(actions).where(actions.c.id == name))).one()
        return dict(found._mapping)

    async def pages(self) -> list[dict[str, Any]]:
        async with self.store.reading() as tx:
            found = await tx.execute(select(actions).where(actions.c.kind == "page").order_by(actions.c.number))
            return [dict(row._mapping) for row in found]

    async def entries(self, kind: str) -> list[dict[str, Any]]:
        async with self.store.reading() as tx:
            bodies = await tx.execute(select(ledger_entries.c.body).order_by(ledger_entries.c.seq))
            read: list[Any] = [canonical.read(body) for body in bodies.scalars()]
        return [entry for entry in read if entry["kind"] == kind]

    async def ends(self) -> dict[str, str]:
        """Return how actions ended, as the ledger has it; no action ends twice."""
        found = await self.entries("action")
        said = {entry["action"]: entry["details"]["outcome"] for entry in found}
        assert len(said) == len(found)
        return said

    async def drain(self, performer: Performer, *, step: timedelta = timedelta(seconds=10), rounds: int = 200) -> None:
        """Let a performer work, and time pass, until nothing is open any more."""
        for _ in range(rounds):
            while await performer.perform_due():
                pass
            open_states = {ActionState.PLANNED, ActionState.ATTEMPTED, ActionState.UNKNOWN}
            mine = [row for row in (await self._open()) if row.state in {one.value for one in open_states}]
            if not mine:
                return
            self.clock.move(step)
        raise AssertionError("something never ends")

    async def _open(self) -> list[Any]:
        async with self.store.reading() as tx:
            return list(await tx.execute(select(actions).where(actions.c.connection == SERVER.name)))


async def open_house(store: Store, clock: FakeClock | None = None) -> House:
    """Return a community that has just been connected."""
    clock = clock or FakeClock()
    world = World(now=clock.now)
    decision = new_id()
    async with store.writing() as tx:
        await tx.execute(insert(communities).values(id=COMMUNITY, added_at=clock.now()))
        await begin_ledger(tx, COMMUNITY, "locum.example/harbour", clock.now())
        channel = (await add_channels(tx, COMMUNITY, [STREAM], clock.now()))[STREAM]
        made = Decision(
            id=decision,
            account=None,
            actor=automation("respect/slurs"),
            rules=("respect/slurs",),
            outcomes=(),
            mode=Mode.LIVE,
            policy="v1",
            severity=Severity.MEDIUM,
        )
        await add_decisions(tx, COMMUNITY, [made], clock.now())
        lease = await take(tx, f"connection:{SERVER.name}", "one", 3600)
        pager_lease = await take(tx, "connection:pager", "one", 3600)
    assert lease is not None
    assert pager_lease is not None
    return House(
        store=store,
        clock=clock,
        world=world,
        platform=FakePlatform(world=world, connection=SERVER),
        pager=FakePager(world=world),
        lease=lease,
        pager_lease=pager_lease,
        decision=decision,
        channel=channel,
    )
