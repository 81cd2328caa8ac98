"""How Slack can do each thing that Locum does, here and now: by two tokens, and by what each of them may do.

A third tier, an organisation's own token on Enterprise plans, would make more of these DIRECT: what it would add stands
in `_BY_ORGANISATION`, and nothing else here would change.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from adapters.slack.scopes import ADMIN, BOT, NEEDS
from bot.domain.capability import Ability, Capability, Way

if TYPE_CHECKING:
    # whoever only looks at policies doesn't wait for Slack's libraries
    from adapters.slack.door import Door

#: causes: a scope is missing, nobody's token may do it, Slack has nothing of the kind, a plan alone would have it
NO_SCOPE, NO_ADMIN, NO_SUCH_THING, BY_HAND = "no_scope", "no_admin_token", "no_such_thing", "by_hand"
#: what Slack has no call for on most plans: deactivating an account is done on a page
_BY_ORGANISATION = frozenset({Ability.BAN})
#: what Slack has nothing for
_NOT_THERE = frozenset({Ability.SLOW_MODE, Ability.RAID_MODE, Ability.PREVENTION})
#: what is put together from what Slack has
_EMULATED = frozenset({Ability.TIMEOUT, Ability.QUARANTINE, Ability.KICK})
#: what an admin's token alone does at once; without it, somebody does it by hand
_BY_ADMIN = frozenset({Ability.DELETE})


def capabilities(bot: frozenset[str], admin: frozenset[str], *, administers: bool) -> list[Capability]:
    """Return how each thing is done by the scopes of both tokens; `administers` says whether the second one counts."""
    return [_capability(one, bot, admin if administers else frozenset(), administers) for one in Ability]


def capabilities_of(door: "Door") -> list[Capability]:
    """Return the same of a workspace that is connected."""
    return capabilities(door.own.scopes, door.own.admin_scopes, administers=door.admin is not None)


def expected(*, admin: bool) -> Sequence[Capability]:
    """Return how each thing is done where every scope was granted, with an admin's token and without."""
    return capabilities(frozenset(BOT), frozenset(ADMIN), administers=admin)


def _capability(ability: Ability, bot: frozenset[str], admin: frozenset[str], administers: bool) -> Capability:  # noqa: FBT001 - one of what is known
    if ability in _NOT_THERE:
        return Capability(ability=ability, way=Way.MISSING, cause=NO_SUCH_THING)
    if ability in _BY_ORGANISATION:
        return Capability(ability=ability, way=Way.MANUAL, cause=BY_HAND)
    if ability in _BY_ADMIN:
        return _of_admin(ability, admin, administers)
    missing = _missing(ability, bot, admin=False)
    if ability in _EMULATED:
        # with an admin's token, what is written is deleted; without, a member is kept out of the channels
        if administers and not _missing(ability, admin, admin=True):
            return Capability(ability=ability, way=Way.EMULATED)
        removing = _missing(Ability.KICK, bot, admin=False)
        if removing:
            return Capability(ability=ability, way=Way.MANUAL, cause=NO_SCOPE, about=removing)
        return Capability(ability=ability, way=Way.EMULATED)
    if missing:
        return Capability(ability=ability, way=Way.MISSING, cause=NO_SCOPE, about=missing)
    return Capability(ability=ability, way=Way.DIRECT)


def _of_admin(ability: Ability, admin: frozenset[str], administers: bool) -> Capability:  # noqa: FBT001 - likewise
    if not administers:
        return Capability(ability=ability, way=Way.MANUAL, cause=NO_ADMIN)
    missing = _missing(ability, admin, admin=True)
    if missing:
        return Capability(ability=ability, way=Way.MANUAL, cause=NO_SCOPE, about=missing)
    return Capability(ability=ability, way=Way.DIRECT)


def _missing(ability: Ability, granted: frozenset[str], *, admin: bool) -> str:
    """Return a scope that an ability lacks; empty where it has all."""
    wanted = (one.scope for one in NEEDS if one.admin is admin and ability in one.serves)
    return next((scope for scope in wanted if scope not in granted), "")


def ways(found: Sequence[Capability]) -> Mapping[Ability, Way]:
    """Return the way of each thing."""
    return {one.ability: one.way for one in found}
