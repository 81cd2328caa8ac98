"""Furnishes the chat of our own as a community's policies say: its rooms, and the people who moderate it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from adapters.local.chat.chat import Chat
from adapters.local.chat.types import Account, RoomKind
from adapters.local.life.acting import enrolled
from adapters.local.life.people import members
from bot.domain.staff import PARTNER_LEAD, Organisation, Person
from bot.policy.policy_set import PolicySet

#: the channel in which cards hang, and which staff alone see
LEADS = "leads"
#: the role that sees staff's rooms
STAFF = "staff"
#: the role of outside moderators: to be told from members, and it opens no room
MODERATORS = "moderators"
#: those who moderate were there before anybody else
_SINCE = timedelta(days=400)


def furnish(chat: Chat, policies: PolicySet, now: datetime) -> None:
    """Make what the policies name and isn't there yet; what they no longer name stays, as on any platform."""
    for place in policies.places:
        kind = RoomKind.STAFF if place.name == LEADS else RoomKind.OPEN
        chat.make_room(place.name, kind, languages=sorted(place.languages))
    for account in accounts_of(policies, now):
        chat.enrol(account)


def people(chat: Chat, now: datetime) -> None:
    """Let the members be there who are from the start, whether or not they do anything by themselves."""
    for person in members():
        if chat.account(person.id) is None:
            chat.enrol(enrolled(person, person.id, now))


def accounts_of(policies: PolicySet, now: datetime) -> Iterator[Account]:
    """Yield an account for everybody in the policies' roster, called as members may know them."""
    roster = policies.governance.roster
    for person in roster.people.values():
        yield Account(
            id=person.id,
            name=person.alias,
            created_at=now - _SINCE,
            joined_at=now - _SINCE,
            roles=roles_of(person, roster.organisations[person.organisation]),
            language=_language(person, policies),
        )


def roles_of(person: Person, organisation: Organisation) -> frozenset[str]:
    """Return the roles that somebody holds in the chat.

    The community's own team are staff: they see the leads' channel, and nobody acts on them. Outside moderators work by
    commands, whose answers show them what they may see; they sit in the leads' channel only where a mandate of theirs
    names it.
    """
    if organisation.is_internal:
        return frozenset({STAFF})
    held = (one for one in organisation.mandates if person.role in (one.role, PARTNER_LEAD))
    sits_there = any(LEADS in one.channels for one in held)
    return frozenset({MODERATORS, STAFF} if sits_there else {MODERATORS})


def _language(person: Person, policies: PolicySet) -> str:
    """Return the first of the community's languages that somebody moderates in."""
    spoken = person.languages or frozenset(policies.languages)
    return next((one for one in policies.languages if one in spoken), policies.languages[0])
