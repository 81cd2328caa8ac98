"""Notes what was done on a platform by somebody's own hand: recorded once, attributed, and told to leads where due."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.actor import OUTSIDE, Actor, OrganisationKind
from bot.domain.entry_kind import EntryKind
from bot.domain.message import AccountRef
from bot.domain.outside import Deed, DeedKind
from bot.domain.place import Connection, Stream
from bot.domain.severity import Severity
from bot.ledger.canonical import Plain
from bot.policy.policy_set import PolicySet
from bot.ports import Clock, Keys
from bot.services.alarms import DONE_OUTSIDE
from bot.services.hands.seeing import settle_step, step_of
from bot.services.outside.respecting import respect
from bot.services.performing.paging import raise_alarm
from bot.services.record import Draft
from bot.services.showing.news import tell_leads
from bot.services.staff.knowing import find_caller
from bot.services.work import Work, begin_work
from bot.store.accounts import accounts_of
from bot.store.channels import known_channels
from bot.store.columns import new_id
from bot.store.deeds import Noted, news_about, note_deed, noted_until
from bot.store.engine import Store

#: what one of a partner's people does outside Locum within it is one alarm and one card
TOGETHER = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Noting:
    """What notes the deeds of one connection."""

    #: the database
    store: Store
    #: keys outside it
    keys: Keys = field(repr=False)
    #: the one source of time
    clock: Clock
    #: the policies as they apply at the moment
    policies: Callable[[], PolicySet]
    #: where it is done
    connection: Connection
    #: tells performers that something may have been planned
    wake: Callable[[], None]

    async def note(self, deed: Deed) -> None:
        """Record a deed, once, with all that follows from it; raise UnavailableError, and nothing is stored then."""
        async with self.store.writing() as tx:
            work = await begin_work(tx, self.keys, self.policies(), self.clock.now())
            await _note(work, self.connection, deed)
            await work.finish()
        self.wake()

    async def until(self) -> datetime:
        """Return from when on what was done is to be told; raise UnavailableError."""
        async with self.store.writing() as tx:
            return await noted_until(tx, self.policies().community, self.connection.name, self.clock.now())


async def _note(work: Work, connection: Connection, deed: Deed) -> None:
    actor, account = await _who(work, deed.by)
    if deed.kind is DeedKind.ROLES and deed.by == deed.member and account is not None:
        # members who choose their own roles moderate nobody
        return
    member = None
    if deed.member is not None:
        member = (await accounts_of(work.tx, work.community, [deed.member], work.now))[deed.member]
    step = await step_of(work, connection, deed, member)
    is_partner = actor.side is OrganisationKind.PARTNER
    news = await _news(work, actor.who, deed.at) if is_partner and step is None else None
    noted = await _noted(work, deed, actor, member)
    if not await note_deed(work.tx, work.community, connection.name, deed.id, noted, news=news):
        return
    if step is not None:
        # asked for, and recorded as that: it is nobody's act past Locum
        await settle_step(work, step, deed, actor)
        return
    details = _details(work.policies, deed)
    said = {"account": member, "by": account}
    work.record(
        Draft(
            kind=EntryKind.DONE_OUTSIDE,
            actor=actor,
            policy=work.policies.version,
            details={**{key: value for key, value in said.items() if value is not None}, **details},
        )
    )
    if deed.kind is DeedKind.STANDING and member is not None:
        await respect(work, deed, member, actor)
    if news is not None:
        alarming: dict[str, str | int] = {"person": actor.who, "organisation": actor.organisation, "subject": news}
        await raise_alarm(work, DONE_OUTSIDE, news, alarming)
        await tell_leads(work, news, severity=Severity.HIGH)


async def _noted(work: Work, deed: Deed, actor: Actor, member: str | None) -> Noted:
    """Return a deed as it is remembered; of a deletion also what it is recognised by when messages go."""
    noted = Noted(at=deed.at, kind=deed.kind, person=actor.who, organisation=actor.organisation)
    if deed.kind is not DeedKind.DELETION or deed.stream is None:
        return noted
    channel = (await known_channels(work.tx, work.community, [deed.stream])).get(deed.stream)
    return replace(noted, account=member, channel=channel, count=deed.count)


async def _who(work: Work, by: AccountRef | None) -> tuple[Actor, str | None]:
    """Return who did it, and the account of somebody who isn't staff."""
    if by is None:
        return OUTSIDE, None
    caller = await find_caller(work, by)
    if caller.person is None:
        return OUTSIDE, caller.account
    return caller.actor(), None


async def _news(work: Work, person: str, at: datetime) -> str:
    """Return what hangs up the card about a deed: the one that tells of what they did shortly before."""
    return await news_about(work.tx, work.community, person, at - TOGETHER) or new_id()


def _details(policies: PolicySet, deed: Deed) -> dict[str, Plain]:
    """Return what the entry says of a deed; roles and channels by the policies' names."""
    said: dict[str, Plain] = {"deed": deed.kind.value, "done_at": deed.at.isoformat()}
    match deed.kind:
        case DeedKind.STANDING:
            said["sanction"] = "" if deed.sanction is None else deed.sanction.value
            said["held"] = int(deed.standing.held)
            if deed.standing.until is not None:
                said["until"] = deed.standing.until.isoformat()
        case DeedKind.DELETION | DeedKind.KICK:
            said["count"] = deed.count
            if deed.stream is not None and (named := _channel(policies, deed.stream)):
                said["channel"] = named
        case DeedKind.ROLES:
            names = {role: name for name, role in policies.discord_roles.items()}
            said["given"] = sorted(names.get(role, role) for role in deed.given)
            said["taken"] = sorted(names.get(role, role) for role in deed.taken)
    return said


def _channel(policies: PolicySet, stream: Stream) -> str:
    """Return the name under which the policies list a channel; empty for one that they don't."""
    listed = (place for place in policies.places if place.channel_on(stream.connection) == stream.channel)
    return next((place.name for place in listed), "")
