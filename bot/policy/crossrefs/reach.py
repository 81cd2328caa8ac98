"""`escalation.yaml`: every path ends at a named person who can be reached, whatever the case, the hour and the accused.

A path names people, roles and channels, and never another path: there is no cycle to be looked for.
"""

from collections.abc import Iterator
from datetime import time
from itertools import product

from bot.domain.escalation import CaseFacts, Route, route
from bot.domain.severity import Severity
from bot.i18n import phrase
from bot.policy.crossrefs.names import INTERNAL, Names
from bot.policy.crossrefs.organisations import LEAD
from bot.policy.loaded import LoadedCommunity, LoadedEscalation, LoadedOrganisations
from bot.policy.places import Path
from bot.policy.problems import ProblemLog
from bot.policy.schema.escalation import EscalationFile, PathModel, RouteModel, TargetModel
from bot.policy.schema.organisations import OrganisationModel, PersonModel

_MINUTES = 24 * 60
_OF_CASE = "case"
#: stands for what no route names
_OTHER = ""


def check_reach(
    escalation: LoadedEscalation,
    community: LoadedCommunity | None,
    organisations: LoadedOrganisations | None,
    names: Names,
) -> None:
    """Note paths that may end in silence, and steps that can never reach anybody."""
    model, log = escalation.model, escalation.log
    # without a file, or with one that can't be read, nothing is said about its people
    teams = None if organisations is None else organisations.models
    people = None if teams is None else {person.id: person for team in teams for person in team.people}
    _check_people(model, people, log)
    for name, path in model.paths.items():
        _check_end(name, path, model, people, log)
        _check_hours(name, path, log)
        if teams is not None:
            for index, step in enumerate(path.steps):
                _check_exists(step.page, (*_steps(name), index, "page"), teams, log)
    _check_every_case(model, names, log)
    _check_conduct(model, log)


def _steps(name: str) -> Path:
    return ("paths", name, "steps")


def _check_people(model: EscalationFile, people: dict[str, PersonModel] | None, log: ProblemLog) -> None:
    for name, contact in model.contacts.items():
        if people is not None and contact.person is not None and contact.person not in people:
            log.unknown("roster_person", contact.person, people, ("contacts", name, "person"))


def _check_end(
    name: str, path: PathModel, model: EscalationFile, people: dict[str, PersonModel] | None, log: ProblemLog
) -> None:
    fallback, place = path.fallback, ("paths", name, "fallback")
    contact = model.contacts.get(fallback.person)
    if contact is None:
        return
    if not {"webhook", "email"} & set(fallback.via):
        log.error(phrase("check.fallback_by_chat"), (*place, "via"))
    person = None if people is None or contact.person is None else people.get(contact.person)
    away = bool(contact.absent) or (person is not None and bool(person.absent))
    others = {step.page.person for step in path.steps if step.page.person} - {fallback.person}
    if away and not others:
        log.warning(phrase("check.fallback_absent", name=fallback.person), (*place, "person"))


def _check_exists(target: TargetModel, place: Path, teams: tuple[OrganisationModel, ...], log: ProblemLog) -> None:
    """Note a role that nobody has and no mandate gives, and being on duty where nobody is."""
    by_id = {team.id: team for team in teams}
    if target.on_duty is not None and target.on_duty in by_id and not _can_have(by_id[target.on_duty]):
        log.warning(phrase("check.nobody_on_duty", name=target.on_duty), (*place, "on_duty"))
    if target.role is None:
        return
    where = [by_id[target.of]] if target.of in by_id else [team for team in teams if _may_work(team, target)]
    if not any(target.role in _roles(team) for team in where):
        log.warning(phrase("check.role_of_nobody", name=target.role), (*place, "role"))


def _may_work(team: OrganisationModel, target: TargetModel) -> bool:
    return target.of in (None, _OF_CASE, team.id)


def _can_have(team: OrganisationModel) -> bool:
    # a partner's lead fills seats that no file names
    return bool(team.people) or team.kind == "partner"


def _roles(team: OrganisationModel) -> set[str]:
    if team.kind != "partner":
        return {person.role for person in team.people}
    # seats can be filled with every role that has a mandate; the lead who fills them is named
    filled = {mandate.role for mandate in team.mandates} - {LEAD}
    return {person.role for person in team.people} | filled


def _check_hours(name: str, path: PathModel, log: ProblemLog) -> None:
    """Note a part of the day in which no step tells anybody: the fallback would be told at once."""
    if not path.steps or any(step.hours is None for step in path.steps):
        return
    zones = {step.zone for step in path.steps}
    if len(zones) > 1:
        # hours of several zones shift against each other: what they leave open changes with the season
        log.warning(phrase("check.hours_of_zones"), _steps(name), key=True)
        return
    covered = set[int]()
    for step in path.steps:
        assert step.hours is not None  # noqa: S101 - none is without
        covered |= set(_minutes(step.hours.start, step.hours.end))
    gap = next(_gaps(covered), None)
    if gap is not None:
        start, end = (f"{minute // 60 % 24:02}:{minute % 60:02}" for minute in gap)
        log.warning(phrase("check.hours_gap", start=start, end=end), _steps(name), key=True)


def _minutes(start: time, end: time) -> Iterator[int]:
    first, last = (at.hour * 60 + at.minute for at in (start, end))
    return (minute % _MINUTES for minute in range(first, last if first < last else last + _MINUTES))


def _gaps(covered: set[int]) -> Iterator[tuple[int, int]]:
    """Yield parts of a day, in minutes, that nothing covers; one may lie across midnight."""
    for minute in range(_MINUTES):
        if minute not in covered and (minute - 1) % _MINUTES in covered:
            end = next(later for later in range(minute, 2 * _MINUTES) if later % _MINUTES in covered)
            yield minute, end


def _check_every_case(model: EscalationFile, names: Names, log: ProblemLog) -> None:
    """Note a queue and severity whose cases no route takes, where the last route doesn't take every case."""
    if not model.paths or not model.routing or any(one.condition is None for one in model.routing):
        return
    routes = [_route(one) for one in model.routing]
    queues = sorted(names.queues or ()) or [_OTHER]
    abouts = ("member", "moderator", "organisation")
    for about, queue, severity in product(abouts, queues, Severity):
        case = CaseFacts(severity=severity, queue=queue, about=about, guideline=_OTHER)
        if not route(case, routes):
            first = next(iter(model.paths))
            message = phrase("check.no_route_for", queue=queue or "-", severity=severity.word, about=about, path=first)
            log.warning(message, ("routing",), key=True)
            return


def _route(model: RouteModel) -> Route:
    condition = model.condition
    if condition is None:
        return Route(path=model.path)
    return Route(
        path=model.path,
        severity=condition.severity,
        about=condition.about or "",
        queues=frozenset(condition.queue),
        guidelines=frozenset(condition.guideline),
    )


def _check_conduct(model: EscalationFile, log: ProblemLog) -> None:
    """Note paths of complaints on which, once those are left out whom one may be about, nobody outside is left."""
    for name in sorted(
        {one.path for one in model.routing if one.condition and one.condition.about not in (None, "member")}
    ):
        path = model.paths.get(name)
        if path is None:
            continue
        for index, step in enumerate(path.steps):
            place: Path = (*_steps(name), index, "page")
            if step.page.channel is not None:
                log.warning(phrase("check.complaint_in_channel"), (*place, "channel"))
            elif step.page.on_duty not in (None, INTERNAL):
                log.warning(phrase("check.complaint_to_partner"), (*place, "on_duty"))
            elif step.page.role is not None and step.page.of not in (None, INTERNAL):
                log.warning(phrase("check.complaint_to_partner"), (*place, "role"))
        named = {path.fallback.person, *(step.page.person for step in path.steps if step.page.person)}
        contacts = [model.contacts[one] for one in named if one in model.contacts]
        if len({one.person for one in contacts if one.person}) == 1 and all(one.person for one in contacts):
            log.warning(phrase("check.complaint_about_all"), ("paths", name, "fallback", "person"))


__all__ = ["check_reach"]
