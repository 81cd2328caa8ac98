"""Coming in where a password is set: whoever guesses waits longer each time, and few guess at once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from adapters.local.web.guard import set_cookie
from adapters.local.web.rendering import render
from adapters.local.web.sessions import Sessions

#: seconds that the first failure costs, doubled with each one, and the most that one does
_FIRST = 0.5
_LONGEST = 8.0
#: attempts that wait at a time; whoever comes beyond is turned away at once
_WAITING = 8


@dataclass(kw_only=True, slots=True)
class Door:
    """Where somebody says the password."""

    #: how sessions are made
    sessions: Sessions
    #: lets time pass
    pause: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep)
    _failures: int = 0
    _waiting: int = 0
    _one_by_one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def enter(self, request: Request, language: str) -> Response:
        """Return the form, or what follows from what was given; what that was is kept and shown nowhere."""
        csrf = self.sessions.token(request.scope["locum.session"])
        if request.method != "POST":
            return HTMLResponse(render("login.html", language, csrf=csrf, failed=False))
        if self._waiting >= _WAITING:
            return HTMLResponse(render("login.html", language, csrf=csrf, failed=True), 429)
        async with request.form() as form:
            given = str(form.get("password", ""))
        if await self._admits(given):
            answer: Response = RedirectResponse("/", status_code=303)
            answer.headers["Set-Cookie"] = set_cookie(self.sessions.cookie, self.sessions.admitted())
            return answer
        return HTMLResponse(render("login.html", language, csrf=csrf, failed=True), 403)

    async def _admits(self, given: str) -> bool:
        self._waiting += 1
        try:
            # one after the other: many at once don't guess faster
            async with self._one_by_one:
                if self._failures:
                    await self.pause(min(_FIRST * 2 ** (self._failures - 1), _LONGEST))
                right = self.sessions.opens(given)
                self._failures = 0 if right else min(self._failures + 1, 16)
                return right
        finally:
            self._waiting -= 1
