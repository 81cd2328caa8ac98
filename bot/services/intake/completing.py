"""Gives the cases of a batch what its plan doesn't know: whose turn they are, and by when they are to be looked at."""

from collections.abc import Sequence

from bot.domain.case import CaseState
from bot.domain.judgement import Mode
from bot.domain.outcome import OutcomeKind
from bot.policy.policy_set import PolicySet
from bot.services.cases.kinds import CLAIM_DUE
from bot.services.cases.opening import Found, due_timers, opened_cases, with_dues
from bot.services.intake.book import Writes
from bot.services.intake.items import Judged
from bot.services.work import Work

_FOR_PEOPLE = frozenset({OutcomeKind.CASE, OutcomeKind.ESCALATE, OutcomeKind.ASK})


def ask_people(found: Sequence[Judged]) -> bool:
    """Return whether anything that was found asks for somebody to look."""
    return any(outcome.kind in _FOR_PEOPLE for one in found for outcome in one.judgement.outcomes)


async def complete_cases(work: Work, found: Sequence[Judged], writes: Writes) -> None:
    """Complete the cases that are about to be written, and set the timers of what is due."""
    told = _by_account(work.policies, found)
    first: dict[str, str] = {}
    for one in writes.decisions:
        first.setdefault(one.case or "", one.account or "")
    # a case of several members is about what was found of the first
    by_case = {case.id: told.get(case.account or first.get(case.id, ""), Found()) for case in writes.opened}
    writes.opened = await opened_cases(work, writes.opened, by_case)
    for case in writes.opened:
        writes.timers.extend(due_timers(work.community, case))
    raised = [with_dues(case, work.governance, work.now) for case in writes.raised]
    for case, before in zip(raised, writes.raised, strict=True):
        sooner = (case.claim_due, case.resolve_due) != (before.claim_due, before.resolve_due)
        timers = due_timers(work.community, case) if sooner else []
        writes.timers.extend(one for one in timers if one.kind != CLAIM_DUE or case.state is CaseState.OPEN)
    writes.raised = raised


def _by_account(policies: PolicySet, found: Sequence[Judged]) -> dict[str, Found]:
    """Return what was found of each member: the guideline of the gravest live rule, and where."""
    gravest: dict[str, tuple[int, Found]] = {}
    for one in found:
        account = one.message.author.key
        for finding in one.judgement.findings:
            if finding.mode is Mode.LIVE and int(finding.severity) > gravest.get(account, (0, Found()))[0]:
                told = Found(guideline=finding.guideline, languages=policies.plan(one.message.channel).languages)
                gravest[account] = (int(finding.severity), told)
    return {account: told for account, (_, told) in gravest.items()}
