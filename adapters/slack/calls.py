"""What a call to Slack's Web API comes to: an answer within its time, or a result that says what became of it."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from adapters.slack.door import Door
from bot.domain.action import Answer, Result
from bot.errors import LocumError
from bot.ports import ConnectionRevokedError, PlatformUnavailableError

Json = Mapping[str, Any]

#: seconds for one call: shorter than what a batch may take
PATIENCE = 8.0
#: seconds for which whoever reads waits for a turn, one after the other
_TURN = 61.0
#: seconds after which a call is made again that Slack had no time for, and didn't say until when
_AGAIN = 5.0
_TOO_MANY = 429
#: no admin's token, or one that isn't good any more, as a reason
NO_ADMIN = "no_admin_token"
#: Slack's errors for a token that isn't good any more
REVOKED = frozenset({
    "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "user_removed_from_team",
    "team_not_found", "org_login_required",
})  # fmt: skip
#: for what isn't there any more
GONE = frozenset({
    "message_not_found", "channel_not_found", "user_not_found", "users_not_found", "file_not_found", "file_deleted",
    "thread_not_found", "user_disabled", "not_in_channel_any_more",
})  # fmt: skip
#: for what Slack can't say now, or perhaps did and perhaps didn't
_UNSURE = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable", "team_added_to_org"})


class CallError(LocumError):
    """Slack didn't do what was asked."""

    def __init__(self, result: Result, *, error: str = "", needed: str = "") -> None:
        super().__init__()
        #: what became of it
        self.result = result
        #: Slack's word for it; empty where it gave none
        self.error = error
        #: the scopes that it names as missing
        self.needed = needed


async def called(door: Door, method: str, /, *, admin: bool = False, **arguments: Any) -> Json:
    """Return what a call brings; raise CallError with what became of it, or ConnectionRevokedError.

    What would be asked for too often isn't asked for: the result says when its turn comes. With `admin`, it is asked
    with the token of whoever administers the workspace. Whether something happened that was asked and not answered in
    time, nobody knows: the result says so.
    """
    client = door.admin if admin else door.bot
    if client is None:
        raise CallError(Result(answer=Answer.FORBIDDEN, reason=NO_ADMIN))
    channel = str(arguments.get("channel", ""))
    wait = door.paces.wait(method, _now(), channel=channel)
    if wait > 0:
        raise CallError(Result(answer=Answer.RETRY_AFTER, after=wait, reason="paced"))
    try:
        async with asyncio.timeout(PATIENCE):
            # forms are what every method takes, and bodies of JSON are not
            response = await client.api_call(method, data=_form(arguments))
    except TimeoutError:
        raise CallError(Result(answer=Answer.UNKNOWN, reason="timeout")) from None
    except SlackApiError as error:
        raise _refused(door, method, error, admin=admin, channel=channel) from None
    except (aiohttp.ClientError, OSError, SlackClientError, ValueError):
        raise CallError(Result(answer=Answer.UNKNOWN, reason="connection")) from None
    data = response.data
    return data if isinstance(data, dict) else {}


async def read(door: Door, method: str, /, *, admin: bool = False, **arguments: Any) -> Json | None:
    """Return what there is to be read once its turn comes, None for what is gone or closed to us.

    Raises PlatformUnavailableError where nothing can be said now, and ConnectionRevokedError.
    """
    try:
        return await in_turn(door, method, admin=admin, **arguments)
    except CallError as error:
        if error.result.answer in (Answer.GONE, Answer.FORBIDDEN):
            return None
        raise PlatformUnavailableError(error.result.after) from None


async def in_turn(door: Door, method: str, /, *, admin: bool = False, **arguments: Any) -> Json:
    """Return what a call brings that waits for its turn; raise CallError, ConnectionRevokedError."""
    end = _now() + _TURN
    while True:
        try:
            return await called(door, method, admin=admin, **arguments)
        except CallError as error:
            after = error.result.after
            if error.result.answer is not Answer.RETRY_AFTER or _now() + after > end:
                raise
            await asyncio.sleep(after)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _form(arguments: Mapping[str, Any]) -> dict[str, str]:
    """Return arguments as a form takes them: what isn't given isn't sent, lists and objects are JSON."""
    return {name: _value(value) for name, value in arguments.items() if value is not None}


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _refused(door: Door, method: str, error: SlackApiError, *, admin: bool, channel: str) -> LocumError:
    """Return what an answer other than yes means."""
    response = error.response
    status = getattr(response, "status_code", 0)
    data = getattr(response, "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status == _TOO_MANY or code in ("ratelimited", "rate_limited"):
        after = left_alone(getattr(response, "headers", {}))
        door.paces.told(method, after, _now(), channel=channel)
        return CallError(Result(answer=Answer.RETRY_AFTER, after=after, reason="rate_limited"), error=code)
    if code in REVOKED:
        if not admin:
            return ConnectionRevokedError()
        # the bot goes on alone: what only an admin can do becomes a step for somebody's hand
        door.lose_admin()
        return CallError(Result(answer=Answer.FORBIDDEN, reason=NO_ADMIN), error=code)
    if code in _UNSURE or (status >= 500 and not code) or not code:
        return CallError(Result(answer=Answer.UNKNOWN, reason=code or f"http_{status}"), error=code)
    if code in GONE:
        return CallError(Result(answer=Answer.GONE, reason=code), error=code)
    needed = str(data.get("needed", "")) if isinstance(data, dict) else ""
    return CallError(Result(answer=Answer.FORBIDDEN, reason=code), error=code, needed=needed)


def left_alone(headers: Mapping[str, Any]) -> float:
    """Return how many seconds Slack wants to be left alone."""
    for name, value in headers.items():
        if name.lower() == "retry-after":
            try:
                return min(max(float(value[0] if isinstance(value, list | tuple) else value), 0.05), 3_600.0)
            except ValueError:
                return _AGAIN
    return _AGAIN
