"""People as others see them on the page: names, colours, what they are, and what holds them back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2s
from urllib.parse import quote

from adapters.local.chat.chat import LOCUM, Chat
from adapters.local.chat.types import Account
from adapters.local.web.knowing import Known
from adapters.local.web.views import PersonView
from bot.domain.outcome import OutcomeKind
from bot.domain.staff import Organisation, Roster
from bot.i18n import say
from bot.services.tracing.chain import Seen

#: the gravest first: of several, one is shown
_HELD = (OutcomeKind.BAN, OutcomeKind.QUARANTINE, OutcomeKind.TIMEOUT)
_NOBODY = Seen()

Groups = tuple[tuple[str, tuple[PersonView, ...]], ...]


def hue_of(account: str) -> int:
    """Return an avatar's colour: the same for an account wherever and whenever it is drawn."""
    return int.from_bytes(blake2s(account.encode("utf-8", "replace"), digest_size=4).digest()) % 360


def initials_of(name: str) -> str:
    """Return one or two letters that stand for a name."""
    words = ["".join(sign for sign in word if sign.isalnum()) for word in name.replace("_", " ").split()]
    first = [word[0] for word in words if word]
    return "".join(first[:1] + first[1:][-1:]).upper()[:2] or "?"


def base_of(community: str, account: str) -> str:
    """Return what stands in front of every address of a person's page."""
    return f"/{quote(community, safe='')}/as/{quote(account, safe='')}"


def can_be(account: Account) -> bool:
    """Return whether a visitor can be somebody: not Locum, nor another program."""
    return account.id != LOCUM and not account.bot


async def people_of(known: Known, language: str, reader: str = "") -> dict[str, PersonView]:
    """Return everybody who was ever here, by account; with a `reader`, what is asked about them next is known too."""
    community = known.community
    roster = community.backstage.policies.governance.roster
    accounts = community.chat.accounts()
    staff = [one.id for one in accounts if one.id in roster.people]
    seen = await known.seen([*staff, reader] if reader else staff, language)
    return {
        one.id: _person(one, seen.get(one.id, _NOBODY), known, roster, language) for one in accounts
    }  # fmt: skip


def _person(account: Account, seen: Seen, known: Known, roster: Roster, language: str) -> PersonView:
    chat, organisation = known.community.chat, organisation_of(roster, account.id)
    program = account.id == LOCUM
    side = "locum" if program else "member" if organisation is None else str(organisation.kind.value)
    return PersonView(
        id=account.id,
        name=account.name,
        initials=initials_of(account.name),
        hue=hue_of(account.id),
        side=side,
        badge="" if organisation is None else " · ".join(filter(None, (seen.role, organisation.name))),
        on_shift=seen.on_shift_until is not None,
        status="" if program else status_of(chat, account, language) or seen.hindered,
        href="" if not can_be(account) else f"{base_of(known.community.name, account.id)}/",
    )


def organisation_of(roster: Roster, account: str) -> Organisation | None:
    """Return the organisation that somebody works for: accounts of the roster are called as its people."""
    person = roster.people.get(account)
    return None if person is None else roster.organisations.get(person.organisation)


def status_of(chat: Chat, account: Account, language: str) -> str:
    """Return what holds somebody back in the chat; empty for nothing."""
    for sanction in _HELD:
        standing = chat.held(account.id, sanction).standing
        if standing.held:
            return say(f"chat.held_{sanction.value}", language)
    return "" if account.joined_at is not None else say("chat.away", language)


def grouped(people: Mapping[str, PersonView], roster: Roster, language: str) -> Groups:
    """Return everybody one can be: the community's own team, each partner, and the members."""
    mine: dict[str, list[PersonView]] = {}
    for account, person in people.items():
        organisation = organisation_of(roster, account)
        if person.href:
            mine.setdefault("" if organisation is None else organisation.id, []).append(person)
    organisations = sorted(roster.organisations.values(), key=lambda one: not one.is_internal)
    found = [(one.name, tuple(mine.get(one.id, ()))) for one in organisations]
    found.append((say("chat.members", language), by_name(mine.get("", ()))))
    return tuple((heading, group) for heading, group in found if group)


def by_name(people: Iterable[PersonView]) -> tuple[PersonView, ...]:
    """Return people in the order in which names are looked up."""
    return tuple(sorted(people, key=lambda one: (one.name.casefold(), one.id)))


def present(people: Mapping[str, PersonView], accounts: Sequence[Account]) -> tuple[PersonView, ...]:
    """Return who is in the community: who moderates, whoever is on duty first, and then the members."""
    here = [people[one.id] for one in accounts if one.joined_at is not None and one.id in people]
    return tuple(sorted(here, key=lambda one: (one.side == "member", not one.on_shift, one.name.casefold(), one.id)))


def until_in_words(until: datetime | None, language: str) -> str:
    """Return when something ends; the hour is in UTC, and says so."""
    if until is None:
        return say("chat.for_good", language)
    return say("chat.until", language, time=f"{until.astimezone(UTC):%Y-%m-%d %H:%M}")
