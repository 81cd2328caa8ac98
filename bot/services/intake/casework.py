"""Cases that findings open or raise, and the cards that show them."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.action import Action, ActionKind
from bot.domain.actor import automation
from bot.domain.case import BY_ROUTING, Case, join_case
from bot.domain.entry_kind import EntryKind
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.place import Connection
from bot.services.intake.book import Book
from bot.services.intake.following import Deciding
from bot.services.record import Draft
from bot.store.case_cards import CaseCard
from bot.store.columns import new_id
from bot.store.incidents import KeptIncident

#: what only somebody who looks at a case can do
_FOR_PEOPLE = frozenset({OutcomeKind.CASE, OutcomeKind.ESCALATE, OutcomeKind.ASK})
#: who opens cases: the rules are named in the decision
_ACTOR = automation("intake")


def with_case(
    book: Book, deciding: Deciding, kept: KeptIncident, newly: Sequence[Outcome], *, care: bool
) -> KeptIncident:
    """Return the incident with its case, opened or joined where something newly follows that is for people.

    An incident's open case takes up every further finding.
    """
    cases = book.cases.setdefault(deciding.account, [])
    own = next((case for case in cases if case.id == kept.case), None)
    asked = [outcome for outcome in newly if outcome.kind in _FOR_PEOPLE]
    if own is None and not asked:
        return kept
    if own is None:
        queue = next((outcome.target for outcome in asked if outcome.kind is OutcomeKind.CASE), "")
        own = join_case(cases, queue) or _opened(book, deciding, queue)
    path = next((outcome.target or BY_ROUTING for outcome in asked if outcome.kind is OutcomeKind.ESCALATE), None)
    raised = replace(
        own,
        severity=max(own.severity, deciding.severity),
        escalated=own.escalated or path,
        care=own.care or care,
    )
    book.cases[deciding.account] = [raised if case.id == raised.id else case for case in cases]
    book.touched[raised.id] = deciding.connection
    return replace(kept, case=raised.id)


def _opened(book: Book, deciding: Deciding, queue: str) -> Case:
    case = Case(id=new_id(), account=deciding.account, queue=queue, severity=deciding.severity)
    book.cases[deciding.account].append(case)
    book.new_cases.add(case.id)
    return case


def show_cases(book: Book) -> None:
    """Write the cases that were opened or raised, once each, and want their cards at a new version."""
    cases = {case.id: case for held in book.cases.values() for case in held}
    cards = {card.case: card for card in book.state.cards}
    for identifier, connection in book.touched.items():
        case = cases[identifier]
        if identifier in book.new_cases:
            book.writes.opened.append(case)
            details: dict[str, str | int] = {"account": case.account, "severity": int(case.severity)}
            if case.queue:
                details["queue"] = case.queue
            book.writes.drafts.append(
                Draft(kind=EntryKind.CASE_OPENED, actor=_ACTOR, case=identifier, details=details)
            )  # fmt: skip
        else:
            book.writes.raised.append(case)
        _show(book, case, cards.get(identifier), connection)
    shown = [action for action in book.writes.actions if action.kind is ActionKind.CARD]
    if shown:
        planned = [{"id": one.id, "kind": one.kind.value, "target": one.target} for one in shown]
        book.writes.drafts.append(Draft(kind=EntryKind.PLANNED, actor=_ACTOR, details={"actions": planned}))


def _show(book: Book, case: Case, card: CaseCard | None, connection: Connection) -> None:
    if card is None:
        stream = book.state.leads.get(connection)
        if stream is None:
            return
        card = CaseCard(id=new_id(), case=case.id, stream=stream, wanted=0)
    wanted = replace(card, wanted=card.wanted + 1)
    action = Action(
        id=new_id(),
        community=book.state.community,
        connection=wanted.stream.connection.name,
        key=f"card:{wanted.id}:{wanted.wanted}",
        kind=ActionKind.CARD,
        target=f"card:{wanted.id}",
        severity=case.severity,
        decision=book.decided[case.id],
        case=case.id,
        details={"card": wanted.id},
        due_at=book.now,
    )
    book.writes.cards.append(wanted)
    book.writes.actions.append(action)
