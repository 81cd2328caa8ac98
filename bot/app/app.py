"""The program as a whole: what it is built of, in which order it starts, and in which order it stops."""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from bot import __version__
from bot.app.answering import answer_at
from bot.app.building import find_communities, find_heartbeat, find_keys, find_pager, find_witnesses
from bot.app.clock import drift_of, machine_clock
from bot.app.community import CommunityRun
from bot.app.connection import Asked
from bot.app.desk import desk_of
from bot.app.frame import Frame, Lacking, unsaid
from bot.app.health import Phase
from bot.app.logs import Log
from bot.app.metrics import Metrics
from bot.app.pages import PagerRun
from bot.app.platforms import Entrances, Making
from bot.app.policies import Look, RunningPolicies, unheard
from bot.app.stages import Step, all_of, drain, start
from bot.app.watching import Watch
from bot.app.work import all_jobs, handlers
from bot.commands.completing import complete
from bot.commands.desk import Desk
from bot.commands.dispatch import give
from bot.domain.command import Invocation, Reply, Suggestion
from bot.domain.judgement import Mode
from bot.errors import LocumError
from bot.jobs import Jobs
from bot.ports import Clock, Keys, Lookup
from bot.services.beginning import begin, end
from bot.services.intake.health import Health as IntakeHealth
from bot.services.intake.settings import Limits as IntakeLimits
from bot.services.ledger.checkpointing import sign_due
from bot.services.owning import own
from bot.services.performing import Limits as PerformingLimits
from bot.services.retention import Limits
from bot.services.spending import longest_window
from bot.services.staff.contracts import plan_contracts
from bot.services.work import begin_work
from bot.settings import Settings, read_addresses
from bot.store.engine import Store, open_store
from bot.store.leases import free_all
from bot.store.migrate import check_schema, migrate
from bot.store.timers import wake_dead

_Part = TypeVar("_Part")


class NotStartedError(LocumError):
    """The program isn't started yet."""


class AddressTakenError(LocumError):
    """Metrics and health can't be answered there: the address is taken or isn't this machine's; see LOCUM_METRICS."""


@dataclass(kw_only=True, slots=True)
class _Built:
    """What the start has come to so far."""

    #: the database
    store: Store | None = None
    #: keys outside it
    keys: Keys | None = None
    #: what every community goes by
    policies: RunningPolicies = field(default_factory=RunningPolicies)
    #: everything shared
    frame: Frame | None = None
    #: answers about the program
    server: asyncio.Server | None = None
    #: one a community
    communities: Sequence[CommunityRun] = ()
    #: pages that go past the platforms
    pages: PagerRun | None = None
    #: loops that keep leases
    owners: list[asyncio.Task[None]] = field(default_factory=list)
    #: ticks
    jobs: Jobs | None = None


class App:
    """A program to be started and stopped once."""

    def __init__(
        self,
        settings: Settings,
        tell: Log,
        *,
        entrances: Entrances | None = None,
        platforms: Sequence[Making] = (),
        clock: Clock | None = None,
        lookup: Lookup | None = None,
        performing: PerformingLimits | None = None,
        language: str = "en",
        first: Mode = Mode.SHADOW,
        trusting: bool = False,
        looked: Callable[[Look], None] = unheard,
        lacking: Lacking = unsaid,
    ) -> None:
        #: the mode in which a new community begins: live only where nobody is really moderated
        self._first = first
        #: whether what the folder holds is active at once, as tests and measurements want it
        self._trusting = trusting
        steady = machine_clock()
        self._settings, self._tell, self._language = settings, tell, language
        self._entrances, self._platforms = dict(entrances or {}), platforms
        self._clock = clock or steady
        self._lookup = lookup
        self._performing = performing or PerformingLimits()
        self._stop = asyncio.Event()
        self._lacking = lacking
        # whoever starts the program hears what came of policies that were saved
        self._built = _Built(policies=RunningPolicies(looked=looked))
        self._swapping: set[asyncio.Task[None]] = set()
        self.metrics = Metrics()
        self.watch = Watch(clock=self._clock, metrics=self.metrics, intakes=self._intakes, drift=drift_of(steady))
        if settings.metrics is None or settings.metrics.port == 0:
            self.watch.file = settings.health_file

    @property
    def communities(self) -> Sequence[CommunityRun]:
        """What is done for each community; none before the start."""
        return self._built.communities

    @property
    def frame(self) -> Frame:
        """What all parts share; there once the start is over."""
        return _there(self._built.frame)

    @property
    def desk(self) -> Desk:
        """What commands are given; there once the start is over."""
        return desk_of(self.frame, self.communities, wake=self._wake, changed=self._policies_changed)

    @property
    def _asked(self) -> Asked:
        return Asked(give=self.give, complete=self.complete)

    async def give(self, invocation: Invocation) -> Reply:
        """Carry out a command, a press or a form, and return the answer; raise UnavailableError."""
        return await give(self.desk, invocation)

    async def complete(self, invocation: Invocation, option: str, typed: str) -> Sequence[Suggestion]:
        """Return what an option of a command could take, for whoever is typing it."""
        return await complete(self.desk, invocation, option, typed)

    @property
    def address(self) -> tuple[str, int] | None:
        """Where metrics and health are answered; None for nowhere."""
        server = self._built.server
        return None if server is None else server.sockets[0].getsockname()[:2]

    async def start(self) -> None:
        """Start in order; what fails is raised once everything that had begun is undone."""
        self._tell.info("starting", version=__version__)
        await start(
            [
                Step(name="database", do=self._open, undo=self._close, seconds=30),
                Step(name="answering", do=self._answer, undo=self._answer_no_more, seconds=10),
                Step(name="migrate", do=self._migrate, seconds=1800),
                Step(name="schema", do=self._check_schema, seconds=30),
                Step(name="keys", do=self._find_keys, seconds=30),
                Step(name="policies", do=self._find_policies, seconds=300),
                Step(name="ledger", do=self._begin, seconds=120),
                Step(name="ownership", do=self._own, undo=self._give_up, seconds=30),
                Step(name="jobs", do=self._tick, undo=self._tick_no_more, seconds=10),
            ],
            self._tell,
        )
        self.watch.running()
        self._tell.info("started", communities=list(self._built.policies.sets), count=len(self._entrances))

    async def stop(self) -> bool:
        """Drain in order, and return whether all ended as it should; what didn't is made up at the next start."""
        self._tell.info("stopping")
        self.watch.phase = Phase.STOPPING
        self.watch.tell()
        patience = float(self._settings.drain_seconds)
        well = await drain(
            [
                Step(name="jobs", do=self._tick_no_more, seconds=patience + 5),
                Step(name="accepting", do=self._hush, seconds=10),
                Step(name="intake", do=self._judge_the_rest, seconds=patience),
                Step(name="actions", do=self._finish, seconds=patience),
                Step(name="checkpoint", do=self._sign, seconds=15),
                Step(name="ownership", do=self._give_up, seconds=20),
                Step(name="answering", do=self._answer_no_more, seconds=10),
                Step(name="database", do=self._close, seconds=15),
            ],
            self._tell,
        )
        self._tell.info("stopped", status="clean" if well else "incomplete")
        return well

    # --- starting

    async def _open(self) -> None:
        self._built.store = open_store(self._settings.database.get_secret_value())

    async def _answer(self) -> None:
        place = self._settings.metrics
        if place is None:
            return
        try:
            self._built.server = await answer_at(place.host, place.port, self.watch.report, self.watch.page)
        except OSError as error:
            raise AddressTakenError from error
        host, port = _there(self.address)
        self._tell.info("answering", address=host, port=port)

    async def _migrate(self) -> None:
        before, after = await migrate(_there(self._built.store))
        if before != after:
            self._tell.info("migrated", before=before or "none", after=after)

    async def _check_schema(self) -> None:
        await check_schema(_there(self._built.store))

    async def _find_keys(self) -> None:
        self._built.keys = await find_keys(self._settings, _there(self._built.store), self._clock)

    async def _find_policies(self) -> None:
        store, running = _there(self._built.store), self._built.policies
        folder = await asyncio.to_thread(running.read, self._settings.policies, find_communities(self._settings))
        await running.begin(store, folder, first=self._first, trusting=self._trusting)
        self._built.frame = Frame(
            store=store,
            keys=_there(self._built.keys),
            clock=self._clock,
            tell=self._tell,
            watch=self.watch,
            policies=running.sets,
            # a run's name is used once: a lease of an earlier run is another one's
            owner=secrets.token_hex(16),
            witnesses=find_witnesses(self._settings),
            pager=find_pager(self._settings, self._clock, self._language, read_addresses()),
            heartbeat=find_heartbeat(self._settings),
            lookup=self._lookup,
            limits=IntakeLimits(queue=self._settings.queue),
            performing=self._performing,
            copies=timedelta(days=self._settings.evidence_days),
            folder=self._settings.policies,
            lacking=self._lacking,
        )

    async def _begin(self) -> None:
        frame = self.frame
        for community, policies in frame.policies.items():
            origin = f"{self._settings.origin}/{community}"
            first = self._built.policies.first.get(community)
            changed = await begin(frame.store, frame.keys, frame.clock, community, origin=origin, first=first)
            # keys that were given can't be added to: better no start than a ledger that nobody ever signs
            frame.keys.signing(origin)
            if changed:
                self._tell.info("policies_applied", community=community, policy=policies.version)
            async with frame.store.writing() as tx:
                work = await begin_work(tx, frame.keys, policies, frame.clock.now())
                await plan_contracts(work)
                await work.finish()
        async with frame.store.writing() as tx:
            if frame.store.guard is not None:
                # nobody else runs on this file: a run that was killed is not to be waited for
                await free_all(tx)
            # another version, or a mended machine, may be able to do what the last run gave up
            woken = await wake_dead(tx, frame.clock.now())
        if woken:
            self._tell.warning("timers_woken", count=woken)

    async def _own(self) -> None:
        frame, built = self.frame, self._built
        for made in self._platforms:
            self._entrances |= made(frame.policies, frame.keys)
        built.communities = [CommunityRun(frame, name, self._entrances, self._asked) for name in frame.policies]
        wanted = [community.ownership for community in built.communities]
        if frame.pager is not None:
            built.pages = PagerRun(frame, frame.pager)
            wanted.append(built.pages.ownership)
        built.owners = [asyncio.create_task(own(frame.store, frame.owner, one, self._stop)) for one in wanted]

    async def _tick(self) -> None:
        frame, built = self.frame, self._built
        jobs = all_jobs(frame, handlers(frame, self._limits), built.communities, self._wake, built.policies)
        self._built.jobs = Jobs(jobs, self._job_ended)
        self._built.jobs.start()

    def _limits(self) -> Limits:
        """Return how long rows are kept now: policies may come to look back further."""
        windows = max((policies.keep for policies in self.frame.policies.values()), default=0.0)
        budgets = longest_window(policies.governance for policies in self.frame.policies.values())
        return Limits(
            seen=timedelta(days=self._settings.seen_days), windows=timedelta(seconds=windows), budgets=budgets
        )

    def _policies_changed(self, _community: str) -> None:
        """Go by other policies at once: the job would only see it at its next tick."""
        if self._built.jobs is not None:
            task = asyncio.create_task(self._built.jobs.run("policies"))
            self._swapping.add(task)
            task.add_done_callback(self._swapped)

    def _swapped(self, task: "asyncio.Task[None]") -> None:
        self._swapping.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._job_ended("policies", error)

    def _job_ended(self, job: str, error: Exception | None) -> None:
        known = job in self.watch.failing_jobs
        self.watch.job_ended(job, error)
        if error is not None and not known:
            # told once, until it goes well again
            self._tell.error("job_failed", job=job, problem=error)

    def _wake(self) -> None:
        for community in self._built.communities:
            community.wake()
        if self._built.pages is not None:
            self._built.pages.wake()

    def _intakes(self) -> Mapping[str, IntakeHealth]:
        return {one.community: one.intake.health() for one in self._built.communities if one.intake is not None}

    # --- stopping

    async def _tick_no_more(self) -> None:
        if self._built.jobs is not None and not await self._built.jobs.stop(self._settings.drain_seconds):
            raise TimeoutError

    async def _hush(self) -> None:
        await all_of([community.hush() for community in self._built.communities])

    async def _judge_the_rest(self) -> None:
        await all_of([community.judge_the_rest() for community in self._built.communities])

    async def _finish(self) -> None:
        pages = self._built.pages
        finishing = [community.finish() for community in self._built.communities]
        await all_of([*finishing, pages.finish()] if pages is not None else finishing)

    async def _sign(self) -> None:
        frame = self.frame
        for community, policies in frame.policies.items():
            await end(frame.store, frame.keys, frame.clock, community, policy=policies.version)
            await sign_due(frame.store, frame.keys, frame.clock, community, at_once=True)

    async def _give_up(self) -> None:
        self._stop.set()
        if self._built.owners:
            _, late = await asyncio.wait(self._built.owners, timeout=15)
            for task in late:
                task.cancel()
            if late:
                raise TimeoutError

    async def _answer_no_more(self) -> None:
        if self._built.server is not None:
            self._built.server.close()

    async def _close(self) -> None:
        if self._built.store is not None:
            await self._built.store.close()


def _there(part: _Part | None) -> _Part:
    """Return what an earlier step has made."""
    if part is None:
        raise NotStartedError
    return part
