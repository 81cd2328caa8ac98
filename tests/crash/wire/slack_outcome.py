"""What there is in the end, in the workspace and in the database, and what of it is wrong."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.slack.posting import EVENT
from tests.crash.wire import stored
from tests.crash.wire.program import Place
from tests.crash.wire.slack_script import BANNED_WORDS, BOT, GAMING, HELP, KEEPER, LEADS
from tests.crash.wire.slack_talking import Talking
from tests.crash.wire.stored import judged, rows

#: in whose name Locum acts
_OURS = frozenset({BOT, KEEPER})
#: what happens to somebody or something once
_ONCE = frozenset({"message_deleted", "member_left"})


def unrest(place: Place, talking: Talking) -> str:
    """Return what is still to be done; nothing once all is at rest."""
    return stored.unrest(place, _unjudged(place, talking), talking.waiting)


async def complaints(place: Place, talking: Talking) -> list[str]:
    """Return everything that was lost, doubled or recorded falsely."""
    effects: Sequence[Mapping[str, Any]] = talking.ask("record", "effects")
    return [
        *_in_the_workspace(place, talking), *_judged_twice(place), *doubled(effects), *removed(effects, talking.kicked),
        *talking.ask("record", "off"), *talking.ask("record", "pings"), *await stored.recorded_falsely(place),
    ]  # fmt: skip


def uncommitted(place: Place, talking: Talking) -> int:
    """Return how many messages are stored that nobody acknowledged yet."""
    pending = {(one["event"].get("channel"), one["event"].get("ts")) for one in talking.ask("delivery", "pending")
               if one["event"]["type"] == "message"}  # fmt: skip
    return len(pending.intersection(judged(place)))


def _unjudged(place: Place, talking: Talking) -> set[tuple[str, str]]:
    return talking.posted.keys() - set(judged(place))


def _in_the_workspace(place: Place, talking: Talking) -> Iterator[str]:
    standing = {(where, one["ts"]) for where in (HELP, GAMING) for one in talking.sees(where)}
    for message, text in talking.posted.items():
        bad = any(word in text for word in BANNED_WORDS)
        if bad is (message in standing):
            yield f"{text!r} {'stands' if bad else 'is gone'}"
    yield from (f"{talking.posted[one]!r} was never judged" for one in _unjudged(place, talking))
    hung = rows(place, "SELECT count(*) FROM cards WHERE message IS NOT NULL")[0][0]
    shown = sum(1 for one in talking.sees(LEADS) if one["user"] == BOT and not one.get("subtype"))
    if shown != hung:
        yield f"{shown} cards hang where {hung} are known"
    for user in talking.appealing:
        if (often := _told(talking, user)) != 1:
            yield f"{user} was told {often} times"
    for user in (*talking.kicked, *talking.banned, *talking.quarantined):
        if (often := _told(talking, user)) > 1:
            yield f"{user} was told {often} times"
    appeals = rows(place, "SELECT count(*) FROM appeals")[0][0]
    if appeals != len(talking.appealing):
        yield f"{appeals} appeals of {len(talking.appealing)} members"


def _told(talking: Talking, user: str) -> int:
    """Return how often somebody was told something for an action: what answers a press is none."""
    return sum(bool(one.get("metadata")) for one in talking.told(user) if one["user"] == BOT)


def _judged_twice(place: Place) -> Iterator[str]:
    """Yield what was decided more than once about one message, and strikes that somebody got twice for one outburst."""
    said = "SELECT message, count(*) FROM decisions WHERE person = '' AND message IS NOT NULL GROUP BY message"
    yield from (f"message {one} was decided on {count} times" for one, count in rows(place, said) if count > 1)
    said = "SELECT account, sum(amount) FROM strikes GROUP BY account"
    yield from (f"{account} has {amount} strikes" for account, amount in rows(place, said) if amount > 1)


def doubled(effects: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what Locum did twice, as a server recorded it: posts are known by their actions, whatever they say.

    A post for all to see that names no action can't be told from its double, so that is complained about as well.
    """
    own = [one for one in effects if one["by"] in _OURS]
    done = Counter((one["kind"], one["target"], one["detail"].get("channel")) for one in own)
    yield from (f"{kind} of {target} {count} times" for (kind, target, _), count in done.items()
                if kind in _ONCE and count > 1)  # fmt: skip
    said = [one["detail"] for one in own if one["kind"] == "message_posted" and one["by"] == BOT]
    posts = Counter(action_of(one) for one in said if action_of(one) or _is_open(one))
    yield from (f"{action} was posted {count} times" for action, count in posts.items() if action and count > 1)
    if posts[""]:
        yield f"{posts['']} posts name no action"


def removed(effects: Sequence[Mapping[str, Any]], kicked: Sequence[str]) -> Iterator[str]:
    """Yield who wasn't removed from both channels."""
    gone = {(one["target"], one["detail"]["channel"]) for one in effects
            if one["kind"] == "member_left" and one["by"] in _OURS}  # fmt: skip
    yield from (f"{user} is still in {channel}" for user in kicked for channel in (HELP, GAMING)
                if (user, channel) not in gone)  # fmt: skip


def action_of(detail: Mapping[str, Any]) -> str:
    """Return the action that a post names; empty for none."""
    metadata = detail.get("metadata") or {}
    return str(metadata["event_payload"]["action"]) if metadata.get("event_type") == EVENT else ""


def _is_open(detail: Mapping[str, Any]) -> bool:
    """Return whether several see a post: that somebody came or went, and answers in private, are none."""
    return not detail.get("subtype") and not str(detail.get("channel")).startswith("D")
