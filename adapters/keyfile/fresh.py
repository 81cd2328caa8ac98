"""Makes new keys."""

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime

from adapters.keyfile.contents import Contents, Kept
from bot.ports import Secret

_SIZE = 32

#: returns a new key for a ledger's checkpoints, as the port hands it over; how it is spelt is the ledger's business
MakeSigning = Callable[[str], Secret]


def fresh_key(kind: str, at: datetime) -> Kept:
    """Return a new random key; its id begins with what it is for."""
    return Kept(id=f"{kind}-{secrets.token_hex(8)}", made_at=at, value=secrets.token_bytes(_SIZE))


def fresh_signing(make: MakeSigning, origin: str, at: datetime) -> Kept:
    """Return a new key for one ledger's checkpoints."""
    made = make(origin)
    return Kept(id=made.id, made_at=at, value=made.value)


def fresh_contents(make: MakeSigning, origins: Iterable[str], at: datetime) -> Contents:
    """Return new keys of every kind."""
    return Contents(
        wrapping=(fresh_key("wrapping", at),),
        signing={origin: (fresh_signing(make, origin, at),) for origin in origins},
        digests=fresh_key("digests", at),
    )
