"""Whether Discord holds the rules that it is to hold for us, by what was read of the server."""

from collections.abc import Iterator

from adapters.discord.permissions import BITS, VIEW, granted, granted_in
from adapters.discord.prevention.compile import Ground, compile_natives
from adapters.discord.prevention.native import body_of, is_ours, same
from adapters.discord.prevention.sync import room_beside
from adapters.discord.probing import Seen
from bot.domain.checkup import Point, good, lacks
from bot.domain.message import Channel, PlatformName
from bot.policy.policy_set import PolicySet

_CATEGORY = 4
_NEEDED = VIEW | BITS["manage_messages"]


def check_prevention(about: str, policies: PolicySet, seen: Seen) -> Iterator[Point]:
    """Yield whether the server's rules of ours are those that these policies come to, and which have no room there.

    Nothing where Discord doesn't show rules: that the right to manage the server is missing is said elsewhere.
    """
    if seen.rules is None or seen.server is None or seen.own is None:
        return
    compiled = compile_natives(policies, _ground(seen), room_beside(seen.rules))
    wanted = {one.name: body_of(one, policies.languages[0]) for one in compiled.natives}
    ours = {str(one["name"]): one for one in seen.rules if is_ours(one)}
    if not (ours or wanted):
        return
    if ours.keys() == wanted.keys() and all(same(ours[name], wanted[name]) for name in ours):
        yield good("discord_prevention", about, count=len(ours))
    else:
        yield lacks("discord_prevention", about)
    if compiled.left_out:
        names = ", ".join(sorted({rule for rule, _ in compiled.left_out}))
        yield lacks("discord_prevention_left", about, rules=names)


def _ground(seen: Seen) -> Ground:
    """Return the server as far as it matters for that; threads aren't listed, and categories hold no messages."""
    assert seen.server is not None  # noqa: S101 - whoever calls looked
    assert seen.own is not None  # noqa: S101 - likewise
    server, own = str(seen.server["id"]), seen.own
    listed = [one for one in seen.channels or () if int(one["type"]) != _CATEGORY]
    base, roles, user = granted(seen.server, own), own.get("roles") or (), str(own["user"]["id"])
    held = {str(one["id"]): granted_in(one, seen.server, roles, user, base=base) for one in listed}
    channels = [
        Channel(
            platform=PlatformName.DISCORD, workspace=server, id=str(one["id"]), name=str(one["name"]),
            category=None if one.get("parent_id") is None else str(one["parent_id"]),
        )
        for one in listed
    ]  # fmt: skip
    people = [one for one in seen.people.values() if one is not None]
    return Ground(
        channels=tuple(sorted(channels, key=lambda one: one.id)),
        closed=frozenset(id_ for id_, rights in held.items() if rights & _NEEDED != _NEEDED),
        roles={str(one["id"]): str(one["name"]) for one in seen.server["roles"] if str(one["id"]) != server},
        staff=tuple(frozenset(map(str, one.get("roles") or ())) for one in people),
    )
