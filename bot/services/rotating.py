"""Changes the keys outside the database, and moves what is stored under an older one to the newest."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.actor import OPERATOR
from bot.domain.entry_kind import EntryKind
from bot.errors import LocumError
from bot.ledger import note
from bot.ledger.canonical import Plain
from bot.ledger.keys import Algorithm, new_signer, read_signer
from bot.ledger.sealing import Wrapped, WrappingKey, rewrap
from bot.ports import Clock, Keys, Secret
from bot.services.ledger.checkpointing import Signed, sign_due
from bot.services.record import Draft, NotBegunError, record
from bot.store.engine import Store, Tx
from bot.store.ledger import growing
from bot.store.ledger.signing import newest_checkpoint
from bot.store.wrapping import (
    WrappedKey,
    close_to_new,
    count_wrapped,
    older_keys_needed,
    replace_wrapped,
    wrapped_otherwise,
)

_BATCH = 500
#: so long after a newer key came, no transaction can still be under way that chose the older one
SETTLED = timedelta(minutes=10)


class ChangeableKeys(Keys, Protocol):
    """Keys that can be changed where they are kept."""

    def rotate_wrapping(self) -> Secret:
        """Put a new wrapping key before the others, and return it."""
        ...

    def rotate_signing(self, origin: str) -> Secret:
        """Put a new signing key before the others of this ledger, and return it."""
        ...

    def drop_wrapping(self, key_id: str) -> None:
        """Take an older wrapping key away for good."""
        ...


class Identified(Protocol):
    """A key as far as its id goes."""

    @property
    def id(self) -> str:
        """Which one."""
        ...


class StillWrappedError(LocumError):
    """Subjects' keys are still wrapped under that key: run `locum keys rewrap` first."""


class TooSoonError(LocumError):
    """A newer key came only just now: somebody may still be wrapping under the older one. Try again in ten minutes."""


class KeysDontFitError(LocumError):
    """These keys don't open what is stored: restore the key file that belongs to this database, nothing was changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rewrapped:
    """What moving subjects' keys came to."""

    #: the wrapping key that all are under now
    key: str
    #: how many were moved
    subjects: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NewSigning:
    """What changing a signing key came to."""

    #: the line by which others know the new key
    verifier: str
    #: where the newest checkpoint stands
    signed: Signed


def new_signing_key(origin: str) -> Secret:
    """Return a fresh key for a ledger's checkpoints, as the port hands it over."""
    signer = new_signer(origin, Algorithm.ED25519)
    return Secret(id=signer.verifier.id.hex(), value=signer.secret_text().encode())


async def needs_older_keys(store: Store) -> bool:
    """Return whether the database holds what only the keys from before can open: then none may be made anew."""
    async with store.reading() as tx:
        return await older_keys_needed(tx)


async def check_keys(store: Store, keys: Keys) -> None:
    """Refuse to start with keys that don't open what is stored; raise KeysDontFitError."""
    at_hand = {secret.id for secret in keys.wrapping()}
    if not (await wrapped_under(store)).keys() <= at_hand:
        raise KeysDontFitError


async def check_signing(store: Store, held: Mapping[str, Collection[Identified]]) -> None:
    """Refuse keys of which none has signed a ledger's newest checkpoint: the next one would be a stranger's.

    `held` are the signing keys at hand by the ledger's name; asking the port for them would make what is missing.
    Raises KeysDontFitError.
    """
    async with store.reading() as tx:
        for head in await growing.heads(tx):
            newest = await newest_checkpoint(tx, head.community)
            if newest is None:
                continue
            signed = {line.key_id.hex() for line in note.read(newest.note).signatures if line.name == head.origin}
            if signed.isdisjoint(key.id for key in held.get(head.origin, ())):
                raise KeysDontFitError


async def wrapped_under(store: Store) -> dict[str, int]:
    """Return how many subjects' keys are wrapped under each key."""
    async with store.reading() as tx:
        return await count_wrapped(tx)


async def rewrap_all(store: Store, keys: Keys, clock: Clock, batch: int = _BATCH) -> Rewrapped:
    """Wrap every subject's key under the newest wrapping key, a batch a transaction, and return how many there were.

    Killed at any moment, it goes on where it was: what is left to do stands in the rows themselves.
    """
    newest, count = keys.wrapping()[0].id, 0
    while True:
        async with store.writing() as tx:
            moved = await _rewrap_batch(tx, keys, clock.now(), batch)
        if not moved:
            return Rewrapped(key=newest, subjects=count)
        count += moved


async def rotate_wrapping(store: Store, keys: ChangeableKeys, clock: Clock) -> Rewrapped:
    """Make a new wrapping key and wrap every subject's key under it; the older ones stay until they are dropped."""
    keys.rotate_wrapping()
    return await rewrap_all(store, keys, clock)


async def drop_old(store: Store, keys: ChangeableKeys, clock: Clock, key_id: str, newer_since: datetime) -> None:
    """Take an older wrapping key out of the file, unless something is wrapped under it.

    Nobody can store a key meanwhile. Raises StillWrappedError, TooSoonError.
    """
    if clock.now() - newer_since < SETTLED:
        raise TooSoonError
    async with store.writing() as tx:
        await close_to_new(tx)
        if (await count_wrapped(tx)).get(key_id):
            raise StillWrappedError
        keys.drop_wrapping(key_id)


async def rotate_signing(store: Store, keys: ChangeableKeys, clock: Clock, community: str) -> NewSigning:
    """Make a new signing key for a community's ledger and return it with the checkpoint that it signed.

    The checkpoint that is signed at once records the change, and is signed under the older keys as well, so that
    whoever knows only those is led over. Where nothing new is to be signed, the next one does. Raises NotBegunError.
    """
    async with store.reading() as tx:
        head = await growing.head(tx, community)
    if head is None:
        raise NotBegunError
    made = read_signer(keys.rotate_signing(head.origin).value.decode())
    signed = await sign_due(store, keys, clock, community, at_once=True)
    return NewSigning(verifier=str(made.verifier), signed=signed)


async def _rewrap_batch(tx: Tx, keys: Keys, now: datetime, batch: int) -> int:
    """Move one batch, record it for each community, and return how many there were."""
    at_hand = {secret.id: WrappingKey(id=secret.id, secret=secret.value) for secret in keys.wrapping()}
    newest = at_hand[keys.wrapping()[0].id]
    found = await wrapped_otherwise(tx, newest.id, batch)
    await replace_wrapped(tx, [_moved(key, at_hand, newest) for key in found])
    for community in sorted({key.community for key in found}):
        subjects = sum(key.community == community for key in found)
        details: dict[str, Plain] = {"key": newest.id, "subjects": subjects}
        await record(tx, keys, community, now, [Draft(kind=EntryKind.KEYS_REWRAPPED, actor=OPERATOR, details=details)])
    return len(found)


def _moved(key: WrappedKey, at_hand: dict[str, WrappingKey], newest: WrappingKey) -> WrappedKey:
    wrapped = rewrap(Wrapped(key_id=key.key_id, data=key.wrapped), at_hand, newest, key.account)
    return WrappedKey(account=key.account, community=key.community, key_id=wrapped.key_id, wrapped=wrapped.data)
