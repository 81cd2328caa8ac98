"""Holds stored checkpoints and cosignatures against the computed tree and the keys that are known."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bot.ledger import checkpoint as notes
from bot.ledger import entries, note
from bot.ledger.errors import CheckpointError, KeyTextError, LedgerError, NoteError, SignatureError
from bot.ledger.keys import Algorithm, Verifier, read_verifier
from bot.ledger.note import Note
from bot.services.ledger.findings import Findings
from bot.services.ledger.logs import name_of
from bot.services.ledger.walking import BATCH, Stretch
from bot.store.engine import Tx
from bot.store.ledger import signing
from bot.store.ledger.growing import Head
from bot.store.ledger.signing import Cosignature, Stored

#: what sizes can be in a row
_LEAST, _MOST = -(2**63), 2**63 - 1
#: checkpoints read at once where signatures are looked at again
_PAGE = 1_000
_CHANGE = b'"kind":"key_changed"'


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What somebody else holds of this ledger: it had this root at this size."""

    #: number of entries
    size: int
    #: root hash over them
    root: bytes
    #: where it is held, as it is to be named
    source: str


@dataclass(kw_only=True, slots=True)
class Vouching:
    """The check of what was signed, along one walk over the ledger."""

    #: the transaction in which everything is read
    tx: Tx
    #: how far the ledger says that it has come
    head: Head
    #: where problems go
    findings: Findings
    #: keys of the ledger that are taken as its own
    logs: list[Verifier]
    #: keys of witnesses that are known
    witnesses: Sequence[Verifier]
    #: what others hold
    expected: Sequence[Expected] = ()
    #: size of the checkpoint before
    last: int = 0
    #: sizes up to here were read
    read_to: int = _LEAST
    #: largest size under a key that counts
    vouched: int = 0
    #: checkpoints with a signature of a key that doesn't count yet
    strange: bool = False
    #: keys that entries name as the ledger's own, each with the entry's number
    named: list[tuple[int, Verifier]] = field(default_factory=list)

    async def follow(self, stretch: Stretch) -> None:
        """Check every checkpoint whose size lies in the stretch, its cosignatures, and what others expect there."""
        for number, body in [entry for entry in stretch.entries if _CHANGE in entry[1]]:
            self.named += [(number, key) for key in _keys_in(body, self.head.origin)]
        roots = {}
        after, self.read_to = self.read_to, stretch.end
        for stored in await signing.checkpoints(self.tx, self.head.community, after, stretch.end, BATCH + 1):
            roots[stored.size] = signed = self._checkpoint(stored, stretch)
            if signed is not None:
                vouched, strange, false = _judged(signed, self.logs)
                self.vouched = max(self.vouched, stored.size if vouched else 0)
                self.strange |= strange
                if false:
                    self.findings.problem("checkpoint_unsigned", size=stored.size)
        for cosignature in await signing.cosignatures(self.tx, self.head.community, after, stretch.end):
            self._cosignature(cosignature, roots)
        for one in self.expected:
            if stretch.first < one.size <= stretch.end and stretch.root_at(one.size) != one.root:
                self.findings.problem("expected_other", source=one.source, size=one.size)

    async def close(self, reached: int) -> None:
        """Check what the walk can't: signatures under changed keys, what lies beyond the ledger, the head."""
        size, community = self.head.size, self.head.community
        if self.strange:
            await self._learn()
        for one in self.expected:
            if one.size > size:
                self.findings.problem("expected_longer", source=one.source, size=one.size, ours=size)
        for answered in await signing.witnesses(self.tx, community):
            if answered.size > size:
                self.findings.problem("expected_longer", source=answered.witness, size=answered.size, ours=size)
        if reached < size:
            return
        for stored in await signing.checkpoints(self.tx, community, self.read_to, _MOST, _PAGE):
            self.findings.problem("checkpoint_beyond", size=stored.size, ours=size)
            self.last = max(self.last, stored.size)
        for cosignature in await signing.cosignatures(self.tx, community, self.read_to, _MOST):
            self.findings.problem("cosignature_alone", size=cosignature.size, witness=cosignature.witness)
        if self.last != self.head.signed:
            self.findings.problem("head_signed", size=self.head.signed, newest=self.last)

    def _checkpoint(self, stored: Stored, stretch: Stretch) -> Note | None:
        """Return the note of a checkpoint, after naming what is wrong with all but its signatures."""
        self.findings.seen("checkpoints", 1)
        if stored.previous != self.last:
            self.findings.problem("checkpoint_missing", size=stored.size, previous=stored.previous)
        self.last = stored.size
        try:
            signed = note.read(stored.note)
            stated = notes.read_body(signed.text)
        except (NoteError, CheckpointError):
            self.findings.problem("checkpoint_unreadable", size=stored.size)
            return None
        root = stretch.root_at(stored.size) if stored.size > stretch.first else b""
        if (stated.origin, stated.size, stated.root) != (self.head.origin, stored.size, root):
            self.findings.problem("checkpoint_other", size=stored.size)
        return signed

    def _cosignature(self, cosignature: Cosignature, roots: dict[int, Note | None]) -> None:
        """Check what a witness added; one of an unknown key is counted and vouches for nothing."""
        if cosignature.size not in roots:
            self.findings.problem("cosignature_alone", size=cosignature.size, witness=cosignature.witness)
            return
        signed = roots[cosignature.size]
        mine = [key for key in self.witnesses if name_of(key) == cosignature.witness]
        if not mine or signed is None:
            self.findings.seen("strange", 1)
            return
        self.findings.seen("cosignatures", 1)
        try:
            lines = note.read_signatures(cosignature.line + "\n")
            note.verify(Note(text=signed.text, signatures=lines), mine)
        except LedgerError:
            self.findings.problem("cosignature_false", size=cosignature.size, witness=cosignature.witness)

    async def _learn(self) -> None:
        """Take on keys that the ledger itself names under a key that counts, and judge what they signed.

        A key counts once its entry lies under a checkpoint that a key which counts already has signed.
        """
        judged = list(self.logs)
        while learned := [key for number, key in self.named if number < self.vouched and key not in self.logs]:
            self.logs += dict.fromkeys(learned)
            async for size, signed in self._all():
                if _judged(signed, self.logs)[0]:
                    self.vouched = max(self.vouched, size)
        async for size, signed in self._all():
            _, strange, false = _judged(signed, self.logs)
            if strange:
                self.findings.problem("checkpoint_stranger", size=size)
            elif false and not _judged(signed, judged)[2]:
                self.findings.problem("checkpoint_unsigned", size=size)

    async def _all(self) -> AsyncIterator[tuple[int, Note]]:
        """Yield every checkpoint that can be read and lies within the ledger, by size."""
        after = _LEAST
        while found := await signing.checkpoints(self.tx, self.head.community, after, self.head.size, _PAGE):
            after = found[-1].size
            for stored in found:
                with suppress(NoteError):
                    yield stored.size, note.read(stored.note)


def _judged(signed: Note, logs: Sequence[Verifier]) -> tuple[bool, bool, bool]:
    """Tell whether one of the keys signed it, whether a key signed that isn't among them, and whether one is false.

    What is stored carries signatures of the ledger's own keys alone, so a stranger's is no harmless addition.
    """
    known = {(key.name, key.id) for key in logs}
    lines = [(line.name, line.key_id) in known for line in signed.signatures]
    try:
        false = False
        if any(lines):
            note.verify(signed, logs)
    except SignatureError:
        false = True
    return any(lines) and not false, not all(lines), false


def _keys_in(body: bytes, origin: str) -> list[Verifier]:
    """Return the ledger's keys that an entry about their change names."""
    try:
        details = entries.read(body).details
    except LedgerError:
        return []
    found = []
    for name in ("before", "now"):
        try:
            key = read_verifier(str(details.get(name, "")))
        except KeyTextError:
            continue
        if key.name == origin and key.algorithm is Algorithm.ED25519:
            found.append(key)
    return found
