"""Threads of cases: where a card hangs, its readers talk the case over, in one thread at that card.

What they say there is theirs: nobody judges it, and nothing of it is kept. Only where the card hangs a thread is asked
for, so that nobody reads along who doesn't read the card.
"""

from dataclasses import replace

from bot.domain.action import Action, ActionKind
from bot.domain.actor import Actor
from bot.domain.case import Case
from bot.domain.place import Stream
from bot.domain.right import Right
from bot.services.cases.errors import wrong
from bot.services.cases.holding import hold_case, may, renew
from bot.services.sanctioning import planned_entry, written
from bot.services.staff.knowing import Caller
from bot.services.work import Work
from bot.store.actions import plan
from bot.store.cards import cards_of_cases
from bot.store.columns import new_id
from bot.store.threads import ThreadAsked, threads_asked


async def discuss(work: Work, caller: Caller, named: str, where: Stream | None) -> tuple[Case, bool]:
    """Have a thread opened at a case's card; return the case, and whether it is a new one.

    Raises DeniedError; CaseError where no card hangs, or another place was asked from.
    """
    case = await hold_case(work, caller, named)
    ruling = await may(work, caller, case, Right.NOTE)
    hung = [card for card in await cards_of_cases(work.tx, [case.id]) if card.message is not None]
    if not hung:
        raise wrong("case.no_card", case=case.number)
    here = None if where is None else replace(where, thread="")
    card = next((one for one in hung if one.stream is not None and one.stream == here), None)
    if card is None or card.message is None or here is None:
        raise wrong("case.not_here", case=case.number)
    before = [one for one in await threads_asked(work.tx, case.id) if one.message == card.message]
    is_new = not any(one.stands for one in before)
    if is_new:
        assert caller.person is not None  # noqa: S101 - nobody else sees a case
        asked = ThreadAsked(
            message=card.message, connection=here.connection.name, target=f"card:{card.id}", stands=True
        )  # fmt: skip
        await _plan(work, caller.actor(ruling.mandate), case, asked, f"{len(before)}", person=caller.person.id)
    return await renew(work, caller, case), is_new


async def end_threads(work: Work, actor: Actor, case: Case) -> None:
    """Have the threads of a case that is closed now say so, and be put away."""
    # one whose opening failed may have been asked for again
    standing = {one.message: one for one in await threads_asked(work.tx, case.id) if one.stands}
    for one in standing.values():
        await _plan(work, actor, case, one, "end")


async def _plan(work: Work, actor: Actor, case: Case, asked: ThreadAsked, event: str, *, person: str = "") -> None:
    """Plan what opens a thread on somebody's word, or ends it."""
    details: dict[str, str | int] = {
        "message": asked.message, "opens": int(bool(person)), "actor": written(actor),
    }  # fmt: skip
    action = Action(
        id=new_id(),
        community=work.community,
        connection=asked.connection,
        key=f"thread:{asked.message}:{event}",
        kind=ActionKind.THREAD,
        target=asked.target,
        severity=case.severity,
        decision="",
        case=case.id,
        details=details | ({"person": person} if person else {}),
        due_at=work.now,
    )
    await plan(work.tx, [action], work.now)
    work.record(planned_entry([action], actor, work.policies.version))
