"""Closes cases: a verdict is a decision like any other, and everything that hangs on the case ends with it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.actor import Actor
from bot.domain.case import Case, CaseState, is_shared
from bot.domain.entry_kind import EntryKind
from bot.domain.judgement import Mode
from bot.domain.order import Order
from bot.domain.right import Right
from bot.domain.verdict import Verdict
from bot.ledger.canonical import Plain
from bot.services.approvals.lapsing import lapse
from bot.services.cases.discussing import end_threads
from bot.services.cases.errors import stale, wrong
from bot.services.cases.holding import change, show_case
from bot.services.cases.kinds import OF_OPEN_CASES
from bot.services.escalating.ending import end_escalations
from bot.services.intake.following import Follows
from bot.services.moderating.carrying_out import CARRIERS, Done
from bot.services.moderating.deciding import decide_on
from bot.services.moderating.undoing import take_back
from bot.services.record import Draft
from bot.services.reports.telling import tell_reporters
from bot.services.staff.proposing import compare
from bot.services.work import Work
from bot.store.accounts import lock_accounts
from bot.store.case_views import CaseDecision, decisions_of
from bot.store.cases import lock_case, save_case
from bot.store.columns import new_id
from bot.store.decisions import Decision
from bot.store.strikes import revoke_strikes, strikes_of_decisions
from bot.store.timers import drop_timer
from bot.store.waves import members_of

#: verdicts that take something back, from everybody whom the case is about
TAKES_BACK = frozenset({Verdict.NO_VIOLATION, Verdict.HACKED_ACCOUNT})


async def close_case(
    work: Work, actor: Actor, which: str, verdict: Verdict, *, reason: str = "", asked: str = ""
) -> Done:
    """Close a case with a verdict on somebody's word; raises CaseError where it is closed already.

    - `no_violation` takes back what automation did, its strikes included, tells the member so, and is held against
      the rules.
    - `hacked_account` revokes every strike of the case. What restrains the account stays until its own end, or until
      somebody lifts it for the member who is back: whoever took the account over is still in it.
    - requests about the case lapse, unless they were just answered.
    """
    case = await _held(work, which)
    made = await decisions_of(work.tx, case.id)
    automatic = [one for one in made if one.automatic]
    rules = tuple(dict.fromkeys(rule for one in automatic for rule in one.rules))
    decision = await _decide(work, actor, case, rules, reason=reason, asked=asked)
    await lapse(work, actor, case=case.id, why="decided")
    if verdict is Verdict.NO_VIOLATION and automatic:
        await take_back(work, actor, [one.id for one in automatic], why="no_violation")
    if verdict is Verdict.HACKED_ACCOUNT:
        await _forgive(work, actor, case, made)
    closed = replace(
        case, state=CaseState.RESOLVED, verdict=verdict, closed_at=work.now, claimed_by="", claimed_for="",
        claimed_until=None, version=case.version + 1,
    )  # fmt: skip
    if not await save_case(work.tx, closed):
        raise stale()
    for kind in OF_OPEN_CASES:
        await drop_timer(work.tx, kind, work.community, case.id)
    _record(work, actor, closed, decision, rules)
    await compare(work, case.id, verdict)
    await tell_reporters(work, closed, verdict)
    await end_escalations(work, case.id, "case_closed", actor=actor)
    await show_case(work, closed)
    await end_threads(work, actor, closed)
    return Done(decision=decision)


async def _held(work: Work, which: str) -> Case:
    found = await lock_case(work.tx, work.community, which)
    if found is None:
        raise wrong("case.unknown")
    if not found.is_open:
        raise wrong("case.closed", case=found.number)
    return found


async def _decide(work: Work, actor: Actor, case: Case, rules: Sequence[str], *, reason: str, asked: str) -> str:
    """Write the verdict down as a decision: dismissing is one."""
    decision = Decision(
        id=new_id(),
        case=case.id,
        account=case.account or None,
        actor=actor,
        rules=tuple(rules),
        outcomes=(),
        mode=Mode.LIVE,
        policy=work.policies.version,
        severity=case.severity,
    )
    await decide_on(work, decision, Follows(), reason=reason, asked=asked)
    return decision.id


async def _forgive(work: Work, actor: Actor, case: Case, made: Sequence[CaseDecision]) -> None:
    """Revoke every strike of a case: it wasn't the member who wrote."""
    strikes = [one.id for one in await strikes_of_decisions(work.tx, [one.id for one in made])]
    await revoke_strikes(work.tx, strikes, work.now)
    for strike in strikes:
        work.record(
            Draft(
                kind=EntryKind.STRIKE_REVOKED,
                actor=actor,
                policy=work.policies.version,
                case=case.id,
                details={"strike": strike},
            )
        )


async def _clear(work: Work, actor: Actor, case: Case, verdict: Verdict, *, reason: str, asked: str) -> Done:
    """Take back from one member of a wave what a verdict takes back; `case` is the wave's, as about them alone."""
    made = [one for one in await decisions_of(work.tx, case.id) if one.account == case.account]
    automatic = [one for one in made if one.automatic]
    rules = tuple(dict.fromkeys(rule for one in automatic for rule in one.rules))
    decision = await _decide(work, actor, case, rules, reason=reason, asked=asked)
    if verdict is Verdict.NO_VIOLATION and automatic:
        await take_back(work, actor, [one.id for one in automatic], why="no_violation")
    if verdict is Verdict.HACKED_ACCOUNT:
        await _forgive(work, actor, case, made)
    details = {"account": case.account, "verdict": verdict.value, "decision": decision}
    await change(work, actor, case, "cleared", details, account="")
    return Done(decision=decision)


def _record(work: Work, actor: Actor, case: Case, decision: str, rules: Sequence[str]) -> None:
    details: dict[str, Plain] = {"verdict": "" if case.verdict is None else case.verdict.value, "decision": decision}
    if rules:
        details["rules"] = list(rules)
    work.record(
        Draft(
            kind=EntryKind.CASE_CLOSED, actor=actor, policy=work.policies.version, case=case.id, details=details
        )
    )  # fmt: skip


async def _carry(work: Work, actor: Actor, order: Order, reason: str, asked: str) -> Done:
    """Carry out the order to close a case: the verdict of somebody, or what a lead approved of."""
    assert order.verdict is not None  # noqa: S101 - an order to decide says what
    # a case that was one member's when this was asked for may be a wave's by now
    await lock_accounts(work.tx, {order.account, *await members_of(work.tx, order.case)} - {""})
    if order.account and order.verdict in TAKES_BACK:
        case = await _held(work, order.case)
        if is_shared(case):
            return await _clear(
                work, actor, replace(case, account=order.account), order.verdict, reason=reason, asked=asked
            )
    return await close_case(work, actor, order.case, order.verdict, reason=reason, asked=asked)


CARRIERS[Right.DECIDE] = _carry
