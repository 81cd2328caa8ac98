"""Performs one connection's actions: woken by commits, swept in any case, one batch after the other."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from bot.domain.action import ActionKind, ActionState, Answer
from bot.ports import ConnectionRevokedError
from bot.services.performing.asking import Answered, ask, is_restriction, look, look_at_doors, read_back
from bot.services.performing.context import with_context
from bot.services.performing.needs import Needs
from bot.services.performing.numbers import Numbers
from bot.services.performing.outcomes import REVOKED, again, not_asked, told_to_wait
from bot.services.performing.outside import Outside
from bot.services.performing.rendering import Job, with_note
from bot.services.performing.settling import Ended, note_connection, settle
from bot.services.performing.taking import Taken, take
from bot.store.actions import depth, note_asked
from bot.store.connections import ConnectionState, connection_state
from bot.store.errors import UnavailableError
from bot.store.leases import hold
from bot.store.standings import note_standings


class Performer:
    """Whoever performs what is planned on one connection; its owner holds the connection's lease."""

    def __init__(self, needs: Needs, outside: Outside, *, community: str = "") -> None:
        self._needs = needs
        self._outside = outside
        #: whose ledger tells of the connection itself; empty for the pager
        self._community = community
        self._woken = asyncio.Event()
        self._stopping = False
        self._paused_until: datetime | None = None
        self._outcomes: Counter[tuple[ActionKind, ActionState]] = Counter()

    def wake(self) -> None:
        """Say that something was planned: call it after the commit."""
        self._woken.set()

    def stop(self) -> None:
        """Let `run` return once the batch under way is settled."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Perform whatever is due until it is told to stop.

        Raises OwnershipLostError when another process has taken over. A database that doesn't answer is tried again.
        """
        while not self._stopping:
            self._woken.clear()
            with suppress(UnavailableError):
                if await self.perform_due():
                    continue
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._needs.limits.sweep)

    async def perform_due(self) -> int:
        """Perform one batch of what is due, and return how many actions it took; 0 when nothing was to be done.

        Raises OwnershipLostError, UnavailableError.
        """
        if self._is_paused():
            return 0
        started = self._needs.clock.now()
        taken = await take(self._needs, self._outside.name)
        self._count([*taken.ended])
        if not (taken.asks or taken.reads or taken.never_asked):
            return taken.claimed
        answered = await self._answers(taken, started)
        self._count(await self._settle(answered))
        self._pause(answered)
        if self._community and any(one.result == REVOKED for one in answered):
            await self._lose("revoked")
            return 0
        return taken.claimed

    async def _answers(self, taken: Taken, started: datetime) -> list[Answered]:
        needs = self._needs
        never = [
            Answered(job=job, became=again(job.claimed.action, "never_asked", started, needs.chance()))
            for job in taken.never_asked
        ]
        restrictions = [job for job in taken.asks if is_restriction(job)]
        try:
            ready, looked = await look(restrictions, self._outside, needs, started)
        except ConnectionRevokedError:
            return [*never, *self._not_asked([*taken.asks, *taken.reads], "revoked")]
        others, doors = await look_at_doors(
            [job for job in taken.asks if not is_restriction(job)], self._outside, needs
        )
        looked = [*looked, *doors]
        asks = await self._noted([*ready, *await with_context(others, self._outside, needs)])
        if needs.clock.now() - started > timedelta(seconds=needs.limits.lease - needs.limits.deadline):
            # somebody else may think them free before an answer is here
            return [*never, *looked, *self._not_asked([*asks, *taken.reads], "late")]
        asked, read = await asyncio.gather(
            ask(asks, self._outside, needs), read_back(taken.reads, self._outside, needs)
        )
        return [*never, *looked, *asked, *read]

    def _not_asked(self, jobs: Sequence[Job], reason: str) -> list[Answered]:
        now = self._needs.clock.now()
        result = REVOKED if reason == "revoked" else None
        return [
            Answered(job=job, result=result, became=not_asked(job.claimed.action, reason, now, 0.0)) for job in jobs
        ]

    async def _noted(self, jobs: Sequence[Job]) -> list[Job]:
        """Write down what is about to be asked where that must be recognised later, and what was seen of others."""
        noted = [with_note(job) for job in jobs]
        changed = [job for job, before in zip(noted, jobs, strict=True) if job is not before]
        if changed:
            known = {
                (str(job.claimed.action.details["account"]), job.effect.sanction): job.known
                for job in changed
                if job.effect.sanction is not None
            }
            async with self._needs.store.writing() as tx:
                await hold(tx, self._needs.lease)
                await note_asked(tx, [job.claimed.action for job in changed])
                await note_standings(tx, known, self._needs.clock.now())
        return noted

    async def _settle(self, answered: Sequence[Answered]) -> Ended:
        """Write down what became of a batch, part by part: a command waits for no more than one of them."""
        ended: Ended = []
        together = self._needs.limits.together
        for start in range(0, len(answered), together):
            ended += await self._settle_part(answered[start : start + together])
        return ended

    async def _settle_part(self, answered: Sequence[Answered]) -> Ended:
        """Write down what became of some, however long the database takes: nobody else knows."""
        while True:
            try:
                return await settle(self._needs, self._outside.name, answered)
            except UnavailableError:
                if self._stopping:
                    raise
                await asyncio.sleep(self._needs.limits.sweep)

    def _count(self, ended: Ended) -> None:
        self._outcomes.update((one.action.kind, state) for one, state in ended)

    def _is_paused(self) -> bool:
        if self._paused_until is not None and self._paused_until <= self._needs.clock.now():
            self._paused_until = None
        return self._paused_until is not None

    def _pause(self, answered: Sequence[Answered]) -> None:
        """Ask nothing more for a while, where the platform said that of everything."""
        results = [one.result for one in answered if one.result is not None]
        waits = [told_to_wait(one) for one in results if one.answer is Answer.RETRY_AFTER and one.everywhere]
        if waits:
            self._paused_until = self._needs.clock.now() + timedelta(seconds=max(waits))

    async def _lose(self, reason: str) -> None:
        state = ConnectionState.REVOKED
        await note_connection(self._needs, self._outside.name, self._community, state, reason)

    async def restored(self) -> None:
        """Say that the connection's token is good again: what was kept is performed."""
        await note_connection(self._needs, self._outside.name, self._community, ConnectionState.GOOD, "restored")
        self._paused_until = None
        self.wake()

    async def numbers(self) -> Numbers:
        """Return how performing goes."""
        now = self._needs.clock.now()
        async with self._needs.store.reading() as tx:
            waiting = await depth(tx, self._outside.name, now)
            state = await connection_state(tx, self._outside.name)
        oldest = 0.0 if waiting.oldest is None else (now - waiting.oldest).total_seconds()
        return Numbers(
            connection=self._outside.name,
            state=state,
            depth=waiting,
            oldest=oldest,
            outcomes=dict(self._outcomes),
        )
