"""Contracts as time passes: the wind-down begins, the end comes, a report is made, a deletion certificate falls due.

Rights end by themselves at the instant that the policies say, whether anything fires or not.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.actor import scheduler
from bot.domain.entry_kind import EntryKind
from bot.domain.retention import Retention
from bot.domain.severity import Severity
from bot.domain.staff import Contract, Organisation
from bot.ledger.canonical import Plain
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.alarms import alarm
from bot.services.appeals.moving import return_appeals
from bot.services.approvals.lapsing import lapse
from bot.services.cases.returning import return_cases
from bot.services.cases.routing import reroute_waiting
from bot.services.firing import under_policies
from bot.services.record import Draft, Private
from bot.services.sanctioning import planned_entry
from bot.services.showing.news import tell_leads
from bot.services.staff.knowing import Caller
from bot.services.staff.leaving import off_duty
from bot.services.staff.levelling import hold_levels
from bot.services.staff.unfit import unfit
from bot.services.timing import Handler
from bot.services.work import Work
from bot.store.actions import plan
from bot.store.columns import new_id
from bot.store.contract_steps import (
    ENDED,
    WIND_DOWN,
    ContractStep,
    add_step,
    certify,
    decided_for,
    find_steps,
    note_certificate,
    running_for,
    steps_of,
    uncertified,
    working_organisations,
)
from bot.store.seats import end_seats, filled_seats
from bot.store.shifts import unended_of
from bot.store.timers import Timer, drop_timer, set_timers

#: kinds of timers; the subject of the first two is the organisation, of the last what hangs up the report
CONTRACT_WINDS_DOWN = "wind_down"
CONTRACT_ENDS = "contract_ends"
CERTIFICATE_DUE = "certificate_due"
#: so long after the end the deletion certificate is due, and so often somebody is told that it isn't there
CERTIFICATE_WITHIN = timedelta(days=30)
REMIND_EVERY = timedelta(days=7)

_ENDER = scheduler(CONTRACT_ENDS)


async def plan_contracts(work: Work) -> None:
    """Set what contracts come to: at every start of the program, and whenever other policies hold.

    Whatever was done for a date is done once; a date that changed moves its timer. Levels are held fast at the same
    time, so that no policies ever raise one. A partner that the policies no longer name is treated as one whose
    contract is over.
    """
    await hold_levels(work)
    partners = [one for one in work.governance.roster.organisations.values() if not one.is_internal]
    for organisation in partners:
        done = {(one.step, one.at) for one in await steps_of(work.tx, work.community, organisation.id)}
        for kind, step, at in _dates(organisation.contract):
            if at is None or (step, at) in done:
                await drop_timer(work.tx, kind, work.community, organisation.id)
            else:
                timer = Timer(kind=kind, community=work.community, subject=organisation.id, due_at=at)
                await set_timers(work.tx, [timer])
    known = work.governance.roster.organisations
    for name in sorted(await working_organisations(work.tx, work.community)):
        if name not in known:
            await _end(work, _Ending(organisation=name, at=work.now))


def _dates(contract: Contract | None) -> tuple[tuple[str, str, datetime | None], ...]:
    if contract is None:
        return ((CONTRACT_WINDS_DOWN, WIND_DOWN, None), (CONTRACT_ENDS, ENDED, None))
    return ((CONTRACT_WINDS_DOWN, WIND_DOWN, contract.wind_down), (CONTRACT_ENDS, ENDED, contract.end))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ending:
    """An end that came."""

    organisation: str
    at: datetime
    contract: str = ""


def wind_down_handler(keys: Keys, policies: Callable[[str], PolicySet | None]) -> Handler:
    """Return what happens when a wind-down begins: what waits for the partner goes to others, and leads are told."""

    async def begin(work: Work, organisation: Organisation, contract: Contract) -> None:
        if contract.wind_down is None or contract.wind_down > work.now or contract.end is None:
            return
        step = _step(organisation.id, WIND_DOWN, contract.wind_down, contract.reference)
        await add_step(work.tx, work.community, step, work.now)
        if contract.end <= work.now:
            # nothing ran meanwhile: its end says it all
            return
        actor = scheduler(CONTRACT_WINDS_DOWN)
        await reroute_waiting(work, actor)
        details: dict[str, Plain] = {
            "organisation": organisation.id, "contract": contract.reference, "until": contract.end.isoformat(),
        }  # fmt: skip
        work.record(Draft(kind=EntryKind.WIND_DOWN, actor=actor, policy=work.policies.version, details=details))
        await tell_leads(work, step.subject)

    return _handler(keys, policies, WIND_DOWN, begin)


def contract_ends_handler(keys: Keys, policies: Callable[[str], PolicySet | None]) -> Handler:
    """Return what happens at the end of a contract: everything returns to the owner, with a report."""

    async def end(work: Work, organisation: Organisation, contract: Contract) -> None:
        if contract.end is not None and contract.end <= work.now:
            await _end(work, _Ending(organisation=organisation.id, at=contract.end, contract=contract.reference))

    return _handler(keys, policies, ENDED, end)


def _handler(
    keys: Keys,
    policies: Callable[[str], PolicySet | None],
    step: str,
    act: Callable[[Work, Organisation, Contract], Awaitable[None]],
) -> Handler:
    async def handle(work: Work, timers: Sequence[Timer]) -> None:
        for timer in timers:
            organisation = work.governance.roster.organisations.get(timer.subject)
            if organisation is None or organisation.contract is None:
                continue
            at = next(date for _, name, date in _dates(organisation.contract) if name == step)
            done = {(one.step, one.at) for one in await steps_of(work.tx, work.community, organisation.id)}
            if at is not None and at > work.now:
                # the date moved meanwhile
                await set_timers(work.tx, [replace(timer, id=new_id(), due_at=at)])
            elif at is not None and (step, at) not in done:
                await act(work, organisation, organisation.contract)

    return under_policies(keys, policies, handle)


async def _end(work: Work, ending: _Ending) -> None:
    """Return everything to the owner, and report it."""
    name = ending.organisation
    requests = await lapse(work, _ENDER, organisation=name, why="contract")
    cases = await return_cases(work, _ENDER, organisation=name, why="contract")
    appeals = await return_appeals(work, _ENDER, name)
    shifts = await off_duty(work, _ENDER, await unended_of(work.tx, work.community, name), by="contract")
    seated = [one.person for one in await filled_seats(work.tx, work.community) if one.organisation == name]
    await end_seats(work.tx, work.community, seated, work.now)
    report = {
        "decisions": await decided_for(work.tx, work.community, name),
        "cases": cases,
        "appeals": appeals,
        "requests": requests,
        "sanctions": await running_for(work.tx, work.community, name, work.now),
        "shifts": shifts,
        "seats": len(seated),
    }
    step = replace(_step(name, ENDED, ending.at, ending.contract), report=report)
    await add_step(work.tx, work.community, step, work.now)
    await set_timers(work.tx, [_certificate_timer(work.community, step.subject, work.now + CERTIFICATE_WITHIN)])
    details: dict[str, Plain] = {"organisation": name, "contract": ending.contract, **report}
    work.record(Draft(kind=EntryKind.CONTRACT_ENDED, actor=_ENDER, policy=work.policies.version, details=details))
    await tell_leads(work, step.subject, severity=Severity.HIGH)


def _step(organisation: str, step: str, at: datetime, contract: str) -> ContractStep:
    return ContractStep(organisation=organisation, step=step, at=at, subject=new_id(), contract=contract)


def _certificate_timer(community: str, subject: str, at: datetime) -> Timer:
    return Timer(kind=CERTIFICATE_DUE, community=community, subject=subject, due_at=at)


async def record_certificate(work: Work, caller: Caller, organisation: str, *, reference: str) -> ContractStep:
    """Record that a partner said it deleted everything, and where that is filed; the reminder is dropped.

    Raises UnfitError when none is due.
    """
    due = [one for one in await uncertified(work.tx, work.community) if one.organisation == organisation]
    if not due:
        raise unfit("partner.no_certificate_due")
    step = due[0]
    await certify(work.tx, step.subject, work.now)
    await drop_timer(work.tx, CERTIFICATE_DUE, work.community, step.subject)

    async def noting(entry: int) -> None:
        await note_certificate(work.tx, step.subject, entry)

    said = Private(field="details.text", account=caller.account, value=reference, retention=Retention.REASON)
    work.record(
        Draft(
            kind=EntryKind.CERTIFICATE,
            actor=caller.actor(),
            policy=work.policies.version,
            details={"organisation": step.organisation, "contract": step.contract},
            private=(said,),
        ),
        noting=noting,
    )
    await tell_leads(work, step.subject)
    return step


def certificate_due_handler(keys: Keys, policies: Callable[[str], PolicySet | None]) -> Handler:
    """Return what happens while a deletion certificate isn't there: a page, and another every week."""

    async def remind(work: Work, timers: Sequence[Timer]) -> None:
        for step in await find_steps(work.tx, work.community, [timer.subject for timer in timers]):
            if step.certified_at is None:
                await _remind(work, step)

    return under_policies(keys, policies, remind)


async def _remind(work: Work, step: ContractStep) -> None:
    once = f"{step.subject}:{work.now.date().isoformat()}"
    said = {"subject": step.organisation}
    page = alarm(work.community, "certificate", once, said, work.now, severity=Severity.MEDIUM)
    await plan(work.tx, [page], work.now)
    work.record(planned_entry([page], scheduler(CERTIFICATE_DUE), work.policies.version))
    await set_timers(work.tx, [_certificate_timer(work.community, step.subject, work.now + REMIND_EVERY)])


async def due_certificates(work: Work) -> list[str]:
    """Return the partners whose deletion certificate isn't there, each once."""
    return list(dict.fromkeys(one.organisation for one in await uncertified(work.tx, work.community)))
