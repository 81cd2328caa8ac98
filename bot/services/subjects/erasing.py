"""Erases what is known of a member: on request, when what kept their id is over, and again after a restored backup."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.domain.actor import OPERATOR, Actor, scheduler
from bot.domain.entry_kind import EntryKind
from bot.domain.message import AccountRef
from bot.ledger import entries
from bot.ports import Clock, Keys
from bot.services.record import Draft, record
from bot.services.subjects.forgetting import FORGET, Erased, forget
from bot.services.subjects.requests import UnknownSubjectError, receive
from bot.services.timing import Handler
from bot.store.bundles import entries_from
from bot.store.engine import Store, Tx
from bot.store.requests import RequestKind, RequestState
from bot.store.subjects import Subject, lock_subject, lock_subjects, raise_generation, something_left
from bot.store.timers import Timer

#: ground of a member's own request
REQUESTED = "requested"
#: ground of what is erased again after a backup was restored
RESTORED = "restored"

_STRETCH = 5_000
#: members a transaction: each costs a walk over all judged messages, and writers wait meanwhile on SQLite
_BATCH = 10
_MARK = f'"kind":"{EntryKind.ERASED.value}"'.encode()


async def erase(  # noqa: PLR0917 - who, where, why, since when
    store: Store,
    keys: Keys,
    clock: Clock,
    community: str,
    ref: AccountRef,
    ground: str = REQUESTED,
    received_at: datetime | None = None,
) -> Erased:
    """Erase what is known of a member, in one transaction, and return what came of it.

    Raises UnknownSubjectError when nothing is known of them: also after it was done before.
    """
    now = clock.now()
    async with store.writing() as tx:
        await raise_generation(tx, community)
        subject = await lock_subject(tx, community, ref)
        if subject is None:
            raise UnknownSubjectError(ref)
        erased, drafts = await _forget(tx, subject, ground, received_at or now, now, OPERATOR)
        await record(tx, keys, community, now, drafts)
    return erased


def forget_handler(keys: Keys) -> Handler:
    """Return what the timer's firing does: whatever no longer needs a member's id lets it go."""

    async def handle(tx: Tx, timers: Sequence[Timer], now: datetime) -> None:
        await _forget_all(tx, keys, timers[0].community, {timer.subject for timer in timers}, REQUESTED, now)

    return handle


async def erased_accounts(store: Store, community: str) -> list[str]:
    """Return the surrogates of everybody whom the community's ledger says to be erased, in its order."""
    found: dict[str, None] = {}
    first = 0
    async with store.reading() as tx:
        while stretch := await entries_from(tx, community, first, _STRETCH):
            for _, body in stretch:
                if _MARK in body:
                    account = entries.read(body).details.get("account")
                    if isinstance(account, str):
                        found[account] = None
            first = stretch[-1][0] + 1
    return list(found)


async def reapply(store: Store, keys: Keys, clock: Clock, community: str, also: Collection[str] = ()) -> int:
    """Erase everybody again whom the ledger says to be erased, or `also` names, and return how many had come back.

    A legal hold that the restored backup holds is honoured: it keeps the member, and the request shows it.
    """
    named = dict.fromkeys([*await erased_accounts(store, community), *also])
    async with store.reading() as tx:
        back = await something_left(tx, named)
    count = 0
    for first in range(0, len(back), _BATCH):
        async with store.writing() as tx:
            part = back[first : first + _BATCH]
            count += await _forget_all(tx, keys, community, part, RESTORED, clock.now())
    return count


async def _forget_all(  # noqa: PLR0917 - whom, why, when
    tx: Tx, keys: Keys, community: str, ids: Collection[str], ground: str, now: datetime
) -> int:
    """Forget members by surrogate, and return for how many that changed something or is in the way of it."""
    await raise_generation(tx, community)
    actor = scheduler(FORGET) if ground == REQUESTED else OPERATOR
    drafts: list[Draft] = []
    count = 0
    for subject in await lock_subjects(tx, community, ids):
        erased, found = await _forget(tx, subject, ground, now, now, actor)
        drafts += found
        # of somebody who is kept for a ban alone there is nothing more to erase
        count += erased.forgotten.any or erased.request.state is not RequestState.PARTLY
    await record(tx, keys, community, now, drafts)
    return count


async def _forget(  # noqa: PLR0917 - likewise
    tx: Tx, subject: Subject, ground: str, received_at: datetime, now: datetime, actor: Actor
) -> tuple[Erased, list[Draft]]:
    request, received = await receive(
        tx, subject.community, subject.account, RequestKind.ERASE, ground, received_at, actor
    )
    erased, drafts = await forget(tx, subject, request, now, actor)
    return erased, [*received, *drafts]
