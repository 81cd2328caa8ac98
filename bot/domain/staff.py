"""Who moderates: organisations with their contracts and mandates, the people who hold them, and how they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from bot.domain.actor import OrganisationKind
from bot.domain.budget import Budget
from bot.domain.message import AccountRef, PlatformName
from bot.domain.right import Permission, Right
from bot.domain.severity import Severity

#: roles of the community's own team that lead
OWNER = "owner"
LEAD = "lead"
#: the role that leads a partner's people, and holds every mandate of the partner
PARTNER_LEAD = "partner_lead"
MODERATOR = "moderator"


class Level(IntEnum):
    """How far somebody is trusted: a higher one needs less of others."""

    #: proposes; somebody else decides, and both are compared later
    OBSERVING = 0
    #: whatever takes something from a member is held until somebody approves
    SUPERVISED = 1
    #: acts alone; a share is looked at again
    SAMPLED = 2
    #: acts alone
    TRUSTED = 3

    @property
    def word(self) -> str:
        """The word that policies and records use."""
        return self.name.lower()


class Phase(StrEnum):
    """Where a contract stands at a time."""

    #: a partner without a signed data agreement: none of its mandates starts
    NO_AGREEMENT = "no_agreement"
    NOT_STARTED = "not_started"
    RUNNING = "running"
    #: nothing new is claimed any more
    WINDING_DOWN = "winding_down"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class Contract:
    """What a partner is bound by; times are half-open and UTC."""

    #: where the data agreement is filed; empty while none is signed
    reference: str
    #: when it begins: a local day's first instant
    start: datetime
    #: when it is over: the first instant after its last day; None while open-ended
    end: datetime | None
    #: from then on nothing new is claimed; None while open-ended
    wind_down: datetime | None
    #: how many people may work at once; None for any number
    seats: int | None
    #: from when on a signed data agreement is there; None for never
    agreed: datetime | None

    def phase(self, now: datetime) -> Phase:
        """Return where it stands."""
        if self.end is not None and now >= self.end:
            return Phase.ENDED
        if self.agreed is None or now < self.agreed:
            return Phase.NO_AGREEMENT
        if now < self.start:
            return Phase.NOT_STARTED
        if self.wind_down is not None and now >= self.wind_down:
            return Phase.WINDING_DOWN
        return Phase.RUNNING


@dataclass(frozen=True, kw_only=True, slots=True)
class Mandate:
    """What a role of an organisation may do, where, up to which severity, and what it must ask for."""

    #: its id, unique in the organisation
    id: str
    #: the role that holds it
    role: str
    #: names of the channels it holds in
    channels: frozenset[str]
    #: queues whose cases it opens
    queues: frozenset[str]
    #: the gravest case it covers; None for none
    cases_up_to: Severity | None
    #: whether it holds only while on shift
    on_shift_only: bool
    #: what may be done alone
    may: tuple[Permission, ...]
    #: what must be asked for: power → organisation
    asks: Mapping[Right, str]
    #: what holds while an approval is open
    meanwhile: Permission | None
    #: what may be done at any severity by whoever is on shift
    contain: Permission | None
    #: first instant, where it is later than the contract's
    start: datetime | None
    #: first instant after it, where that is earlier than the contract's
    end: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One human who moderates."""

    #: id, unique in the community
    id: str
    #: what members may see
    alias: str
    #: id of the organisation
    organisation: str
    #: role within it
    role: str
    #: level at the start
    starts_as: Level
    #: languages moderated in; empty for all
    languages: frozenset[str]
    #: accounts by platform: workspace (empty where the policies name none) and user id
    accounts: Mapping[PlatformName, tuple[str, str]]
    #: away from and until, half-open, UTC
    absent: tuple[tuple[datetime, datetime], ...] = ()
    #: a partner's lead filled this seat, with no more than these rights; None for all of the role's
    only: "Delegation | None" = None

    def has(self, account: AccountRef) -> bool:
        """Return whether that is one of the person's accounts."""
        known = self.accounts.get(account.platform)
        return known is not None and known[1] == account.user and known[0] in ("", account.workspace)

    def shares_account(self, other: "Person") -> bool:
        """Return whether both have an account in common: two seats of one human.

        The policies may leave a workspace open that a filled seat names.
        """
        for platform, (workspace, user) in self.accounts.items():
            held = other.accounts.get(platform)
            if held is not None and held[1] == user and (held[0] == workspace or "" in (held[0], workspace)):
                return True
        return False

    def is_absent(self, at: datetime) -> bool:
        """Return whether they said they would be away."""
        return any(start <= at < end for start, end in self.absent)


@dataclass(frozen=True, kw_only=True, slots=True)
class Delegation:
    """The part of a role's rights that a seat was given; None stands for all that the role has."""

    #: powers, each with its limit
    may: tuple[Permission, ...] | None = None
    #: channels
    channels: frozenset[str] | None = None
    #: queues
    queues: frozenset[str] | None = None
    #: the gravest case
    cases_up_to: Severity | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Organisation:
    """The owner's own team, or a partner."""

    #: id
    id: str
    #: whose
    kind: OrganisationKind
    #: full name, for staff
    name: str
    #: language → how members may be told of it
    shown_as: Mapping[str, str]
    #: a partner's contract; a partner without one holds no rights
    contract: Contract | None
    #: what its roles may do
    mandates: tuple[Mandate, ...]
    #: how often, all its people together
    budgets: Mapping[Right, tuple[Budget, ...]]
    #: how often, each of its people
    budgets_each: Mapping[Right, tuple[Budget, ...]]

    @property
    def is_internal(self) -> bool:
        """Whether it is the community's own team."""
        return self.kind is OrganisationKind.INTERNAL

    def phase(self, now: datetime) -> Phase:
        """Return where its contract stands; the own team needs none."""
        if self.contract is None:
            return Phase.RUNNING if self.is_internal else Phase.NO_AGREEMENT
        return self.contract.phase(now)


@dataclass(frozen=True, kw_only=True, slots=True)
class Roster:
    """Everybody who may moderate in a community: what the policies say, and the seats that were filled."""

    #: by id
    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    #: by id
    people: Mapping[str, Person] = field(default_factory=dict)

    def with_account(self, account: AccountRef) -> tuple[Person, ...]:
        """Return whom an account belongs to: nobody, one person, or one human's seats at several organisations."""
        return tuple(person for person in self.people.values() if person.has(account))

    def of(self, organisation: str, role: str = "") -> tuple[Person, ...]:
        """Return an organisation's people, perhaps only those of one role."""
        return tuple(
            person for person in self.people.values()
            if person.organisation == organisation and role in ("", person.role)
        )  # fmt: skip

    @property
    def internal(self) -> Organisation | None:
        """The community's own team."""
        return next((one for one in self.organisations.values() if one.is_internal), None)

    def is_lead(self, person: Person) -> bool:
        """Return whether somebody leads the community's own team."""
        organisation = self.organisations.get(person.organisation)
        return organisation is not None and organisation.is_internal and person.role in (OWNER, LEAD)

    def with_people(self, *people: Person) -> "Roster":
        """Return the roster with more people, who never replace those of the policies."""
        return replace(self, people={**{person.id: person for person in people}, **self.people})


class RestraintKind(StrEnum):
    """What narrows somebody's rights for a while."""

    #: an account is held: for half an hour by anybody on shift, longer by a lead or when a budget was overrun
    FREEZE = "freeze"
    #: a person or a whole partner may do nothing until a lead says otherwise
    SUSPENSION = "suspension"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """Somebody's time on duty for one organisation."""

    #: surrogate
    id: str
    #: who
    person: str
    #: for whom
    organisation: str
    #: since
    start: datetime
    #: ends by itself then
    until: datetime


#: a shift ends by itself after it
LONGEST_SHIFT = timedelta(hours=10)
#: for how long anybody on shift may hold a colleague's account
FREEZE_FOR = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How somebody stands at a moment, as the database has it: it only narrows what the policies say."""

    #: level, decided by a lead or else the policies' start
    level: Level
    #: the shift they are on
    shift: Shift | None = None
    #: the account is held until then; datetime.max without an end
    frozen_until: datetime | None = None
    #: the person or the organisation is suspended
    suspended: bool = False
    #: an owner's override holds until then
    override_until: datetime | None = None
