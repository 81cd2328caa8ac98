"""What the files say about people together: whoever is named is there, and whoever is asked can answer."""

from collections.abc import Iterable
from datetime import timedelta
from typing import get_args

from bot.domain.mandates import CONTAIN_FOR
from bot.domain.staff import LEAD, OWNER, PARTNER_LEAD
from bot.i18n import phrase
from bot.policy.crossrefs.names import INTERNAL, Names
from bot.policy.loaded import LoadedCommunity, LoadedEscalation, LoadedOrganisations
from bot.policy.places import Path
from bot.policy.powers import LIMITABLE
from bot.policy.problems import ProblemLog, closest, shown
from bot.policy.schema.community import Permission
from bot.policy.schema.organisations import AbsenceModel, OrganisationModel, Power

_POWERS = get_args(Power)
_LIMITABLE = frozenset(power.value for power in LIMITABLE)


def check_governance(
    community: LoadedCommunity | None,
    organisations: LoadedOrganisations | None,
    escalation: LoadedEscalation | None,
    names: Names,
) -> None:
    """Note roles, powers and people that aren't there, absences the wrong way round, and questions without answer."""
    if community is not None:
        _check_community(community, organisations, names)
    if organisations is not None:
        _check_organisations(organisations)
    if escalation is not None:
        _check_contacts(escalation, organisations)


def _check_community(community: LoadedCommunity, organisations: LoadedOrganisations | None, names: Names) -> None:
    model, log = community.model, community.log
    names.check_all("role", model.protected, ("protected",), log)
    for index, power in enumerate(model.approvals.by_another_organisation):
        if power not in _POWERS:
            message = phrase("check.not_a_power", name=shown(power), expected=", ".join(_POWERS))
            place: Path = ("approvals", "by_another_organisation", index)
            log.error(message, place, suggestion=closest(power, _POWERS))
    if model.automation is not None and organisations is not None:
        for kind, whom in model.automation.asks.items():
            _check_answer(whom, organisations, ("automation", "asks", kind.value), log)


def _check_organisations(organisations: LoadedOrganisations) -> None:
    log = organisations.log
    for index, one in enumerate(organisations.models):
        for number, mandate in enumerate(one.mandates):
            path: Path = (index, "mandates", number)
            for power, whom in mandate.asks.items():
                _check_answer(whom, organisations, (*path, "asks", power), log)
            if mandate.contain is not None:
                _check_contain(mandate.contain, (*path, "contain"), log)
        for number, person in enumerate(one.people):
            _check_absences(person.absent, (index, "people", number, "absent"), log)
        seats = None if one.contract is None else one.contract.seats
        alone = bool(one.people) and all(person.role == PARTNER_LEAD for person in one.people)
        if one.kind == "partner" and alone and seats is not None and seats <= len(one.people):
            log.warning(phrase("check.lead_alone", name=one.id), (index, "people"), key=True)


def _check_contain(permission: Permission, path: Path, log: ProblemLog) -> None:
    """Containing ends by itself within the hour: what has no end contains nothing."""
    if permission.kind not in _POWERS:
        return  # said already
    if permission.kind not in _LIMITABLE or (permission.up_to or timedelta.max) > CONTAIN_FOR:
        log.error(phrase("check.contain_too_long"), path)


def _check_answer(whom: str, organisations: LoadedOrganisations, path: Path, log: ProblemLog) -> None:
    """Warn of a question that nobody can answer: the organisation has nobody who leads it."""
    listed = [one for one in organisations.models if one.id == whom or (whom == INTERNAL and one.kind == INTERNAL)]
    if listed and not any(_leads(one) for one in listed):
        log.warning(phrase("check.nobody_answers", name=whom), path)


def _leads(organisation: OrganisationModel) -> bool:
    roles = (OWNER, LEAD) if organisation.kind == INTERNAL else (PARTNER_LEAD,)
    return any(person.role in roles for person in organisation.people)


def _check_contacts(escalation: LoadedEscalation, organisations: LoadedOrganisations | None) -> None:
    log = escalation.log
    people = None if organisations is None else {person.id for one in organisations.models for person in one.people}
    for name, contact in escalation.model.contacts.items():
        if contact.person is not None and people is not None and contact.person not in people:
            log.unknown("person", contact.person, people, ("contacts", name, "person"))
        _check_absences(contact.absent, ("contacts", name, "absent"), log)


def _check_absences(absences: Iterable[AbsenceModel], path: Path, log: ProblemLog) -> None:
    for number, absence in enumerate(absences):
        if absence.until < absence.start:
            log.error(phrase("check.ends_before_start"), (*path, number, "until"))
