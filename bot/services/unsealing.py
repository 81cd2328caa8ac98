"""Opens what was sealed: somebody's own words, for whoever may read them, and for the moment alone."""

from bot.ledger import canonical, entries, sealing
from bot.ledger.canonical import Plain
from bot.ledger.errors import SealError
from bot.ledger.sealing import Wrapped, WrappingKey
from bot.ports import Keys
from bot.store.engine import Tx
from bot.store.ledger.reading import bodies
from bot.store.sealed_values import sealed_of
from bot.store.subject_keys import wrapped_keys


async def sealed_text(tx: Tx, keys: Keys, community: str, seq: int, field: str) -> str | None:
    """Return a private text of an entry, such as that of `details.text`; None where it was erased or is past its time.

    Raises SealError when what is stored isn't what the entry commits to.
    """
    value = await sealed_value(tx, keys, community, seq, field)
    return None if value is None else str(value)


async def sealed_value(tx: Tx, keys: Keys, community: str, seq: int, field: str) -> "Plain | None":
    """Return a private value likewise, whatever it is."""
    held = next((one for one in await sealed_of(tx, community, seq) if one.field == field), None)
    if held is None:
        return None
    wrapped = (await wrapped_keys(tx, [held.account])).get(held.account)
    written = await bodies(tx, community, seq, seq + 1)
    if wrapped is None or not written:
        return None
    at_hand = {secret.id: WrappingKey(id=secret.id, secret=secret.value) for secret in keys.wrapping()}
    key = sealing.unwrap(Wrapped(key_id=wrapped[0], data=wrapped[1]), at_hand, held.account)
    value = canonical.read(sealing.unseal(held.sealed, key, seq=seq, field=field))
    expected = entries.commitments(entries.read(written[0])).get(field)
    if expected is None or not sealing.committed(held.salt, value, expected):
        raise SealError
    return value
