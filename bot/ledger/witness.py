"""A witness as a pure function: it remembers the largest tree it saw and cosigns only what continues it."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.i18n import Phrase, phrase
from bot.ledger import checkpoint, note, tree
from bot.ledger.checkpoint import whole
from bot.ledger.errors import CheckpointError, NoteError, ProofError, SignatureError
from bot.ledger.keys import Algorithm, Signer, Verifier, decode
from bot.ledger.note import Signature


class Reason(StrEnum):
    """Why a witness doesn't sign."""

    #: not a checkpoint at all
    MALFORMED = "malformed"
    #: signed by nobody whom this witness takes for the ledger, or falsely
    SIGNATURE = "signature"
    #: smaller than what was cosigned before: entries would be gone
    ROLLBACK = "rollback"
    #: as large as what was cosigned before, with other entries
    FORK = "fork"
    #: the proof starts from another size than the one cosigned last; ask again from that
    STALE = "stale"
    #: the proof doesn't show the new tree to continue the old one: a fork, unless it came damaged
    UNPROVEN = "unproven"


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """What a witness remembers of one ledger; stored, unless it changed meanwhile, before the cosignature leaves."""

    #: entries of the largest tree cosigned
    size: int
    #: its root hash
    root: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What a ledger sends to be cosigned."""

    #: size that the proof starts from: what the witness cosigned last, as far as the ledger knows
    old: int
    #: consistency proof from there
    path: tuple[bytes, ...]
    #: the signed note
    checkpoint: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Cosigned:
    """The ledger continues what was seen."""

    #: what to remember from now on
    state: State
    #: line for the ledger to add to its checkpoint
    signature: Signature


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """The witness doesn't sign; what it remembers stays."""

    #: why
    reason: Reason
    #: the answer's status in the witness protocol
    status: int
    #: size cosigned last, for the ledger to start from
    size: int

    def phrase(self) -> Phrase:
        """Return what is said to whoever runs the ledger or the witness."""
        return phrase(f"ledger.refused_{self.reason}", size=self.size)


#: a ledger not seen before
UNSEEN = State(size=0, root=tree.EMPTY_ROOT)


def cosign(*, state: State, request: Request, at: int, logs: Sequence[Verifier], signer: Signer) -> Cosigned | Refused:
    """Return the cosignature with the state to remember, or why there is none; `at` is seconds since 1970.

    Signing is the last thing that happens: whatever is refused leaves neither a signature nor another state.
    """
    try:
        seen = checkpoint.verify(request.checkpoint, logs).checkpoint
    except SignatureError:
        return Refused(reason=Reason.SIGNATURE, status=403, size=state.size)
    except (NoteError, CheckpointError):
        return Refused(reason=Reason.MALFORMED, status=400, size=state.size)
    new = State(size=seen.size, root=seen.root)
    refused = _refused(state, new, request)
    if refused:
        return refused
    return Cosigned(state=new, signature=note.sign(checkpoint.body(seen), signer, at))


def write_request(request: Request) -> bytes:
    """Return the request as the witness protocol sends it."""
    lines = [f"old {request.old}", *(b64encode(part).decode() for part in request.path)]
    return "".join(f"{line}\n" for line in lines).encode() + b"\n" + request.checkpoint


def read_request(data: bytes) -> Request:
    """Return the request that was sent; refuse what isn't one."""
    head, gap, signed = data.partition(b"\n\n")
    if not gap or not head.isascii() or len(data) > note.LARGEST:
        raise ProofError
    first, *lines = head.decode().split("\n")
    old = whole(first.removeprefix("old "))
    path = tuple(part for part in map(decode, lines) if part is not None and len(part) == 32)
    if not first.startswith("old ") or old is None or len(path) != len(lines) or len(path) > 63:
        raise ProofError
    return Request(old=old, path=path, checkpoint=signed)


def accept(data: bytes, answer: str, logs: Sequence[Verifier], witness: Verifier) -> bytes:
    """Return the checkpoint with the witness's cosignature added, for the ledger to keep; refuse a false one."""
    if witness.algorithm is not Algorithm.COSIGNATURE:
        raise SignatureError
    mine = [line for line in note.read_signatures(answer) if (line.name, line.key_id) == (witness.name, witness.id)]
    cosigned = note.write(note.with_signatures(note.read(data), mine))
    if not checkpoint.verify(cosigned, logs, [witness]).witnesses:
        raise SignatureError
    return cosigned


def _refused(state: State, new: State, request: Request) -> Refused | None:
    """Return why the new tree can't follow the one remembered; None if it does."""
    stale = request.old != state.size
    if new.size < state.size:
        return Refused(reason=Reason.ROLLBACK, status=400 if request.old > new.size else 409, size=state.size)
    if new.size == state.size and new.root != state.root:
        return Refused(reason=Reason.FORK, status=409 if stale else 422, size=state.size)
    if stale:
        return Refused(reason=Reason.STALE, status=400 if request.old > new.size else 409, size=state.size)
    proven = tree.verify_consistency(
        old=state.size, new=new.size, old_root=state.root, new_root=new.root, path=request.path
    )
    return None if proven else Refused(reason=Reason.UNPROVEN, status=422, size=state.size)
