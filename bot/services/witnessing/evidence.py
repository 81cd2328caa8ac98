"""Keeps what proves that a ledger has two histories: what was cosigned, and what was shown afterwards."""

import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from bot.ledger import note
from bot.ledger.keys import Verifier
from bot.ledger.note import Note
from bot.ledger.witness import Reason, Request
from bot.services.witnessing import files
from bot.services.witnessing.memory import Remembered

#: refused checkpoints kept of each sort; whoever sends old ones again can't fill the disk
MOST = 1_000

#: what may be the end of an honest ledger, and is signed by it
GRAVE = frozenset({Reason.FORK, Reason.UNPROVEN, Reason.ROLLBACK})


def keep(
    memory: Path,
    reason: Reason,
    *,
    request: Request,
    remembered: Remembered,
    logs: Sequence[Verifier],
    at: datetime,
) -> Path | None:
    """Return the file that holds both checkpoints, each signed by the ledger; None when there are too many.

    The same checkpoint is kept once: what others may add to a note doesn't make it another one.
    """
    folder = files.beside(memory, ".refused")
    folder.mkdir(mode=0o700, exist_ok=True)
    refused = signed(request.checkpoint, logs)
    digest = sha256(remembered.checkpoint + note.read(refused).text.encode()).hexdigest()[:32]
    path = folder / f"{reason}-{digest}.json"
    if path.exists():
        return path
    if len(list(folder.glob(f"{reason}-*.json"))) >= MOST:
        return None
    found = {
        "reason": reason.value,
        "at": at.isoformat(),
        "cosigned": remembered.checkpoint.decode(),
        "refused": refused.decode(),
        "old": request.old,
        "proof": [b64encode(part).decode() for part in request.path],
    }
    try:
        files.create(path, (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode())
    except FileExistsError:
        return path
    return path


def kept(memory: Path) -> int:
    """Return how many refused checkpoints are kept."""
    return len(list(files.beside(memory, ".refused").glob("*.json")))


def signed(checkpoint: bytes, logs: Sequence[Verifier]) -> bytes:
    """Return the note with the ledger's own signatures alone."""
    read = note.read(checkpoint)
    own = {(key.name, key.id) for key in logs}
    lines = tuple(line for line in read.signatures if (line.name, line.key_id) in own)
    return note.write(Note(text=read.text, signatures=lines))
