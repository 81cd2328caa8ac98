"""Tells members what became of their reports, in their own language, and nothing of anybody else."""

from bot.domain.case import Case
from bot.domain.verdict import Verdict
from bot.services.notifying import tell
from bot.services.work import Work
from bot.store.reports import ReportState, end_reports, reports_of

_BECAME = {
    Verdict.VIOLATION: ReportState.UPHELD,
    Verdict.WRONG_RULE: ReportState.UPHELD,
    Verdict.NO_VIOLATION: ReportState.UNFOUNDED,
    Verdict.HACKED_ACCOUNT: ReportState.CLOSED,
    Verdict.UNDECIDABLE: ReportState.CLOSED,
}


async def tell_reporters(work: Work, case: Case, verdict: Verdict) -> int:
    """Write down what became of a closed case's reports, tell each reporter, and return how many there were."""
    held = [one for one in await reports_of(work.tx, work.community, [case.id]) if one.state is ReportState.OPEN]
    state = _BECAME[verdict]
    await end_reports(work.tx, [one.id for one in held], state, work.now)
    for one in held:
        # no case and no decision goes along: what the reporter is told refers to their report alone
        await tell(work, one.reporter, f"report_{state.value}", once=one.id, number=case.number)
    return len(held)
