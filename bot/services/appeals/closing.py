"""Closes appeals, with their own cases, and records how they ended."""

from dataclasses import replace

from bot.domain.actor import Actor
from bot.domain.card import CardKind
from bot.domain.case import CaseState
from bot.domain.entry_kind import EntryKind
from bot.domain.verdict import AppealState, Verdict
from bot.ledger.canonical import Plain
from bot.services.cases.discussing import end_threads
from bot.services.escalating.ending import end_escalations
from bot.services.moderating.deciding import sealed_reason
from bot.services.record import Draft
from bot.services.showing.wanting import show
from bot.services.work import Work
from bot.store.appeals import Appeal, Heard, end_appeal, note_words
from bot.store.cases import lock_case, save_case

#: what an appeal's own case comes to
_VERDICTS = {
    AppealState.STANDS: Verdict.VIOLATION,
    AppealState.REDUCED: Verdict.VIOLATION,
    AppealState.LIFTED: Verdict.NO_VIOLATION,
    AppealState.MOOT: Verdict.UNDECIDABLE,
}


async def close(
    work: Work, actor: Actor, appeal: Appeal, state: AppealState, *, reason: str = "", done: str = ""
) -> bool:  # fmt: skip
    """Close a locked appeal with its case and path, and return whether it was still open."""
    heard = Heard(appeal=appeal.id, version=appeal.version, state=state, actor=actor, at=work.now)
    if not await end_appeal(work.tx, heard):
        return False
    said = {"appeal": appeal.id, "decision": appeal.decision, "state": state.value, "done": done}
    details: dict[str, Plain] = {name: value for name, value in said.items() if value}
    words = await sealed_reason(work, actor, appeal.account, reason)

    async def noting(entry: int) -> None:
        await note_words(work.tx, appeal.id, entry)

    draft = Draft(
        kind=EntryKind.APPEAL_CLOSED, actor=actor, policy=work.policies.version, case=appeal.case, details=details,
        private=tuple(replace(one, field="details.words") for one in words),
    )  # fmt: skip
    work.record(draft, noting=noting if words else None)
    if appeal.case is not None:
        await end_escalations(work, appeal.case, "appeal_answered", actor=actor, subject=appeal.id)
        await _close_case(work, actor, appeal.case, _VERDICTS[state])
    await show(work, CardKind.APPEAL, appeal.id, stream=None, case=appeal.case)
    return True


async def moot(work: Work, actor: Actor, appeal: Appeal) -> bool:
    """Close a locked appeal about which there is nothing left to decide, and return whether it was still open."""
    return await close(work, actor, appeal, AppealState.MOOT)


async def _close_case(work: Work, actor: Actor, case: str, verdict: Verdict) -> None:
    held = await lock_case(work.tx, work.community, case)
    if held is None or not held.is_open:
        return
    await save_case(
        work.tx,
        replace(held, state=CaseState.RESOLVED, verdict=verdict, closed_at=work.now, version=held.version + 1),
    )
    said = {"verdict": verdict.value}
    draft = Draft(kind=EntryKind.CASE_CLOSED, actor=actor, policy=work.policies.version, case=case, details=said)
    work.record(draft)
    await end_threads(work, actor, held)
