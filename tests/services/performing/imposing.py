"""Imposes sanctions and lifts them as decisions do, without deciding anything."""

from collections.abc import Collection
from datetime import datetime

from bot.domain.action import Action
from bot.domain.actor import OPERATOR
from bot.domain.outcome import Outcome
from bot.domain.sanction import Sanction
from bot.ports import Keys
from bot.services.intake.following import Deciding, follow
from bot.services.record import record
from bot.services.sanctioning import end_early
from bot.store.actions import plan
from bot.store.engine import Tx
from bot.store.sanctions import add_sanctions
from bot.store.timers import set_timers


async def impose(tx: Tx, deciding: Deciding, outcome: Outcome) -> Sanction:
    """Store a sanction with what follows from it."""
    follows = follow(deciding, [outcome])
    await add_sanctions(tx, deciding.community, [(one.sanction, one.decision) for one in follows.sanctions])
    await set_timers(tx, follows.timers)
    await plan(tx, follows.actions, deciding.now)
    return follows.sanctions[0].sanction


async def lift(tx: Tx, keys: Keys, community: str, sanctions: Collection[str], at: datetime) -> list[Action]:
    """End sanctions on the operator's word, record it, and return the actions planned for it."""
    planned, drafts = await end_early(tx, community, sanctions, at, actor=OPERATOR, policy=None)
    await record(tx, keys, community, at, drafts)
    return planned
