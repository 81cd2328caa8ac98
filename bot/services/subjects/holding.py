"""Legal holds: an order to keep a member's data wins over an erasure, visibly, until it is released."""

from bot.domain.actor import OPERATOR
from bot.domain.entry_kind import EntryKind
from bot.domain.message import AccountRef
from bot.errors import LocumError
from bot.ports import Clock, Keys
from bot.services.record import Draft, record
from bot.services.subjects.forgetting import forget_timer
from bot.services.subjects.requests import UnknownSubjectError
from bot.store.columns import new_id
from bot.store.engine import Store
from bot.store.holds import Hold, active_holds, add_hold, community_holds, end_hold
from bot.store.requests import RequestKind, RequestState, move_request, open_request
from bot.store.subjects import lock_subject
from bot.store.timers import set_timers


class NoSuchHoldError(LocumError):
    """No hold with this reference is on this account: `locum subject holds` lists them."""


class HeldAlreadyError(LocumError):
    """A hold with this reference is on this account already."""


async def hold(  # noqa: PLR0917 - whose, where, on which order
    store: Store, keys: Keys, clock: Clock, community: str, ref: AccountRef, reference: str
) -> Hold:
    """Keep a member's data from being erased, and return the hold; the account's lock keeps erasures waiting."""
    now = clock.now()
    async with store.writing() as tx:
        subject = await lock_subject(tx, community, ref)
        if subject is None:
            raise UnknownSubjectError(ref)
        if any(one.reference == reference for one in await active_holds(tx, [subject.account])):
            raise HeldAlreadyError
        placed = Hold(id=new_id(), community=community, account=subject.account, reference=reference, placed_at=now)
        await add_hold(tx, placed)
        details = {"hold": placed.id, "account": subject.account}
        await record(tx, keys, community, now, [Draft(kind=EntryKind.HOLD_PLACED, actor=OPERATOR, details=details)])
    return placed


async def release(  # noqa: PLR0917 - likewise
    store: Store, keys: Keys, clock: Clock, community: str, ref: AccountRef, reference: str
) -> Hold:
    """End a hold and return it; an erasure that waited for it is taken up by the next sweep of timers."""
    now = clock.now()
    async with store.writing() as tx:
        subject = await lock_subject(tx, community, ref)
        if subject is None:
            raise UnknownSubjectError(ref)
        held = await active_holds(tx, [subject.account])
        found = next((one for one in held if one.reference == reference), None)
        if found is None:
            raise NoSuchHoldError
        await end_hold(tx, found.id, now)
        request = await open_request(tx, subject.account, RequestKind.ERASE)
        if request is not None and len(held) == 1:
            await move_request(tx, request, RequestState.OPEN, now)
            await set_timers(tx, [forget_timer(community, subject.account, now)])
        details = {"hold": found.id, "account": subject.account}
        await record(tx, keys, community, now, [Draft(kind=EntryKind.HOLD_RELEASED, actor=OPERATOR, details=details)])
    return found


async def list_holds(store: Store, community: str) -> list[Hold]:
    """Return what may not be erased in a community, the oldest first."""
    async with store.reading() as tx:
        return await community_holds(tx, community)
