"""What a batch left to hands, and what in it settles what was left to them before."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.action import ActionKind, ActionState
from bot.domain.by_hand import HAND, sort_of
from bot.services.hands.asking import Left, ask_people
from bot.services.hands.showing import turn_cards
from bot.services.performing.asking import Answered
from bot.services.performing.entries import Entry, record_all
from bot.services.performing.needs import Needs
from bot.services.performing.outcomes import not_asked
from bot.services.performing.purging import purge_by_hand
from bot.services.work import begin_work
from bot.store.actions import Claimed
from bot.store.engine import Tx
from bot.store.manual_steps import by_hand_on

#: what a newer action of the same sort on the same target settles
_STATES = frozenset({ActionKind.RESTRICT, ActionKind.KICK, ActionKind.ROLE})
#: an end without an attempt, and why
End = tuple[Claimed, ActionState, str]


#: seconds after which what nobody can be asked for now is looked at again
_NO_POLICIES = 600.0


def put_off(needs: Needs, answered: Sequence[Answered], now: datetime) -> list[Answered]:
    """Return a batch in which nothing is left to hands that nobody could be asked for, as without policies."""
    return [
        replace(one, became=not_asked(one.job.claimed.action, "no_policies", now, _NO_POLICIES))
        if one.became.state is ActionState.BY_HAND and needs.policies(one.job.claimed.action.community) is None
        else one
        for one in answered
    ]


async def covered_by_hand(tx: Tx, connection: str, kept: Sequence[Answered]) -> list[End]:
    """Return manual steps that what was done, or left to hands, after them makes pointless."""
    latest = {
        (one.job.claimed.action.target, _which(one.job.claimed)): one.job.claimed.number
        for one in kept
        if one.job.claimed.action.kind in _STATES
        and one.became.state in {ActionState.CONFIRMED, ActionState.BY_HAND}
    }  # fmt: skip
    if not latest:
        return []
    ends = {one.job.claimed.action.id for one in kept}
    found = await by_hand_on(tx, connection, {target for target, _ in latest})
    return [
        (one, ActionState.SUPERSEDED, "covered")
        for one in found
        if one.action.id not in ends and one.number < latest.get((one.action.target, _which(one)), 0)
    ]


def _which(claimed: Claimed) -> tuple[str, ...]:
    """Return of which sort an action is, whether it sets or ends it."""
    return sort_of(claimed.action)[:2]


async def record_with_hands(
    tx: Tx, needs: Needs, kept: Sequence[Answered], pointless: Collection[End], noted: Sequence[Entry], *,
    now: datetime,
) -> None:  # fmt: skip
    """Record what became of a batch; call it last. With it, people are asked for what was left to them."""
    left = [
        Left(
            action=one.job.claimed.action, link="" if one.result is None else one.result.link, reason=one.became.reason
        )
        for one in kept if one.became.state is ActionState.BY_HAND
    ]  # fmt: skip
    settled = [*(one.job.claimed for one in kept), *(one for one, _, _ in pointless)]
    turned = {one.action.id for one in settled if HAND in one.action.details or one.action.state is ActionState.BY_HAND}
    community = next((one.action.community for one in settled), "")
    policies = needs.policies(community) if left or turned else None
    if policies is None:
        await record_all(tx, needs.keys, now, noted)
        return
    work = await begin_work(tx, needs.keys, policies, now)
    if left:
        await ask_people(work, left, [one.action.id for one, _, _ in pointless])
        await purge_by_hand(work, [one.action for one in left])
    await turn_cards(work, turned - {one.action.id for one in left})
    await record_all(tx, needs.keys, now, [entry for entry in noted if entry[0] != community])
    for _, draft in (entry for entry in noted if entry[0] == community):
        work.record(draft)
    await work.finish()
