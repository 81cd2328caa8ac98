"""Cases about the intake: messages a second, delays at a steady pace, a raid, and a command beside it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from sqlalchemy import func, select

from benchmarks.chat import as_message, chat
from benchmarks.databases import ChatClock, new_store
from benchmarks.made_policies import COMMUNITY, load
from benchmarks.measure import at_share, settle
from benchmarks.vocabulary import terms
from bot.domain.actor import OPERATOR
from bot.domain.message import Message
from bot.ports import Keys
from bot.services.intake.intake import Intake
from bot.services.record import Draft, record
from bot.store.engine import Store
from bot.store.tables import actions, decisions, seen

_CHAT = 1
#: messages that a platform delivers at once, and those that wait where the intake is full
_DELIVERED, _FULL = 20, 5_000


def taking_in(kind: str, policies: str, messages: int, listed: int) -> dict[str, float]:
    """Return messages a second from acceptance to the commit of everything that follows, one in a hundred flagged."""
    said = _messages(messages, terms(listed))
    return asyncio.run(_whole(kind, policies, said))


def raid(kind: str, policies: str, messages: int, listed: int) -> dict[str, float]:
    """Return the same when every message is flagged: by hundreds of members, in all channels."""
    found = terms(listed)
    said = [
        replace(message, text=f"{found[number % len(found)]} {message.text[:60]}")
        for number, message in enumerate(_messages(messages, ()))
    ]
    return asyncio.run(_whole(kind, policies, said))


def paced(kind: str, policies: str, messages: int, listed: int, pace: int) -> dict[str, float]:
    """Return the delay from acceptance to the commit at a steady pace, in ms."""
    said = _messages(messages, terms(listed))
    return asyncio.run(_paced(kind, policies, said, pace))


def beside(kind: str, policies: str, messages: int, listed: int) -> dict[str, float]:
    """Return how long a command waits for its commit while the intake is full, in ms."""
    said = _messages(messages, terms(listed))
    return asyncio.run(_beside(kind, policies, said))


def _messages(count: int, listed: Sequence[str]) -> list[Message]:
    return [as_message(one) for one in chat(count, seed=_CHAT, listed=listed)]


async def _whole(kind: str, policies: str, said: Sequence[Message]) -> dict[str, float]:
    async with new_store(kind, COMMUNITY) as (store, keys):
        clock = ChatClock(said[0].at)
        intake = Intake(store, keys, clock, load(Path(policies)))
        running = asyncio.create_task(intake.run())
        await intake.ready()
        settle()
        began = perf_counter()
        for message in said:
            clock.at = message.at
            while not intake.offer(message):
                assert not running.done(), running.exception()
                await asyncio.sleep(0.001)
            if intake.health().waiting > 10_000:
                await asyncio.sleep(0.01)
        intake.drain()
        await running
        taken = perf_counter() - began
        return {"messages/s": len(said) / taken, **await _counted(store, len(said))}


async def _counted(store: Store, expected: int) -> dict[str, float]:
    async with store.reading() as tx:
        judged = (await tx.execute(select(func.count()).select_from(seen))).scalar_one()
        found = (await tx.execute(select(func.count()).select_from(decisions))).scalar_one()
        planned = (await tx.execute(select(func.count()).select_from(actions))).scalar_one()
    assert judged == expected, f"{judged} of {expected} messages were judged"
    return {"decisions": found, "actions": planned}


async def _paced(kind: str, policies: str, said: Sequence[Message], pace: int) -> dict[str, float]:
    async with new_store(kind, COMMUNITY) as (store, keys):
        clock = ChatClock(said[0].at)
        intake = Intake(store, keys, clock, load(Path(policies)))
        running = asyncio.create_task(intake.run())
        await intake.ready()
        settle()
        offered: list[float] = []
        taken: list[float] = []

        async def watch() -> None:
            while len(taken) < len(said):
                done = intake.health().judged
                now = perf_counter()
                taken.extend(now - offered[number] for number in range(len(taken), done))
                await asyncio.sleep(0.0005)

        watching = asyncio.create_task(watch())
        began = perf_counter()
        for number, message in enumerate(said):
            wait = began + number / pace - perf_counter()
            if wait > 0.001:
                await asyncio.sleep(wait)
            clock.at = message.at
            offered.append(perf_counter())
            assert intake.offer(message)
        await watching
        intake.drain()
        await running
        return {f"{name} ms": at_share(taken, share) * 1_000 for name, share in (("p50", 0.5), ("p99", 0.99))}


async def _beside(kind: str, policies: str, said: Sequence[Message]) -> dict[str, float]:
    async with new_store(kind, COMMUNITY) as (store, keys):
        clock = ChatClock(said[0].at)
        intake = Intake(store, keys, clock, load(Path(policies)))
        running = asyncio.create_task(intake.run())
        await intake.ready()
        settle()
        commands = asyncio.create_task(_commands(store, keys, running))
        for number, message in enumerate(said):
            clock.at = message.at
            while not intake.offer(message):
                assert not running.done(), running.exception()
                await asyncio.sleep(0.001)
            if number % _DELIVERED == 0:
                # as they come from a platform: a few at a time, others between them
                await asyncio.sleep(0.001 if intake.health().waiting > _FULL else 0)
        intake.drain()
        await running
        taken = await commands
        return {f"{name} ms": at_share(taken, share) * 1_000 for name, share in (("p50", 0.5), ("p99", 0.99))}


async def _commands(store: Store, keys: Keys, running: "asyncio.Task[None]") -> list[float]:
    """Commit one small transaction after the other, as somebody's command does, until the intake has ended."""
    taken = []
    while not running.done():
        began = perf_counter()
        async with store.writing() as tx:
            await record(tx, keys, COMMUNITY, datetime.now(UTC), [Draft(kind="viewed", actor=OPERATOR)])
        taken.append(perf_counter() - began)
        await asyncio.sleep(0.02)
    return taken
