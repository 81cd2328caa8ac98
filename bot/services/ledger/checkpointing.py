"""Signs checkpoints when they are due; the head's lock keeps a size from ever having two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.actor import OPERATOR
from bot.domain.entry_kind import EntryKind
from bot.errors import LocumError
from bot.ledger import checkpoint as notes
from bot.ledger import note, tree
from bot.ledger.checkpoint import Checkpoint
from bot.ledger.errors import CheckpointError
from bot.ledger.keys import Signer
from bot.ledger.tree import Frontier
from bot.ports import Clock, Keys
from bot.services.ledger.logs import signers
from bot.services.ledger.witnessing import Known, Witnessed, ask
from bot.services.record import Draft, NotBegunError, record
from bot.store.engine import Store, Tx
from bot.store.ledger import growing, signing
from bot.store.ledger.growing import Head
from bot.store.ledger.signing import Stored

#: a checkpoint is signed after so long, if anything happened
EVERY = timedelta(seconds=60)
#: or after so many entries
ENTRIES = 1_000


class NoSigningKeyError(LocumError):
    """No key signs this ledger's checkpoints: name one in the settings."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """Where a ledger's newest checkpoint stands."""

    #: True when it was signed just now
    now: bool
    #: its size; 0 when there is none
    size: int
    #: when it was signed, or when the ledger began
    at: datetime
    #: entries after it
    waiting: int


def due(head: Head, now: datetime) -> bool:
    """Return whether a checkpoint is to be signed: never for nothing new."""
    new = head.size - head.signed
    # a clock that was set back must not keep the ledger unsigned
    return new >= ENTRIES or (new > 0 and abs(now - head.signed_at) >= EVERY)


async def sign_due(store: Store, keys: Keys, clock: Clock, community: str, *, at_once: bool = False) -> Signed:
    """Sign a checkpoint if one is due, and return where the newest stands; `at_once` doesn't wait for the time.

    Raises NotBegunError, NoSigningKeyError.
    """
    async with store.reading() as tx:
        head = await _begun(tx, community)
    now = clock.now()
    if not _wanted(head, now, at_once=at_once):
        return _standing(head, now=False)
    async with store.writing() as tx:
        locked = await growing.lock_head(tx, community)
        if locked is None:
            raise NotBegunError
        if not _wanted(locked, now, at_once=at_once):
            return _standing(locked, now=False)
        return await _sign(tx, keys, locked, now)


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpointed:
    """What a round of checkpointing came to."""

    #: where the newest checkpoint stands
    signed: Signed
    #: how each witness stands; none while there is nothing to cosign
    witnesses: tuple[Witnessed, ...]


async def checkpoint(
    store: Store, keys: Keys, clock: Clock, community: str, witnesses: Sequence[Known] = ()
) -> Checkpointed:
    """Sign a checkpoint if one is due, ask those witnesses who haven't cosigned the newest, and say how it stands.

    To be called again and again, by one process at a time; a second one does no harm.
    """
    signed = await sign_due(store, keys, clock, community)
    asked = [await ask(store, keys, clock, community, known) for known in witnesses]
    return Checkpointed(signed=signed, witnesses=tuple(one for one in asked if one is not None))


def _wanted(head: Head, now: datetime, *, at_once: bool) -> bool:
    return due(head, now) or (at_once and head.size > head.signed)


async def _sign(tx: Tx, keys: Keys, head: Head, now: datetime) -> Signed:
    """Store the checkpoint over everything up to now, signed with every key at hand."""
    found = signers(keys, head.origin)
    if not found:
        raise NoSigningKeyError
    last = await signing.newest_checkpoint(tx, head.community)
    if last is not None and last.size > head.size:
        raise CheckpointError(f"A checkpoint of {last.size} entries is there, and {head.size} entries are.")
    change = _change(last, found)
    if change:
        draft = Draft(kind=EntryKind.KEY_CHANGED, actor=OPERATOR, details=change)
        await record(tx, keys, head.community, now, [draft])
        head = await _begun(tx, head.community)
    root = tree.root(Frontier(size=head.size, peaks=head.peaks))
    stated = Checkpoint(origin=head.origin, size=head.size, root=root)
    signed = note.read(notes.sign(stated, found[0]))
    # an older key that is still at hand signs as well: whoever knows only that one is led over to the new one
    data = note.write(note.with_signatures(signed, [note.sign(signed.text, older) for older in found[1:]]))
    stored = Stored(size=head.size, previous=last.size if last is not None else 0, note=data, at=now)
    await signing.add_checkpoint(tx, head.community, stored)
    return Signed(now=True, size=head.size, at=now, waiting=0)


def _change(last: Stored | None, found: Sequence[Signer]) -> dict[str, str]:
    """Return what is recorded when another key than before signs from now on; nothing while it is the same."""
    newest = found[0].verifier
    before = note.read(last.note).signatures[0] if last is not None else None
    if before is None or before.key_id == newest.id:
        return {}
    known = [str(one.verifier) for one in found if one.verifier.id == before.key_id]
    return {"before": known[0] if known else f"{before.name}+{before.key_id.hex()}", "now": str(newest)}


async def _begun(tx: Tx, community: str) -> Head:
    head = await growing.head(tx, community)
    if head is None:
        raise NotBegunError
    return head


def _standing(head: Head, *, now: bool) -> Signed:
    return Signed(now=now, size=head.signed, at=head.signed_at, waiting=head.size - head.signed)
