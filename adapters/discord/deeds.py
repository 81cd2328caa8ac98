"""Makes of an entry of Discord's audit log what was done outside Locum: pure, and without guessing.

https://docs.discord.com/developers/resources/audit-log
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from enum import IntEnum
from typing import Any

from adapters.discord.snowflakes import made_at
from adapters.discord.translate import Json, account_ref, time_of
from bot.domain.outcome import OutcomeKind
from bot.domain.outside import Deed, DeedKind
from bot.domain.place import Stream
from bot.domain.sanction import FREE, Standing

_HELD = Standing(held=True)
#: a count that has so many digits is none
_DIGITS = 10


class _Type(IntEnum):
    """Types of entries that tell of moderation."""

    KICK = 20
    PRUNE = 21
    BAN = 22
    UNBAN = 23
    MEMBER = 24
    ROLES = 25
    DELETE = 72
    BULK_DELETE = 73


#: returns the stream of a channel or thread
Place = Callable[[str], Stream]


def deeds_of(server: str, entry: Json, *, own: str, quarantine: str | None, place: Place) -> Iterator[Deed]:
    """Yield what an entry tells of; nothing for what the bot itself did, and for what isn't moderation.

    `own` is the bot's id, `quarantine` the id of the role that stands for a quarantine.
    """
    by, target = entry.get("user_id"), entry.get("target_id")
    if str(by) == own:
        return
    identifier = str(entry["id"])
    deed = Deed(
        id=identifier,
        kind=DeedKind.STANDING,
        at=made_at(identifier),
        by=None if by is None else account_ref(server, str(by)),
        member=None if target is None else account_ref(server, str(target)),
    )
    match entry.get("action_type"):
        case _Type.BAN | _Type.UNBAN as kind:
            yield replace(deed, sanction=OutcomeKind.BAN, standing=_HELD if kind == _Type.BAN else FREE)
        case _Type.MEMBER:
            yield from _timed_out(deed, entry)
        case _Type.ROLES:
            yield from _roles(deed, entry, quarantine)
        case _Type.KICK | _Type.PRUNE:
            yield replace(deed, kind=DeedKind.KICK, count=_count(entry, "members_removed"))
        case _Type.DELETE | _Type.BULK_DELETE:
            yield _deletion(deed, entry, place)


def _deletion(deed: Deed, entry: Json, place: Place) -> Deed:
    """Return a deletion: the entry of several messages at once is about their channel, and names no author."""
    is_bulk = entry["action_type"] == _Type.BULK_DELETE
    channel = entry.get("target_id") if is_bulk else (entry.get("options") or {}).get("channel_id")
    return replace(
        deed,
        kind=DeedKind.DELETION,
        member=None if is_bulk else deed.member,
        stream=None if channel is None else place(str(channel)),
        count=_count(entry, "count"),
    )


def _changes(entry: Json) -> Mapping[str, Any]:
    """Return what changed, by its key: the new value, None where there is none any more."""
    return {str(one.get("key")): one.get("new_value") for one in entry.get("changes") or ()}


def _timed_out(deed: Deed, entry: Json) -> Iterator[Deed]:
    changed = _changes(entry)
    if "communication_disabled_until" not in changed:
        # a nickname, or something about voice
        return
    until = time_of(changed["communication_disabled_until"])
    standing = FREE if until is None or until <= deed.at else Standing(held=True, until=until)
    yield replace(deed, sanction=OutcomeKind.TIMEOUT, standing=standing)


def _roles(deed: Deed, entry: Json, quarantine: str | None) -> Iterator[Deed]:
    changed = _changes(entry)
    given, taken = (frozenset(str(one["id"]) for one in changed.get(key) or ()) for key in ("$add", "$remove"))
    if deed.by is not None and deed.by == deed.member:
        # whoever changes their own roles restricts nobody, and frees nobody by right
        yield replace(deed, kind=DeedKind.ROLES, given=given, taken=taken)
        return
    if quarantine is not None and quarantine in given | taken:
        standing = _HELD if quarantine in given else FREE
        # one entry may tell of other roles as well
        yield replace(deed, id=f"{deed.id}:quarantine", sanction=OutcomeKind.QUARANTINE, standing=standing)
    given, taken = given - {quarantine}, taken - {quarantine}
    if given or taken:
        yield replace(deed, kind=DeedKind.ROLES, given=given, taken=taken)


def _count(entry: Json, name: str) -> int:
    """Return a count, which Discord writes as text; one where it says none, or none that anybody could believe."""
    said = str((entry.get("options") or {}).get(name, ""))
    return int(said) if said.isdecimal() and len(said) < _DIGITS else 1
