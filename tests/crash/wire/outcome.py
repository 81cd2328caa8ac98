"""What there is in the end, on the server and in the database, and what of it is wrong."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.keyfile import open_key_file
from bot.app.clock import machine_clock
from bot.ledger.keys import read_signer
from bot.services.ledger.verifying import verify
from bot.services.rotating import new_signing_key
from bot.store.engine import open_store
from tests.crash.wire.program import Place
from tests.crash.wire.script import BANNED_WORDS, GAMING, HELP, LEADS, QUARANTINE
from tests.crash.wire.talking import Talking

_UNDER_WAY = ("planned", "attempted", "unknown")


def rows(place: Place, statement: str) -> list[tuple[Any, ...]]:
    """Return what the database says, read beside whoever writes."""
    database = sqlite3.connect(f"file:{place.database}?mode=ro", uri=True, timeout=10)
    try:
        return list(database.execute(statement))
    finally:
        database.close()


def unrest(place: Place, talking: Talking) -> str:
    """Return what is still to be done; nothing once all is at rest."""
    states = ", ".join(f"'{one}'" for one in _UNDER_WAY)
    under_way = rows(place, f"SELECT kind, state, reason FROM actions WHERE state IN ({states})")  # noqa: S608 - constants
    open_gaps = rows(place, "SELECT count(*) FROM gaps WHERE state = 'open'")[0][0]
    unseen = talking.posted.keys() - {one for (one,) in rows(place, "SELECT message FROM seen")}
    parts = {"under way": Counter(under_way), "open gaps": open_gaps, "not judged": len(unseen),
             "waiting": len(talking.waiting)}  # fmt: skip
    return ", ".join(f"{name}: {value}" for name, value in parts.items() if value)


async def complaints(place: Place, talking: Talking) -> list[str]:
    """Return everything that was lost, doubled or recorded falsely."""
    found = [*_on_the_server(place, talking), *_in_the_record(talking)]
    keys = open_key_file(place.folder / "keys.json", machine_clock(), new_signing_key, make=False)
    logs = [read_signer(secret.value.decode()).verifier for secret in keys.signing("locum/acme")]
    store = open_store(str(place.database), alone=False)
    try:
        report = await verify(store, "acme", logs=logs)
    finally:
        await store.close()
    return [*found, *(problem.say() for problem in report.problems)]


def _on_the_server(place: Place, talking: Talking) -> Iterator[str]:
    standing = {one["id"]: one["content"] for where in (HELP, GAMING) for one in talking.sees(where)}
    for message, text in talking.posted.items():
        bad = any(word in text for word in BANNED_WORDS)
        if bad is (message in standing):
            yield f"{text!r} {'stands' if bad else 'is gone'}"
    unjudged = talking.posted.keys() - {one for (one,) in rows(place, "SELECT message FROM seen")}
    yield from (f"{talking.posted[one]!r} was never judged" for one in unjudged)
    marks = Counter(_reference(one) for one in talking.sees(LEADS))
    hung = rows(place, "SELECT count(*) FROM cards WHERE message IS NOT NULL")[0][0]
    if len(marks) != hung or max(marks.values(), default=0) > 1:
        yield f"{sum(marks.values())} cards hang where {hung} are known"
    for user in talking.appealing:
        told = [one for one in talking.told(user) if _reference(one)]
        if len(told) != 1:
            yield f"{user} was told {len(told)} times"
    appeals = rows(place, "SELECT count(*) FROM appeals")[0][0]
    if appeals != len(talking.appealing):
        yield f"{appeals} appeals of {len(talking.appealing)} members"


def _in_the_record(talking: Talking) -> Iterator[str]:
    effects: Sequence[Mapping[str, Any]] = talking.ask("record", "effects")
    done = Counter((one["kind"], one["target"]) for one in effects if one["by"] == talking.bot)
    roles = Counter(
        one["target"] for one in effects
        if one["kind"] == "member_updated" and QUARANTINE in (one["detail"].get("roles") or ())
    )  # fmt: skip
    for user in talking.banned:
        if done["member_banned", user] != 1:
            yield f"{user} was banned {done['member_banned', user]} times"
    for user in talking.quarantined:
        if roles[user] != 1:
            yield f"{user} was quarantined {roles[user]} times"
    yield from (f"{kind} of {target} {count} times" for (kind, target), count in done.items()
                if kind in {"message_deleted", "member_banned"} and count > 1)  # fmt: skip
    yield from talking.ask("record", "off")
    requests: Sequence[Mapping[str, Any]] = talking.ask("record", "requests")
    twice = [one for one in requests if one["code"] == 40060]
    yield from (f"{one['route']} was answered twice" for one in twice)


def _reference(message: Mapping[str, Any]) -> str:
    """Return by what a message of Locum's is known again."""

    def walk(parts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        for one in parts:
            if str(one.get("content", "")).startswith("-# "):
                yield one["content"]
            yield from walk(one.get("components") or ())

    return next(walk(message["components"]), "")
