"""Says whether somebody's rights as one of a partner's people have ended for now, and why."""

from collections.abc import Collection
from datetime import datetime

from bot.domain.message import AccountRef
from bot.domain.staff import Person, Phase, RestraintKind, Roster
from bot.store.engine import Tx
from bot.store.restraints import ORGANISATION, PERSON, restraints_of

#: why rights ended: the contract is over, a lead suspended the person or the partner, the policies name them no more
CONTRACT, SUSPENDED, REMOVED = "contract", "suspended", "removed"


async def suspended_of(tx: Tx, community: str, roster: Roster, now: datetime) -> frozenset[tuple[str, str]]:
    """Return who is suspended, people and organisations, as what they are and their id."""
    subjects = [*roster.people, *roster.organisations]
    holding = await restraints_of(tx, community, subjects, now)
    return frozenset((one.of, one.subject) for one in holding if one.kind is RestraintKind.SUSPENSION)


def why_ended(ref: AccountRef, roster: Roster, suspended: Collection[tuple[str, str]], now: datetime) -> str:
    """Return why whoever has an account no longer moderates, as a code; empty while one of their seats holds.

    A contract that hasn't begun has not ended: staff may be given their roles before.
    """
    seats = roster.with_account(ref)
    whys = [_why(seat, roster, suspended, now) for seat in seats]
    if not all(whys):
        return ""
    return whys[0] if whys else REMOVED


def _why(person: Person, roster: Roster, suspended: Collection[tuple[str, str]], now: datetime) -> str:
    organisation = roster.organisations.get(person.organisation)
    if organisation is None:
        return REMOVED
    if organisation.phase(now) is Phase.ENDED:
        return CONTRACT
    held = (PERSON, person.id) in suspended or (ORGANISATION, organisation.id) in suspended
    return SUSPENDED if held else ""
