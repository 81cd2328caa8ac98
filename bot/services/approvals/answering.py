"""Answers requests: yes, something milder, no, or that the case is taken over; each answer is the answerer's own.

The request's timer is left to fire: it finds that somebody answered. Whoever fires one holds it before the member's
row, so that nobody who holds that may wait for it.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.actor import Actor
from bot.domain.card import CardKind
from bot.domain.case import Case
from bot.domain.entry_kind import EntryKind
from bot.domain.milder import is_milder
from bot.domain.order import Order
from bot.domain.right import COUNTED, Right
from bot.domain.verdict import ApprovalState
from bot.errors import LocumError
from bot.ledger.canonical import Plain
from bot.services.approvals.answerable import require_answerer, require_deed
from bot.services.approvals.interim import lift_interim, release, replace_interim
from bot.services.cases.claiming import give_claim
from bot.services.cases.noting import write_note
from bot.services.escalating.ending import end_escalations
from bot.services.moderating.carrying_out import carry_out
from bot.services.moderating.deciding import sealed_reason
from bot.services.record import Draft
from bot.services.showing.wanting import show
from bot.services.spending import scopes_of, spend, targets_of
from bot.services.staff.knowing import Caller
from bot.services.work import Work
from bot.store.accounts import lock_accounts
from bot.store.approvals import Answered, Approval, answer_approval, approvals_by_id, lock_approval, note_words
from bot.store.cases import lock_case, read_cases
from bot.store.notes import Audience, NoteKind


class UnknownRequestError(LocumError):
    """There is no such request."""


class StaleRequestError(LocumError):
    """The request isn't any more as it was looked at: somebody answered it meanwhile."""

    def __init__(self, approval: Approval | None = None) -> None:
        super().__init__()
        #: as it is now; None where nobody looked again
        self.approval = approval


class NotMilderError(LocumError):
    """What is approved instead must be less than what was asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """A request as somebody looked at it who wants to answer."""

    #: who
    caller: Caller
    #: the request, locked
    approval: Approval
    #: its case
    case: Case | None


async def look_at(work: Work, caller: Caller, approval: str, version: int | None) -> Look:
    """Return a request that somebody may answer, and keep everybody else from answering it.

    `version` is what they saw; None for whatever it is now. Raises UnknownRequestError, StaleRequestError, DeniedError.
    """
    found = (await approvals_by_id(work.tx, [approval])).get(approval)
    if found is not None and found.order.account:
        await lock_accounts(work.tx, [found.order.account])
    held = None if found is None else await lock_approval(work.tx, work.community, approval)
    if held is None:
        raise UnknownRequestError
    case = None if held.case is None else (await read_cases(work.tx, work.community, [held.case])).get(held.case)
    await require_answerer(work, caller, held, case)
    if held.state is not ApprovalState.OPEN or (version is not None and version != held.version):
        raise StaleRequestError(held)
    return Look(caller=caller, approval=held, case=case)


async def approve(work: Work, look: Look, *, reason: str = "") -> str:
    """Say yes: what was asked for is decided by whoever approves, and return that decision. Raises DeniedError."""
    return await _approved(work, look, look.approval.order, ApprovalState.APPROVED, reason)


async def change(work: Work, look: Look, right: Right, lasts: timedelta | None, *, reason: str = "") -> str:
    """Say yes to something milder, and return that decision. Raises NotMilderError, DeniedError."""
    asked = look.approval.order
    if not is_milder(asked, right, lasts):
        raise NotMilderError
    order = replace(asked, right=right, lasts=lasts, purge=asked.purge if right is asked.right else None)
    return await _approved(work, look, order, ApprovalState.CHANGED, reason)


async def _approved(work: Work, look: Look, order: Order, state: ApprovalState, reason: str) -> str:
    caller, approval = look.caller, look.approval
    actor = caller.actor(await require_deed(work, caller, order, look.case))
    await _answer(work, look, actor, state, answer=order if state is ApprovalState.CHANGED else None)
    done = await carry_out(work, actor, order, reason=reason, asked=approval.decision)
    if order.right in COUNTED and caller.person is not None and caller.organisation is not None:
        await spend(work, scopes_of(caller.person, caller.organisation), order.right, targets_of(order), over=False)
    await release(work, actor, approval, "approved")
    await replace_interim(work, actor, approval)
    await _note(work, look, reason)
    await _tell(work, approval, actor, state, reason=reason, done=done.decision)
    return done.decision


async def refuse(work: Work, look: Look, *, reason: str) -> None:
    """Say no, and tell the asker why: nothing of what was asked for happens, and what held meanwhile ends."""
    actor = look.caller.actor()
    await _answer(work, look, actor, ApprovalState.REFUSED)
    await _note(work, look, reason)
    await close(work, look.approval, actor, ApprovalState.REFUSED, reason=reason)


async def close(
    work: Work, approval: Approval, actor: Actor, state: ApprovalState, *, reason: str = "", why: str = ""
) -> None:
    """End what a request held and imposed, once it is written down how it ended; `why` is a code."""
    await release(work, actor, approval, why or state.value)
    await lift_interim(work, actor, approval)
    await _tell(work, approval, actor, state, reason=reason, why=why)


async def take_over(work: Work, look: Look) -> None:
    """Take the case over: whoever was asked decides it themselves; what holds meanwhile ends by its time or with it."""
    caller, actor = look.caller, look.caller.actor()
    await _answer(work, look, actor, ApprovalState.TAKEN_OVER)
    await release(work, actor, look.approval, ApprovalState.TAKEN_OVER.value)
    held = None if look.case is None else await lock_case(work.tx, work.community, look.case.id)
    if held is not None and held.is_open and caller.person is not None:
        await give_claim(work, actor, held, caller.person)
    await _tell(work, look.approval, actor, ApprovalState.TAKEN_OVER)


async def _note(work: Work, look: Look, reason: str) -> None:
    """Note on the case what the asker is told: its card is what they see, and the request's hangs with the leads."""
    if look.case is not None and reason:
        await write_note(work, look.caller, look.case, NoteKind.NOTE, reason, audience=Audience.EVERYONE)


async def _answer(
    work: Work, look: Look, actor: Actor, state: ApprovalState, *, answer: Order | None = None
) -> None:  # fmt: skip
    approval = look.approval
    answered = Answered(
        approval=approval.id, version=approval.version, state=state, actor=actor, at=work.now, answer=answer
    )  # fmt: skip
    if not await answer_approval(work.tx, answered):
        raise StaleRequestError


async def _tell(
    work: Work,
    approval: Approval,
    actor: Actor,
    state: ApprovalState,
    *,
    reason: str = "",
    why: str = "",
    done: str = "",
) -> None:
    """Record an answer, and show it: on the request's own card, and on the case's, where the asker sees it."""
    said = {"approval": approval.id, "state": state.value, "reason": why, "done": done}
    details: dict[str, Plain] = {name: value for name, value in said.items() if value}
    private = await sealed_reason(work, actor, approval.order.account or None, reason)
    words = tuple(replace(one, field="details.words") for one in private)

    async def noting(entry: int) -> None:
        await note_words(work.tx, approval.id, entry)

    draft = Draft(
        kind=EntryKind.APPROVAL_ANSWERED, actor=actor, policy=work.policies.version, case=approval.case,
        details=details, private=words,
    )  # fmt: skip
    work.record(draft, noting=noting if words else None)
    await show(work, CardKind.APPROVAL, approval.id, stream=None, case=approval.case, severity=approval.order.severity)
    if approval.case is not None:
        await end_escalations(work, approval.case, "approval_answered", actor=actor, subject=approval.id)
        await show(
            work, CardKind.CASE, approval.case, stream=None, case=approval.case, severity=approval.order.severity
        )  # fmt: skip
