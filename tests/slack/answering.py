"""The way of a call: who calls, how often, by the description or off it, what goes wrong, and the method itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.slack import faults
from tests.slack.api import responding
from tests.slack.api.calling import Call, missing_scope
from tests.slack.api.methods import METHODS
from tests.slack.api.others import NOBODY
from tests.slack.api.reading import answer, arguments_of, read, token_of
from tests.slack.description import Method, described
from tests.slack.errors import Refused, invalid
from tests.slack.faults import Fault, FaultKind, Faults
from tests.slack.limits import Limits
from tests.slack.record import Asked
from tests.slack.things import Token
from tests.slack.world import World

#: methods that ask for no token
OPEN = frozenset({"oauth.v2.access"})


@dataclass(frozen=True, kw_only=True)
class Answering:
    """What every call passes."""

    #: what is asked about
    world: World
    #: how often
    limits: Limits
    #: what goes wrong
    faults: Faults

    async def method(self, request: web.Request) -> web.Response:
        """Answer a call of the Web API."""
        name = request.match_info["method"]
        token = NOBODY
        arguments: dict[str, Any] = {}
        error = ""
        try:
            arguments = await arguments_of(request)
            token = self._token(name, token_of(request, arguments))
            call = self._call(name, token, arguments)
            response, error = await self._through(call, request)
        except Refused as refused:
            response, error = self._refusal(refused, token), refused.error
        except Exception as broken:
            # the library would try again and hide that this server broke
            self.world.record.off.append(f"{name} broke the server: {broken!r}")
            raise
        self._note(name, arguments, token, _heard(request, response), error)
        return response

    def _token(self, name: str, text: str) -> Token:
        """Return the token that calls; raise why it is no good."""
        if name in OPEN:
            return NOBODY
        if not text:
            raise Refused("not_authed")
        token = self.world.tokens.get(text)
        if token is None:
            raise Refused("invalid_auth")
        if token.kind == "app":
            if token.revoked:
                raise Refused("token_revoked")
            return token
        gone = self.world.workspaces[token.team_id].users[token.user_id].deleted
        if token.revoked or gone:
            raise Refused("account_inactive" if gone and token.kind == "bot" else "token_revoked")
        return token

    def _call(self, name: str, token: Token, arguments: Mapping[str, Any]) -> Call:
        """Return a call that may be done; raise what Slack says to one that comes too often or isn't as described."""
        if name not in METHODS:
            self.world.record.off.append(f"{name} is no method, or not built yet")
            raise Refused("unknown_method", req_method=name)
        method = described(name)
        given = {one: value for one, value in arguments.items() if one != "token" and value is not None}
        self._pace(method, token, given)
        if token is not NOBODY and token.kind not in method.kinds():
            raise Refused("not_allowed_token_type")
        lacking = method.lacks(token.kind, token.scopes)
        if lacking:
            raise missing_scope(token, lacking)
        off = method.off(given)
        self.world.record.off.extend(off)
        missing = method.missing(given)
        if off or missing:
            raise invalid(*off, *(f"missing required field: {one}" for one in missing))
        return Call(world=self.world, method=method, token=token, arguments=given)

    def _pace(self, method: Method, token: Token, arguments: Mapping[str, Any]) -> None:
        channel = arguments.get("channel")
        wait = self.limits.ask(
            method.name, method.tier, token.app_id, token.team_id, None if channel is None else str(channel)
        )
        if wait:
            self.world.record.over.append(f"{method.name} {token.team_id}".strip())
            raise Refused("ratelimited", status=429, after=wait)

    async def _through(self, call: Call, request: web.Request) -> tuple[web.Response, str]:
        """Return the answer to a call that may be done, and Slack's word for what was wrong."""
        fault = self.faults.meeting(call.method.name)
        early = None if fault is None else await _before(fault, request)
        if early is not None:
            return early
        body = METHODS[call.method.name](call)
        needed = ",".join(call.method.scopes.get(call.token.kind, ()))
        response = answer({"ok": True, **body}, token=call.token, needed=needed)
        return (response, "") if fault is None else await _after(fault, request, response)

    def _refusal(self, refused: Refused, token: Token) -> web.Response:
        response = answer(refused.body, status=refused.status, token=token, needed=str(refused.body.get("needed", "")))
        if refused.after is not None:
            response.headers["Retry-After"] = str(refused.after)
        return response

    def _note(self, name: str, arguments: Mapping[str, Any], token: Token, status: int, error: str) -> None:
        asked = Asked(
            method=name, arguments=read(arguments), token=token.kind, app_id=token.app_id, team_id=token.team_id,
            user_id=token.user_id, status=status, error=error, at=self.world.now(),
        )  # fmt: skip
        self.world.record.calls.append(asked)

    async def respond(self, request: web.Request) -> web.Response:
        """Answer what comes to the address at which an app answers people."""
        arguments: Mapping[str, Any] = {}
        error, token = "", NOBODY
        try:
            arguments = responding.arguments(await arguments_of(request))
            fault = self.faults.meeting("response_url")
            early = None if fault is None else await _before(fault, request)
            if early is not None:
                response, error = early
            else:
                where = responding.address(self.world, request.path)
                token = Token(text="", kind="", app_id=where.app_id, team_id=where.team_id)
                method = Method(name="response_url")
                responding.respond(Call(world=self.world, method=method, token=token, arguments=arguments), where)
                response = web.Response(text="ok")
                if fault is not None:
                    response, error = await _after(fault, request, response)
        except Refused as refused:
            # what is wrong with the content is said with 400 here
            status = 400 if refused.status == 200 else refused.status
            response, error = answer(refused.body, status=status), refused.error
        self._note("response_url", arguments, token, _heard(request, response), error)
        return response

    async def file(self, request: web.Request) -> web.Response:
        """Return a file's bytes to a token that may read files; to anybody else a page to sign in."""
        text = token_of(request, {})
        token = self.world.tokens.get(text)
        found = next(
            (
                (workspace, file)
                for workspace in self.world.workspaces.values()
                for file in workspace.files.values()
                if file.path == request.path
            ),
            None,
        )
        if found is None or found[1].deleted:
            return web.Response(status=404, text="<!DOCTYPE html>", content_type="text/html")
        good = token is not None and not token.revoked and token.team_id == found[0].id
        if token is None or not good or "files:read" not in token.scopes:
            return web.Response(text="<!DOCTYPE html><title>Slack</title>Sign in", content_type="text/html")
        sees = found[1].user == token.user_id or any(
            token.user_id in found[0].channels[one].members or not found[0].channels[one].is_private
            for one in found[1].channels
        )
        if not sees:
            return web.Response(status=404, text="<!DOCTYPE html>", content_type="text/html")
        return web.Response(body=found[1].content, content_type=found[1].mimetype)

    async def upload(self, request: web.Request) -> web.Response:
        """Take the bytes of a new file, as many as were announced."""
        workspace = self.world.workspaces.get(request.match_info["team"])
        file = None if workspace is None else workspace.files.get(request.match_info["file"])
        if file is None or file.awaits is None:
            return web.Response(status=404, text="not found")
        content = await _uploaded(request)
        if len(content) != file.awaits:
            return web.Response(status=400, text=f"{len(content)} bytes where {file.awaits} were announced")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")


def _heard(request: web.Request, response: web.Response) -> int:
    """Return the status that the caller gets to see; 0 where it is gone."""
    gone = request.transport is None or request.transport.is_closing()
    return 0 if gone else response.status


async def _uploaded(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return bytes(value.file.read())
    return b""


async def _before(fault: Fault, request: web.Request) -> tuple[web.Response, str] | None:
    """Return the answer to a call that comes to nothing; None if it goes on."""
    match fault.kind:
        case FaultKind.LIMITED:
            raise Refused("ratelimited", status=429, after=max(0, int(fault.after)))
        case FaultKind.ERROR:
            raise Refused(fault.error)
        case FaultKind.REFUSED:
            return faults.failed(fault.status), "refused"
        case FaultKind.CUT:
            return faults.cut(request), "cut"
        case FaultKind.LATE:
            await faults.wait(fault.after)
    return None


async def _after(fault: Fault, request: web.Request, response: web.Response) -> tuple[web.Response, str]:
    """Return the answer to a call that was done, and what was wrong with it."""
    match fault.kind:
        case FaultKind.ACTED:
            return faults.failed(fault.status), "acted"
        case FaultKind.ACTED_ERROR:
            return answer({"ok": False, "error": fault.error}), fault.error
        case FaultKind.ACTED_CUT:
            return faults.cut(request), "acted_cut"
        case FaultKind.SLOW:
            await faults.wait(fault.after)
    return response, ""
