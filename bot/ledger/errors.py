"""What can be wrong with a ledger, a proof, a note or a sealed value."""

from bot.errors import LocumError


class LedgerError(LocumError):
    """The ledger can't be used as it is: run `locum verify` to see where it is wrong."""


class CanonicalError(LedgerError):
    """This is not canonical JSON: sorted keys, UTF-8, whole numbers of at most 53 bits, nothing twice, no blanks."""


class EntryError(LedgerError):
    """This is not a ledger entry: it needs at least `seq`, `at`, `kind` and `actor`."""


class TreeError(LedgerError):
    """That leaf or size lies outside the tree, or a hash is not 32 bytes long."""


class NoteError(LedgerError):
    """This is not a signed note: text, an empty line, then lines of the form `— name signature`."""


class KeyTextError(LedgerError):
    """This is not a key that notes are signed with: copy the whole line, `name+id+key`."""


class SignatureError(LedgerError):
    """The note isn't signed by the key that was asked for, or such a signature is false."""


class CheckpointError(LedgerError):
    """This is not a checkpoint of that ledger: origin, size and root hash, a line each."""


class ProofError(LedgerError):
    """This is not a proof: it begins with `c2sp.org/tlog-proof@v1`, then index, hashes and a checkpoint."""


class UnprovenError(LedgerError):
    """The proof doesn't lead from this entry to the root that the checkpoint signs."""


class SealError(LedgerError):
    """The value can't be opened: it was erased, altered, moved, or sealed under another key."""
