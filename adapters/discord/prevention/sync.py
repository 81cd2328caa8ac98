"""Brings the rules that Discord holds for us to what the policies ask for, by difference; others' are left alone."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import discord

from adapters.discord.calls import CallError, called
from adapters.discord.door import Door
from adapters.discord.prevention.compile import Ground, compile_natives, holds_names
from adapters.discord.prevention.native import MOST, Trigger, body_of, essence, is_ours, same
from adapters.discord.prevention.state import Prevention
from adapters.discord.server import as_channel
from adapters.discord.translate import Json
from bot.domain.action import Answer
from bot.domain.message import PlatformName
from bot.errors import LocumError
from bot.policy.policy_set import PolicySet
from bot.ports import PlatformUnavailableError

if TYPE_CHECKING:
    from adapters.discord.connected import ServerConnected
    from adapters.discord.members import Members
    from bot.ports import Feed

#: seconds after which it is looked again whether everything is as it is to be
_EACH = 60.0
#: why a call failed that Discord won't take as it is
REFUSED = "refused"
#: characters of the policies' version that Discord's audit log is told
_VERSION = 12


class PreventionFullError(LocumError):
    """Discord's own moderation can't hold all that these rules look for; Locum deletes the rest itself."""


class PreventionRefusedError(LocumError):
    """Discord doesn't take these rules as they are; Locum deletes by itself what they were to hold back."""


async def keep_prevented(server: "ServerConnected") -> None:
    """Hold Discord's rules in step with the policies until it is called off."""
    state = server.prevention
    while True:
        state.changed.clear()
        try:
            await sync(server.door, server.platform.members, state)
        except CallError as error:
            if error.result.answer is not Answer.FORBIDDEN:
                server.door.home.tell(PlatformUnavailableError())
        except LocumError as error:
            server.door.home.tell(error)
        state.looked += 1
        try:
            async with asyncio.timeout(_EACH):
                await state.changed.wait()
        except TimeoutError:
            continue


async def changed(server: "ServerConnected", _feed: "Feed", _data: Json) -> None:
    """Have it looked at once: a channel came, went or is another one now."""
    server.prevention.changed.set()


async def sync(door: Door, members: "Members", state: Prevention) -> None:
    """Bring Discord's rules to what the policies ask for.

    Without the right to manage the server there is none of this, as the doctor says: nothing is asked then, for what is
    refused again and again counts against the bot. Raises CallError, PlatformUnavailableError, ConnectionRevokedError.
    """
    own = door.server.get_member(door.own)
    if own is None or not own.guild_permissions.manage_guild:
        return
    policies, language = door.home.policies(), door.home.language
    known: Sequence[Json] = await called(door.http.get_auto_moderation_rules(door.number))
    room = room_beside(known)
    of = (policies, await ground_of(door, members, policies), room)
    if state.of is None or state.of[0] is not policies or state.of[1:] != of[1:]:
        # long lists take half a second: whatever else goes on needn't wait for that
        state.compiled, state.of = await asyncio.to_thread(compile_natives, *of), of
    await _bring(door, state, known, {one.name: body_of(one, language) for one in state.compiled.natives})
    left = state.compiled.left_out
    if left and left != state.told:
        names = ", ".join(f"{rule} ({why})" for rule, why in left)
        door.home.tell(PreventionFullError(f"{PreventionFullError.__doc__} {names}"))
    state.told = left


def room_beside(known: Sequence[Json]) -> dict[Trigger, int]:
    """Return how many rules of each kind the server can have beside those that aren't ours."""
    others = Counter(int(one["trigger_type"]) for one in known if not is_ours(one))
    return {trigger: most - others[trigger] for trigger, most in MOST.items()}


async def ground_of(door: Door, members: "Members", policies: PolicySet) -> Ground:
    """Return the server as far as it matters here; raises PlatformUnavailableError, ConnectionRevokedError."""
    server, own = door.server, door.server.get_member(door.own)
    channels = [one for one in server.channels if not isinstance(one, discord.CategoryChannel)]
    closed = [one for one in channels if own is None or not _may(one.permissions_for(own))]
    people = policies.governance.roster.people.values() if holds_names(policies) else ()
    accounts = [one.accounts[PlatformName.DISCORD][1] for one in people if PlatformName.DISCORD in one.accounts]
    staff = await members.known([{"id": account} for account in dict.fromkeys(accounts)])
    return Ground(
        channels=tuple(sorted(map(as_channel, channels), key=lambda one: one.id)),
        closed=frozenset(str(one.id) for one in closed),
        roles={str(role.id): role.name for role in server.roles if not role.is_default()},
        staff=tuple(frozenset(map(str, staff[one].get("roles", ()))) for one in sorted(staff)),
    )


def _may(own: discord.Permissions) -> bool:
    return own.view_channel and own.manage_messages


async def _bring(door: Door, state: Prevention, known: Sequence[Json], wanted: Mapping[str, Mapping[str, Any]]) -> None:
    """Delete, change and make rules, in this order: what goes makes room."""
    left, changes = dict(wanted), list[tuple[str, Mapping[str, Any]]]()
    http, reason = door.http, f"policy {door.home.policies().version[:_VERSION]}"
    for rule in filter(is_ours, known):
        body, id_ = left.get(str(rule["name"])), str(rule["id"])
        if body is None or int(rule["trigger_type"]) != body["trigger_type"]:
            await _gone(http.delete_auto_moderation_rule(door.number, int(id_), reason=reason))
            state.taken.pop(id_, None)
            continue
        del left[str(rule["name"])]
        # what Discord writes otherwise than we do, and took from us as it is, is in step too
        if not same(rule, body) and state.taken.get(id_) != (essence(body), essence(rule)):
            changes.append((id_, body))
    for id_, body in changes:
        await _take(
            door, state, body, partial(http.edit_auto_moderation_rule, door.number, int(id_), reason=reason, **body)
        )
    for body in left.values():
        await _take(door, state, body, partial(http.create_auto_moderation_rule, door.number, reason=reason, **body))


async def _take(door: Door, state: Prevention, body: Mapping[str, Any], call: Callable[[], Awaitable[Any]]) -> None:
    """Have a rule made or changed; one that Discord doesn't take is told once, and the others are asked for as well."""
    if state.refused.get(body["name"]) == essence(body):
        return
    try:
        answer = await called(call())
    except CallError as error:
        if error.result.reason != REFUSED:
            raise
        state.refused[body["name"]] = essence(body)
        door.home.tell(PreventionRefusedError(f"{PreventionRefusedError.__doc__} {body['name']}"))
    else:
        state.taken[str(answer["id"])] = essence(body), essence(answer)


async def _gone(call: Awaitable[Any]) -> None:
    try:
        await called(call)
    except CallError as error:
        if error.result.answer is not Answer.GONE:
            raise
