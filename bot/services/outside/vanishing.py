"""Notes what isn't there any more: messages that went and members who left, whoever's hand it was.

A platform doesn't say by whom a message went. What a deletion of Locum's own explains is nothing new. Of what belongs
to a case the ledger is told a moment later, once for each case: by then it is known whether somebody was seen to do it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain.action import ActionState
from bot.domain.actor import OUTSIDE
from bot.domain.card import CardKind
from bot.domain.entry_kind import EntryKind
from bot.domain.gone import NEAR, Gone, accounted_for
from bot.domain.message import AccountRef
from bot.domain.outside import DeedKind
from bot.domain.place import Stream
from bot.domain.severity import Severity
from bot.ledger.canonical import Plain
from bot.policy.policy_set import PolicySet
from bot.ports import Clock, Keys
from bot.services.hands.showing import turn_cards
from bot.services.performing.entries import ended
from bot.services.record import Draft
from bot.services.showing.wanting import show
from bot.services.timing import Handler
from bot.services.work import Work, begin_work
from bot.store.accounts import known_accounts, lock_accounts
from bot.store.actions import Claimed, end
from bot.store.cases import open_cases
from bot.store.channels import known_channels
from bot.store.engine import Store, Tx
from bot.store.gone import (
    AT_ONCE,
    about,
    deletion_deeds,
    deletions_of,
    mark_gone,
    mark_left,
    mark_said,
    mark_seen,
    seen_among,
    still_there,
    unsaid,
)
from bot.store.timers import Timer, set_timers

#: kind of the timers after which the ledger is told of what went; their subject is a moment
GONE = "gone"
#: so long is waited for who did it to be told
_PATIENCE = NEAR + timedelta(seconds=5)
#: what goes within it is told of by one timer
_TOGETHER = timedelta(seconds=10)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
#: without policies, it is looked again then
_LATER = timedelta(hours=1)
#: messages of a case that one entry names
_NAMED = 100
#: a deletion in one of these is Locum's own doing, or was
_OURS = frozenset({ActionState.ATTEMPTED, ActionState.UNKNOWN, ActionState.CONFIRMED, ActionState.BY_HAND})


@dataclass(frozen=True, kw_only=True, slots=True)
class Vanishing:
    """What notes what isn't there any more on one connection."""

    #: the database
    store: Store
    #: keys outside it
    keys: Keys = field(repr=False)
    #: the one source of time
    clock: Clock
    #: the policies as they apply at the moment
    policies: Callable[[], PolicySet]
    #: tells performers that something may have been planned
    wake: Callable[[], None]

    async def gone(self, stream: Stream, ids: Collection[str], at: datetime) -> frozenset[str]:
        """Note that messages don't stand in a stream any more, and return those of which nothing is known yet.

        Raises UnavailableError, and nothing is stored then.
        """
        async with self.store.reading() as tx:
            channel = (await known_channels(tx, self.policies().community, [stream])).get(stream)
            if channel is None:
                return frozenset(ids)
            fresh = await seen_among(tx, channel, ids, unmarked=True)
            there = await still_there(tx, channel, ids)
            known = fresh if len(fresh) == len(set(ids)) else await seen_among(tx, channel, ids)
        if fresh or there:
            async with self.store.writing() as tx:
                await mark_seen(tx, channel, fresh)
                ends = await self._messages(tx, channel, ids, at)
            if ends:
                self.wake()
        return frozenset(ids) - known

    async def left(self, ref: AccountRef, at: datetime) -> None:
        """Note that a member isn't there any more, as far as anything is known of them; raise UnavailableError."""
        async with self.store.reading() as tx:
            account = (await known_accounts(tx, self.policies().community, [ref])).get(ref)
        if account is None:
            return
        async with self.store.writing() as tx:
            await lock_accounts(tx, [account])
            if not await mark_left(tx, account, min(at, self.clock.now())):
                return
            cases = (await open_cases(tx, self.policies().community, [account])).get(account, [])
            if cases:
                work = await begin_work(tx, self.keys, self.policies(), self.clock.now())
                await _show(work, {case.id: case.severity for case in cases})
                await work.finish()
        if cases:
            self.wake()

    async def _messages(self, tx: Tx, channel: int, ids: Collection[str], at: datetime) -> int:
        """Note what went of messages that something followed from; return how many deletions that brought to an end."""
        # what Locum posted has no author: a card that is gone is hung up once more when it changes
        there = [name for name, account in (await still_there(tx, channel, ids)).items() if account is not None]
        if not there:
            return 0
        now = self.clock.now()
        deletions = await deletions_of(tx, there)
        ours = {_message(one) for one in deletions if one.action.state in _OURS}
        ends = [became for one in deletions if (became := _became(one)) is not None]
        if not ends and len(ours) == len(there):
            return 0
        work = await begin_work(tx, self.keys, self.policies(), now)
        await mark_gone(tx, [one for one in there if one not in ours], min(at, now))
        await end(tx, ends, now)
        for one, state, reason in ends:
            draft = ended(one, state, reason, one.action.attempts)[1]
            # a manual step: somebody did it, and nobody says who
            work.record(replace(draft, actor=OUTSIDE) if one.action.state is ActionState.BY_HAND else draft)
        await turn_cards(work, [one.action.id for one, _, _ in ends])
        if len(ours) < len(there):
            await set_timers(tx, [_timer(work.community, now)])
        await work.finish()
        return len(ends)


def _message(deletion: Claimed) -> str:
    return deletion.action.target.partition(":")[2]


def _became(deletion: Claimed) -> tuple[Claimed, ActionState, str] | None:
    """Return how a deletion ends whose message isn't there any more; None for one that ends by itself, or did."""
    match deletion.action.state:
        case ActionState.PLANNED:
            return deletion, ActionState.SUPERSEDED, "gone"
        case ActionState.UNKNOWN | ActionState.BY_HAND:
            # it was asked for, and that it isn't there is all that a reading back would show
            return deletion, ActionState.CONFIRMED, "gone"
        case _:
            return None


def _timer(community: str, now: datetime) -> Timer:
    """Return the timer that tells of what went now; whatever goes within the same moment shares it."""
    moment = (now - _EPOCH) // _TOGETHER
    return Timer(
        kind=GONE, community=community, subject=str(moment), due_at=_EPOCH + (moment + 1) * _TOGETHER + _PATIENCE
    )


def gone_handler(keys: Keys, policies: Callable[[str], PolicySet | None]) -> Handler:
    """Return what fires `gone` timers: the ledger is told of what went, and cards say so."""

    async def fire(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
        community = timers[0].community
        known = policies(community)
        if known is None:
            await set_timers(tx, [Timer(kind=GONE, community=community, subject="later", due_at=now + _LATER)])
            return
        work = await begin_work(tx, keys, known, now)
        await _tell(work)
        await work.finish()

    return fire


async def _tell(work: Work) -> None:
    """Record what went and belongs to something, once a case, and have the cases' cards drawn anew."""
    gone = await unsaid(work.tx, work.community, work.now - _PATIENCE)
    if not gone:
        return
    deeds = await deletion_deeds(work.tx, work.community, gone[0].at - NEAR, gone[-1].at + NEAR)
    told = accounted_for(gone, deeds)
    belongs = await about(work.tx, [one.message for one in gone])
    cases: dict[str, Severity] = {}
    together: dict[tuple[str | None, str], list[Gone]] = defaultdict(list)
    for one in gone:
        for place in belongs.get(one.message, ()):
            if place.case is not None:
                cases[place.case] = Severity(place.severity)
            if one.message not in told:
                together[place.case, one.account].append(one)
    for (case, account), ones in together.items():
        work.record(
            Draft(
                kind=EntryKind.DONE_OUTSIDE,
                actor=OUTSIDE,
                policy=work.policies.version,
                case=case,
                details=_details(account, ones),
            )
        )
    await mark_said(work.tx, [one.message for one in gone])
    await _show(work, cases)
    if len(gone) == AT_ONCE:
        # there may be more
        await set_timers(work.tx, [_timer(work.community, work.now)])


def _details(account: str, ones: Sequence[Gone]) -> Mapping[str, Plain]:
    named: list[Plain] = [one.message for one in ones[:_NAMED]]
    said: dict[str, Plain] = {
        "deed": DeedKind.DELETION.value,
        "done_at": ones[0].at.isoformat(),
        "count": len(ones),
        "messages": named,
    }
    return said | ({"account": account} if account else {})


async def _show(work: Work, cases: Mapping[str, Severity]) -> None:
    for case, severity in sorted(cases.items()):
        await show(work, CardKind.CASE, case, stream=None, case=case, severity=severity)
