"""Builds windows anew from what was seen: after a start, a take-over, or a change of what policies watch."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.gap import later
from bot.domain.judgement import Features
from bot.policy.history import History
from bot.policy.policy_set import PolicySet
from bot.store.engine import Store
from bot.store.seen import features_since, first_features

#: how far back a member's first messages are looked for; what came before is asked of the platform
_FIRST = timedelta(days=30)
_AT_ONCE = 2_000


async def rebuild(store: Store, community: str, policies: PolicySet, now: datetime) -> History:
    """Return the windows as they are for whoever judged everything that was seen."""
    history = policies.history()
    watch = policies.watch
    async with store.reading() as tx:
        if watch.first:
            await _observe(history, await first_features(tx, community, later(now, -_FIRST), watch.first))
        if watch:
            after = later(now, -timedelta(seconds=policies.keep))
            await _observe(history, await features_since(tx, community, after))
    return history


async def _observe(history: History, rows: Iterable[Features]) -> None:
    for count, features in enumerate(rows, 1):
        history.observe(features)
        if count % _AT_ONCE == 0:
            await asyncio.sleep(0)
