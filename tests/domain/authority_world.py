"""Two communities' worth of people for tests of authority: a team, two partners, and everybody at every rank."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.actor import Actor, ActorKind, OrganisationKind
from bot.domain.budget import Budget
from bot.domain.governance import Automation, Governance, Queue
from bot.domain.message import PlatformName
from bot.domain.right import Permission, Right
from bot.domain.ruling import Facts, Scope
from bot.domain.severity import Severity
from bot.domain.staff import (
    LEAD,
    MODERATOR,
    OWNER,
    PARTNER_LEAD,
    Contract,
    Delegation,
    Level,
    Mandate,
    Organisation,
    Person,
    Roster,
    Shift,
    Standing,
)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
WIND_DOWN = datetime(2026, 12, 1, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)
#: within every contract
NOON = datetime(2026, 6, 17, 12, tzinfo=UTC)

MAY = (
    Permission(right=Right.DELETE),
    Permission(right=Right.WARN),
    Permission(right=Right.TIMEOUT, up_to=DAY),
    Permission(right=Right.QUARANTINE),
)


def mandate(id: str = "night", **fields: Any) -> Mandate:
    """Return a mandate over #help and the queue `hate`, up to high."""
    given: dict[str, Any] = {
        "role": MODERATOR,
        "channels": frozenset({"help"}),
        "queues": frozenset({"hate"}),
        "cases_up_to": Severity.HIGH,
        "on_shift_only": True,
        "may": MAY,
        "asks": {Right.KICK: "internal", Right.BAN: "internal"},
        "meanwhile": Permission(right=Right.TIMEOUT, up_to=DAY),
        "contain": Permission(right=Right.TIMEOUT, up_to=HOUR),
        "start": None,
        "end": None,
    }
    return Mandate(id=id, **{**given, **fields})


def contract(**fields: Any) -> Contract:
    """Return a contract for the year 2026 that winds down in December."""
    given: dict[str, Any] = {
        "reference": "DPA-1", "start": START, "end": END, "wind_down": WIND_DOWN, "seats": None, "agreed": START,
    }  # fmt: skip
    return Contract(**{**given, **fields})


def organisation(id: str, *mandates: Mandate, internal: bool = False, **fields: Any) -> Organisation:
    """Return an organisation; a partner with a contract."""
    given: dict[str, Any] = {
        "kind": OrganisationKind.INTERNAL if internal else OrganisationKind.PARTNER,
        "name": id.title(),
        "shown_as": {},
        "contract": None if internal else contract(),
        "budgets": {},
        "budgets_each": {},
    }
    return Organisation(id=id, mandates=mandates, **{**given, **fields})


def person(id: str, organisation: str, role: str = MODERATOR, **fields: Any) -> Person:
    """Return somebody with one account, whose user id is their own."""
    given: dict[str, Any] = {
        "alias": id.title(),
        "starts_as": Level.TRUSTED,
        "languages": frozenset(),
        "accounts": {PlatformName.DISCORD: ("", id)},
    }
    return Person(id=id, organisation=organisation, role=role, **{**given, **fields})


TEAM = organisation(
    "internal",
    mandate("leading", role=LEAD, on_shift_only=False, cases_up_to=Severity.CRITICAL, asks={},
            may=tuple(Permission(right=right) for right in (Right.DELETE, Right.WARN, Right.TIMEOUT, Right.QUARANTINE,
                                                            Right.KICK, Right.BAN, Right.SLOW_MODE, Right.RAID_MODE))),
    mandate("keeping", cases_up_to=Severity.CRITICAL),
    internal=True,
)  # fmt: skip
NIGHT = organisation("night", mandate())
DAWN = organisation("dawn", mandate("day", may=MAY[:2], asks={}, contain=None, meanwhile=None))
PEOPLE = (
    person("ada", "internal", OWNER),
    person("lee", "internal", LEAD),
    person("mo", "internal"),
    person("heron", "night", PARTNER_LEAD),
    person("robin", "night"),
    person("wren", "night", only=Delegation(may=(Permission(right=Right.TIMEOUT, up_to=HOUR),))),
    person("onda", "dawn"),
    person("gull", "dawn", PARTNER_LEAD),
)
ROSTER = Roster(
    organisations={one.id: one for one in (TEAM, NIGHT, DAWN)}, people={one.id: one for one in PEOPLE}
)  # fmt: skip
GOVERNANCE = Governance(
    roster=ROSTER,
    automation=Automation(
        may=(Permission(right=Right.DELETE), Permission(right=Right.TIMEOUT, up_to=DAY)),
        asks={Right.BAN: "internal"},
        breaker=Budget(limit=3, within=HOUR),
    ),
    queues={"hate": Queue(name="hate"), "scams": Queue(name="scams")},
)


def shift(who: str, organisation: str, *, start: datetime | None = None, until: datetime | None = None) -> Shift:
    """Return a shift that runs at noon."""
    return Shift(
        id="s", person=who, organisation=organisation, start=start or NOON - HOUR, until=until or NOON + 8 * HOUR
    )  # fmt: skip


def actor(who: str) -> Actor:
    """Return somebody as a record names them."""
    one = ROSTER.people[who]
    return Actor(kind=ActorKind.PERSON, who=who, organisation=one.organisation)


def standing(who: str, *, level: Level = Level.TRUSTED, on_shift: bool = True, **fields: Any) -> Standing:
    """Return how somebody stands: trusted and on shift unless said otherwise."""
    at = shift(who, ROSTER.people[who].organisation) if on_shift else None
    return Standing(level=level, **{"shift": at, **fields})


def facts(who: str = "robin", *, governance: Governance = GOVERNANCE, **fields: Any) -> Facts:
    """Return what is known of somebody."""
    given: dict[str, Any] = {"standing": standing(who), "community": "acme", **fields}
    return Facts(governance=governance, **given)


HELP = Scope(community="acme", channel="help")
CASE = Scope(community="acme", queue="hate", severity=Severity.HIGH)
