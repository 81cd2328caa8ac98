"""What a call to Discord's API comes to: an answer within its time, or a result that says what became of it."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

import aiohttp
import discord

from bot.domain.action import Answer, Result
from bot.errors import LocumError
from bot.ports import ConnectionRevokedError, PlatformUnavailableError

_T = TypeVar("_T")

#: seconds for one call, the library's own waits and repeats included: shorter than what a batch may take
PATIENCE = 8.0
#: seconds after which a call that Discord had no time for is made again
_AGAIN = 5.0
_UNAUTHORISED, _FORBIDDEN, _NOT_FOUND, _TOO_MANY, _CONFLICT = 401, 403, 404, 429, 409

#: an interaction that was answered already, as a reason
ACKNOWLEDGED = "acknowledged"
#: a message has a thread already, likewise
THREAD_THERE = "thread_there"
#: Discord's codes for what isn't there any more: channel, guild, member, message, role, user, ban, webhook, and an
#: interaction that came too long ago or whose token is over
_INTERACTION_OVER = 50027
GONE = frozenset({10003, 10004, 10007, 10008, 10011, 10013, 10026, 10015, 10062, _INTERACTION_OVER})
#: its codes for what won't be done, by the reason that people are told
REFUSED = {
    50001: "missing_access", 50013: "missing_permission", 50007: "closed_messages", 50278: "closed_messages",
    30035: "too_many_bans", 50024: "wrong_channel", 50083: "thread_archived", 160005: "thread_locked",
    40333: "refused", 20009: "refused", 50035: "refused", 340015: "refused", 40060: ACKNOWLEDGED,
    160004: THREAD_THERE, 160006: "too_many_threads",
}  # fmt: skip


class CallError(LocumError):
    """Discord didn't do what was asked."""

    def __init__(self, result: Result) -> None:
        super().__init__()
        #: what became of it
        self.result = result


async def called(call: Awaitable[_T], *, patience: float = PATIENCE) -> _T:
    """Return what a call brings; raise CallError with what became of it, or ConnectionRevokedError.

    Whether something happened that was asked and not answered in time, nobody knows: the result says so.
    """
    try:
        async with asyncio.timeout(patience):
            return await call
    except TimeoutError:
        raise CallError(Result(answer=Answer.UNKNOWN, reason="timeout")) from None
    except discord.LoginFailure:
        raise ConnectionRevokedError from None
    except discord.RateLimited as error:
        raise CallError(
            Result(answer=Answer.RETRY_AFTER, after=error.retry_after, reason="rate_limited")
        ) from None  # fmt: skip
    except discord.HTTPException as error:
        raise _refused(error) from None
    except (aiohttp.ClientError, OSError):
        raise CallError(Result(answer=Answer.UNKNOWN, reason="connection")) from None


async def read(call: Awaitable[_T], *, patience: float = PATIENCE) -> _T | None:
    """Return what there is to be read, None for what is gone or closed to us.

    Raises PlatformUnavailableError where nothing can be said now, and ConnectionRevokedError.
    """
    try:
        return await called(call, patience=patience)
    except CallError as error:
        if error.result.answer in (Answer.GONE, Answer.FORBIDDEN):
            return None
        raise PlatformUnavailableError(error.result.after) from None


def _refused(error: discord.HTTPException) -> LocumError:
    """Return what an answer other than yes means."""
    if error.status == _UNAUTHORISED and error.code != _INTERACTION_OVER:
        # an interaction's own token may be over while the bot's is good
        return ConnectionRevokedError()
    if error.code in GONE or error.status == _NOT_FOUND:
        return CallError(Result(answer=Answer.GONE, reason=f"discord_{error.code}"))
    if error.status == _TOO_MANY:
        return CallError(Result(answer=Answer.RETRY_AFTER, after=_AGAIN, reason="rate_limited"))
    if error.status >= 500:
        # the library repeats some of these itself; whether the last one took effect, it can't tell
        return CallError(Result(answer=Answer.UNKNOWN, reason=f"http_{error.status}"))
    if error.status == _CONFLICT:
        return CallError(Result(answer=Answer.RETRY_AFTER, after=1.0, reason="http_409"))
    reason = REFUSED.get(error.code, "missing_permission" if error.status == _FORBIDDEN else "refused")
    return CallError(Result(answer=Answer.FORBIDDEN, reason=reason))


def payload(data: dict[str, Any]) -> discord.http.MultipartParameters:
    """Return a body as the library takes it: as it is, for what we send has no form in the library."""
    return discord.http.MultipartParameters(payload=data, multipart=None, files=None)
