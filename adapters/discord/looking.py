"""What a Discord server shows of an effect that was asked before, when no answer came."""

from typing import Any, Final, Literal

from adapters.discord.calls import CallError, called, read
from adapters.discord.cards import reference
from adapters.discord.door import Door
from adapters.discord.posting import thread_for
from adapters.discord.standing import shown
from adapters.discord.translate import Json, address_of
from bot.domain.action import ActionKind, Answer, Result
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import FREE, Standing, alike
from bot.ports import Effect, PlatformUnavailableError

_DONE = Result(answer=Answer.DONE)
_ALREADY_SO = Result(answer=Answer.ALREADY_SO)
_GONE = Result(answer=Answer.GONE)
_NOT_DONE = Result(answer=Answer.RETRY_AFTER)
_NOT_SUPPORTED = Result(answer=Answer.FORBIDDEN, reason="not_supported")
#: messages, and entries of the audit log, that are looked through
_LOOKED_AT = 100
#: seconds after which it is looked again where nothing could be said
_AGAIN = 5.0
#: types of the audit log: a member changed, a member's roles changed
_MEMBER_UPDATE: Final = 24
_ROLE_UPDATE: Final = 25


async def look(door: Door, effect: Effect) -> Result:
    """Return what shows of an effect; raise ConnectionRevokedError."""
    try:
        return await _looked(door, effect)
    except CallError as error:
        return error.result
    except PlatformUnavailableError as error:
        return Result(answer=Answer.UNKNOWN, after=error.after or _AGAIN, reason="no_answer")


async def _looked(door: Door, effect: Effect) -> Result:
    match effect.kind:
        case ActionKind.DELETE:
            return await _deletion(door, effect)
        case ActionKind.RESTRICT:
            return await _restriction(door, effect)
        case ActionKind.KICK:
            return await _kick(door, effect)
        case ActionKind.CARD | ActionKind.NOTICE:
            return await _post(door, effect)
        case ActionKind.SLOW_MODE:
            return await _slow(door, effect)
        case ActionKind.RAID_MODE:
            return await _doors(door, effect)
        case ActionKind.PAGE:
            return _NOT_SUPPORTED


async def _deletion(door: Door, effect: Effect) -> Result:
    if effect.message is None:
        return _GONE
    place = effect.message.channel if effect.stream is None else address_of(effect.stream)
    found = await read(door.http.get_message(int(place), int(effect.message.message)))
    # who deleted it, Discord doesn't say of a program's own deletions
    return _DONE if found is None else _NOT_DONE


async def _restriction(door: Door, effect: Effect) -> Result:
    if effect.account is None or effect.sanction is None or not effect.account.user.isdecimal():
        return _GONE
    user = int(effect.account.user)
    if effect.sanction is OutcomeKind.BAN:
        ban: Any = await read(door.http.get_ban(user, door.number))
        if (ban is not None) is not effect.standing.held:
            return _NOT_DONE
        return _DONE if ban is None or ban.get("reason") == effect.action else _ALREADY_SO
    member = await read(door.http.get_member(door.number, user))
    native = FREE if member is None else shown(member, effect.sanction, door.home.quarantine, door.clock.now())
    if native is None:
        return Result(answer=Answer.FORBIDDEN, reason="no_quarantine_role")
    if not alike(native, _held(effect)):
        return _NOT_DONE
    kind: Literal[24, 25] = _MEMBER_UPDATE if effect.sanction is OutcomeKind.TIMEOUT else _ROLE_UPDATE
    return _DONE if await _is_in_log(door, kind, user, effect.action) else _ALREADY_SO


def _held(effect: Effect) -> Standing:
    """Return the standing that was asked for as Discord holds it: a role has no end."""
    ends = effect.sanction is OutcomeKind.TIMEOUT
    return effect.standing if ends else Standing(held=effect.standing.held)


async def _is_in_log(door: Door, kind: Literal[24, 25], user: int, action: str) -> bool:
    """Return whether the audit log says that an action of ours did something to a member."""
    log: Any = await read(door.http.get_audit_logs(door.number, limit=_LOOKED_AT, user_id=door.own, action_type=kind))
    entries = () if log is None else log.get("audit_log_entries", ())
    return any(str(one.get("target_id")) == str(user) and one.get("reason") == action for one in entries)


async def _kick(door: Door, effect: Effect) -> Result:
    if effect.account is None or not effect.account.user.isdecimal():
        return _GONE
    member = await read(door.http.get_member(door.number, int(effect.account.user)))
    return _DONE if member is None else _NOT_DONE


async def _post(door: Door, effect: Effect) -> Result:
    if effect.kind is ActionKind.CARD and effect.message is not None:
        place = effect.message.channel if effect.stream is None else address_of(effect.stream)
        found = await read(door.http.get_message(int(place), int(effect.message.message)))
        if found is None:
            return _GONE
        return Result(answer=Answer.DONE, posted=str(found["id"])) if _bears(found, effect.action) else _NOT_DONE
    for place in await _places(door, effect):
        for one in await called(door.http.logs_from(int(place), _LOOKED_AT)):
            if str(one["author"]["id"]) == str(door.own) and _bears(one, effect.action):
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


def _bears(data: Json | Any, action: str) -> bool:
    """Return whether a message of ours bears an action's reference."""
    return any(one.get("content") == f"-# {reference(action)}" for one in _words(data.get("components") or ()))


def _words(components: Any) -> list[Any]:
    found = []
    for one in components:
        found += [one, *_words(one.get("components") or ())]
    return found


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
    until = (guild.get("incidents_data") or {}).get("invites_disabled_until")
    return _DONE if (until is not None) is (effect.amount > 0) else _NOT_DONE
