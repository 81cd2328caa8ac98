"""The keys of a ledger as this installation holds them."""

from collections.abc import Sequence

from bot.ledger.keys import Signer, Verifier, read_signer
from bot.ports import Keys


def signers(keys: Keys, origin: str) -> tuple[Signer, ...]:
    """Return the keys that sign the ledger's checkpoints, the newest first."""
    return tuple(read_signer(secret.value.decode()) for secret in keys.signing(origin))


def verifiers(found: Sequence[Signer]) -> list[Verifier]:
    """Return the public parts."""
    return [signer.verifier for signer in found]


def name_of(verifier: Verifier) -> str:
    """Return what rows and entries call a key: its name and id."""
    return f"{verifier.name}+{verifier.id.hex()}"
