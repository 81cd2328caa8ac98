"""Keys that are kept nowhere: what the key file gives to a running program, in memory and with rotations to order."""

import secrets
from collections.abc import Sequence

from bot.ledger.keys import Algorithm, new_signer
from bot.ports import Secret


class FakeKeys:
    """Random keys of the real sizes; the newest of each kind comes first."""

    def __init__(self) -> None:
        self._count = 0
        self._wrapping = [self._secret("w")]
        self._signing: dict[str, list[Secret]] = {}
        self._digests = self._secret("d")

    def wrapping(self) -> Sequence[Secret]:
        """Return the keys under which subjects' keys are wrapped."""
        return tuple(self._wrapping)

    def signing(self, origin: str) -> Sequence[Secret]:
        """Return the keys that sign a ledger's checkpoints; the first is made when it is first asked for."""
        if origin not in self._signing:
            self.rotate_signing(origin)
        return tuple(self._signing[origin])

    def digests(self) -> Secret:
        """Return the key of content digests."""
        return self._digests

    def rotate_wrapping(self) -> Secret:
        """Put a new wrapping key before the others, and return it."""
        self._wrapping.insert(0, self._secret("w"))
        return self._wrapping[0]

    def drop_wrapping(self, key_id: str) -> None:
        """Forget a wrapping key."""
        self._wrapping = [key for key in self._wrapping if key.id != key_id]

    def rotate_signing(self, origin: str) -> Secret:
        """Put a new signing key before the others of this ledger, and return it."""
        signer = new_signer(origin, Algorithm.ED25519)
        secret = Secret(id=signer.verifier.id.hex(), value=signer.secret_text().encode())
        self._signing.setdefault(origin, []).insert(0, secret)
        return secret

    def _secret(self, kind: str) -> Secret:
        self._count += 1
        return Secret(id=f"{kind}{self._count}", value=secrets.token_bytes(32))
