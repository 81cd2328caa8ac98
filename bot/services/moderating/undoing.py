"""Takes decisions back: what they imposed is lifted, their strikes revoked, and members told."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field

from bot.domain.action import Action, ActionKind, ActionState
from bot.domain.actor import Actor
from bot.domain.entry_kind import EntryKind
from bot.domain.judgement import Mode
from bot.domain.severity import Severity
from bot.services.hands.showing import turn_cards
from bot.services.intake.following import Follows
from bot.services.moderating.deciding import decide_on
from bot.services.moderating.restoring import restored
from bot.services.notifying import notice_action
from bot.services.record import Draft
from bot.services.sanctioning import end_early
from bot.services.work import Work
from bot.store.accounts import account_refs, lock_accounts
from bot.store.actions import Claimed, end
from bot.store.columns import new_id
from bot.store.decisions import Decided, Decision, decided, lock_decisions, mark_undone
from bot.store.sanctions import sanctions_of_decisions
from bot.store.strikes import revoke_strikes, strikes_of_decisions
from bot.store.superseding import undone_actions


@dataclass(frozen=True, kw_only=True, slots=True)
class Undone:
    """What taking back came to."""

    #: surrogate of the decision that takes them back; empty when nothing was left to take back
    decision: str = ""
    #: sanctions that were lifted
    sanctions: int = 0
    #: strikes that were revoked
    strikes: int = 0
    #: actions that were still to be done, and aren't any more
    superseded: int = 0
    #: members who are told
    members: int = 0


@dataclass(kw_only=True, slots=True)
class _Taken:
    """What is taken back, as it is found."""

    #: entries, in order
    drafts: list[Draft] = field(default_factory=list)
    #: member → what was taken back from them
    members: Counter[str] = field(default_factory=Counter)
    #: sanctions that were lifted
    sanctions: int = 0
    #: strikes that were revoked
    strikes: int = 0
    #: actions that aren't done any more
    superseded: int = 0


#: what waits for somebody's yes lapses with the decision that asks: the room of approvals puts itself down here
LAPSING: list[Callable[[Work, Actor, Collection[str]], Awaitable[int]]] = []


async def take_back(work: Work, actor: Actor, decisions: Collection[str], *, why: str, reason: str = "") -> Undone:
    """Take decisions back as one recorded operation; `why` is a code: undo, no_violation, appeal, refused.

    Sanctions are lifted, strikes revoked, what is still planned or held isn't done, and each member from whom
    something was taken back is told once, in words of `notices.about_WHY`. What was taken back before is left alone,
    and so is what nothing brings back: a deleted message, a kick.
    """
    asked = await decided(work.tx, decisions)
    accounts = {one.account for one in asked.values() if one.account is not None}
    await lock_accounts(work.tx, accounts)
    made = await lock_decisions(work.tx, work.community, decisions)
    if not made:
        return Undone()
    taken, decision = _Taken(), new_id()
    await _sanctions(work, actor, made, taken)
    await _strikes(work, actor, made, taken)
    await _actions(work, actor, made, taken)
    for lapse in LAPSING:
        await lapse(work, actor, [one.id for one in made])
    await mark_undone(work.tx, [one.id for one in made], work.now)
    follows = Follows()
    follows.actions += await _notices(work, taken, decision, why)
    follows.actions += await restored(work, made, decision)
    members = {one.account for one in made}
    only = next(iter(members)) if len(members) == 1 else None
    cases = {one.case for one in made}
    written = Decision(
        id=decision,
        case=next(iter(cases)) if len(cases) == 1 else None,
        account=only,
        actor=actor,
        rules=(),
        outcomes=({"kind": "undo", "target": why, "amount": len(made)},),
        mode=Mode.LIVE,
        policy=work.policies.version,
        severity=Severity.MEDIUM,
        undoes=made[0].id,
    )
    await decide_on(work, written, follows, reason=reason, undoes=[one.id for one in made])
    for draft in taken.drafts:
        work.record(draft)
    return Undone(
        decision=decision,
        sanctions=taken.sanctions,
        strikes=taken.strikes,
        superseded=taken.superseded,
        members=len([one for one in follows.actions if one.kind is ActionKind.NOTICE]),
    )


async def _sanctions(work: Work, actor: Actor, made: Sequence[Decided], taken: _Taken) -> None:
    held = await sanctions_of_decisions(work.tx, [one.id for one in made], work.now)
    planned, drafts = await end_early(
        work.tx, work.community, [one.id for one in held], work.now, actor=actor, policy=work.policies.version
    )
    taken.members.update(str(action.details["account"]) for action in planned)
    taken.drafts += drafts
    taken.sanctions = len(planned)


async def _strikes(work: Work, actor: Actor, made: Sequence[Decided], taken: _Taken) -> None:
    strikes = await strikes_of_decisions(work.tx, [one.id for one in made])
    await revoke_strikes(work.tx, [one.id for one in strikes], work.now)
    cases = {one.id: one.case for one in made}
    for strike in strikes:
        taken.members[strike.account] += 1
        taken.drafts.append(
            Draft(
                kind=EntryKind.STRIKE_REVOKED,
                actor=actor,
                policy=work.policies.version,
                case=cases[strike.decision],
                details={"strike": strike.id, "account": strike.account},
            )
        )
    taken.strikes = len(strikes)


async def _actions(work: Work, actor: Actor, made: Sequence[Decided], taken: _Taken) -> None:
    """Supersede what is still to be done or waits for approval; a member's way back into freedom is left alone."""
    found = await undone_actions(work.tx, [one.id for one in made])
    await end(work.tx, [(one, ActionState.SUPERSEDED, "undone") for one in found], work.now)
    await turn_cards(work, [one.action.id for one in found if one.action.state is ActionState.BY_HAND])
    taken.drafts += [_superseded(work, actor, one) for one in found]
    taken.superseded = len(found)


def _superseded(work: Work, actor: Actor, one: Claimed) -> Draft:
    return Draft(
        kind=EntryKind.ACTION,
        actor=actor,
        policy=work.policies.version,
        case=one.action.case,
        action=one.action.id,
        details={
            "outcome": ActionState.SUPERSEDED.value,
            "reason": "undone",
            "attempts": one.action.attempts,
            "kind": one.action.kind.value,
        },
    )


async def _notices(work: Work, taken: _Taken, decision: str, why: str) -> list[Action]:
    refs = await account_refs(work.tx, set(taken.members))
    return [
        notice_action(work, account, f"{ref.platform.value}/{ref.workspace}", decision=decision, about=why)
        for account, ref in sorted(refs.items())
    ]
