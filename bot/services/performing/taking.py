"""Takes a batch of due actions: claims them, reads what they refer to, ends what needn't or mustn't be asked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.action import ActionKind, ActionState
from bot.services.performing.by_hand import record_with_hands
from bot.services.performing.entries import ended
from bot.services.performing.facts import gather
from bot.services.performing.needs import Needs
from bot.services.performing.outcomes import not_asked
from bot.services.performing.paging import dead_page, plan_pages
from bot.services.performing.refusing import end_refused, silenced, tells_of_decision
from bot.services.performing.rendering import Hopeless, Job, as_asked, render
from bot.store import actions as store
from bot.store.actions import Claimed, Settled
from bot.store.connections import ConnectionState, connection_state
from bot.store.engine import Tx
from bot.store.leases import hold

#: seconds after which a card without a channel is looked at again
_NO_CHANNEL = 600.0
#: why nothing has to be asked for
_POINTLESS = frozenset({"nothing_new", "purged", "sanction_over"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """A batch, leased."""

    #: what is to be asked for
    asks: tuple[Job, ...] = ()
    #: what is to be read back
    reads: tuple[Job, ...] = ()
    #: what nobody knows of, and was never asked: what asks leaves a note before
    never_asked: tuple[Job, ...] = ()
    #: how many were claimed, those that ended at once included
    claimed: int = 0
    #: what ended at once
    ended: tuple[tuple[Claimed, ActionState], ...] = ()
    #: whether anything may be asked at all
    state: ConnectionState = ConnectionState.GOOD


async def take(needs: Needs, connection: str) -> Taken:
    """Return the next batch of a connection, in one transaction; raises OwnershipLostError, UnavailableError."""
    now, limits = needs.clock.now(), needs.limits
    async with needs.store.writing() as tx:
        await hold(tx, needs.lease)
        state = await connection_state(tx, connection)
        await store.expire_leases(tx, connection, now)
        if state is not ConnectionState.GOOD:
            return Taken(state=state)
        doubted = await store.claim_doubted(tx, connection, now, limit=limits.batch, seconds=limits.lease)
        fresh = await store.claim(tx, connection, now, limit=limits.batch, seconds=limits.lease)
        return await _sorted_out(tx, needs, doubted, fresh, now)


async def _sorted_out(
    tx: Tx, needs: Needs, doubted: Sequence[Claimed], fresh: Sequence[Claimed], now: datetime
) -> Taken:
    refusals = await needs.allowed(tx, fresh, now)
    refused = [(one, refusals[one.number].reason) for one in fresh if one.number in refusals]
    silent = await _silent(tx, fresh, [one for one, _ in refused])
    rest = [*doubted, *_without(fresh, [*(one for one, _ in refused), *silent])]
    facts = await gather(tx, needs, rest, now) if rest else None
    asks: list[Job] = []
    reads: list[Job] = []
    never: list[Job] = []
    later: list[Settled] = []
    ends = _refused(refused, silent)
    purged = {one.action.details.get("account") for one in rest if one.action.details.get("purge")}
    for one in rest:
        if _waits_for(one, purged):
            later.append(_later(one, now, "after_ban", 0.0))
            continue
        assert facts is not None  # noqa: S101 - there is somebody it was gathered for
        made = (
            render(one, facts, needs.policies(one.action.community), now)
            if one.sound
            else Hopeless(claimed=one, reason="corrupted")
        )
        if isinstance(made, Hopeless):
            if made.reason == "no_channel":
                later.append(_later(one, now, made.reason, _NO_CHANNEL))
            else:
                ends.append((one, _state_of(made), made.reason))
        elif one.action.state is not ActionState.UNKNOWN:
            asks.append(made)
        elif (before := as_asked(made)) is not None:
            reads.append(before)
        else:
            never.append(made)
    await store.settle(tx, later)
    await _end(tx, needs, ends, [one for one, _ in refused], now)
    return Taken(
        asks=tuple(asks),
        reads=tuple(reads),
        never_asked=tuple(never),
        claimed=len(doubted) + len(fresh),
        ended=tuple((one, state) for one, state, _ in ends),
    )


async def _end(
    tx: Tx, needs: Needs, ends: Sequence[tuple[Claimed, ActionState, str]], refused: Sequence[Claimed], now: datetime
) -> None:
    """Write down and record what ends without being asked for, with all that follows from that."""
    await store.end(tx, ends, now)
    pages = [dead_page(one.action, reason, now) for one, state, reason in ends if state is ActionState.DEAD]
    noted = [ended(one, state, reason, one.action.attempts) for one, state, reason in ends]
    noted += await end_refused(tx, refused, now)
    noted += await plan_pages(tx, [page for page in pages if page is not None], now)
    await record_with_hands(tx, needs, (), ends, noted, now=now)


def _without(ones: Sequence[Claimed], others: Sequence[Claimed]) -> list[Claimed]:
    numbers = {one.number for one in others}
    return [one for one in ones if one.number not in numbers]


def _refused(
    refused: Sequence[tuple[Claimed, str]], silent: Sequence[Claimed]
) -> list[tuple[Claimed, ActionState, str]]:
    """Return how what may not be done ends, and what would have told of it."""
    ends = [(one, ActionState.REFUSED, why) for one, why in refused]
    return [*ends, *((one, ActionState.SUPERSEDED, "refused") for one in silent)]


async def _silent(tx: Tx, fresh: Sequence[Claimed], refused: Sequence[Claimed]) -> list[Claimed]:
    """Return the notices that would tell of what was refused: those of this batch, and those still to come."""
    numbers = {one.number for one in refused}
    decisions = {one.action.decision for one in refused}
    told = [one for one in fresh if one.sound and one.number not in numbers and tells_of_decision(one.action)]
    here = [one for one in told if one.action.decision in decisions]
    known = numbers | {one.number for one in here}
    return [*here, *(one for one in await silenced(tx, refused) if one.number not in known)]


def _state_of(made: Hopeless) -> ActionState:
    if made.reason == "corrupted":
        return ActionState.DEAD
    return ActionState.SUPERSEDED if made.reason in _POINTLESS else ActionState.FAILED


def _waits_for(one: Claimed, purged: Collection[str | int | None]) -> bool:
    """Return whether a ban in the same batch may make a deletion pointless."""
    fresh = one.action.kind is ActionKind.DELETE and one.action.state is not ActionState.UNKNOWN
    return fresh and one.action.details.get("account", "") in purged


def _later(one: Claimed, now: datetime, reason: str, after: float) -> Settled:
    became = not_asked(one.action, reason, now, after)
    return Settled(
        id=one.action.id, fence=one.action.fence, state=became.state, reason=reason, attempts=one.action.attempts,
        due_at=became.due_at, details=one.action.details,
    )  # fmt: skip
