"""Brings members who come back to what holds for them: a platform may have forgotten it with their leaving."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.action import Action
from bot.domain.actor import automation
from bot.domain.message import MessageKind
from bot.domain.outcome import OutcomeKind
from bot.services.intake.items import Judged
from bot.services.record import Draft
from bot.services.sanctioning import planned_entry, restriction_of
from bot.store.actions import plan, present
from bot.store.columns import micros
from bot.store.engine import Tx
from bot.store.sanctions import Imposed, active_sanctions, unended

_ACTOR = automation("intake")
#: what leaving may end; who is banned can't join, unless somebody lifted the ban on the platform, which is their word
_LEFT_BEHIND = frozenset({OutcomeKind.TIMEOUT, OutcomeKind.QUARANTINE})


async def hold_who_rejoined(
    tx: Tx, community: str, judged: Sequence[Judged], now: datetime
) -> tuple[list[Action], list[Draft]]:
    """Plan actions for members who joined while sanctions on them hold, and return them with their entries."""
    joined = {one.message.author.key: one.message.at for one in judged if one.message.kind is MessageKind.JOIN}
    if not joined:
        return [], []
    active = await active_sanctions(tx, joined, now)
    names = [one.id for held in active.values() for one in held if one.kind in _LEFT_BEHIND]
    if not names:
        return [], []
    # one for each kind: what is asked for is the union
    last = {(one.sanction.account, one.sanction.kind): one for one in await unended(tx, community, names)}
    found = [(_again(one, community, joined[one.sanction.account], now), one.policy) for one in last.values()]
    await plan(tx, [action for action, _ in found], now)
    there = await present(tx, [action.id for action, _ in found])
    new = [(action, policy) for action, policy in found if action.id in there]
    return [action for action, _ in new], [planned_entry([action], _ACTOR, policy) for action, policy in new]


def _again(one: Imposed, community: str, joined: datetime, now: datetime) -> Action:
    # the decision's actor imposed it, and doesn't know of the joining
    return restriction_of(one, community, event=f"joined:{micros(joined)}", at=now, actor=_ACTOR)
