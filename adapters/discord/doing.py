"""What Locum asks of a Discord server, effect by effect: most grave first, and together where Discord takes it so."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from discord.http import Route

from adapters.discord.calls import CallError, called
from adapters.discord.door import Door
from adapters.discord.doors import set_doors
from adapters.discord.pacing import FEW, MORE, Pace, asked_at, pace_of
from adapters.discord.posting import notify, show
from adapters.discord.roles import take
from adapters.discord.snowflakes import made_at
from adapters.discord.threads import talk
from adapters.discord.translate import address_of
from bot.domain.action import ActionKind, Answer, Result
from bot.domain.outcome import OutcomeKind
from bot.ports import Effect

DONE = Result(answer=Answer.DONE)
GONE = Result(answer=Answer.GONE)
FORBIDDEN = Result(answer=Answer.FORBIDDEN, reason="not_supported")
#: https://docs.discord.com/developers/resources/message#bulk-delete-messages
_TOGETHER, _OLDEST = 100, timedelta(days=13, hours=23)
#: https://docs.discord.com/developers/resources/guild#bulk-guild-ban
_BANS = 200
#: bans that are asked for one by one where Discord wants to be asked for several at once later
_FEW = 10
#: calls that go on side by side: the library keeps them within Discord's limits, and waits inside them
_AT_ONCE = 10
#: calls for many things in one place, in one batch: Discord takes about one a second, and a call may not wait for long
_IN_A_ROW = 5
#: seconds after which nothing more of a batch is begun: what is left is asked for again, the gravest first
_BEGUN_WITHIN = 5.0
_LATER = Result(answer=Answer.RETRY_AFTER, after=0.5, reason="paced")
#: what takes one call, whose limit is that of all like it
_ONE_ROUTE = frozenset({ActionKind.RESTRICT, ActionKind.DELETE, ActionKind.KICK, ActionKind.SLOW_MODE})

_Ask = Callable[[Door, list[Effect]], Awaitable[dict[str, Result]]]


async def do(door: Door, effects: Sequence[Effect]) -> list[Result]:
    """Return what became of effects, in their order; raise ConnectionRevokedError when the token is no longer good."""
    results: dict[str, Result] = {}
    left = {effect.action: effect for effect in effects}
    turn, loop = asyncio.Semaphore(_AT_ONCE), asyncio.get_running_loop()
    end = loop.time() + _BEGUN_WITHIN

    async def in_turn(ask: _Ask, same: list[Effect]) -> None:
        async with turn:
            late = loop.time() > end
            results.update(dict.fromkeys((one.action for one in same), _LATER) if late else await ask(door, same))

    work: list[Awaitable[None]] = []
    in_a_row: Counter[str] = Counter()
    for together, ask in ((_deletions(door, effects), _delete_together), (_bans(effects), _ban_together)):
        for same in together:
            place = _place(same[0])
            in_a_row[place] += 1
            if in_a_row[place] > _IN_A_ROW:
                results.update(dict.fromkeys((effect.action for effect in same), _LATER))
            else:
                work.append(in_turn(ask, same))
            for effect in same:
                left.pop(effect.action)
    # one after the other: the library waits too soon where it doesn't know yet how many of them there may be
    sorts: dict[tuple[object, ...], list[Effect]] = defaultdict(list)
    for effect in left.values():
        wait = _pace(door, effect, loop.time()).wait(loop.time())
        if wait:
            results[effect.action] = Result(answer=Answer.RETRY_AFTER, after=wait, reason="paced")
        else:
            sorts[_sort(effect)].append(effect)
    work += [in_turn(_alone, same) for same in sorts.values()]
    # each is waited for: a call under way isn't left alone when another finds the token revoked
    for error in await asyncio.gather(*work, return_exceptions=True):
        if error is not None:
            raise error
    return [results[effect.action] for effect in effects]


async def _alone(door: Door, effects: Sequence[Effect]) -> dict[str, Result]:
    """Ask for effects one after the other."""
    loop, found = asyncio.get_running_loop(), dict[str, Result]()
    for effect in effects:
        with asked_at(_pace(door, effect, loop.time()) if effect.kind in _ONE_ROUTE else None):
            found[effect.action] = await _answered(_DOING[effect.kind](door, effect))
    return found


def _sort(effect: Effect) -> tuple[object, ...]:
    return effect.kind, effect.sanction, effect.stream


def _pace(door: Door, effect: Effect, now: float) -> Pace:
    most = MORE if effect.kind in (ActionKind.RESTRICT, ActionKind.DELETE) else FEW
    return pace_of(door.paces, _sort(effect), most, now)


async def _answered(work: Awaitable[Result]) -> Result:
    try:
        return await work
    except CallError as error:
        return error.result


def _deletions(door: Door, effects: Sequence[Effect]) -> list[list[Effect]]:
    """Return deletions that can be asked for together: at least two, of one channel, and none too old."""
    by_channel: dict[str, list[Effect]] = defaultdict(list)
    youngest = door.clock.now() - _OLDEST
    for effect in effects:
        if (
            effect.kind is ActionKind.DELETE
            and effect.message is not None
            and effect.message.message.isdecimal()
            and made_at(effect.message.message) > youngest
        ):
            by_channel[_place(effect)].append(effect)
    return [
        same[start : start + _TOGETHER]
        for same in by_channel.values()
        for start in range(0, len(same), _TOGETHER)
        if len(same[start : start + _TOGETHER]) > 1
    ]


async def _delete_together(door: Door, effects: Sequence[Effect]) -> dict[str, Result]:
    """Delete messages of one channel with one call; one by one where Discord doesn't take them together."""
    messages: list[str | int] = list(
        dict.fromkeys(effect.message.message for effect in effects if effect.message is not None)
    )
    try:
        # of several actions one is named: the log has one entry for all of them
        await called(door.http.delete_messages(int(_place(effects[0])), messages, reason=effects[0].action))
    except CallError as error:
        if error.result.answer in (Answer.UNKNOWN, Answer.RETRY_AFTER):
            return {effect.action: error.result for effect in effects}
        return await _alone(door, effects)
    return {effect.action: DONE for effect in effects}


def _bans(effects: Sequence[Effect]) -> list[list[Effect]]:
    """Return bans that can be asked for together: at least two that take along equally much."""
    by_purge: dict[int, list[Effect]] = defaultdict(list)
    for effect in effects:
        banned = effect.kind is ActionKind.RESTRICT and effect.sanction is OutcomeKind.BAN and effect.standing.held
        if banned and effect.account is not None:
            by_purge[effect.purge].append(effect)
    return [
        same[start : start + _BANS]
        for same in by_purge.values()
        for start in range(0, len(same), _BANS)
        if len(same[start : start + _BANS]) > 1
    ]


async def _ban_together(door: Door, effects: Sequence[Effect]) -> dict[str, Result]:
    """Ban members with one call; whoever it left out is banned alone, and so says why."""
    users = {effect.account.user: effect for effect in effects if effect.account is not None}
    try:
        answer: Any = await called(
            door.http.bulk_ban(door.number, [int(user) for user in users], effects[0].purge, reason=effects[0].action)
        )
        banned = {str(user) for user in answer["banned_users"]}
    except CallError as error:
        few = error.result.answer is Answer.RETRY_AFTER and len(effects) <= _FEW
        if error.result.answer in (Answer.UNKNOWN, Answer.RETRY_AFTER) and not few:
            return {effect.action: error.result for effect in effects}
        banned = set()
    found = {effect.action: DONE for user, effect in users.items() if user in banned}
    return found | await _alone(door, [effect for effect in effects if effect.action not in found])


async def _delete(door: Door, effect: Effect) -> Result:
    if effect.message is None or not effect.message.message.isdecimal():
        # a join, a new name or a thread's title: it is judged as a message, and stands nowhere
        return GONE
    await called(door.http.delete_message(int(_place(effect)), int(effect.message.message), reason=effect.action))
    return DONE


async def _restrict(door: Door, effect: Effect) -> Result:
    if effect.account is None or not effect.account.user.isdecimal():
        return GONE
    if int(effect.account.user) == door.own:
        return Result(answer=Answer.FORBIDDEN, reason="own_account")
    match effect.sanction:
        case OutcomeKind.BAN:
            return await _ban(door, effect, int(effect.account.user))
        case OutcomeKind.TIMEOUT:
            return await _time_out(door, effect, int(effect.account.user))
        case OutcomeKind.QUARANTINE:
            return await _quarantine(door, effect, int(effect.account.user))
        case _:
            return FORBIDDEN


async def _ban(door: Door, effect: Effect, user: int) -> Result:
    if effect.standing.held:
        # the library puts the time into the address, where Discord's description doesn't have it
        route = Route("PUT", "/guilds/{guild_id}/bans/{user_id}", guild_id=door.number, user_id=user)
        body = {"delete_message_seconds": effect.purge}
        await called(door.http.request(route, json=body, reason=effect.action))
        return DONE
    try:
        await called(door.http.unban(user, door.number, reason=effect.action))
    except CallError as error:
        # a ban that isn't there needs no lifting
        if error.result.answer is Answer.GONE:
            return Result(answer=Answer.ALREADY_SO)
        raise
    return DONE


async def _time_out(door: Door, effect: Effect, user: int) -> Result:
    until = effect.standing.until
    if effect.standing.held and until is None:
        return FORBIDDEN
    value = until.isoformat() if effect.standing.held and until is not None else None
    await called(door.http.edit_member(door.number, user, reason=effect.action, communication_disabled_until=value))
    return DONE


async def _quarantine(door: Door, effect: Effect, user: int) -> Result:
    role = door.home.quarantine
    if role is None:
        return Result(answer=Answer.FORBIDDEN, reason="no_quarantine_role")
    change = door.http.add_role if effect.standing.held else door.http.remove_role
    await called(change(door.number, user, int(role), reason=effect.action))
    return DONE


async def _kick(door: Door, effect: Effect) -> Result:
    if effect.account is None or not effect.account.user.isdecimal():
        return GONE
    await called(door.http.kick(int(effect.account.user), door.number, reason=effect.action))
    return DONE


async def _slow(door: Door, effect: Effect) -> Result:
    if effect.stream is None:
        return GONE
    seconds = max(effect.amount, 0)
    await called(
        door.http.edit_channel(int(address_of(effect.stream)), reason=effect.action, rate_limit_per_user=seconds)
    )
    return DONE


async def _page(_door: Door, _effect: Effect) -> Result:
    return FORBIDDEN


def _place(effect: Effect) -> str:
    """Return the id of the channel or thread in which a message stands."""
    if effect.stream is not None:
        return address_of(effect.stream)
    return "" if effect.message is None else effect.message.channel


_DOING: dict[ActionKind, Callable[[Door, Effect], Awaitable[Result]]] = {
    ActionKind.DELETE: _delete,
    ActionKind.RESTRICT: _restrict,
    ActionKind.KICK: _kick,
    ActionKind.NOTICE: notify,
    ActionKind.CARD: show,
    ActionKind.SLOW_MODE: _slow,
    ActionKind.RAID_MODE: set_doors,
    ActionKind.ROLE: take,
    ActionKind.THREAD: talk,
    ActionKind.PAGE: _page,
}
