"""Knows a manual step again that somebody did on the platform: it is settled without a press, and is no second act."""

from bot.domain.action import ActionKind, ActionState
from bot.domain.actor import Actor
from bot.domain.by_hand import ManualStep
from bot.domain.entry_kind import EntryKind
from bot.domain.gap import ALLOWANCE
from bot.domain.outcome import OutcomeKind
from bot.domain.outside import Deed, DeedKind
from bot.domain.place import Connection
from bot.ledger.canonical import Plain
from bot.services.hands.showing import draw_anew
from bot.services.record import Draft
from bot.services.work import Work
from bot.store.accounts import lock_accounts
from bot.store.actions import Claimed, end
from bot.store.manual_steps import lock_actions, note_deeds, steps_about
from bot.store.standings import UNKNOWN_MEMBER, Known, known_standings, note_standings

#: where an action stands that a deed may be: waiting for it, being looked at, or said to be done before it was told
_MEANT = frozenset({ActionState.BY_HAND, ActionState.UNKNOWN, ActionState.CONFIRMED})
_KINDS = {DeedKind.STANDING: ActionKind.RESTRICT, DeedKind.KICK: ActionKind.KICK}


async def step_of(work: Work, connection: Connection, deed: Deed, account: str | None) -> ManualStep | None:
    """Return the manual step that a deed is; None where it is somebody's own act.

    Each step is known by one deed: who bans once more what was banned by hand does that themselves. What was done
    before anybody was asked for it isn't meant; clocks differ a little.
    """
    kind = _KINDS.get(deed.kind)
    if account is None or kind is None:
        return None
    await lock_accounts(work.tx, [account])
    for one in await steps_about(work.tx, work.community, connection.name, account, kind):
        if one.state in _MEANT and _is_in_time(one, deed) and _is_same(one, deed):
            return one
    return None


def _is_in_time(step: ManualStep, deed: Deed) -> bool:
    """Return whether a deed is of the time in which somebody was asked for it: what was done by then is done again."""
    over = step.finished_at is not None and deed.at > step.finished_at + ALLOWANCE
    return deed.at >= step.asked_at - ALLOWANCE and not over


def _is_same(step: ManualStep, deed: Deed) -> bool:
    if deed.kind is DeedKind.KICK:
        return True
    # what ends by itself is another sanction than the one that was asked for
    same = deed.sanction is not None and step.sanction == deed.sanction.value and step.held == deed.standing.held
    return same and deed.standing.until is None


async def settle_step(work: Work, step: ManualStep, deed: Deed, actor: Actor) -> None:
    """Bring a step to its end that the platform shows done, in the name of whoever did it."""
    await note_deeds(work.tx, [step.action], deed.at)
    found = [one for one in await lock_actions(work.tx, [step.action]) if one.action.state is not ActionState.CONFIRMED]
    await end(work.tx, [(one, ActionState.CONFIRMED, "seen") for one in found], work.now)
    for one in found:
        work.record(_confirmed(work, one, actor))
    if deed.kind is DeedKind.STANDING:
        key = step.account, OutcomeKind(step.sanction)
        before = (await known_standings(work.tx, [step.account])).get(key, UNKNOWN_MEMBER)
        await note_standings(work.tx, {key: Known(ours=deed.standing, theirs=before.theirs)}, work.now)
    await draw_anew(work, [step.subject], severity=step.severity)


def _confirmed(work: Work, one: Claimed, actor: Actor) -> Draft:
    details: dict[str, Plain] = {
        "outcome": ActionState.CONFIRMED.value, "reason": "seen", "attempts": one.action.attempts,
        "kind": one.action.kind.value,
    }  # fmt: skip
    return Draft(
        kind=EntryKind.ACTION, actor=actor, policy=work.policies.version, case=one.action.case, action=one.action.id,
        details=details,
    )  # fmt: skip
