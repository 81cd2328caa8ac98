"""Questions on cases: somebody is asked without escalating, and the answer reaches whoever asked."""

from bot.domain.card import CardKind
from bot.domain.case import Case
from bot.domain.message import AccountRef
from bot.domain.right import Right
from bot.services.cases.errors import unknown, wrong
from bot.services.cases.holding import find_case, hold_case, may, renew
from bot.services.cases.noting import write_note
from bot.services.notifying import tell
from bot.services.showing.hanging import case_stream, connection_of
from bot.services.showing.wanting import show
from bot.services.staff.knowing import Caller
from bot.services.work import Work
from bot.store.accounts import accounts_of
from bot.store.notes import Note, NoteKind, answers_to, read_notes


async def ask(work: Work, caller: Caller, named: str, question: str, *, version: str = "") -> Case:
    """Ask the leads something about a case, and return the case; raises DeniedError, CaseError."""
    case = await hold_case(work, caller, named, version=version)
    await may(work, caller, case, Right.CONSULT)
    stream = case_stream(work.policies, work.governance, case)
    if stream is None:
        raise wrong("case.nobody_to_ask", case=case.number)
    asked = await write_note(work, caller, case, NoteKind.QUESTION, question)
    await show(work, CardKind.QUESTION, asked.id, stream=stream, severity=case.severity)
    return await renew(work, caller, case)


async def answer(work: Work, caller: Caller, question: str, text: str) -> Case:
    """Answer a question, tell whoever asked, and return its case; raises DeniedError, CaseError.

    The words are read with `/case show`, by those who could read the question.
    """
    found, case = await find_question(work, caller, question)
    if await answers_to(work.tx, work.community, [found.id]):
        raise wrong("case.answered_already")
    await may(work, caller, case, Right.CONSULT)
    # whoever may read the question may read its answer, whatever the organisation that writes it
    await write_note(work, caller, case, NoteKind.ANSWER, text, answers=found.id)
    await show(work, CardKind.QUESTION, found.id, stream=None, severity=case.severity)
    asker = await _account_of(work, found, case)
    if asker is not None:
        await tell(work, asker, "case_answered", once=found.id, case=case.id, number=case.number)
    return case


async def find_question(work: Work, caller: Caller, question: str) -> tuple[Note, Case]:
    """Return a question with its case, for whoever may see that; raises DeniedError, CaseError."""
    found = (await read_notes(work.tx, work.community, [question])).get(question)
    if found is None or found.kind is not NoteKind.QUESTION:
        raise unknown()
    return found, await find_case(work, caller, found.case)


async def _account_of(work: Work, question: Note, case: Case) -> str | None:
    """Return the account of whoever asked, on the connection that the case is on."""
    person, connection = work.governance.roster.people.get(question.actor.who), connection_of(case.connection)
    if person is None or connection is None or connection.platform not in person.accounts:
        return None
    ref = AccountRef(
        platform=connection.platform, workspace=connection.workspace, user=person.accounts[connection.platform][1]
    )
    return (await accounts_of(work.tx, work.community, [ref], work.now))[ref]
