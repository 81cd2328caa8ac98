"""What a witness answers to one request (C2SP tlog-witness): the cosignature once it is remembered, or why not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.i18n import Phrase, phrase
from bot.ledger import checkpoint, note, witness
from bot.ledger.errors import CheckpointError, NoteError, ProofError
from bot.ledger.keys import Algorithm, Signer, Verifier
from bot.ledger.witness import Cosigned, Refused, Request
from bot.ports import Clock
from bot.services.witnessing import evidence
from bot.services.witnessing.memory import Memory, MemoryLostError, MemoryUnreadableError, Remembered

_PLAIN = "text/plain; charset=utf-8"
_SIZE = "text/x.tlog.size"


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """Why a request was not cosigned, for whoever runs the witness."""

    #: a reason of the ledger's, or `request`, `unknown`, `lost`, `unreadable`, `disk`
    code: str
    #: which ledger; empty where the request didn't say one that is known
    origin: str
    #: why, in words
    why: Phrase
    #: whether the ledger signed what contradicts its past
    grave: bool = False
    #: where the proof is kept
    kept: Path | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What goes back to the ledger."""

    #: status of the witness protocol
    status: int
    #: media type
    kind: str
    #: signature lines, the size to start from, or a sentence
    body: bytes
    #: why there is no cosignature
    refusal: Refusal | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Witness:
    """A witness as it runs."""

    #: the key that it signs with
    signer: Signer
    #: keys of each ledger that it serves, by the ledger's name
    logs: Mapping[str, Sequence[Verifier]]
    #: what it remembers
    memory: Memory
    #: dates the cosignatures
    clock: Clock
    #: told of every refusal, outside the lock
    told: Callable[[Refusal], None]


def make_witness(
    *, signer: Signer, logs: Sequence[Verifier], memory: Memory, clock: Clock, told: Callable[[Refusal], None]
) -> Witness:
    """Return the witness with its ledgers by name; several keys of one name are one ledger's."""
    if signer.algorithm is not Algorithm.COSIGNATURE or any(key.algorithm is not Algorithm.ED25519 for key in logs):
        raise ValueError("a witness signs with a key of type 4 what ledgers sign with keys of type 1")
    names = dict.fromkeys(key.name for key in logs)
    by_name = {name: tuple(key for key in logs if key.name == name) for name in names}
    return Witness(signer=signer, logs=by_name, memory=memory, clock=clock, told=told)


def answer(running: Witness, data: bytes) -> Answer:
    """Return what is answered to a request, whoever sent it; a cosignature leaves only once it is remembered."""
    given = _answer(running, data)
    if given.refusal is not None:
        running.told(given.refusal)
    return given


def _answer(running: Witness, data: bytes) -> Answer:
    try:
        request = witness.read_request(data)
        origin = checkpoint.read_body(note.read(request.checkpoint).text).origin
    except (ProofError, NoteError, CheckpointError):
        return _refused(400, "request", "", phrase("witness.refused_request"))
    if origin not in running.logs:
        return _refused(404, "unknown", "", phrase("witness.refused_unknown"))
    try:
        return _cosign(running, origin, request)
    except MemoryLostError:
        return _refused(500, "lost", origin, phrase("witness.refused_lost"))
    except MemoryUnreadableError:
        return _refused(500, "unreadable", origin, phrase("witness.refused_unreadable"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return _refused(500, "disk", origin, phrase("witness.refused_disk", reason=reason))


def _cosign(running: Witness, origin: str, request: Request) -> Answer:
    logs = running.logs[origin]
    with running.memory.locked() as turn:
        before = turn.recall(origin)
        at = int(running.clock.now().timestamp())
        given = witness.cosign(state=before.state, request=request, at=at, logs=logs, signer=running.signer)
        if isinstance(given, Cosigned):
            signed = note.with_signatures(note.read(evidence.signed(request.checkpoint, logs)), [given.signature])
            if given.state != before.state or not before.checkpoint:
                turn.store(origin, Remembered(state=given.state, checkpoint=note.write(signed)))
            return Answer(status=200, kind=_PLAIN, body=f"{given.signature}\n".encode())
    return _explained(running, origin, request, before, given)


def _explained(running: Witness, origin: str, request: Request, before: Remembered, given: Refused) -> Answer:
    grave = given.reason in evidence.GRAVE
    kept = None
    if grave:
        try:
            kept = evidence.keep(
                running.memory.path,
                given.reason,
                request=request,
                remembered=before,
                logs=running.logs[origin],
                at=running.clock.now(),
            )
        except OSError:
            # a full disk must not turn a refusal into silence
            kept = None
    refusal = Refusal(code=given.reason, origin=origin, why=given.phrase(), grave=grave, kept=kept)
    if given.status == 409:
        return Answer(status=409, kind=_SIZE, body=f"{given.size}\n".encode(), refusal=refusal)
    return _answered(given.status, refusal)


def _refused(status: int, code: str, origin: str, why: Phrase) -> Answer:
    return _answered(status, Refusal(code=code, origin=origin, why=why))


def _answered(status: int, refusal: Refusal) -> Answer:
    said = "The witness can't cosign now." if status >= 500 else refusal.why.say("en")
    return Answer(status=status, kind=_PLAIN, body=f"{said}\n".encode(), refusal=refusal)
