"""Remembers who wrote last: of somebody who writes much, one and the same member is made once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.discord.translate import Json, member_of
from bot.domain.message import Member

#: authors that are remembered
_REMEMBERED = 1_000
#: what a member was made of: the account, the member object, and the names of their roles
_Made = tuple[Json, Json | None, Mapping[str, str]]


@dataclass(kw_only=True, slots=True)
class Authors:
    """Members by their ids, as they were last seen on one server."""

    _known: dict[str, tuple[_Made, Member]] = field(default_factory=dict)

    def of(self, server: str, user: Json, member: Json | None, roles: Mapping[str, str]) -> Member:
        """Return whoever wrote, the same object as the last time where nothing of them changed."""
        id_, made = str(user["id"]), (user, member, roles)
        # whoever writes moves to the end
        held = self._known.pop(id_, None)
        if held is None or held[0] != made:
            held = (made, member_of(server, user, member, roles))
        self._known[id_] = held
        if len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]
        return held[1]
