"""Escalation paths: who is told in which order, who answers in the end, and which case takes which path."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.severity import Severity


class Medium(StrEnum):
    """How somebody is reached."""

    CHAT = "chat"
    WEBHOOK = "webhook"
    EMAIL = "email"


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Whom a step tells: exactly one of role, on_duty, channel, person."""

    #: people of this role
    role: str = ""
    #: role: of this organisation; `case` for the one that works on the case
    of: str = ""
    #: whoever is on duty for this organisation
    on_duty: str = ""
    #: a staff channel
    channel: str = ""
    #: channel: who is mentioned there: on_duty, role, nobody
    mention: str = "nobody"
    #: one of the contacts
    person: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """A part of every day; when `start` lies behind `end` it spans midnight."""

    #: first minute, local time
    start: time
    #: the minute it is over
    end: time
    #: IANA zone
    zone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of a path."""

    #: whom to tell
    target: Target
    #: how
    via: tuple[Medium, ...]
    #: how long to wait for an answer before the next step
    wait: timedelta
    #: part of the day in which the step tells somebody; None for always
    hours: Hours | None = None
    #: what happens outside these hours: digest or skip
    otherwise: str = "skip"


@dataclass(frozen=True, kw_only=True, slots=True)
class EscalationPath:
    """Ordered steps, a repeat count and a named fallback."""

    #: its name
    name: str
    #: in order
    steps: tuple[Step, ...]
    #: how often the steps are gone through
    repeat: int
    #: the contact who answers when no step was answered
    fallback: str
    #: how they are reached
    fallback_via: tuple[Medium, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """A named person outside or inside the team, and how to reach them."""

    #: name in the policies
    name: str
    #: where the webhook's address is: `env:NAME`
    webhook: str = ""
    #: where the mail address is: `env:NAME`
    email: str = ""
    #: the person of the roster that this is, for chat; empty for somebody outside
    person: str = ""
    #: away from and until, half-open, UTC
    absent: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """Which path a case takes; what isn't named always holds."""

    #: the path
    path: str
    #: exactly this severity
    severity: Severity | None = None
    #: member, moderator, organisation
    about: str = ""
    #: one of these queues
    queues: frozenset[str] = frozenset()
    #: one of these guidelines
    guidelines: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Escalations:
    """A community's paths, and which case takes which."""

    #: by name
    paths: Mapping[str, EscalationPath]
    #: the first that fits
    routes: tuple[Route, ...]
    #: by name
    contacts: Mapping[str, Contact]


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseFacts:
    """What of a case says whom to tell."""

    #: how grave
    severity: Severity
    #: the queue it waits in; empty for the community's own
    queue: str = ""
    #: the guideline it is about
    guideline: str = ""
    #: member, moderator, organisation
    about: str = "member"
    #: moderator: their id
    about_person: str = ""
    #: moderator, organisation: the organisation's id
    about_organisation: str = ""
    #: the organisation that works on it, or whose turn it is
    organisation: str = ""


def route(case: CaseFacts, routes: Iterable[Route]) -> str:
    """Return the name of the path that a case takes: that of the first route that fits; empty where none does."""
    return next((one.path for one in routes if _fits(case, one)), "")


def _fits(case: CaseFacts, one: Route) -> bool:
    return (
        one.severity in (None, case.severity)
        and one.about in ("", case.about)
        and (not one.queues or case.queue in one.queues)
        and (not one.guidelines or case.guideline in one.guidelines)
    )


def find_path(case: CaseFacts, escalations: Escalations, named: str = "") -> EscalationPath | None:
    """Return the path that was named, or else the one that the routing sends a case on.

    Where no route fits it is the first path there is: a case that should be escalated never ends in silence.
    """
    paths = escalations.paths
    found = named if named in paths else route(case, escalations.routes)
    return paths.get(found) or next(iter(paths.values()), None)


def write_path(path: EscalationPath) -> dict[str, Any]:
    """Return a path as a running copy keeps it."""
    return {
        "name": path.name,
        "steps": [_write_step(step) for step in path.steps],
        "repeat": path.repeat,
        "fallback": path.fallback,
        "fallback_via": [medium.value for medium in path.fallback_via],
    }


def read_path(said: Mapping[str, Any]) -> EscalationPath:
    """Return the path that was written."""
    return EscalationPath(
        name=said["name"],
        steps=tuple(_read_step(step) for step in said["steps"]),
        repeat=said["repeat"],
        fallback=said["fallback"],
        fallback_via=tuple(Medium(medium) for medium in said["fallback_via"]),
    )


_TARGET = ("role", "of", "on_duty", "channel", "mention", "person")


def _write_step(step: Step) -> dict[str, Any]:
    said: dict[str, Any] = {
        "target": {name: getattr(step.target, name) for name in _TARGET if getattr(step.target, name)},
        "via": [medium.value for medium in step.via],
        "wait": int(step.wait.total_seconds()),
        "otherwise": step.otherwise,
    }
    if step.hours is not None:
        said["hours"] = [step.hours.start.isoformat(), step.hours.end.isoformat(), step.hours.zone]
    return said


def _read_step(said: Mapping[str, Any]) -> Step:
    hours = None
    if "hours" in said:
        start, end, zone = said["hours"]
        hours = Hours(start=time.fromisoformat(start), end=time.fromisoformat(end), zone=zone)
    return Step(
        target=Target(**said["target"]),
        via=tuple(Medium(medium) for medium in said["via"]),
        wait=timedelta(seconds=said["wait"]),
        hours=hours,
        otherwise=said["otherwise"],
    )


def write_contacts(path: EscalationPath, contacts: Mapping[str, Contact]) -> dict[str, list[str]]:
    """Return the contacts that a path names as a running copy keeps them; absences belong to the day, not to it."""
    named = {path.fallback, *(step.target.person for step in path.steps)}
    found = (contacts[name] for name in sorted(named) if name in contacts)
    return {one.name: [one.webhook, one.email, one.person] for one in found}


def read_contacts(said: Mapping[str, Any]) -> dict[str, Contact]:
    """Return the contacts that were written."""
    return {
        name: Contact(name=name, webhook=webhook, email=email, person=person)
        for name, (webhook, email, person) in said.items()
    }
