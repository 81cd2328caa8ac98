"""What there is in the end, on the server and in the database, and what of it is wrong."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.crash.wire import stored
from tests.crash.wire.program import Place
from tests.crash.wire.script import BANNED_WORDS, GAMING, HELP, LEADS, QUARANTINE
from tests.crash.wire.stored import judged, rows
from tests.crash.wire.talking import Talking


def unrest(place: Place, talking: Talking) -> str:
    """Return what is still to be done; nothing once all is at rest."""
    return stored.unrest(place, _unjudged(place, talking), talking.waiting)


async def complaints(place: Place, talking: Talking) -> list[str]:
    """Return everything that was lost, doubled or recorded falsely."""
    return [*_on_the_server(place, talking), *_in_the_record(talking), *await stored.recorded_falsely(place)]


def _unjudged(place: Place, talking: Talking) -> set[str]:
    return talking.posted.keys() - {message for _, message in judged(place)}


def _on_the_server(place: Place, talking: Talking) -> Iterator[str]:
    standing = {one["id"]: one["content"] for where in (HELP, GAMING) for one in talking.sees(where)}
    for message, text in talking.posted.items():
        bad = any(word in text for word in BANNED_WORDS)
        if bad is (message in standing):
            yield f"{text!r} {'stands' if bad else 'is gone'}"
    yield from (f"{talking.posted[one]!r} was never judged" for one in _unjudged(place, talking))
    marks = Counter(_reference(one) for one in talking.sees(LEADS))
    hung = rows(place, "SELECT count(*) FROM cards WHERE message IS NOT NULL")[0][0]
    if len(marks) != hung or max(marks.values(), default=0) > 1:
        yield f"{sum(marks.values())} cards hang where {hung} are known"
    for user in talking.appealing:
        told = [one for one in talking.told(user) if _reference(one)]
        if len(told) != 1:
            yield f"{user} was told {len(told)} times"
    for user in (*talking.banned, *talking.quarantined):
        told = [one for one in talking.told(user) if _reference(one)]
        if len(told) > 1:
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
    yield from doubled(effects, talking.bot)
    yield from talking.ask("record", "off")
    requests: Sequence[Mapping[str, Any]] = talking.ask("record", "requests")
    twice = [one for one in requests if one["code"] == 40060]
    yield from (f"{one['route']} was answered twice" for one in twice)


def doubled(effects: Sequence[Mapping[str, Any]], bot: str) -> Iterator[str]:
    """Yield what the bot did twice, as a server recorded it: posts are known by their actions, whatever they say.

    A post that names no action can't be told from its double, so that is complained about as well; an answer to
    somebody who pressed or gave a command is none.
    """
    own = [one for one in effects if one["by"] == bot]
    done = Counter((one["kind"], one["target"]) for one in own)
    yield from (f"{kind} of {target} {count} times" for (kind, target), count in done.items()
                if kind in {"message_deleted", "member_banned"} and count > 1)  # fmt: skip
    posts = Counter(one["detail"].get("nonce") for one in own if one["kind"] == "message_created")
    yield from (f"{nonce} was posted {count} times" for nonce, count in posts.items() if nonce and count > 1)
    if posts[None]:
        yield f"{posts[None]} posts name no action"


def _reference(message: Mapping[str, Any]) -> str:
    """Return by what a message of Locum's is known again."""

    def walk(parts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        for one in parts:
            if str(one.get("content", "")).startswith("-# "):
                yield one["content"]
            yield from walk(one.get("components") or ())

    return next(walk(message["components"]), "")
