"""Judges what waits: leaves out what was seen before, and has the rest evaluated in order, in short turns."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from time import perf_counter

from bot.domain.facts import Facts
from bot.domain.gap import ALLOWANCE, bounded, later
from bot.domain.judgement import Failure, Features, Judgement, window_key
from bot.domain.message import Message, MessageKind
from bot.policy.evaluate import evaluate
from bot.policy.history import History
from bot.policy.policy_set import PolicySet
from bot.services.intake.items import Fresh, Item, Judged
from bot.services.intake.streams import Streams
from bot.services.intake.translate import UserKey, sound_message_id, sound_time, stream_key, with_surrogates
from bot.services.replay.judging import known_facts
from bot.store.engine import Store
from bot.store.seen import Seen, SeenKey, already_seen


async def sort_out(
    store: Store, streams: Streams, items: Sequence[Item], digest: Callable[[Message], bytes], now: datetime
) -> list[Fresh]:
    """Return what has to be judged: what nobody judged before, newer contents, and what an answer came for.

    What is newer than all that was judged in its stream can't have been seen; only the rest is looked up.
    """
    limit = later(now, ALLOWANCE)
    placed: list[tuple[Item, SeenKey]] = []
    asked: set[SeenKey] = set()
    for item in items:
        held = streams.by_key[stream_key(item.message)]
        key = (held.number, sound_message_id(item.message))
        placed.append((item, key))
        at = sound_time(item.message.at)
        if at <= held.mark.newest or at > limit or item.again:
            asked.add(key)
    known: dict[SeenKey, Seen] = {}
    if asked:
        async with store.reading() as tx:
            known = await already_seen(tx, asked)
    fresh: list[Fresh] = []
    for item, key in placed:
        one = _fresh(item, key, digest(item.message), known.get(key))
        if one is not None:
            fresh.append(one)
            if not one.stale:
                known[key] = Seen(digest=one.digest, edited_at=_edited(item.message), waiting=False)
    return fresh


def _fresh(item: Item, key: SeenKey, digest: bytes, seen: Seen | None) -> Fresh | None:
    if seen is None:
        return Fresh(item=item, key=key, digest=digest)
    if seen.digest == digest:
        return Fresh(item=item, key=key, digest=digest) if item.again else None
    edited = _edited(item.message)
    stale = seen.edited_at is not None and (edited is None or edited < seen.edited_at)
    return Fresh(item=item, key=key, digest=digest, stale=stale)


def _edited(message: Message) -> datetime | None:
    return None if message.edited_at is None else sound_time(message.edited_at)


class Evaluator:
    """Evaluates messages one after the other, and lets others have their turn meanwhile."""

    def __init__(self, policies: PolicySet, history: History, turn: float) -> None:
        self.policies = policies
        self.history = history
        self._turn = turn

    async def judge(self, fresh: Sequence[Fresh], known: Mapping[UserKey, str], now: datetime) -> list[Judged]:
        """Return the judgements in order; windows remember them."""
        judged: list[Judged] = []
        began = perf_counter()
        for one in fresh:
            judged.append(self._judge(one, known, now))
            if perf_counter() - began > self._turn:
                await asyncio.sleep(0)
                began = perf_counter()
        return judged

    def _judge(self, fresh: Fresh, known: Mapping[UserKey, str], now: datetime) -> Judged:
        item = fresh.item
        message = with_surrogates(item.message, known, fresh.key[1], bounded(sound_time(item.message.at), now))
        facts = item.facts
        if message.attachments:
            given = known_facts(message)
            facts = Facts(
                invites=facts.invites,
                hashes={**given.hashes, **facts.hashes},
                earlier_messages=facts.earlier_messages,
            )
        try:
            judgement = evaluate(self.policies, message, facts, self.history, now)
            if not fresh.stale and message.kind is not MessageKind.RENAME:
                self.history.observe(judgement.features)
        except Exception as error:  # noqa: BLE001 - one message that can't be evaluated must not stop all others
            judgement = _failed(self.policies, message, error)
        return Judged(fresh=fresh, message=message, judgement=judgement)


def _failed(policies: PolicySet, message: Message, error: Exception) -> Judgement:
    """Return the judgement of a message that the evaluator itself fails on: recorded like a rule that fails."""
    features = Features(
        at=message.at.timestamp(),
        message=window_key(message.channel.id, message.ref.message),
        member=message.author.key,
        channel=message.channel.id,
    )
    failures = (Failure(rule="evaluation", reason=type(error).__name__),)
    return Judgement(message.ref, policies.version, (), (), (), (), failures, features)
