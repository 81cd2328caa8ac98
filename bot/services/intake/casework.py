"""Cases that findings open or raise, and the cards that show them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.action import ActionKind
from bot.domain.actor import automation
from bot.domain.card import CardKind
from bot.domain.case import BY_ROUTING, About, Case, is_shared, join_case
from bot.domain.entry_kind import EntryKind
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.place import Connection
from bot.domain.severity import Severity
from bot.services.cases.kinds import ESCALATE_CASE
from bot.services.intake.book import Book
from bot.services.intake.following import Deciding
from bot.services.intake.items import Judged
from bot.services.intake.waving import find_case, join_wave, leave_trace
from bot.services.record import Draft
from bot.services.showing.digesting import BURST
from bot.services.showing.wanting import card_action
from bot.store.cards import CardRow
from bot.store.columns import new_id
from bot.store.incidents import KeptIncident
from bot.store.timers import Timer

#: what only somebody who looks at a case can do
_FOR_PEOPLE = frozenset({OutcomeKind.CASE, OutcomeKind.ESCALATE, OutcomeKind.ASK})
#: who opens cases: the rules are named in the decision
_ACTOR = automation("intake")


def with_case(
    book: Book, deciding: Deciding, kept: KeptIncident, judged: Judged, newly: Sequence[Outcome], *, care: bool
) -> KeptIncident:
    """Return the incident with its case, opened or joined where something newly follows that is for people.

    An incident's open case takes up every further finding; but whoever needs help among many has a case of their own.
    """
    own = find_case(book, kept.case)
    asked = [outcome for outcome in newly if outcome.kind in _FOR_PEOPLE]
    alone = care and own is not None and is_shared(own)
    if own is None and not asked:
        return kept
    if own is None or alone:
        own = _found(book, deciding, judged, _queue_of(judged if alone else None, asked))
    path = next((outcome.target or BY_ROUTING for outcome in asked if outcome.kind is OutcomeKind.ESCALATE), None)
    if path is None and _is_own(book, own):
        # it hangs in no channel, for the accused may read along there: whoever decides is told
        path = BY_ROUTING
    raised = replace(
        own,
        severity=max(own.severity, deciding.severity),
        escalated=own.escalated or path,
        care=own.care or care,
    )
    holder = book.holders[raised.id]
    book.cases[holder] = [raised if case.id == raised.id else case for case in book.cases[holder]]
    book.touched[raised.id] = deciding.connection
    return replace(kept, case=raised.id)


def _queue_of(alone: Judged | None, asked: Sequence[Outcome]) -> str:
    """Return the queue that is asked for; of whoever needs help, whatever was asked for before."""
    wanted = asked if alone is None else alone.judgement.outcomes
    return next((outcome.target for outcome in wanted if outcome.kind is OutcomeKind.CASE), "")


def _found(book: Book, deciding: Deciding, judged: Judged, queue: str) -> Case:
    """Return the case that a finding belongs to: its wave's, the member's own, or a new one."""
    shared = join_wave(book, deciding, judged, queue)
    if shared is not None:
        return shared
    own = join_case(book.cases.setdefault(deciding.account, []), queue)
    if own is not None:
        return own
    opened = _opened(book, deciding, queue)
    leave_trace(book, deciding, judged, opened)
    return opened


def _is_own(book: Book, case: Case) -> bool:
    """Return whether a case is about somebody of the community's own team."""
    accused = book.state.governance.roster.organisations.get(case.about_organisation)
    return case.about is About.MODERATOR and accused is not None and accused.is_internal


def _opened(book: Book, deciding: Deciding, queue: str) -> Case:
    case = Case(
        id=new_id(),
        account=deciding.account,
        queue=queue,
        severity=deciding.severity,
        connection=deciding.connection.name,
        about=About.MODERATOR if deciding.person else About.MEMBER,
        about_person=deciding.person,
        about_organisation=deciding.organisation,
    )
    book.cases[deciding.account].append(case)
    book.holders[case.id] = deciding.account
    book.new_cases.add(case.id)
    return case


def show_cases(book: Book) -> None:
    """Write the cases that were opened or raised, once each, and want their cards at a new version.

    Of a burst of new cases in one queue there is one digest.
    """
    cases = {case.id: case for held in book.cases.values() for case in held}
    cards = {card.case: card for card in book.state.cards}
    before = {case.id: case for held in book.state.cases.values() for case in held}
    opened = Counter(book.state.recent)
    digested: dict[tuple[str, Connection], list[Case]] = {}
    for identifier, connection in book.touched.items():
        case = cases[identifier]
        new = identifier in book.new_cases
        if new:
            opened[case.queue] += 1
            book.writes.opened.append(case)
            book.writes.drafts.append(_opened_draft(case))
        else:
            book.writes.raised.append(case)
            if identifier in book.shared:
                book.writes.drafts.append(_shared_draft(case))
        _escalate(book, case, before.get(identifier))
        if _is_own(book, case):
            continue
        in_digest = identifier not in cards and case.queue in book.state.digests
        if (new and opened[case.queue] > BURST) or (not new and in_digest):
            digested.setdefault((case.queue, connection), []).append(case)
        else:
            _show(book, case, before.get(identifier), cards.get(identifier), connection)
    for (queue, connection), held in digested.items():
        _show_digest(book, queue, connection, held)
    shown = [action for action in book.writes.actions if action.kind is ActionKind.CARD]
    if shown:
        planned = [{"id": one.id, "kind": one.kind.value, "target": one.target} for one in shown]
        book.writes.drafts.append(Draft(kind=EntryKind.PLANNED, actor=_ACTOR, details={"actions": planned}))


def _opened_draft(case: Case) -> Draft:
    details: dict[str, str | int] = {"severity": int(case.severity)}
    if case.account:
        details["account"] = case.account
    if case.queue:
        details["queue"] = case.queue
    return Draft(kind=EntryKind.CASE_OPENED, actor=_ACTOR, case=case.id, details=details)


def _shared_draft(case: Case) -> Draft:
    return Draft(kind=EntryKind.CASE_CHANGED, actor=_ACTOR, case=case.id, details={"change": "shared"})


def _escalate(book: Book, case: Case, before: Case | None) -> None:
    """Have the path begin that a rule asks for, once a case."""
    if case.escalated is not None and (before is None or before.escalated is None):
        timer = Timer(kind=ESCALATE_CASE, community=book.state.community, subject=case.id, due_at=book.now)
        book.writes.timers.append(timer)


def _show(book: Book, case: Case, before: Case | None, card: CardRow | None, connection: Connection) -> None:
    graver = before is None or case.severity > before.severity
    if card is not None and card.id in book.state.drawn_soon and not graver:
        # what it is drawn from is read when it is drawn
        return
    if card is not None and card.id in book.state.drawn_after and not graver:
        book.writes.cards.append(replace(card, wanted=card.wanted + 1))
        return
    if card is None:
        stream = book.state.leads.get(connection)
        if stream is None:
            return
        card = CardRow(id=new_id(), subject=case.id, case=case.id, stream=stream, wanted=0)
    _want(book, card, case.severity, book.decided[case.id])


def _show_digest(book: Book, queue: str, connection: Connection, held: Sequence[Case]) -> None:
    """Show cases in the digest of their queue: the one that hangs already, or a new one that begins with them."""
    card = book.state.digests.get(queue)
    if card is None:
        stream = book.state.leads.get(connection)
        if stream is None:
            return
        card = CardRow(id=new_id(), kind=CardKind.DIGEST, subject=held[0].id, stream=stream, wanted=0)
    elif card.id in book.state.drawn_soon and not any(one.id in book.new_cases for one in held):
        return
    elif card.id in book.state.drawn_after and not any(one.id in book.new_cases for one in held):
        book.writes.cards.append(replace(card, wanted=card.wanted + 1))
        return
    _want(book, card, max(case.severity for case in held), book.decided[held[-1].id])


def _want(book: Book, card: CardRow, severity: Severity, decision: str) -> None:
    wanted = replace(card, wanted=card.wanted + 1)
    book.writes.cards.append(wanted)
    book.writes.actions.append(card_action(book.state.community, wanted, severity, book.now, decision=decision))
