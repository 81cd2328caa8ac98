"""Asks witnesses to cosign the newest checkpoint, outside any transaction, and keeps what they answer."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.actor import scheduler
from bot.domain.entry_kind import EntryKind
from bot.ledger import note
from bot.ledger import witness as witnesses
from bot.ledger.canonical import Plain
from bot.ledger.errors import LedgerError
from bot.ledger.keys import Verifier
from bot.ledger.witness import Request
from bot.ports import Clock, Keys, Witness, WitnessRefusedError, WitnessUnreachableError
from bot.services.ledger.logs import name_of, signers, verifiers
from bot.services.ledger.paths import consistency
from bot.services.record import Draft, record
from bot.store.engine import Store, Tx
from bot.store.ledger import growing, signing
from bot.store.ledger.signing import Answered, Cosignature, Stored

#: how often a witness may say that it knows another size, before that counts as a refusal
_TURNS = 3
_STALE = 409


class State(StrEnum):
    """How a witness stands to a ledger."""

    #: it has cosigned the newest checkpoint
    COSIGNED = "cosigned"
    #: it doesn't answer; it is caught up with later
    UNREACHABLE = "unreachable"
    #: it doesn't cosign, or its signature doesn't hold
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A witness that this installation asks."""

    #: its public key
    verifier: Verifier
    #: how it is reached
    port: Witness


@dataclass(frozen=True, kw_only=True, slots=True)
class Witnessed:
    """What came of asking one witness."""

    #: name and id of its key
    witness: str
    #: how it stands now
    state: State
    #: size cosigned last; 0 for none yet
    size: int
    #: refused: the status it answered with; 0 for a signature that doesn't hold
    status: int
    #: when that began
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class _Ask:
    """What is asked: read in one transaction, used outside it."""

    #: the newest checkpoint
    stored: Stored
    #: proof by the size that it starts from
    path: tuple[bytes, ...]
    #: that size
    old: int
    #: keys of the ledger
    logs: tuple[Verifier, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Answer:
    """What one conversation with a witness came to."""

    #: how it stands now
    state: State
    #: refused: the status it answered with
    status: int = 0
    #: cosigned: the signature line
    line: str = ""


async def ask(store: Store, keys: Keys, clock: Clock, community: str, known: Known) -> Witnessed | None:
    """Ask a witness to cosign the newest checkpoint and return how it stands; None while there is nothing to cosign.

    A refusal is recorded in the ledger once, until the witness cosigns again. Nothing is raised for what the witness
    does: work goes on, and the answer says how matters stand.
    """
    name = name_of(known.verifier)
    async with store.reading() as tx:
        before = next((one for one in await signing.witnesses(tx, community) if one.witness == name), None)
        newest = await signing.newest_checkpoint(tx, community)
        if newest is None:
            return None
        if before is not None and before.state == State.COSIGNED and before.size == newest.size:
            return _told(before)
        # a ledger shorter than what was cosigned has lost its end: the witness will say so
        known_to = min(before.size, newest.size) if before is not None else 0
        asked = await _prepare(tx, keys, community, newest, known_to)
    answer = await _talk(store, community, known, asked)
    return await _keep(store, keys, clock.now(), community, name, newest, answer)


async def _prepare(tx: Tx, keys: Keys, community: str, newest: Stored, old: int) -> _Ask:
    """Return what to ask: a proof from the size that the witness knows."""
    head = await growing.head(tx, community)
    logs = tuple(verifiers(signers(keys, head.origin))) if head is not None else ()
    path = await consistency(tx, community, old, newest.size)
    return _Ask(stored=newest, path=path, old=old, logs=logs)


async def _talk(store: Store, community: str, known: Known, asked: _Ask) -> _Answer:
    """Return what the witness makes of it, after starting again from the size that it says it knows."""
    for _ in range(_TURNS):
        request = Request(old=asked.old, path=asked.path, checkpoint=asked.stored.note)
        try:
            lines = await known.port.cosign(witnesses.write_request(request))
            return _Answer(state=State.COSIGNED, line=_line(asked, lines, known.verifier))
        except WitnessUnreachableError:
            return _Answer(state=State.UNREACHABLE)
        except WitnessRefusedError as error:
            again = error.size if error.status == _STALE else None
            if again is None or again == asked.old or not 0 <= again <= asked.stored.size:
                return _Answer(state=State.REFUSED, status=error.status)
            async with store.reading() as tx:
                path = await consistency(tx, community, again, asked.stored.size)
            asked = replace(asked, path=path, old=again)
        except LedgerError:
            # what it sent is no cosignature on this checkpoint
            return _Answer(state=State.REFUSED)
    return _Answer(state=State.REFUSED, status=_STALE)


def _line(asked: _Ask, lines: str, verifier: Verifier) -> str:
    """Return the one line to keep; raise LedgerError when it isn't the witness's on this checkpoint."""
    witnesses.accept(asked.stored.note, lines, asked.logs, verifier)
    mine = [one for one in note.read_signatures(lines) if (one.name, one.key_id) == (verifier.name, verifier.id)]
    return str(mine[0])


async def _keep(  # noqa: PLR0917 - what is kept, after where
    store: Store, keys: Keys, now: datetime, community: str, name: str, newest: Stored, answer: _Answer
) -> Witnessed:
    """Store what came of it, and record a refusal that is new."""
    async with store.writing() as tx:
        before = next((one for one in await signing.witnesses(tx, community) if one.witness == name), None)
        size = before.size if before is not None else 0
        if answer.state is State.COSIGNED:
            size = max(size, newest.size)
            cosignature = Cosignature(size=newest.size, witness=name, line=answer.line)
            await signing.add_cosignature(tx, community, cosignature, now)
        same = before is not None and (before.state, before.status) == (answer.state, answer.status)
        since = before.since if before is not None and same else now
        after = Answered(witness=name, size=size, state=answer.state, status=answer.status, since=since)
        await signing.note_answers(tx, community, [after])
        if answer.state is State.REFUSED and not same:
            details: dict[str, Plain] = {"witness": name, "status": answer.status, "size": newest.size}
            draft = Draft(kind=EntryKind.WITNESS_REFUSED, actor=scheduler("checkpoint"), details=details)
            await record(tx, keys, community, now, [draft])
    return _told(after)


def _told(answered: Answered) -> Witnessed:
    return Witnessed(
        witness=answered.witness,
        state=State(answered.state),
        size=answered.size,
        status=answered.status,
        since=answered.since,
    )
