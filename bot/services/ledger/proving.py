"""Makes what somebody else can check offline: an entry, the proof that it stands in the ledger, personal values."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import LocumError
from bot.ledger import canonical, entries, note, proof, sealing, tree
from bot.ledger import checkpoint as notes
from bot.ledger.errors import SealError, UnprovenError
from bot.ledger.note import Note
from bot.ledger.proof import Proof
from bot.ledger.sealing import Wrapped, WrappingKey
from bot.ports import Clock, Keys
from bot.services.ledger.checkpointing import sign_due
from bot.services.ledger.paths import inclusion
from bot.services.record import NotBegunError
from bot.store import sealed_values, subject_keys
from bot.store.engine import Store, Tx
from bot.store.ledger import growing, reading, signing
from bot.store.sealed_values import Sealed


class NoSuchEntryError(LocumError):
    """The ledger has no entry of that number."""


class UncoveredError(LocumError):
    """No checkpoint covers the entry yet: wait a minute, or name the ledger's keys so that one can be signed."""


class NoOpeningError(LocumError):
    """The entry commits to no value there, or the value is gone: it was erased or its time was over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proved:
    """What is handed out."""

    #: the entry's number
    seq: int
    #: the proof, as its file holds it
    proof: bytes
    #: the entry's exact bytes
    entry: bytes
    #: size of the checkpoint that it leads to
    size: int
    #: names of the witnesses that cosigned that
    witnesses: tuple[str, ...]
    #: True when the checkpoint was signed for this
    signed: bool
    #: personal values that were asked for, by field, as their files hold them
    openings: dict[str, bytes]


async def prove(
    store: Store, keys: Keys | None, clock: Clock, *, community: str, seq: int, fields: Sequence[str] = ()
) -> Proved:
    """Return the proof of one entry, with openings of the fields asked for.

    It leads to the newest checkpoint that a witness has cosigned, or else to the newest. Where none covers the entry
    yet, one is signed when keys are at hand. Raises NotBegunError, NoSuchEntryError, UncoveredError, NoOpeningError,
    and UnprovenError where the stored tree doesn't lead from the entry to what was signed.
    """
    async with store.reading() as tx:
        head = await growing.head(tx, community)
        newest = await signing.newest_checkpoint(tx, community)
    if head is None:
        raise NotBegunError
    if not 0 <= seq < head.size:
        raise NoSuchEntryError
    signed = newest is None or newest.size <= seq
    if signed:
        if keys is None:
            raise UncoveredError
        await sign_due(store, keys, clock, community, at_once=True)
    async with store.reading() as tx:
        found = await reading.bodies(tx, community, seq, seq + 1)
        if not found:
            raise NoSuchEntryError
        made, size, witnesses = await _proof(tx, community, seq)
        openings = {field: await _opening(tx, keys, community, found[0], field) for field in fields}
    _checked(made, found[0])
    return Proved(
        seq=seq,
        proof=proof.write(made),
        entry=found[0],
        size=size,
        witnesses=witnesses,
        signed=signed,
        openings=openings,
    )


async def _proof(tx: Tx, community: str, seq: int) -> tuple[Proof, int, tuple[str, ...]]:
    """Return the proof, the size that it leads to, and who cosigned that."""
    newest = await signing.newest_checkpoint(tx, community)
    if newest is None or newest.size <= seq:
        raise UncoveredError
    cosigned = await signing.newest_cosigned(tx, community, seq)
    stored = cosigned or newest
    added = await signing.cosignatures(tx, community, stored.size - 1, stored.size)
    lines = [line for one in added for line in note.read_signatures(f"{one.line}\n")]
    data = note.write(note.with_signatures(note.read(stored.note), lines))
    path = await inclusion(tx, community, seq, stored.size)
    return Proof(index=seq, path=path, checkpoint=data), stored.size, tuple(one.witness for one in added)


def _checked(made: Proof, body: bytes) -> None:
    """Refuse to hand out what nobody could verify; the signatures are for whoever has the keys."""
    signed: Note = note.read(made.checkpoint)
    stated = notes.read_body(signed.text)
    leaf = tree.leaf_hash(body)
    if not tree.verify_inclusion(index=made.index, size=stated.size, leaf=leaf, path=made.path, root=stated.root):
        raise UnprovenError("The stored tree doesn't lead from this entry to the checkpoint: run `locum verify`.")


async def _opening(tx: Tx, keys: Keys | None, community: str, body: bytes, field: str) -> bytes:
    """Return what somebody needs to check a personal value against its entry."""
    entry = entries.read(body)
    expected = entries.commitments(entry).get(field)
    sealed = {one.field: one for one in await sealed_values.sealed_of(tx, community, entry.seq)}.get(field)
    if expected is None or sealed is None or keys is None:
        raise NoOpeningError
    stored = (await subject_keys.wrapped_keys(tx, [sealed.account])).get(sealed.account)
    if stored is None:
        raise NoOpeningError
    value = _unsealed(keys, Wrapped(key_id=stored[0], data=stored[1]), sealed)
    if not sealing.committed(sealed.salt, value, expected):
        raise SealError("The value that is kept isn't the one that the entry commits to.")
    return canonical.write({"field": field, "salt": sealed.salt.hex(), "value": value})


def _unsealed(keys: Keys, wrapped: Wrapped, sealed: Sealed) -> canonical.Plain:
    wrapping = {secret.id: WrappingKey(id=secret.id, secret=secret.value) for secret in keys.wrapping()}
    key = sealing.unwrap(wrapped, wrapping, sealed.account)
    return canonical.read(sealing.unseal(sealed.sealed, key, seq=sealed.seq, field=sealed.field))
