"""Takes over: whoever is called works on the case themselves, and the escalation waits for what comes of it."""

from bot.domain.case import Case
from bot.domain.right import Right
from bot.services.cases.claiming import give_claim
from bot.services.cases.errors import unknown, wrong
from bot.services.cases.holding import hold_case, may
from bot.services.escalating.answering import Press, acknowledge, find_escalation
from bot.services.staff.knowing import Caller
from bot.services.work import Work


async def take_over(work: Work, caller: Caller, press: Press) -> Case:
    """Claim the case of an escalation, from whoever has it, and acknowledge; raises DeniedError, CaseError."""
    one = await find_escalation(work, caller, press)
    case = await hold_case(work, caller, one.case.id)
    ruling = await may(work, caller, case, Right.CLAIM)
    if caller.person is None or caller.organisation is None:
        raise unknown()
    if case.is_held(work.now) and not caller.leads and case.claimed_for != caller.organisation.id:
        # whoever is called takes over from their own people; what others work on is for leads to take
        raise wrong("case.being_handled", case=case.number)
    # before the claim, which itself ends what only called for somebody to claim
    await acknowledge(work, caller, press, change="taken_over")
    return await give_claim(work, caller.actor(ruling.mandate), case, caller.person)
