"""Lets requests lapse: who asked may no longer ask, or what was asked about is decided otherwise."""

from collections.abc import Collection, Sequence
from functools import partial

from bot.domain.actor import Actor
from bot.domain.verdict import ApprovalState
from bot.services.approvals.answering import close
from bot.services.approvals.interim import lift_interim
from bot.services.approvals.joining import leave_requests
from bot.services.moderating.undoing import LAPSING
from bot.services.work import Work
from bot.store.accounts import lock_accounts
from bot.store.approvals import Answered, Approval, answer_approval, open_requests, requests_of, taken_over


async def lapse(
    work: Work, actor: Actor, *, person: str = "", organisation: str = "", case: str = "", why: str
) -> int:  # fmt: skip
    """End open requests of a person, an organisation or about a case unanswered, and return how many that were.

    With a case ends as well what held since somebody took a request about it over. Nobody named is nobody's.
    """
    if not (person or organisation or case):
        return 0
    asked = partial(open_requests, work.tx, work.community, person=person, organisation=organisation, case=case)
    found = await asked(locked=False)
    await lock_accounts(work.tx, {one.order.account for one in found if one.order.account})
    lapsed = await _lapsed(work, actor, await asked(), why)
    if case:
        for one in await taken_over(work.tx, work.community, case):
            await lift_interim(work, actor, one)
    return lapsed


async def lapse_undone(work: Work, actor: Actor, decisions: Collection[str]) -> int:
    """End the open requests that came with decisions which are taken back; their members are locked already.

    What joined such a request ends with it; a decision that only joined one takes its own message out again.
    """
    lapsed = await _lapsed(work, actor, await requests_of(work.tx, work.community, decisions), "undone")
    await leave_requests(work, decisions)
    return lapsed


async def _lapsed(work: Work, actor: Actor, found: Sequence[Approval], why: str) -> int:
    lapsed = 0
    for one in found:
        answered = Answered(
            approval=one.id, version=one.version, state=ApprovalState.LAPSED, actor=actor, at=work.now
        )  # fmt: skip
        if await answer_approval(work.tx, answered):
            await close(work, one, actor, ApprovalState.LAPSED, why=why)
            lapsed += 1
    return lapsed


LAPSING.append(lapse_undone)
