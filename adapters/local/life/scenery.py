"""Where the seeded community lives: rooms with what is talked about there, and what the policies know."""

from collections.abc import Iterable
from dataclasses import dataclass

from adapters.local.chat.types import Room, RoomKind
from adapters.local.life.texts import lines_of, table
from bot.domain.actor import OrganisationKind
from bot.domain.message import PlatformName
from bot.domain.staff import Level
from bot.policy.policy_set import PolicySet

#: what is talked about where nothing else is known
TALK = "talk"
#: who acts alone, the one who does it every day first
_ROLES = ("moderator", "lead")


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One room that members write in."""

    #: the room's id
    room: str
    #: what is talked about: `talk`, `games`, `making`, `help`, `show`, `market`, `calm`, `front`
    subject: str
    #: languages spoken; empty for any
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Moderator:
    """One of the community's own people who acts alone."""

    #: the account
    account: str
    #: languages moderated in; empty for all
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenery:
    """All that a script needs to know of a community."""

    #: in the chat's order
    places: tuple[Place, ...]
    #: languages of the community, the first one first
    languages: tuple[str, ...] = ("en", "de")
    #: names of the rules, `guideline/rule`
    rules: frozenset[str] = frozenset()
    #: the community's own people who act alone, moderators before leads
    moderators: tuple[Moderator, ...] = ()

    def moderator(self, language: str) -> str:
        """Return the account of whoever moderates in a language; empty where nobody does."""
        fitting = (one.account for one in self.moderators if not one.languages or language in one.languages)
        return next(fitting, "")

    def room(self, subject: str, language: str) -> str:
        """Return the room that suits best: its subject and language, then its subject, then its language, then any."""

        def unfit(place: Place) -> tuple[bool, bool, bool]:
            foreign = bool(place.languages) and language not in place.languages
            return (place.subject != subject, foreign, not place.languages)

        return min(self.places, key=unfit).room


def scenery_of(rooms: Iterable[Room], policies: PolicySet) -> Scenery:
    """Return what members can write in, and what the policies know."""
    places = tuple(
        Place(room=room.id, subject=_subject(room.name), languages=room.languages)
        for room in rooms
        if room.kind is RoomKind.OPEN
    )
    return Scenery(
        places=places,
        languages=_languages(places),
        rules=frozenset(rule.name for rule in policies.rules),
        moderators=_moderators(policies),
    )


def _subject(room: str) -> str:
    names = {name: subject for subject, listed in table("rooms").items() for name in lines_of(listed)}
    return names.get(room.casefold(), TALK)


def _languages(places: Iterable[Place]) -> tuple[str, ...]:
    spoken = {language for place in places for language in place.languages}
    return tuple(one for one in ("en", "de") if not spoken or one in spoken) or ("en",)


def _moderators(policies: PolicySet) -> tuple[Moderator, ...]:
    roster = policies.governance.roster
    own = {one.id for one in roster.organisations.values() if one.kind is OrganisationKind.INTERNAL}
    found = [
        person
        for person in roster.people.values()
        if person.organisation in own and person.role in _ROLES and person.starts_as >= Level.SAMPLED
    ]
    return tuple(
        Moderator(account=held[1], languages=person.languages)
        for person in sorted(found, key=lambda one: _ROLES.index(one.role))
        if (held := person.accounts.get(PlatformName.LOCAL)) is not None
    )
