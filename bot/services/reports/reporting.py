"""Reports: a member tells of another; it joins the case that is open about the same thing, or opens one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.actor import Actor, ActorKind
from bot.domain.case import About, Case
from bot.domain.entry_kind import EntryKind
from bot.domain.message import Member, Message
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Connection, stream_of
from bot.domain.report import FULL, raised_by, weigh
from bot.domain.retention import Retention
from bot.domain.severity import Severity
from bot.domain.staff import Person
from bot.ledger.canonical import Plain
from bot.policy.policy_set import Rule
from bot.services.cases.errors import wrong
from bot.services.cases.holding import change, show_case
from bot.services.cases.opening import Found, due_timers, opened_cases
from bot.services.escalating.beginning import begin_escalation
from bot.services.evidence.wanting import PATIENT, want
from bot.services.intake.translate import evidence_of, sound_message_id
from bot.services.record import Draft, Private
from bot.services.staff.knowing import Caller
from bot.services.work import Work
from bot.store.accounts import lock_accounts
from bot.store.cases import add_cases, case_about, lock_case, open_cases, open_complaint, read_cases
from bot.store.channels import add_channels
from bot.store.columns import new_id, new_number
from bot.store.copies import Copy, CopyState, copies_of
from bot.store.messages import add_messages, known_messages
from bot.store.reports import (
    Report,
    add_report,
    note_statement,
    record_of,
    reported_case,
    reported_since,
    reports_of,
)
from bot.store.timers import set_timers

#: reports of one member that are taken within the hour
_AT_MOST = 10
_WITHIN = timedelta(hours=1)
#: whoever counts for less opens no case that hurries anybody
_HEARD = FULL // 2
#: who reports: the row of the report alone says which member
_MEMBER = Actor(kind=ActorKind.OUTSIDE, who="member")


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a member tells."""

    #: about whom; None for an organisation
    member: Member | None = None
    #: about which message
    message: Message | None = None
    #: about which organisation; empty for a member
    organisation: str = ""
    #: the guideline named; empty for none
    guideline: str = ""
    #: in their own words
    statement: str = ""
    #: where they told it
    connection: Connection


async def report(work: Work, caller: Caller, told: Told) -> Case:
    """Take a report in, and return the case it belongs to now; raises CaseError.

    Nothing of what the reported posted is copied where the guideline is of the gravest sort, or says so: identifiers
    alone are kept.
    """
    account = "" if told.member is None else told.member.key
    if account == caller.account:
        raise wrong("report.oneself")
    if await reported_since(work.tx, work.community, caller.account, work.now - _WITHIN) >= _AT_MOST:
        raise wrong("report.enough")
    await lock_accounts(work.tx, sorted({account, caller.account} - {""}))
    weight = weigh(*await record_of(work.tx, work.community, caller.account))
    message = None if told.message is None else await _message(work, told.message)
    case, is_new = await _case(work, told, message, weight)
    before = await reports_of(work.tx, work.community, [case.id])
    if any(one.reporter == caller.account and one.message in (None, message) for one in before):
        return case
    made = Report(
        id=new_id(), reporter=caller.account, account=account or None, message=message, case=case.id,
        guideline=told.guideline, weight=weight, at=work.now,
    )  # fmt: skip
    await add_report(work.tx, work.community, made)
    copied = told.message is None or message is None or await _copy(work, told, told.message, message, case)
    _record(work, made, told, copied=copied)
    await _show(work, case, [*before, made], is_new=is_new)
    return case


async def _case(work: Work, told: Told, message: str | None, weight: int) -> tuple[Case, bool]:
    """Return the open case that a report belongs to, and whether it had to be opened."""
    accused = _accused(work, told)
    if accused is not None or told.organisation:
        about = About.MODERATOR if accused is not None else About.ORGANISATION
        person, organisation = ("", told.organisation) if accused is None else (accused.id, accused.organisation)
        held = await open_complaint(work.tx, work.community, about, person, organisation)
        made = _complaint(told, about, person, organisation)
    else:
        held = await _held(work, told, message)
        made = _opened(work, told, weight)
    if held is not None:
        locked = await lock_case(work.tx, work.community, held.id)
        if locked is not None and locked.is_open:
            return locked, False
    return await _open(work, made, told), True


def _accused(work: Work, told: Told) -> Person | None:
    """Return who of those who moderate is meant; None for any other member."""
    ref = None if told.member is None else told.member.account
    people: Sequence[Person] = () if ref is None else work.governance.roster.with_account(ref)
    return next(iter(people), None)


async def _held(work: Work, told: Told, message: str | None) -> Case | None:
    """Return the open case about the same message, else of the same queue, else what others reported them for."""
    assert told.member is not None  # noqa: S101 - what is about nobody is about an organisation
    if message is not None and (found := await case_about(work.tx, work.community, [message])) is not None:
        return found
    account = told.member.key
    waiting = (await open_cases(work.tx, work.community, [account])).get(account, [])
    queue = _queue(work, told.guideline)
    same = next((one for one in waiting if one.queue == queue), None)
    if same is not None:
        return same
    reported = await reported_case(work.tx, work.community, account)
    return None if reported is None else (await read_cases(work.tx, work.community, [reported])).get(reported)


def _complaint(told: Told, about: About, person: str, organisation: str) -> Case:
    return Case(
        id=new_id(), account="" if told.member is None else told.member.key, queue="", severity=Severity.MEDIUM,
        guideline=told.guideline, number=new_number(), about=about, about_person=person,
        about_organisation=organisation, connection=told.connection.name,
    )  # fmt: skip


def _opened(work: Work, told: Told, weight: int) -> Case:
    assert told.member is not None  # noqa: S101 - what is about nobody is about an organisation
    return Case(
        id=new_id(), account=told.member.key, queue=_queue(work, told.guideline),
        severity=_severity(work, told.guideline) if weight >= _HEARD else Severity.LOW,
        guideline=told.guideline, number=new_number(), connection=told.connection.name,
    )  # fmt: skip


def _rules(work: Work, guideline: str) -> list[Rule]:
    return [rule for rule in work.policies.rules if guideline and rule.guideline == guideline]


def _queue(work: Work, guideline: str) -> str:
    """Return the queue into which a guideline's own rules put cases; the community's own where they name none."""
    asked = (outcome for rule in _rules(work, guideline) for outcome in rule.outcomes)
    return next((one.target for one in asked if one.kind is OutcomeKind.CASE and one.target), "")


def _severity(work: Work, guideline: str) -> Severity:
    """Return how grave a first report is: as the guideline's rules are, the gravest left to what helps."""
    rules = _rules(work, guideline)
    gravest = max((rule.severity for rule in rules), default=Severity.MEDIUM)
    return gravest if any(rule.care for rule in rules) else min(gravest, Severity.HIGH)


async def _open(work: Work, made: Case, told: Told) -> Case:
    languages = frozenset[str]() if told.message is None else work.policies.plan(told.message.channel).languages
    found = {made.id: Found(guideline=made.guideline, languages=languages)}
    (case,) = await opened_cases(work, [made], found)
    await add_cases(work.tx, work.community, [case], work.now)
    await set_timers(work.tx, due_timers(work.community, case))
    details: dict[str, Plain] = {"severity": int(case.severity)}
    named = {"account": case.account, "queue": case.queue, "about": case.about.value}
    details |= {name: value for name, value in named.items() if value and value != About.MEMBER.value}
    work.record(
        Draft(
            kind=EntryKind.CASE_OPENED, actor=_MEMBER, policy=work.policies.version, case=case.id, details=details
        )
    )  # fmt: skip
    return replace(case, opened_at=work.now)


async def _show(work: Work, case: Case, reports: Sequence[Report], *, is_new: bool) -> None:
    """Show a case with what was told, graver where many whose word counts told it."""
    weights: dict[str, int] = {}
    for one in reports:
        weights[one.reporter] = max(one.weight, weights.get(one.reporter, 0))
    severity = raised_by(weights.values(), _first(work, reports, case))
    if severity > case.severity:
        await change(work, _MEMBER, case, "raised", severity=severity)
    else:
        await show_case(work, case)
    if is_new and case.about is not About.MEMBER:
        await begin_escalation(work, case.id, cause="report")


def _first(work: Work, reports: Sequence[Report], case: Case) -> Severity:
    """Return how grave a case was before anybody counted: many reports raise it by one step, once."""
    return min(case.severity, _severity(work, reports[0].guideline)) if reports[0].weight >= _HEARD else Severity.LOW


async def _message(work: Work, message: Message) -> str:
    """Return the surrogate of a reported message, given to it where it has none."""
    stream = stream_of(message.channel)
    number = (await add_channels(work.tx, work.community, [stream], work.now))[stream]
    key = (number, sound_message_id(message))
    row = {
        "id": new_id(), "community": work.community, "channel": number, "message": key[1],
        "account": message.author.key, "at": message.at, "category": message.channel.category or "",
    }  # fmt: skip
    await add_messages(work.tx, [row])
    return (await known_messages(work.tx, [key]))[key]


def _record(work: Work, made: Report, told: Told, *, copied: bool) -> None:
    details: dict[str, Plain] = {"report": made.id, "weight": made.weight}
    named = {"account": made.account, "message": made.message, "guideline": made.guideline}
    details |= {name: value for name, value in named.items() if value}

    async def noting(entry: int) -> None:
        await note_statement(work.tx, made.id, entry)

    work.record(
        Draft(
            kind=EntryKind.REPORTED,
            actor=_MEMBER,
            policy=work.policies.version,
            case=made.case,
            details=details,
            private=_sealed(made, told, copied=copied),
        ),
        noting=noting if told.statement else None,
    )


def _sealed(made: Report, told: Told, *, copied: bool) -> tuple[Private, ...]:
    """Return what is kept sealed: the reporter's words as theirs, the reported message as its author's."""
    private = []
    if told.statement:
        statement = evidence_of(told.statement)
        private.append(
            Private(
                field="details.statement", account=made.reporter, value=statement, retention=Retention.EVIDENCE
            )
        )  # fmt: skip
    text = evidence_of(told.message.text) if told.message is not None and copied else ""
    if text and made.account is not None:
        private.append(
            Private(field="details.evidence", account=made.account, value=text, retention=Retention.EVIDENCE)
        )
    return tuple(private)


async def _copy(work: Work, told: Told, posted: Message, message: str, case: Case) -> bool:
    """Have a reported message copied with what stands around it, and return whether anything of it may be."""
    known = (await copies_of(work.tx, [message])).get(message)
    if known is not None and known.state is CopyState.NEVER:
        return False
    never = bool(told.guideline) and not work.policies.may_copy(told.guideline)
    if known is None or never:
        wanted = Copy(
            message=message, connection=told.connection.name, account=posted.author.key, case=case.id,
            files=len(posted.attachments), around=not never,
            state=CopyState.NEVER if never else CopyState.WAITING, until=work.now + PATIENT,
        )  # fmt: skip
        await want(work.tx, work.community, [wanted])
    return not never
