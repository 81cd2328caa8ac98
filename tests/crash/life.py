"""One life of the process: it takes over, hears what is written meanwhile, catches up, performs, and comes to rest."""

import asyncio
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.intake.intake import Intake
from bot.services.intake.reading_back import catch_up
from bot.services.ledger.checkpointing import sign_due
from bot.services.owning import connection_lease, intake_lease
from bot.services.performing import Needs, Performer, through_pager, through_platform
from bot.services.performing.numbers import Numbers
from bot.services.record import begin_ledger
from bot.services.sanctioning import EXPIRE, expiring
from bot.services.timing import sweep
from bot.store.communities import add_community
from bot.store.engine import Store
from bot.store.leases import Lease, take
from bot.store.migrate import migrate
from tests.crash.boundaries import Boundaries, Watched
from tests.crash.script import END, SERVER, account, prologue, steps
from tests.fakes.clock import START, FakeClock
from tests.fakes.pager import FakePager
from tests.fakes.world import World

#: between two lives; all of them are over before anything is too late to act upon
_BETWEEN = timedelta(minutes=3)
#: what waits for doubts and leases to pass is done after so many steps of time, or never
_ROUNDS = 60
_STEP = timedelta(seconds=20)


@dataclass(frozen=True, kw_only=True, slots=True)
class Life:
    """What one life of the process starts with."""

    #: where everything is stored; opened before, for making statements anew takes longer than all else
    store: Store
    #: the file of the world outside
    world: Path
    #: keys, the same in every life
    keys: Keys
    #: what judges
    policies: PolicySet
    #: the how-manieth life this is, from 0
    number: int
    #: where it ends early
    boundaries: Boundaries


async def begin(store: Store, keys: Keys, policies: PolicySet) -> None:
    """Let the story begin: the community is known, and somebody wrote in each of its channels before."""
    clock = FakeClock(START)
    await migrate(store)
    async with store.writing() as tx:
        await add_community(tx, "acme", clock.now())
        await begin_ledger(tx, "acme", "locum.example/acme", clock.now())
    intake = Intake(store, keys, clock, policies)
    running = asyncio.create_task(intake.run())
    for message in prologue():
        intake.offer(message)
    intake.drain()
    await running
    await store.close()


async def live(life: Life) -> None:
    """Live until everything written is judged and everything planned has ended."""
    clock = FakeClock(END + life.number * _BETWEEN)
    store = life.store
    life.boundaries.watch(store)
    world = World(life.world, now=clock.now)
    platform = Watched(world=world, connection=SERVER, boundaries=life.boundaries)
    owner = f"life-{life.number}-{os.getpid()}"
    lease = await _own(store, intake_lease("acme"), owner)
    intake = Intake(store, life.keys, clock, life.policies, lease=lease)
    running = asyncio.create_task(intake.run())
    await intake.ready()
    _write(life, world, intake)
    intake.resumed(SERVER, END)
    performers = await _performers(
        life, store=store, clock=clock, platform=platform, pager=FakePager(world=world), owner=owner
    )
    await catch_up(intake, platform)
    await _come_to_rest(life, store=store, clock=clock, intake=intake, performers=performers, platform=platform)
    await sign_due(store, life.keys, clock, "acme", at_once=True)
    intake.drain()
    await running
    await store.close()
    world.close()


async def _own(store: Store, name: str, owner: str) -> Lease:
    async with store.writing() as tx:
        lease = await take(tx, name, owner, 0)
    assert lease is not None
    return lease


def _write(life: Life, world: World, intake: Intake) -> None:
    """Let members write what they haven't yet; how far they are outlives the process."""
    log = life.world.with_suffix(".steps")
    done = log.stat().st_size if log.exists() else 0
    if not done:
        world.join(*(account(message.author.key) for message in steps()))
    # the first lines were written while nobody listened
    for number, message in enumerate(steps()[done:], done):
        world.post(message)
        with log.open("ab") as file:
            file.write(b".")
        if number >= 3:
            intake.offer(message)


async def _performers(
    life: Life, *, store: Store, clock: FakeClock, platform: Watched, pager: FakePager, owner: str
) -> list[Performer]:
    made = []
    for outside in (through_platform(platform), through_pager(pager)):
        lease = await _own(store, connection_lease(outside.name), owner)
        needs = Needs(
            store=store,
            keys=life.keys,
            clock=clock,
            lease=lease,
            policies={"acme": life.policies}.get,
            chance=lambda: 0.0,
        )
        made.append(Performer(needs, outside, community="acme"))
    return made


async def _come_to_rest(
    life: Life, *, store: Store, clock: FakeClock, intake: Intake, performers: list[Performer], platform: Watched
) -> None:
    """Perform and fire timers until nothing is left; the time of timeouts isn't waited for."""
    numbers: list[Numbers] = []
    for _ in range(_ROUNDS):
        while intake.health().waiting or intake.health().open_gaps:
            await catch_up(intake, platform)
            await asyncio.sleep(0)
        await sweep(store, clock, {EXPIRE: expiring(life.keys)})
        if any([await performer.perform_due() for performer in performers]):
            continue
        numbers = [await performer.numbers() for performer in performers]
        if not any(one.depth.due + one.depth.waiting + one.depth.under_way for one in numbers):
            return
        clock.move(_STEP)
    raise AssertionError(f"it never comes to rest: {numbers}")
