"""Finds what Locum posted, by the reference that it bears, among what was written since it may have been posted."""

from typing import Any

from adapters.discord.calls import CallError, called
from adapters.discord.cards import reference
from adapters.discord.door import Door
from adapters.discord.snowflakes import first_at
from adapters.discord.translate import Json
from bot.domain.action import Answer, Result
from bot.domain.gap import ALLOWANCE
from bot.ports import Effect

#: messages on a page, and pages that are looked through: where more was written, nobody can tell any more
_PAGE, _PAGES = 100, 20
_TOO_MUCH = Result(answer=Answer.FORBIDDEN, reason="too_much_since")


async def posted(door: Door, place: str, effect: Effect) -> Json | None:
    """Return what an effect posted in a channel or thread; None where it isn't there. Raises CallError.

    It stands behind what was written before its time, as far as clocks agree; without a time, among the newest.
    """
    if effect.since is None:
        return _found(door, effect, await called(door.http.logs_from(int(place), _PAGE)))
    beyond = max(0, int(first_at(effect.since - ALLOWANCE)) - 1)
    for _ in range(_PAGES):
        page: Any = await called(door.http.logs_from(int(place), _PAGE, after=beyond))
        found = _found(door, effect, page)
        if found is not None or len(page) < _PAGE:
            return found
        beyond = max(int(one["id"]) for one in page)
    raise CallError(_TOO_MUCH)


def bears(data: Json, action: str) -> bool:
    """Return whether a message of ours bears an action's reference."""
    return any(one.get("content") == f"-# {reference(action)}" for one in _parts(data.get("components") or ()))


def _found(door: Door, effect: Effect, page: Any) -> Json | None:
    own = str(door.own)
    return next((one for one in page if str(one["author"]["id"]) == own and bears(one, effect.action)), None)


def _parts(components: Any) -> list[Any]:
    found = []
    for one in components:
        found += [one, *_parts(one.get("components") or ())]
    return found
