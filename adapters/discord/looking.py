"""What a Discord server shows of an effect that was asked before, when no answer came."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final, Literal

from adapters.discord.calls import CallError, called, read
from adapters.discord.door import Door
from adapters.discord.finding import bears, posted
from adapters.discord.glancing import Glance
from adapters.discord.members import Members
from adapters.discord.posting import thread_for
from adapters.discord.roles import look_at
from adapters.discord.standing import shown
from adapters.discord.threads import stands
from adapters.discord.translate import address_of, time_of
from bot.domain.action import ActionKind, Answer, Result
from bot.domain.message import AccountRef, MessageRef
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import FREE, Standing, alike
from bot.ports import Effect, PlatformUnavailableError

_DONE = Result(answer=Answer.DONE)
_ALREADY_SO = Result(answer=Answer.ALREADY_SO)
_GONE = Result(answer=Answer.GONE)
_NOT_DONE = Result(answer=Answer.RETRY_AFTER)
_NOT_SUPPORTED = Result(answer=Answer.FORBIDDEN, reason="not_supported")
#: seconds after which it is looked again where nothing could be said
_AGAIN = 5.0
#: effects that are looked at side by side, and the seconds after which no more of them are begun with
_AT_ONCE, _BEGUN_WITHIN = 5, 3.0
_LATER = Result(answer=Answer.UNKNOWN, after=1.0, reason="paced")
#: types of the audit log: a member changed, a member's roles changed
_MEMBER_UPDATE: Final = 24
_ROLE_UPDATE: Final = 25


async def look(members: Members, effects: Sequence[Effect]) -> list[Result]:
    """Return what shows of effects, in their order; what takes too long is looked at later.

    Raises ConnectionRevokedError.
    """
    glance = Glance(door=members.door, members=members)
    with suppress(CallError, PlatformUnavailableError):
        # what couldn't be seen is looked at one by one, and says why
        await _ahead(glance, effects)
    loop = asyncio.get_running_loop()
    turn, end = asyncio.Semaphore(_AT_ONCE), loop.time() + _BEGUN_WITHIN

    async def one(effect: Effect) -> Result:
        async with turn:
            return _LATER if loop.time() > end else await _answered(glance, effect)

    return await asyncio.gather(*(one(effect) for effect in effects))


async def _ahead(glance: Glance, effects: Sequence[Effect]) -> None:
    """Look at everything at once that Discord shows together."""
    messages, users, bans = defaultdict[str, list[str]](list), set[str](), set[str]()
    for effect in effects:
        match effect:
            case Effect(kind=ActionKind.DELETE, message=MessageRef(message=message)) if message.isdecimal():
                messages[_place(effect)].append(message)
            case Effect(kind=ActionKind.RESTRICT, sanction=OutcomeKind.BAN, account=AccountRef(user=user)):
                bans.add(user)
            case Effect(kind=ActionKind.RESTRICT | ActionKind.KICK, account=AccountRef(user=user)):
                users.add(user)
    await glance.ahead(
        members={one for one in users if one.isdecimal()}, bans={one for one in bans if one.isdecimal()},
        messages=messages,
    )  # fmt: skip


async def _answered(glance: Glance, effect: Effect) -> Result:
    try:
        return await _looked(glance, effect)
    except CallError as error:
        unclear = error.result.answer is Answer.UNKNOWN and not error.result.after
        # who doesn't answer now may later
        return replace(error.result, after=_AGAIN) if unclear else error.result
    except PlatformUnavailableError as error:
        return Result(answer=Answer.UNKNOWN, after=error.after or _AGAIN, reason="no_answer")


def _place(effect: Effect) -> str:
    """Return the id of the channel or thread in which a message stands."""
    if effect.stream is not None:
        return address_of(effect.stream)
    return "" if effect.message is None else effect.message.channel


async def _looked(glance: Glance, effect: Effect) -> Result:
    door = glance.door
    match effect.kind:
        case ActionKind.DELETE:
            return await _deletion(glance, effect)
        case ActionKind.RESTRICT:
            return await _restriction(glance, effect)
        case ActionKind.KICK:
            return await _kick(glance, effect)
        case ActionKind.CARD | ActionKind.NOTICE:
            return await _post(glance, effect)
        case ActionKind.SLOW_MODE | ActionKind.RAID_MODE:
            return await (_slow if effect.kind is ActionKind.SLOW_MODE else _doors)(door, effect)
        case ActionKind.ROLE:
            return await look_at(door, effect)
        case ActionKind.THREAD:
            return _DONE if await stands(door, effect) else _NOT_DONE
        case ActionKind.PAGE:
            return _NOT_SUPPORTED


async def _deletion(glance: Glance, effect: Effect) -> Result:
    if effect.message is None or not effect.message.message.isdecimal():
        return _GONE
    # who deleted it, Discord doesn't say of a program's own deletions
    return _DONE if await glance.message(_place(effect), effect.message.message) is None else _NOT_DONE


async def _restriction(glance: Glance, effect: Effect) -> Result:
    if effect.account is None or effect.sanction is None or not effect.account.user.isdecimal():
        return _GONE
    user, door = effect.account.user, glance.door
    if effect.sanction is OutcomeKind.BAN:
        ban = await glance.ban(user)
        if (ban is not None) is not effect.standing.held:
            return _NOT_DONE
        return _DONE if ban is None or ban.get("reason") == effect.action else _ALREADY_SO
    member = await glance.member(user)
    native = FREE if member is None else shown(member, effect.sanction, door.home.quarantine, door.clock.now())
    if native is None:
        return Result(answer=Answer.FORBIDDEN, reason="no_quarantine_role")
    if not alike(native, _held(effect)):
        return _NOT_DONE
    kind: Literal[24, 25] = _MEMBER_UPDATE if effect.sanction is OutcomeKind.TIMEOUT else _ROLE_UPDATE
    return _DONE if await glance.is_in_log(kind, user, effect.action) else _ALREADY_SO


def _held(effect: Effect) -> Standing:
    """Return the standing that was asked for as Discord holds it: a role has no end."""
    ends = effect.sanction is OutcomeKind.TIMEOUT
    return effect.standing if ends else Standing(held=effect.standing.held)


async def _kick(glance: Glance, effect: Effect) -> Result:
    if effect.account is None or not effect.account.user.isdecimal():
        return _GONE
    return _DONE if await glance.member(effect.account.user) is None else _NOT_DONE


async def _post(glance: Glance, effect: Effect) -> Result:
    door = glance.door
    if effect.kind is ActionKind.CARD and effect.message is not None:
        found = await glance.message(_place(effect), effect.message.message)
        if found is None:
            return _GONE
        return Result(answer=Answer.DONE, posted=str(found["id"])) if bears(found, effect.action) else _NOT_DONE
    for place in await _places(door, effect):
        one = await posted(door, place, effect)
        if one is not None:
            return Result(answer=Answer.DONE, posted=str(one["id"]))
    return _NOT_DONE


async def _places(door: Door, effect: Effect) -> list[str]:
    """Return where something may have been posted."""
    if effect.kind is ActionKind.CARD:
        return [] if effect.stream is None else [address_of(effect.stream)]
    if effect.account is None or not effect.account.user.isdecimal():
        return []
    direct: Any = await called(door.http.start_private_message(int(effect.account.user)))
    thread = await thread_for(door, effect.action, make=False)
    return [str(direct["id"]), *([] if thread is None else [str(thread["id"])])]


async def _slow(door: Door, effect: Effect) -> Result:
    if effect.stream is None:
        return _GONE
    channel: Any = await read(door.http.get_channel(int(address_of(effect.stream))))
    if channel is None:
        return _GONE
    return _DONE if int(channel.get("rate_limit_per_user") or 0) == max(effect.amount, 0) else _NOT_DONE


async def _doors(door: Door, effect: Effect) -> Result:
    guild: Any = await read(door.http.get_guild(door.number, with_counts=False))
    if guild is None:
        return _GONE
    until = time_of((guild.get("incidents_data") or {}).get("invites_disabled_until"))
    closed = until is not None and until > door.clock.now()
    return _DONE if closed is (effect.amount > 0) else _NOT_DONE
