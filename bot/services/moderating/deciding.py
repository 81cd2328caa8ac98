"""Writes a person's decision down with all that follows from it, and has it recorded."""

from collections.abc import Sequence
from typing import Any

from bot.domain.action import Action
from bot.domain.actor import Actor, ActorKind
from bot.domain.entry_kind import EntryKind
from bot.domain.message import AccountRef
from bot.domain.retention import Retention
from bot.services.intake.entries import said_of_action, said_of_sanction
from bot.services.intake.following import Follows
from bot.services.record import Draft, Private
from bot.services.work import Work
from bot.store.accounts import accounts_of
from bot.store.actions import plan, present
from bot.store.decisions import Decision, add_decisions
from bot.store.sanctions import add_sanctions
from bot.store.strikes import add_strikes
from bot.store.timers import set_timers


async def decide_on(
    work: Work, decision: Decision, follows: Follows, *, reason: str, asked: str = "", undoes: Sequence[str] = ()
) -> tuple[Action, ...]:
    """Write a decision and what follows, and return the actions that are planned by it.

    What is under way already, as a message that another decision deletes, isn't planned twice. `reason` are somebody's
    own words: they are kept sealed, as the member's.
    """
    tx = work.tx
    await add_decisions(tx, work.community, [decision], work.now)
    await add_strikes(tx, work.community, follows.strikes)
    await add_sanctions(tx, work.community, [(one.sanction, one.decision) for one in follows.sanctions])
    if follows.timers:
        await set_timers(tx, follows.timers)
    await plan(tx, follows.actions, work.now)
    there = await present(tx, [one.id for one in follows.actions])
    kept = tuple(one for one in follows.actions if one.id in there)
    details: dict[str, Any] = {
        "decision": decision.id,
        "message": decision.message,
        "account": decision.account,
        "mode": decision.mode.value,
        "severity": int(decision.severity),
        "rules": list(decision.rules),
        "outcomes": [dict(outcome) for outcome in decision.outcomes],
        "actions": [said_of_action(action) for action in kept],
        "sanctions": [said_of_sanction(imposed) for imposed in follows.sanctions],
        "strikes": [{"id": strike.id, "amount": strike.amount} for strike in follows.strikes],
        "asked": asked or None,
        "undoes": list(undoes),
    }
    work.record(
        Draft(
            kind=EntryKind.DECISION,
            actor=decision.actor,
            policy=decision.policy,
            case=decision.case,
            details={key: value for key, value in details.items() if value not in (None, [])},
            private=await sealed_reason(work, decision.actor, decision.account, reason),
        )
    )
    return kept


async def sealed_reason(work: Work, actor: Actor, account: str | None, reason: str) -> tuple[Private, ...]:
    """Return somebody's own words as an entry keeps them: the member's, or the writer's where no member is meant."""
    owner = account or (await _account_of(work, actor) if reason else None)
    if not reason or owner is None:
        return ()
    return (Private(field="details.reason", account=owner, value=reason, retention=Retention.REASON),)


async def _account_of(work: Work, actor: Actor) -> str | None:
    person = work.governance.roster.people.get(actor.who) if actor.kind is ActorKind.PERSON else None
    if person is None:
        return None
    refs = [
        AccountRef(platform=platform, workspace=workspace, user=user)
        for platform, (workspace, user) in sorted(person.accounts.items())
    ]
    found = await accounts_of(work.tx, work.community, refs[:1], work.now)
    return next(iter(found.values()), None)
