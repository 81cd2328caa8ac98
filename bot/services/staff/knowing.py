"""Knows who an account belongs to and how they stand now: the facts that authority decides by."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain.actor import Actor, ActorKind
from bot.domain.authority import Target
from bot.domain.message import AccountRef, Member
from bot.domain.staff import LEAD, OWNER, Level, Organisation, Person, RestraintKind, Roster, Shift, Standing
from bot.services.work import Work
from bot.store.accounts import account_refs, accounts_of, known_accounts
from bot.store.complaints import has_complained
from bot.store.engine import Tx
from bot.store.levels import decided_levels
from bot.store.overrides import open_override
from bot.store.restraints import ORGANISATION, PERSON, Restraint, restraints_of
from bot.store.shifts import shifts_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who gave a command, as they are at this moment."""

    #: surrogate of the account
    account: str
    #: the account
    ref: AccountRef
    #: who that is; None for a member who doesn't moderate
    person: Person | None = None
    #: for whom they act
    organisation: Organisation | None = None
    #: how they stand
    standing: Standing | None = None
    #: at how many organisations the same human is seated
    seats: int = 0
    #: the reader's language
    language: str = "en"

    def actor(self, mandate: str = "") -> Actor:
        """Return the snapshot that every record of what they do now carries; the mandate is the ruling's."""
        if self.person is None or self.organisation is None or self.standing is None:
            return Actor(kind=ActorKind.OUTSIDE, who="member")
        contract = self.organisation.contract
        return Actor(
            kind=ActorKind.PERSON,
            who=self.person.id,
            organisation=self.organisation.id,
            side=self.organisation.kind,
            contract="" if contract is None else contract.reference,
            mandate=mandate,
            level=self.standing.level.word,
            shift="" if self.standing.shift is None else self.standing.shift.id,
        )

    @property
    def leads(self) -> bool:
        """Whether they lead the community's own team."""
        return (
            self.person is not None
            and self.organisation is not None
            and self.organisation.is_internal
            and self.person.role in (LEAD, OWNER)
        )


async def find_caller(work: Work, ref: AccountRef, language: str = "en") -> Caller:
    """Return who an account belongs to and how they stand; an account nobody knew gets its surrogate.

    Of one human's seats at several organisations it is the one whose shift they are on, else the first: then nothing
    but a shift is theirs to begin.
    """
    account = (await accounts_of(work.tx, work.community, [ref], work.now))[ref]
    return await _caller(work, ref, account, language)


async def known_caller(work: Work, ref: AccountRef, language: str = "en") -> Caller:
    """Return the same in a transaction that only reads; an account nobody knows has no surrogate."""
    account = (await known_accounts(work.tx, work.community, [ref])).get(ref, "")
    return await _caller(work, ref, account, language)


async def _caller(work: Work, ref: AccountRef, account: str, language: str) -> Caller:
    people = work.governance.roster.with_account(ref)
    if not people:
        return Caller(account=account, ref=ref, language=language)
    shifts = await shifts_of(work.tx, work.community, [one.id for one in people], work.now)
    person = _on_duty(people, shifts)
    standing = await standing_of(work.tx, work.community, person, work.now, shifts=shifts)
    return Caller(
        account=account,
        ref=ref,
        person=person,
        organisation=work.governance.roster.organisations[person.organisation],
        standing=standing,
        seats=len({one.organisation for one in people}),
        language=language,
    )


async def known_callers(work: Work, refs: Collection[AccountRef], language: str = "en") -> dict[AccountRef, Caller]:
    """Return who many accounts belong to, in a transaction that only reads: each table is read once for all of them."""
    tx, community, now = work.tx, work.community, work.now
    accounts = await known_accounts(tx, community, refs)
    people = {ref: work.governance.roster.with_account(ref) for ref in refs}
    ids = {one.id for several in people.values() for one in several}
    if not ids:
        return {ref: Caller(account=accounts.get(ref, ""), ref=ref, language=language) for ref in refs}
    shifts = await shifts_of(tx, community, ids, now)
    levels = await decided_levels(tx, community, ids)
    organisations = {one.organisation for several in people.values() for one in several}
    restraints = await restraints_of(tx, community, ids | organisations, now)
    found: dict[AccountRef, Caller] = {}
    for ref, several in people.items():
        caller = Caller(account=accounts.get(ref, ""), ref=ref, language=language)
        if several:
            person = _on_duty(several, shifts)
            caller = replace(
                caller,
                person=person,
                organisation=work.governance.roster.organisations[person.organisation],
                standing=_standing(person, levels, shifts, restraints, await _override(tx, community, person, now)),
                seats=len({one.organisation for one in several}),
            )
        found[ref] = caller
    return found


def _on_duty(people: Sequence[Person], shifts: Sequence[Shift]) -> Person:
    working = {shift.person for shift in shifts}
    return next((one for one in people if one.id in working), people[0])


async def caller_as(work: Work, caller: Caller, person: Person) -> Caller:
    """Return somebody as they are in another of their seats."""
    return replace(
        caller,
        person=person,
        organisation=work.governance.roster.organisations[person.organisation],
        standing=await standing_of(work.tx, work.community, person, work.now),
    )


def seats_of(roster: Roster, person: Person) -> tuple[Person, ...]:
    """Return every seat of the human who sits in this one, this one among them."""
    others = (one for one in roster.people.values() if one.id != person.id and one.shares_account(person))
    return (person, *others)


async def standing_of(
    tx: Tx, community: str, person: Person, now: datetime, *, shifts: Sequence[Shift] | None = None
) -> Standing:
    """Return how somebody stands now; a level that leads decided counts more than the policies' start.

    `shifts`, where they were read already, has those that the person is on.
    """
    levels = await decided_levels(tx, community, [person.id])
    if shifts is None:
        shifts = await shifts_of(tx, community, [person.id], now)
    restraints = await restraints_of(tx, community, [person.id, person.organisation], now)
    return _standing(person, levels, shifts, restraints, await _override(tx, community, person, now))


async def _override(tx: Tx, community: str, person: Person, now: datetime) -> datetime | None:
    # nobody else ever breaks the glass
    return await open_override(tx, community, person.id, now) if person.role == OWNER else None


def _standing(
    person: Person,
    levels: Mapping[str, Level],
    shifts: Sequence[Shift],
    restraints: Sequence[Restraint],
    override: datetime | None,
) -> Standing:
    # a person may be called like an organisation: what holds the one doesn't hold the other
    holding = [
        one for one in restraints if (one.of, one.subject) in ((PERSON, person.id), (ORGANISATION, person.organisation))
    ]
    freezes = [one for one in holding if one.kind is RestraintKind.FREEZE]
    until = [datetime.max.replace(tzinfo=UTC) if one.until is None else one.until for one in freezes]
    return Standing(
        level=levels.get(person.id, person.starts_as),
        shift=next((one for one in shifts if one.person == person.id), None),
        frozen_until=max(until, default=None),
        suspended=any(one.kind is RestraintKind.SUSPENSION for one in holding),
        override_until=override,
    )


async def target_of(work: Work, account: str, caller: Caller, member: Member | None = None) -> Target:
    """Return what authority is to know of a member: whose account it is, their roles, what they complained about."""
    ref = member.account if member is not None and member.account is not None else None
    if ref is None:
        ref = (await account_refs(work.tx, [account])).get(account)
    people = () if ref is None else work.governance.roster.with_account(ref)
    roles = member.roles if member is not None and member.roles is not None else frozenset[str]()
    mine = () if caller.person is None else seats_of(work.governance.roster, caller.person)
    return Target(
        account=account,
        people=tuple(one.id for one in people),
        protected=bool(roles & work.governance.protected),
        complained=await has_complained(work.tx, work.community, account, [one.id for one in mine]),
    )
