"""Keys that the environment holds as a text, for containers whose secrets come from a store of their own."""

from collections.abc import Sequence

from adapters.keyfile.contents import Contents, read_contents
from adapters.keyfile.errors import KeysFixedError
from bot.ports import Secret


class GivenKeys:
    """Answers to the port Keys from one text; nothing here can change it."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents

    @property
    def contents(self) -> Contents:
        """Every key with its date."""
        return self._contents

    def wrapping(self) -> Sequence[Secret]:
        """Return the keys under which subjects' keys are wrapped."""
        return tuple(key.secret for key in self._contents.wrapping)

    def signing(self, origin: str) -> Sequence[Secret]:
        """Return the keys that sign a ledger's checkpoints; raise KeysFixedError where the text holds none."""
        keys = self._contents.signing.get(origin)
        if keys is None:
            raise KeysFixedError(f"The text of keys holds none for the ledger {origin!r}: add one where it is kept.")
        return tuple(key.secret for key in keys)

    def digests(self) -> Secret:
        """Return the key of content digests."""
        return self._contents.digests.secret

    def rotate_wrapping(self) -> Secret:
        """Refuse."""
        raise KeysFixedError

    def rotate_signing(self, origin: str) -> Secret:
        """Refuse."""
        raise KeysFixedError

    def drop_wrapping(self, key_id: str) -> None:
        """Refuse."""
        raise KeysFixedError


def read_given_keys(text: str) -> GivenKeys:
    """Return the keys of a text; raise KeyFileBrokenError."""
    return GivenKeys(read_contents(text))
