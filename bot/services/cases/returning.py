"""Gives cases back: of a person or an organisation that may no longer work on them."""

from bot.domain.actor import Actor
from bot.domain.case import CaseState
from bot.services.cases.claiming import set_free
from bot.services.cases.routing import read_duty, reroute
from bot.services.work import Work
from bot.store.cases import worked_on


async def return_cases(work: Work, actor: Actor, *, person: str = "", organisation: str = "", why: str) -> int:
    """Free every open case of a person or organisation and route it anew, and return how many that were.

    `why` is a code: suspended, frozen, contract, shift. An organisation's cases go to those who serve the queue still.
    """
    held = await worked_on(work.tx, work.community, person=person, organisation=organisation)
    duty = [one for one in await read_duty(work) if one.person.id != person] if held else []
    returned = 0
    for case in held:
        if case.state is CaseState.CLAIMED and (
            (person and case.claimed_by == person) or (organisation and case.claimed_for == organisation)
        ):
            await set_free(work, actor, case, "returned", duty=duty, why=why)
            returned += 1
        elif organisation and case.state is CaseState.OPEN:
            # nobody had begun with it: it only waits for somebody else now
            returned += await reroute(work, actor, case, duty)
    return returned
