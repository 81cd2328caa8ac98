"""Hands out a member's copy of their data, recorded before anybody sees it."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.actor import OPERATOR
from bot.domain.entry_kind import EntryKind
from bot.domain.message import AccountRef
from bot.ports import Clock, Keys
from bot.services.record import Draft, record
from bot.services.subjects.bundles import Bundle, make_bundle
from bot.services.subjects.requests import UnknownSubjectError, answered, receive
from bot.store.bundles import read_bundle
from bot.store.engine import Store
from bot.store.requests import Request, RequestKind, RequestState, account_requests, move_request
from bot.store.subjects import find_subject, lock_subject


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """A copy that is to be handed out."""

    #: what was asked for; open until the copy was handed out
    request: Request
    #: the copy
    bundle: Bundle


async def export(  # noqa: PLR0917 - whose copy, asked for when
    store: Store, keys: Keys, clock: Clock, community: str, ref: AccountRef, received_at: datetime | None = None
) -> Export:
    """Return a member's copy of their data, of one moment; that it was made stands in the ledger by then.

    Raises UnknownSubjectError when nothing is known of them.
    """
    now = clock.now()
    async with store.writing() as tx:
        subject = await lock_subject(tx, community, ref)
        if subject is None:
            raise UnknownSubjectError(ref)
        asked, drafts = await receive(
            tx, community, subject.account, RequestKind.EXPORT, "requested", received_at or now, OPERATOR
        )
        await record(tx, keys, community, now, drafts)
    async with store.reading() as tx:
        subject = await find_subject(tx, community, ref)
        if subject is None:
            # forgotten between the two
            raise UnknownSubjectError(ref)
        stored = await read_bundle(tx, subject.account)
        requests = await account_requests(tx, subject.account)
    bundle = make_bundle(subject, stored, requests, keys, now)
    async with store.writing() as tx:
        details = {"request": asked.id, "account": subject.account}
        await record(tx, keys, community, now, [Draft(kind=EntryKind.EXPORTED, actor=OPERATOR, details=details)])
    return Export(request=asked, bundle=bundle)


async def handed_out(store: Store, clock: Clock, exported: Export) -> None:
    """Note that the copy reached whoever hands it to the member: the request is answered."""
    async with store.writing() as tx:
        await answered(tx, await move_request(tx, exported.request, RequestState.DONE, clock.now()))
