"""Second evaluations: what a judgement wants to know is asked outside, and the message comes back with the answers."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.facts import Facts
from bot.domain.judgement import Want, WantKind
from bot.domain.message import Message
from bot.ports import Lookup
from bot.services.intake.items import Item, Judged
from bot.services.intake.settings import Limits
from bot.services.intake.translate import author_key, sound_time
from bot.store.seen import SeenKey


class Answers:
    """Asks outside for what stored judgements want, a bounded number at once."""

    def __init__(self, lookup: Lookup | None, limits: Limits, ready: Callable[[Item], None]) -> None:
        self._lookup = lookup
        self._limits = limits
        self._ready = ready
        self._free = asyncio.Semaphore(limits.lookups)
        self._tasks: set[asyncio.Task[None]] = set()
        #: rows whose messages are held in memory until the answer comes, with the revision that wants it
        self.pending: dict[SeenKey, bytes] = {}

    def ask(self, judged: Sequence[Judged]) -> None:
        """Begin to ask; what finds no room waits in its row until it is read again."""
        for one in judged:
            held = self.pending.get(one.key)
            if not one.waiting or one.fresh.stale or held == one.fresh.digest:
                continue
            if held is None and len(self.pending) >= self._limits.pending:
                continue
            self.pending[one.key] = one.fresh.digest
            task = asyncio.create_task(self._ask(one))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _ask(self, judged: Judged) -> None:
        item = judged.fresh.item
        answers: Mapping[Want, str] = {}
        if self._lookup is not None:
            wants = outside(judged)
            async with self._free:
                try:
                    async with asyncio.timeout(self._limits.patience):
                        answers = await self._lookup.resolve(wants)
                except Exception:  # noqa: BLE001 - an answer that doesn't come is unknown, and nothing worse
                    answers = {}
        message, facts = informed(item, answers)
        self._ready(Item(message=message, facts=facts, again=True, asked=True))

    def settled(self, judged: Sequence[Judged]) -> None:
        """Let go of messages whose second evaluation is stored."""
        for one in judged:
            if one.fresh.item.asked and self.pending.get(one.key) == one.fresh.digest:
                del self.pending[one.key]

    async def stop(self) -> None:
        """Ask for nothing any more; what was asked for is asked again by whoever comes next."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.pending.clear()


def outside(judged: Judged) -> tuple[Want, ...]:
    """Return what is wanted as the outside knows it: members by their ids on the platform."""
    user = author_key(judged.fresh.item.message)[2]
    return tuple(
        replace(want, subject=user) if want.kind is WantKind.MEMBER else want for want in judged.judgement.wants
    )


def informed(item: Item, answers: Mapping[Want, str]) -> tuple[Message, Facts]:
    """Return the message and the facts with what was answered; an answer that can't be read is none."""
    facts, message = item.facts, item.message
    invites, hashes = dict(facts.invites), dict(facts.hashes)
    earlier = facts.earlier_messages
    for want, answer in answers.items():
        if want.kind is WantKind.INVITE:
            invites[want.subject] = answer
        elif want.kind is WantKind.FILE_HASH:
            hashes[want.subject] = answer
        else:
            said = _read(answer)
            message = _known_better(message, said)
            count = said.get("earlier_messages")
            earlier = count if isinstance(count, int) and count >= 0 else earlier
    return message, Facts(invites=invites, hashes=hashes, earlier_messages=earlier)


def _read(answer: str) -> Mapping[str, Any]:
    try:
        said = json.loads(answer)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _known_better(message: Message, said: Mapping[str, Any]) -> Message:
    """Return the message with what the platform says of its author."""
    author, roles = message.author, said.get("roles")
    if isinstance(roles, list):
        author = replace(author, roles=frozenset(role for role in roles if isinstance(role, str)))
    created, joined = _time(said.get("created_at")), _time(said.get("joined_at"))
    author = replace(author, created_at=created or author.created_at, joined_at=joined or author.joined_at)
    return replace(message, author=author)


def _time(said: object) -> datetime | None:
    try:
        return sound_time(datetime.fromisoformat(said)) if isinstance(said, str) else None
    except ValueError:
        return None
