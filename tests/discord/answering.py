"""The way of a request: who asks, how often, by the specification or off it, what goes wrong, and the route itself."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from tests.discord import faults
from tests.discord.errors import Refused
from tests.discord.faults import Fault, FaultKind, Faults
from tests.discord.limits import Answer, Limits, limited
from tests.discord.record import Asked
from tests.discord.rest.access import Handler, authorise
from tests.discord.rest.reading import answer, body_of, reason_of, refusal, route_of
from tests.discord.specification import specification
from tests.discord.world import World


@dataclass(frozen=True, kw_only=True)
class Answering:
    """What every request passes."""

    #: what is asked about
    world: World
    #: how often
    limits: Limits
    #: what goes wrong
    faults: Faults

    def of(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Return a route with all that stands around it."""

        async def answered(request: web.Request) -> web.Response:
            return await self._answered(handler, request)

        return answered

    async def unknown(self, request: web.Request) -> web.Response:
        """Answer a request for which there is no route: off the specification, or not built yet."""
        self.world.record.off.append(f"{request.method} {request.path} is no route")
        response = answer({"message": "404: Not Found", "code": 0}, 404)
        self._note(request, await _brought(request), response, 0)
        return response

    async def file(self, request: web.Request) -> web.Response:
        """Return what hangs on a message, as long as the link lives."""
        path = request.path.removeprefix("/")
        ends = parse_qs(request.query_string).get("ex", ["0"])[0]
        content = self.world.files.get(path)
        if content is None or int(ends, 16) < self.world.now().timestamp():
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=content)

    async def _answered(self, handler: Handler, request: web.Request) -> web.Response:
        body = await _brought(request)
        code, scope = 0, "user"
        headers: Mapping[str, str] = {}
        try:
            authorise(self.world, request, route_of(request))
            allowed = self.limits.ask(request.method, route_of(request), request.match_info)
            headers, scope = allowed.headers, allowed.scope
            if allowed.wait is None:
                response = await self._through(handler, request)
            else:
                response = limited(allowed)
        except Refused as refused:
            response, code = refusal(refused), refused.code
        except Exception as error:
            # the library would try again and hide that this server broke
            self.world.record.off.append(f"{request.method} {route_of(request)} broke the server: {error!r}")
            raise
        response.headers.update(headers)
        self.limits.answered(response.status, response.headers.get("X-RateLimit-Scope", scope))
        self._note(request, body, response, code)
        return response

    async def _through(self, handler: Handler, request: web.Request) -> web.Response:
        await self._hold_against(request)
        fault = self.faults.meeting(request.method, route_of(request))
        early = None if fault is None else _before(fault, request)
        if early is not None:
            return early
        response = await handler(self.world, request)
        return response if fault is None else await _after(fault, request, response)

    async def _hold_against(self, request: web.Request) -> None:
        """Refuse what Discord's own description doesn't know."""
        described = specification()
        if described is None:
            return
        body = await body_of(request)
        wrong = described.asked(
            request.method,
            route_of(request),
            parameters=request.match_info,
            query=list(request.query.items()),
            kind=body.kind,
            body=body.json,
        )
        if wrong:
            self.world.record.off.extend(wrong)
            raise Refused(50035, errors={"_errors": [{"code": "OFF_SPECIFICATION", "message": one} for one in wrong]})

    def _note(self, request: web.Request, body: Any, response: web.Response, code: int) -> None:
        self.world.record.requests.append(
            Asked(
                method=request.method,
                route=route_of(request),
                parameters=dict(request.match_info),
                query=dict(request.query),
                body=body,
                reason=reason_of(request),
                status=0 if request.transport is None or request.transport.is_closing() else response.status,
                at=self.world.now(),
                code=code,
            )
        )


async def _brought(request: web.Request) -> Any:
    """Return a request's JSON; None without any."""
    try:
        return (await body_of(request)).json
    except Refused:
        return None


def _before(fault: Fault, request: web.Request) -> web.Response | None:
    """Return the answer to a request that comes to nothing; None if it goes on."""
    match fault.kind:
        case FaultKind.LIMITED:
            return limited(Answer(headers={}, wait=fault.after, scope=fault.scope))
        case FaultKind.REFUSED:
            return faults.failed(fault.status)
        case FaultKind.CUT:
            return faults.cut(request)
    return None


async def _after(fault: Fault, request: web.Request, response: web.Response) -> web.Response:
    """Return the answer to a request that was done."""
    match fault.kind:
        case FaultKind.ACTED:
            return faults.failed(fault.status)
        case FaultKind.ACTED_CUT:
            return faults.cut(request)
        case FaultKind.SLOW:
            await faults.wait(fault.after)
    return response
