"""Makes links of what people do about a message: requests for a yes, cases, escalations, appeals."""

from collections.abc import Iterator
from datetime import datetime

from bot.cards.approval import Asked, show_asked
from bot.cards.notice import show_moment
from bot.domain.case import Case, CaseState
from bot.domain.entry_kind import EntryKind
from bot.domain.reach import Outcome
from bot.domain.verdict import AppealState, ApprovalState
from bot.i18n import say
from bot.services.showing.approval import title_of
from bot.services.tracing.attributing import attribute
from bot.services.tracing.chain import Attribution, Link, LinkKind, Tone
from bot.services.tracing.gathering import Gathered
from bot.services.tracing.linking import fields, outcome_word
from bot.store.approvals import Approval
from bot.store.escalations import ENDED, RUNNING, Escalation

_APPROVALS = {
    ApprovalState.OPEN: Tone.WAITING,
    ApprovalState.APPROVED: Tone.DONE,
    ApprovalState.CHANGED: Tone.DONE,
    ApprovalState.REFUSED: Tone.WRONG,
    ApprovalState.TAKEN_OVER: Tone.QUIET,
    ApprovalState.LAPSED: Tone.QUIET,
}


def approval_links(found: Gathered, language: str) -> Iterator[Link]:
    """Yield what somebody had to say yes to: who asks whom, what holds meanwhile, who answered."""
    for one in found.approvals:
        waits = one.state is ApprovalState.OPEN
        asked = show_asked(Asked(right=one.order.right, lasts=one.order.lasts), language)
        yield Link(
            kind=LinkKind.APPROVAL,
            title=say("tracing.approval", language, what=asked),
            tone=_APPROVALS[one.state],
            state=say("tracing.approval_open" if waits else f"approval.state_{one.state.value}", language),
            fields=fields(
                language,
                cause=say(f"approval.cause_{one.cause}", language) if one.cause in _CAUSES else one.cause,
                whom=organisation_name(found, one.whom),
                meanwhile=_meanwhile(found, one, language),
                answered_by="" if waits or one.answered_by is None
                else attribute(one.answered_by, found.roster, language).line,
                instead="" if one.answer is None
                else show_asked(Asked(right=one.answer.right, lasts=one.answer.lasts), language),
            ),
            by=attribute(one.actor, found.roster, language),
            at=one.answered_at or one.opened_at,
            due_at=one.due_at if waits else None,
            severity=one.order.severity,
            entry=found.recorded.last(one.id, EntryKind.APPROVAL_ANSWERED)
            or found.recorded.first(one.id, EntryKind.APPROVAL_ASKED),
        )  # fmt: skip


_CAUSES = frozenset({"asks", "supervised", "budget"})


def _meanwhile(found: Gathered, one: Approval, language: str) -> str:
    interim = next((held.sanction for held in found.sanctions if held.sanction.id == one.interim), None)
    if interim is None:
        return ""
    what = outcome_word(interim.kind.value, language)
    if interim.until is None:
        return what
    until = show_moment(interim.until, found.policies.zone, language)
    return say("cards.sanction_until", language, sanction=what, until=until)


def organisation_name(found: Gathered, organisation: str) -> str:
    """Return an organisation's name; its id where the roster has none of it."""
    held = found.roster.organisations.get(organisation)
    return organisation if held is None else held.name


def case_links(found: Gathered, language: str) -> Iterator[Link]:
    """Yield the cases that took the message up, with who works on them and by when."""
    for one in found.cases:
        due = _due(one)
        late = due is not None and due <= found.now
        yield Link(
            kind=LinkKind.CASE,
            title=say("cards.case", language, case=one.number),
            tone=Tone.DONE if not one.is_open else Tone.WRONG if late else Tone.WAITING,
            state=say(f"cards.state_{one.state.value}", language),
            fields=fields(
                language,
                queue=one.queue or say("cards.queue_own", language),
                guideline=title_of(found.policies, one.guideline, language) if one.guideline else "",
                turn=organisation_name(found, one.served_by) if one.state is CaseState.OPEN else "",
                verdict="" if one.verdict is None else say(f"cards.verdict_{one.verdict.value}", language),
                late=say("tracing.late", language) if late else "",
            ),
            by=_holder(found, one, language),
            at=one.closed_at or one.opened_at,
            due_at=due,
            severity=one.severity,
            entry=found.recorded.last(one.id, EntryKind.CASE_CLOSED)
            or found.recorded.first(one.id, EntryKind.CASE_OPENED)
            or found.recorded.first(one.id, EntryKind.DECISION),
        )  # fmt: skip


def _due(one: Case) -> datetime | None:
    if not one.is_open:
        return None
    return one.claim_due or one.resolve_due if one.state is CaseState.OPEN else one.resolve_due


def _holder(found: Gathered, one: Case, language: str) -> Attribution | None:
    """Return who works on a case, and for whom they took it on."""
    if one.state is not CaseState.CLAIMED or not one.claimed_by:
        return None
    person, organisation = found.roster.people.get(one.claimed_by), found.roster.organisations.get(one.claimed_for)
    who, name = one.claimed_by if person is None else person.alias, organisation_name(found, one.claimed_for)
    return Attribution(
        kind="person",
        who=who,
        organisation=name,
        side="" if organisation is None else organisation.kind.value,
        line=say("tracing.by_person_plain", language, who=who, organisation=name),
    )


def escalation_links(found: Gathered, language: str) -> Iterator[Link]:
    """Yield the paths that run, or ran, for the cases: how far they came, whom they told, what comes next."""
    for one in found.escalations:
        runs = one.state == RUNNING
        yield Link(
            kind=LinkKind.ESCALATION,
            title=say("tracing.escalation", language, path=one.path.name),
            tone=Tone.WAITING if runs else Tone.QUIET if one.state == ENDED else Tone.DONE,
            state=say(f"tracing.escalation_{one.state}", language) if one.state in _STATES else one.state,
            fields=fields(
                language,
                cause=say(f"escalation.cause_{one.cause}", language) if one.cause in _WHYS else one.cause,
                step=_step(one, language),
                told=_told(found, one, language),
                acknowledged_by=_called(found, f"person:{(one.acknowledged_by or {}).get('who', '')}")
                if one.acknowledged_by else "",
            ),
            at=one.started_at,
            due_at=one.due_at if one.state != ENDED else None,
            severity=one.case.facts.severity,
            entry=found.recorded.last(one.id, EntryKind.ESCALATION),
        )  # fmt: skip


_STATES = frozenset({"running", "acknowledged", "ended"})
_WHYS = frozenset({"rule", "person", "claim", "resolve", "approval", "appeal", "report"})


def _step(one: Escalation, language: str) -> str:
    """Say which step is next; nothing once it has ended."""
    if one.state == ENDED:
        return ""
    if one.path_is_over(one.position):
        return say("tracing.step_fallback", language, whom=one.path.fallback)
    return say(
        "tracing.step", language, number=one.position.step + 1, of=len(one.path.steps), round=one.position.round + 1
    )  # fmt: skip


def _told(found: Gathered, one: Escalation, language: str) -> str:
    lines = [line for line in found.told if line.escalation == one.id and line.outcome is Outcome.TOLD]
    said = [
        say("tracing.told", language, whom=_called(found, line.whom), via=say(f"escalation.via_{line.via}", language))
        for line in lines
    ]
    return ", ".join(dict.fromkeys(said))


def _called(found: Gathered, whom: str) -> str:
    kind, _, name = whom.partition(":")
    person = found.roster.people.get(name) if kind == "person" else None
    return person.alias if person is not None else f"#{name}" if kind == "channel" else name or kind


def appeal_links(found: Gathered, language: str) -> Iterator[Link]:
    """Yield what the member said against decisions, and what came of it."""
    for one in found.appeals:
        waits = one.state is AppealState.OPEN
        yield Link(
            kind=LinkKind.APPEAL,
            title=say("tracing.appeal", language),
            tone=Tone.WAITING if waits else Tone.DONE,
            state=say("tracing.appeal_open" if waits else f"appeal.state_{one.state.value}", language),
            fields=fields(language, heard_by=organisation_name(found, one.heard_by)),
            by=None if one.answered_by is None else attribute(one.answered_by, found.roster, language),
            at=one.answered_at or one.opened_at,
            due_at=one.due_at if waits else None,
            entry=found.recorded.last(one.id, EntryKind.APPEAL_CLOSED)
            or found.recorded.first(one.id, EntryKind.APPEAL_OPENED),
        )
