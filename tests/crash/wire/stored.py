"""What the program's database says, whichever platform it works on, read beside whoever writes."""

import sqlite3
from collections import Counter
from collections.abc import Sized
from pathlib import Path
from typing import Any

from adapters.keyfile import open_key_file
from bot.app.clock import machine_clock
from bot.ledger.keys import read_signer
from bot.services.ledger.verifying import verify
from bot.services.rotating import new_signing_key
from bot.store.engine import open_store
from tests.crash.wire.program import Place

_UNDER_WAY = ("planned", "attempted", "unknown")


def rows(place: Place, statement: str) -> list[tuple[Any, ...]]:
    """Return what the database says; nothing before there is one."""
    if not Path(place.database).exists():
        return []
    database = sqlite3.connect(f"file:{place.database}?mode=ro", uri=True, timeout=10)
    try:
        return list(database.execute(statement))
    finally:
        database.close()


def judged(place: Place) -> list[tuple[str, str]]:
    """Return the messages that were judged: channel and message."""
    said = "SELECT c.channel, s.message FROM seen s JOIN channels c ON c.id = s.channel"
    return [(channel, message) for channel, message in rows(place, said)]


def asked(place: Place) -> set[str]:
    """Return the kinds of actions of which the platform was asked, and nobody knows yet how it went."""
    return {kind for (kind,) in rows(place, "SELECT DISTINCT kind FROM actions WHERE state = 'attempted'")}


def unrest(place: Place, unseen: Sized, waiting: Sized) -> str:
    """Return what is still to be done; nothing once all is at rest."""
    states = ", ".join(f"'{one}'" for one in _UNDER_WAY)
    under_way = rows(place, f"SELECT kind, state, reason FROM actions WHERE state IN ({states})")  # noqa: S608 - constants
    open_gaps = rows(place, "SELECT count(*) FROM gaps WHERE state = 'open'")[0][0]
    parts = {"under way": Counter(under_way), "open gaps": open_gaps, "not judged": len(unseen),
             "waiting": len(waiting)}  # fmt: skip
    return ", ".join(f"{name}: {value}" for name, value in parts.items() if value)


async def recorded_falsely(place: Place) -> list[str]:
    """Return what the ledger's own check complains about."""
    keys = open_key_file(place.folder / "keys.json", machine_clock(), new_signing_key, make=False)
    logs = [read_signer(secret.value.decode()).verifier for secret in keys.signing("locum/acme")]
    store = open_store(str(place.database), alone=False)
    try:
        report = await verify(store, "acme", logs=logs)
    finally:
        await store.close()
    return [problem.say() for problem in report.problems]
