"""`community.yaml`, `organisations.yaml` and `escalation.yaml` → what they say about people, as the domain's values."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.actor import OrganisationKind
from bot.domain.budget import Budget
from bot.domain.escalation import (
    Contact,
    EscalationPath,
    Escalations,
    Hours,
    Medium,
    Route,
    Step,
    Target,
)
from bot.domain.governance import Appealing, Automation, Governance, Queue
from bot.domain.message import PlatformName
from bot.domain.outcome import OutcomeKind
from bot.domain.right import Permission, Right
from bot.domain.staff import Contract, Level, Mandate, Organisation, Person, Roster
from bot.policy.assembly import role_ids
from bot.policy.powers import CAUTIOUS
from bot.policy.schema.community import AutomationModel, CommunityFile
from bot.policy.schema.community import Permission as PermissionModel
from bot.policy.schema.escalation import EscalationFile, PathModel, RouteModel, StepModel
from bot.policy.schema.organisations import (
    AbsenceModel,
    ContractModel,
    MandateModel,
    OrganisationModel,
    PersonModel,
)
from bot.policy.source import Draft

#: what a partner's people may do at most where the policies don't say: a stolen account does no more
_CAUTIOUS_EACH = {
    Right.BAN: (Budget(limit=5, within=timedelta(minutes=10)), Budget(limit=20, within=timedelta(days=1)))
}
_DAY = timedelta(days=1)


def compile_governance(draft: Draft, community: CommunityFile) -> Governance:
    """Return what a draft without errors says about people; dates become instants of the community's zone."""
    zone = ZoneInfo(community.zone)
    protected = (role_ids(draft, name, lambda _: None) for name in community.protected)
    return Governance(
        roster=_roster(draft.organisations, zone),
        automation=_automation(community.automation),
        queues={name: _queue(name, community) for name in community.queues},
        escalations=None if draft.escalation is None else _escalations(draft.escalation, community.zone),
        protected=frozenset[str]().union(*protected),
        disclosure=community.disclosure,
        appealing=Appealing(
            within=community.appeals.within,
            resolve_within=community.appeals.resolve_within,
        ),
        by_another_organisation=frozenset(Right(one) for one in community.approvals.by_another_organisation),
        approve_within=community.approvals.within,
        claim_for=community.claim_for,
        review_share=community.review_share,
    )


def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a local day, UTC; where the clock leaps over midnight, the first there is."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _after(day: date, zone: ZoneInfo) -> datetime:
    return first_instant(day + _DAY, zone)


def _roster(models: Iterable[OrganisationModel], zone: ZoneInfo) -> Roster:
    models = tuple(models)
    return Roster(
        organisations={model.id: _organisation(model, zone) for model in models},
        people={person.id: _person(person, model.id, zone) for model in models for person in model.people},
    )


def _organisation(model: OrganisationModel, zone: ZoneInfo) -> Organisation:
    kind = OrganisationKind(model.kind)
    each = {} if kind is OrganisationKind.INTERNAL else _CAUTIOUS_EACH
    return Organisation(
        id=model.id,
        kind=kind,
        name=model.name,
        shown_as=dict(model.shown_as or {}),
        contract=None if model.contract is None else _contract(model.contract, zone),
        mandates=tuple(_mandate(mandate, zone) for mandate in model.mandates),
        budgets={Right(power): budgets for power, budgets in model.budgets.items()},
        budgets_each={**each, **{Right(power): budgets for power, budgets in model.budgets_each.items()}},
    )


def _contract(model: ContractModel, zone: ZoneInfo) -> Contract:
    end = None if model.until is None else _after(model.until, zone)
    agreement = model.data_agreement
    return Contract(
        reference=agreement.reference if agreement is not None else "",
        start=first_instant(model.start, zone),
        end=end,
        wind_down=None if end is None or not model.wind_down else end - model.wind_down,
        seats=model.seats,
        agreed=None if agreement is None else first_instant(agreement.signed, zone),
    )


def _mandate(model: MandateModel, zone: ZoneInfo) -> Mandate:
    return Mandate(
        id=model.id,
        role=model.role,
        channels=frozenset(model.channels),
        queues=frozenset(model.queues),
        cases_up_to=model.cases_up_to,
        on_shift_only=model.on_shift_only,
        may=_permissions(model.may),
        asks={Right(power): whom for power, whom in model.asks.items()},
        meanwhile=None if model.meanwhile is None else _permission(model.meanwhile),
        contain=None if model.contain is None else _permission(model.contain),
        start=None if model.start is None else first_instant(model.start, zone),
        end=None if model.until is None else _after(model.until, zone),
    )


def _permission(model: PermissionModel) -> Permission:
    return Permission(right=Right(model.kind), up_to=model.up_to)


def _permissions(models: Iterable[PermissionModel]) -> tuple[Permission, ...]:
    return tuple(_permission(model) for model in models)


def _person(model: PersonModel, organisation: str, zone: ZoneInfo) -> Person:
    return Person(
        id=model.id,
        alias=model.alias,
        organisation=organisation,
        role=model.role,
        starts_as=Level[model.starts_as.upper()],
        languages=frozenset(model.languages),
        accounts=_accounts(model),
        absent=_absences(model.absent, zone),
    )


def _accounts(person: PersonModel) -> Mapping[PlatformName, tuple[str, str]]:
    model, found = person.accounts, {}
    if model.discord is not None:
        found[PlatformName.DISCORD] = ("", model.discord)
    if model.slack is not None:
        workspace, _, user = model.slack.partition("/")
        found[PlatformName.SLACK] = (workspace, user)
    # a chat of our own calls everybody as the policies do
    found[PlatformName.LOCAL] = ("", person.id)
    return found


def _absences(models: Iterable[AbsenceModel], zone: ZoneInfo) -> tuple[tuple[datetime, datetime], ...]:
    return tuple((first_instant(one.start, zone), _after(one.until, zone)) for one in models)


def _automation(model: AutomationModel | None) -> Automation:
    model = model or CAUTIOUS
    return Automation(
        may=_permissions(model.may),
        asks={Right(kind.value): whom for kind, whom in model.asks.items() if kind is not OutcomeKind.ASK},
        budgets={Right(kind.value): budgets for kind, budgets in model.budgets.items()},
        breaker=model.breaker,
    )


def _queue(name: str, community: CommunityFile) -> Queue:
    model = community.queues[name]
    return Queue(
        name=name,
        served_by=model.served_by,
        otherwise=model.otherwise,
        claim_within=dict(model.claim_within),
        resolve_within=dict(model.resolve_within),
        by_choice=model.by_choice,
        at_most=model.at_most,
    )


def _escalations(model: EscalationFile, zone: str) -> Escalations:
    return Escalations(
        paths={name: _path(name, path, zone) for name, path in model.paths.items()},
        routes=tuple(_route(route) for route in model.routing),
        contacts={
            name: Contact(
                name=name,
                webhook=contact.webhook or "",
                email=contact.email or "",
                person=contact.person or "",
                absent=_absences(contact.absent, ZoneInfo(zone)),
            )
            for name, contact in model.contacts.items()
        },
    )


def _path(name: str, model: PathModel, zone: str) -> EscalationPath:
    return EscalationPath(
        name=name,
        steps=tuple(_step(step, zone) for step in model.steps),
        repeat=model.repeat,
        fallback=model.fallback.person,
        fallback_via=tuple(Medium(medium) for medium in model.fallback.via),
    )


def _step(model: StepModel, zone: str) -> Step:
    page = model.page
    target = Target(
        role=page.role or "",
        of=page.of or "",
        on_duty=page.on_duty or "",
        channel=page.channel or "",
        mention=page.mention or "nobody",
        person=page.person or "",
    )
    hours = None
    if model.hours is not None:
        hours = Hours(start=model.hours.start, end=model.hours.end, zone=model.zone or zone)
    return Step(
        target=target,
        via=tuple(Medium(medium) for medium in model.via),
        wait=model.wait,
        hours=hours,
        otherwise=model.otherwise,
    )


def _route(model: RouteModel) -> Route:
    if model.condition is None:
        return Route(path=model.path)
    return Route(
        path=model.path,
        severity=model.condition.severity,
        about=model.condition.about or "",
        queues=frozenset(model.condition.queue),
        guidelines=frozenset(model.condition.guideline),
    )
