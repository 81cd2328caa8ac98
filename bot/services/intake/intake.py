"""The intake of one community: takes messages in, judges them in order, and stores what follows batch by batch."""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from bot.domain.gap import Gap, GapCause
from bot.domain.message import Message
from bot.domain.place import Connection, Stream
from bot.errors import LocumError
from bot.policy.policy_set import PolicySet
from bot.ports import Clock, Keys, Lookup
from bot.services.intake.accounts import AccountBook
from bot.services.intake.answers import Answers
from bot.services.intake.arriving import learn_streams, take_over
from bot.services.intake.commit import ForgottenError
from bot.services.intake.digest import digester
from bot.services.intake.health import Counts, Health
from bot.services.intake.items import Item, Judged, Work
from bot.services.intake.judging import Evaluator, sort_out
from bot.services.intake.patience import patiently
from bot.services.intake.progress import Progress
from bot.services.intake.settings import LIMITS, Limits
from bot.services.intake.storing import Storing, Under, store_all
from bot.services.intake.streams import Streams, expect, interrupt, resume, there_is_room, turned_away
from bot.services.intake.translate import sound_stream, sound_time, stream_key
from bot.services.intake.upholding import Emulated, nothing
from bot.services.intake.windows import rebuild
from bot.store.engine import Store
from bot.store.leases import Lease
from bot.store.seen import SeenKey


class EndedError(LocumError):
    """The intake has ended: whoever owns the community now judges its messages."""


class Intake:
    """Takes in one community's messages; `run` does the work, everything else only says what there is to do."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        clock: Clock,
        policies: PolicySet,
        *,
        lease: Lease | None = None,
        lookup: Lookup | None = None,
        limits: Limits = LIMITS,
        programs: bool = False,
        planned: Callable[[], None] | None = None,
        emulated: Emulated = nothing,
    ) -> None:
        self.community = policies.community
        self.store = store
        self.clock = clock
        self._policies = policies
        self._lease = lease
        self._limits = limits
        self._programs = programs
        self._digest = digester(keys)
        self._accounts = AccountBook(community=self.community, limit=limits.accounts)
        self._streams = Streams()
        self._evaluator = Evaluator(policies, policies.history(), limits.turn)
        #: surrogates of the gaps that somebody reads back at the moment
        self.reading: set[str] = set()
        self._answers = Answers(lookup, limits, self._answered)
        self._counts = Counts()
        self._storing = Storing(
            store=store, keys=keys, clock=clock, community=self.community, lease=lease, limits=limits,
            counts=self._counts, planned=planned, emulated=emulated, tripped=self._trip,
        )  # fmt: skip
        self._queue: deque[Item] = deque()
        #: bytes that the queue holds
        self._held = 0
        self._back: deque[Work] = deque()
        self._back_first = False
        self._progress = Progress()
        self._wake = asyncio.Event()
        self._ready = asyncio.Event()
        self._early: list[Callable[[], None]] = []
        self._draining = False
        self._ended = False

    def offer(self, message: Message) -> bool:
        """Take a message in; False says that it was turned away, and is read back later."""
        if self._draining or self._ended:
            return False
        if message.author.bot and not self._programs:
            return True
        if len(self._queue) >= self._limits.queue or self._held >= self._limits.held:
            self._turn_away(message)
            return False
        self._append(Item(message=message))
        return True

    async def settled(self) -> None:
        """Return once whatever was taken in before is judged and stored; raise EndedError where it won't be here."""
        if self._ended:
            raise EndedError
        await self._progress.wait()

    def interrupted(self, connection: Connection, cause: GapCause = GapCause.INTERRUPTED) -> None:
        """Note that messages of a connection may be missed from now on."""
        self._when_ready(lambda: interrupt(self._streams, connection, cause, self.clock.now()))

    def resumed(self, connection: Connection, at: datetime) -> None:
        """Note that a connection is live from a time on: what was missed until then can be read back.

        To be called once after every start, too.
        """
        self._when_ready(lambda: resume(self._streams, connection, at))

    def expect(self, streams: Sequence[Stream]) -> None:
        """Note which streams there are, before `resumed`: none that nobody has written in yet is forgotten.

        One that came to be while its connection wasn't live is read back from then on.
        """
        self._when_ready(lambda: expect(self._streams, streams))

    def use(self, policies: PolicySet) -> None:
        """Judge by other policies from the next batch on."""
        self._policies = policies

    def _trip(self, rules: Collection[str]) -> None:
        """Judge with some rules in shadow from now on."""
        self.use(self._policies.shadowing(rules))

    async def judge(self, messages: Sequence[Message], *, again: bool = False) -> None:
        """Judge messages that were read back, and return once that is stored.

        With `again`, they are judged even if their content is known. Raises EndedError, OwnershipLostError.
        """
        await self.perform(Work(items=[Item(message=message, again=again) for message in messages]))

    async def perform(self, work: Work) -> None:
        """Have a piece of work judged and stored, after what was asked for before; return once it is."""
        items = [item for item in work.items if self._programs or not item.message.author.bot]
        *parts, last = [items[start : start + self._limits.batch] for start in range(0, len(items), self._limits.batch)
                        ] or [[]]  # fmt: skip
        for part in parts:
            await self._wait_for(Work(items=part))
        await self._wait_for(Work(items=last, gap=work.gap, settled=work.settled))

    async def _wait_for(self, work: Work) -> None:
        if self._ended or self._draining:
            raise EndedError
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        work.done = done
        self._back.append(work)
        self._wake.set()
        await done

    def gaps(self, connection: Connection) -> list[tuple[Stream, Gap]]:
        """Return the gaps of a connection that can be read back now: of each stream the oldest first.

        Streams in which somebody wrote last come first, for there most was missed; channels before threads, for what
        shows of a channel may tell that nothing was written in its threads.
        """
        now = self.clock.now()
        due = [(held, gap) for held in self._streams.of(connection) for gap in held.gaps.values() if gap.is_due(now)]
        due.sort(key=lambda found: (found[1].opened_at, found[1].after, found[1].id))
        due.sort(key=lambda found: found[0].mark.newest, reverse=True)
        due.sort(key=lambda found: bool(found[0].stream.thread))
        return [(held.stream, gap) for held, gap in due]

    def is_open(self, gap: Gap) -> bool:
        """Return whether nobody has ended a gap meanwhile."""
        return gap.id in self._streams.by_number[gap.channel].gaps

    def is_pending(self, key: SeenKey) -> bool:
        """Return whether a message that awaits an answer is held in memory."""
        return key in self._answers.pending

    def health(self) -> Health:
        """Return how it is doing."""
        counts = self._counts
        return Health(
            waiting=len(self._queue),
            lag=counts.lag,
            open_gaps=self._streams.open_gaps() + len(self._streams.strangers),
            dropped=counts.dropped,
            judged=counts.judged,
            repeated=counts.repeated,
            batches=counts.batches,
            failed=counts.failed,
            pending=len(self._answers.pending),
            stalled=counts.stalled,
        )

    async def ready(self) -> None:
        """Return once messages are judged, or the intake has ended: streams are known, windows are built."""
        await self._ready.wait()

    def drain(self) -> None:
        """Take nothing in any more; `run` returns once what waits is stored."""
        self._draining = True
        self._wake.set()

    async def run(self) -> None:
        """Judge and store until it is drained.

        Raises OwnershipLostError once another process took over: nothing more is stored then.
        """
        try:
            await patiently(self._begin, self._limits, self._counts)
            while True:
                work = self._next()
                if work is not None:
                    await self._process(work)
                elif self._draining:
                    return
                else:
                    self._wake.clear()
                    await self._wake.wait()
        finally:
            self._ended = True
            self._ready.set()
            await self._answers.stop()
            self._progress.end(EndedError())
            for work in self._back:
                _tell(work, EndedError())
            self._back.clear()

    async def _begin(self) -> None:
        """Take over: learn of the streams, open the gaps since the last time, and build the windows."""
        now = self.clock.now()
        streams = await take_over(self.store, self.community, self._lease, now)
        policies = self._policies
        history = await rebuild(self.store, self.community, policies, now)
        # from here on nothing waits: whoever was turned away until now is taken along
        streams.strangers = self._streams.strangers
        self._streams = streams
        self._evaluator = Evaluator(policies, history, self._limits.turn)
        for call in self._early:
            call()
        self._early.clear()
        self._ready.set()

    def _when_ready(self, call: Callable[[], None]) -> None:
        """Do something to the streams, once they are known."""
        if self._ready.is_set():
            call()
            self._wake.set()
        else:
            self._early.append(call)

    def _turn_away(self, message: Message) -> None:
        """Note a message for which there is no room."""
        self._counts.dropped += 1
        key, at = stream_key(message), sound_time(message.at)
        held = self._streams.by_key.get(key)
        if held is not None:
            turned_away(self._streams, held, at, self.clock.now())
            return
        stream, first, last = self._streams.strangers.get(key, (sound_stream(message), at, at))
        self._streams.strangers[key] = (stream, min(first, at), max(last, at))

    def _answered(self, item: Item) -> None:
        """Take a message in whose answers came: it was taken in before, so there is room for it."""
        self._append(item)

    def _append(self, item: Item) -> None:
        self._queue.append(item)
        self._held += item.size
        self._progress.took()
        self._wake.set()

    def _next(self) -> Work | None:
        """Return what is to be done next: live messages, and what is read back, take turns."""
        if self._is_half_empty() and not self._streams.strangers:
            there_is_room(self._streams)
        self._back_first = not self._back_first
        if self._back and (self._back_first or not self._queue):
            return self._back.popleft()
        if self._queue:
            items = [self._queue.popleft() for _ in range(min(len(self._queue), self._limits.batch))]
            self._held -= sum(item.size for item in items)
            return Work(items=items, live=len(items))
        streams = self._streams
        return Work() if streams.unsaved or streams.strangers or streams.expected else None

    def _is_half_empty(self) -> bool:
        return len(self._queue) <= self._limits.queue // 2 and self._held <= self._limits.held // 2

    async def _process(self, work: Work) -> None:
        try:
            await self._judge(work)
        except BaseException as error:
            _tell(work, error if isinstance(error, Exception) else EndedError())
            raise
        _tell(work, None)
        self._progress.stored(work.live)

    async def _judge(self, work: Work) -> None:
        """Judge and store; once more from the beginning when an account was forgotten meanwhile."""
        while True:
            judged = await patiently(lambda: self._judged(work), self._limits, self._counts)
            under = Under(
                streams=self._streams, policies=self._evaluator.policies, generation=self._accounts.generation
            )
            try:
                await store_all(self._storing, under, judged, work)
            except ForgottenError:
                self._accounts.forget()
                continue
            self._counts.repeated += len(work.items) - len(judged)
            self._answers.settled(judged)
            self._answers.ask(judged)
            return

    async def _judged(self, work: Work) -> list[Judged]:
        """Return the judgements on what nobody judged before."""
        await self._renew_windows()
        messages = [item.message for item in work.items]
        now = self.clock.now()
        await self._accounts.learn(self.store, messages, now)
        await learn_streams(self.store, self.community, self._lease, self._streams, messages, now=now)
        fresh = await sort_out(self.store, self._streams, work.items, self._digest, now)
        return await self._evaluator.judge(fresh, self._accounts.known, now)

    async def _renew_windows(self) -> None:
        """Take over other policies; windows are built anew when others are watched."""
        policies, current = self._policies, self._evaluator.policies
        if policies is current:
            return
        history = self._evaluator.history
        if (policies.watch, policies.keep) != (current.watch, current.keep):
            history = await rebuild(self.store, self.community, policies, self.clock.now())
        self._evaluator = Evaluator(policies, history, self._limits.turn)


def _tell(work: Work, error: Exception | None) -> None:
    """Tell whoever waits for a piece of work how it ended."""
    if work.done is None or work.done.done():
        return
    if error is None:
        work.done.set_result(None)
    else:
        work.done.set_exception(error)
