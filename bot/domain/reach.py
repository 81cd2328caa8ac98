"""Whom a step of an escalation path reaches now, and why nobody else: a pure function of who is there."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.escalation import CaseFacts, Contact, EscalationPath, Medium, Target
from bot.domain.governance import INTERNAL
from bot.domain.staff import Person, Roster

#: stands for the organisation that works on the case
OF_CASE = "case"
#: who is told where nobody else can be: whoever runs the installation
OPERATOR = "operator"
#: whom a record names where nobody could be told
NOBODY = "nobody"


class Outcome(StrEnum):
    """What became of telling somebody."""

    TOLD = "told"
    #: collected, to be told when the hours begin
    DIGEST = "digest"
    #: nobody of that name or role, nobody on duty, no address
    UNREACHABLE = "unreachable"
    ABSENT = "absent"
    OUTSIDE_HOURS = "outside_hours"
    #: the case is about them, or about a colleague at the same partner
    HIDDEN = "hidden"


def _everything(_: str) -> bool:
    return True


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """Who and what is there at a moment."""

    #: everybody who moderates
    roster: Roster
    #: named people, by name
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    #: (person, organisation) of every shift
    on_duty: frozenset[tuple[str, str]] = frozenset()
    #: ids of people and organisations who may do nothing now, and are told nothing
    restrained: frozenset[str] = frozenset()
    #: ids of people who can be told by chat; None for everybody
    chatting: frozenset[str] | None = None
    #: names of channels that cards can be shown in; None for all
    channels: frozenset[str] | None = None
    #: returns whether a reference, `webhook:NAME` or `email:NAME`, leads to an address
    leads_to: Callable[[str], bool] = _everything


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """Somebody who is told, or can't be."""

    #: `person:ID`, `contact:NAME`, `channel:NAME`, `operator:`, `nobody`
    whom: str
    #: chat, webhook, email, digest, none
    via: str
    #: what became of it
    outcome: Outcome
    #: channel: ids of people who are mentioned there
    mentioned: tuple[str, ...] = ()


def hidden_from(case: CaseFacts, roster: Roster) -> frozenset[str]:
    """Return ids of people and partners who may neither see nor hear of a case, for it is about them.

    A moderator's other seats count as themselves; of the own team, only whom it is about is left out.
    """
    if case.about == "member":
        return frozenset()
    hidden = {case.about_person} - {""}
    organisation = roster.organisations.get(case.about_organisation)
    if case.about_organisation and (organisation is None or not organisation.is_internal):
        hidden.add(case.about_organisation)
    accused = roster.people.get(case.about_person)
    if accused is not None:
        own = roster.organisations.get(accused.organisation)
        if own is not None and not own.is_internal:
            hidden.add(own.id)
        hidden |= {one.id for one in roster.people.values() if one.shares_account(accused)}
    return frozenset(hidden)


def reach(target: Target, via: Iterable[Medium], case: CaseFacts, around: Around, at: datetime) -> tuple[Telling, ...]:
    """Return everybody whom a target tells now, by each medium, and everybody who can't be told, with the reason.

    Nobody is told when no outcome is `TOLD`: then the next step follows at once.
    """
    media = tuple(dict.fromkeys(via))
    if target.channel:
        return (_channel(target, case, around, at),)
    if target.person:
        return _contact(target.person, media, case, around, at)
    people = _people(target, case, around)
    if not people:
        return (_unreached(NOBODY, Outcome.UNREACHABLE),)
    return tuple(one for person in people for one in _person(person, media, case, around, at))


def reach_fallback(path: EscalationPath, case: CaseFacts, around: Around, at: datetime) -> tuple[Telling, ...]:
    """Return whom the end of a path tells: its named contact, also while they are away.

    Where the case is about that contact, or no address leads to them, every other named contact is told; and where
    there is none either, whoever runs the installation. Somebody always is.
    """
    found = _contact(path.fallback, path.fallback_via, case, around, at, absences=False)
    if is_told(found):
        return found
    for name in sorted(around.contacts):
        if name != path.fallback:
            every = (Medium.WEBHOOK, Medium.EMAIL)
            found += tuple(one for one in _contact(name, every, case, around, at) if one.outcome is Outcome.TOLD)
    if is_told(found):
        return found
    return (*found, Telling(whom=f"{OPERATOR}:", via=Medium.WEBHOOK.value, outcome=Outcome.TOLD))


def is_told(tellings: Iterable[Telling]) -> bool:
    """Return whether anybody is told."""
    return any(one.outcome is Outcome.TOLD for one in tellings)


def _unreached(whom: str, why: Outcome) -> Telling:
    return Telling(whom=whom, via="none", outcome=why)


def _people(target: Target, case: CaseFacts, around: Around) -> list[Person]:
    """Return the people whom a role or being on duty names, in the order of their ids."""
    roster = around.roster
    if target.on_duty:
        named = {person for person, organisation in around.on_duty if organisation == target.on_duty}
        found = [roster.people[one] for one in named if one in roster.people]
    else:
        # a role without an organisation is looked for in the own team and where the case lies, nowhere else
        where = {case.organisation} if target.of == OF_CASE else {target.of} if target.of else {INTERNAL}
        if not target.of:
            where.add(case.organisation)
        found = [one for one in roster.people.values() if one.role == target.role and one.organisation in where]
    return sorted(found, key=lambda one: one.id)


def _hinders(person: Person, case: CaseFacts, around: Around, at: datetime) -> Outcome | None:
    if {person.id, person.organisation} & hidden_from(case, around.roster):
        return Outcome.HIDDEN
    if case.about != "member" and not around.roster.is_lead(person):
        # a complaint is the leads' alone
        return Outcome.HIDDEN
    if {person.id, person.organisation} & around.restrained:
        return Outcome.UNREACHABLE
    return Outcome.ABSENT if person.is_absent(at) else None


def _person(
    person: Person, media: tuple[Medium, ...], case: CaseFacts, around: Around, at: datetime
) -> tuple[Telling, ...]:
    whom = f"person:{person.id}"
    hindered = _hinders(person, case, around, at)
    if hindered is not None:
        return (_unreached(whom, hindered),)
    found: list[Telling] = []
    for medium in media:
        if medium is Medium.CHAT:
            if around.chatting is None or person.id in around.chatting:
                found.append(Telling(whom=whom, via=medium.value, outcome=Outcome.TOLD))
            continue
        # somebody of the roster has an address where a contact says that it is them
        of = [one for one in around.contacts.values() if one.person == person.id and _has(one, medium, around)]
        found += [Telling(whom=f"contact:{one.name}", via=medium.value, outcome=Outcome.TOLD) for one in of]
    return tuple(found) or (_unreached(whom, Outcome.UNREACHABLE),)


def _contact(
    name: str, media: Iterable[Medium], case: CaseFacts, around: Around, at: datetime, *, absences: bool = True
) -> tuple[Telling, ...]:
    whom, contact = f"contact:{name}", around.contacts.get(name)
    if contact is None:
        return (_unreached(whom, Outcome.UNREACHABLE),)
    person = around.roster.people.get(contact.person)
    hindered = None if person is None else _hinders(person, case, around, at)
    if hindered is None and any(start <= at < end for start, end in contact.absent):
        hindered = Outcome.ABSENT
    if hindered is not None and (absences or hindered is not Outcome.ABSENT):
        return (_unreached(whom, hindered),)
    found = [
        Telling(whom=whom, via=medium.value, outcome=Outcome.TOLD)
        for medium in media
        if medium is not Medium.CHAT and _has(contact, medium, around)
    ]
    if Medium.CHAT in media and person is not None and (around.chatting is None or person.id in around.chatting):
        found.insert(0, Telling(whom=f"person:{person.id}", via=Medium.CHAT.value, outcome=Outcome.TOLD))
    return tuple(found) or (_unreached(whom, Outcome.UNREACHABLE),)


def _has(contact: Contact, medium: Medium, around: Around) -> bool:
    named = reference(contact, medium)
    return bool(named) and around.leads_to(named)


def reference(contact: Contact, medium: Medium) -> str:
    """Return how a pager is told whom to reach, `webhook:NAME` or `email:NAME`; empty where the contact has none."""
    said = contact.webhook if medium is Medium.WEBHOOK else contact.email if medium is Medium.EMAIL else ""
    return f"{medium.value}:{said.removeprefix('env:')}" if said else ""


def _channel(target: Target, case: CaseFacts, around: Around, at: datetime) -> Telling:
    whom = f"channel:{target.channel}"
    if case.about != "member":
        # nobody can say who reads along there
        return _unreached(whom, Outcome.HIDDEN)
    if around.channels is not None and target.channel not in around.channels:
        return _unreached(whom, Outcome.UNREACHABLE)
    return Telling(
        whom=whom, via=Medium.CHAT.value, outcome=Outcome.TOLD, mentioned=_mentioned(target, case, around, at)
    )


def _mentioned(target: Target, case: CaseFacts, around: Around, at: datetime) -> tuple[str, ...]:
    """Return whom a channel's card mentions: of the own team whoever is on duty, or leads, where that is asked for."""
    if target.mention == "nobody":
        return ()
    roster = around.roster
    own = "" if roster.internal is None else roster.internal.id
    if target.mention == "on_duty":
        working = {person for person, organisation in around.on_duty if organisation == own}
        people = [roster.people[one] for one in working if one in roster.people]
    else:
        people = [one for one in roster.of(own) if roster.is_lead(one)] if own else []
    return tuple(sorted(one.id for one in people if _hinders(one, case, around, at) is None))
