"""Who sees which case: the one answer that every list, show, search, note and error goes by.

What somebody doesn't see doesn't exist for them: the sentence for "not there" and for "not for you" is the same.
"""

from bot.domain.authority import narrowed
from bot.domain.case import About, Case
from bot.domain.governance import Governance
from bot.domain.staff import PARTNER_LEAD, Person
from bot.services.staff.knowing import Caller


def visible(case: Case, caller: Caller, governance: Governance) -> bool:
    """Return whether somebody may know that a case exists; what they may do with it is authority's word.

    A complaint is the leads' alone, and of the leads none sees what is about them. A partner's people see the cases of
    the queues that their mandates name.
    """
    person, organisation = caller.person, caller.organisation
    if person is None or organisation is None:
        return False
    if case.about is not About.MEMBER:
        return caller.leads and not _is_about(case, caller, governance)
    # a report can name an account that turns out to be of somebody's own human
    return organisation.is_internal or case.queue in queues_of(person, governance)


def is_own(case: Case, caller: Caller) -> bool:
    """Return whether it is they who claimed a case."""
    return caller.person is not None and case.claimed_by == caller.person.id


def hidden_from(case: Case, governance: Governance) -> frozenset[str]:
    """Return the ids of the people and of the partner from whom a case is hidden."""
    if case.about is About.MEMBER:
        return frozenset()
    accused = governance.roster.people.get(case.about_person)
    same = [] if accused is None else [one.id for one in governance.roster.people.values() if _same(one, accused)]
    partner = governance.roster.organisations.get(case.about_organisation)
    named = {case.about_person, *same}
    if partner is None or not partner.is_internal:
        named.add(case.about_organisation)
    return frozenset(named - {""})


def _is_about(case: Case, caller: Caller, governance: Governance) -> bool:
    """Return whether a complaint is about somebody, in whatever seat, or about a partner at which they are seated."""
    hidden = hidden_from(case, governance)
    seats = governance.roster.with_account(caller.ref)
    people = [*seats, caller.person] if caller.person is not None else [*seats]
    return any(one.id in hidden or one.organisation in hidden for one in people)


def _same(one: Person, other: Person) -> bool:
    return one.id == other.id or one.shares_account(other)


def channels_of(person: Person, governance: Governance) -> frozenset[str]:
    """Return the channels that the mandates of a partner's person name, as far as their seat was given them."""
    organisation = governance.roster.organisations[person.organisation]
    held = [one for one in organisation.mandates if person.role in (one.role, PARTNER_LEAD)]
    return frozenset().union(*(narrowed(one, person.only).channels for one in held))


def queues_of(person: Person, governance: Governance) -> frozenset[str]:
    """Return the queues that the mandates of a partner's person name, as far as their seat was given them."""
    organisation = governance.roster.organisations[person.organisation]
    held = [one for one in organisation.mandates if person.role in (one.role, PARTNER_LEAD)]
    return frozenset().union(*(narrowed(one, person.only).queues for one in held))
