"""Brings members who come back to what holds for them: a platform may have forgotten it with their leaving."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.domain.action import Action
from bot.domain.actor import automation
from bot.domain.card import CardKind
from bot.domain.message import MessageKind
from bot.domain.outcome import OutcomeKind
from bot.services.intake.items import Judged
from bot.services.record import Draft
from bot.services.sanctioning import planned_entry, restriction_of
from bot.services.showing.wanting import show
from bot.services.work import Work
from bot.store.actions import plan, present
from bot.store.cases import open_cases
from bot.store.columns import micros
from bot.store.engine import Tx
from bot.store.sanctions import active_sanctions, unended

_ACTOR = automation("intake")
#: what leaving may end; who is banned can't join, unless somebody lifted the ban on the platform, which is their word
_LEFT_BEHIND = frozenset({OutcomeKind.TIMEOUT, OutcomeKind.QUARANTINE})
#: what may mean to be kept out of channels, where a platform has nothing better
SETS = frozenset({OutcomeKind.TIMEOUT, OutcomeKind.QUARANTINE, OutcomeKind.BAN})


def joined_in(judged: Sequence[Judged]) -> dict[str, datetime]:
    """Return who joined, by account, and when."""
    return {one.message.author.key: one.message.at for one in judged if one.message.kind is MessageKind.JOIN}


async def welcome_back(work: Work, back: Collection[str]) -> None:
    """Have the cards of members who had left say no longer that they did."""
    for cases in (await open_cases(work.tx, work.community, back)).values():
        for case in cases:
            await show(work, CardKind.CASE, case.id, stream=None, case=case.id, severity=case.severity)


async def hold_who_rejoined(
    tx: Tx, community: str, judged: Sequence[Judged], now: datetime
) -> tuple[list[Action], list[Draft]]:
    """Plan actions for members who joined while sanctions on them hold, and return them with their entries."""
    joined = joined_in(judged)
    if not joined:
        return [], []
    events = {account: f"joined:{micros(at)}" for account, at in joined.items()}
    return await hold_again(tx, community, events, _LEFT_BEHIND, now)


async def hold_again(
    tx: Tx, community: str, events: Mapping[str, str], kinds: Collection[OutcomeKind], now: datetime
) -> tuple[list[Action], list[Draft]]:
    """Plan what holds for members anew, and return it with its entries: `events` says of each what gave cause for it.

    What one event gave cause for is planned once.
    """
    active = await active_sanctions(tx, events, now)
    names = [one.id for held in active.values() for one in held if one.kind in kinds]
    if not names:
        return [], []
    # one for each kind: what is asked for is the union
    last = {(one.sanction.account, one.sanction.kind): one for one in await unended(tx, community, names)}
    found = [
        # the decision's actor imposed it, and doesn't know of this
        (restriction_of(one, community, event=events[one.sanction.account], at=now, actor=_ACTOR), one.policy)
        for one in last.values()
    ]
    await plan(tx, [action for action, _ in found], now)
    there = await present(tx, [action.id for action, _ in found])
    new = [(action, policy) for action, policy in found if action.id in there]
    return [action for action, _ in new], [planned_entry([action], _ACTOR, policy) for action, policy in new]
