"""The page's addresses: which there are, who is looking, and what each of them answers with."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from adapters.local.chat.types import Room
from adapters.local.web.asked import Shown
from adapters.local.web.entering import Door
from adapters.local.web.guard import LOGIN, STATIC, Rules, guarded
from adapters.local.web.knowing import Known
from adapters.local.web.page import Visit, welcome
from adapters.local.web.people import base_of, can_be
from adapters.local.web.rendering import render
from adapters.local.web.sessions import Sessions
from bot.errors import LocumError
from bot.i18n import LANGUAGES, say

_FILES = Path(__file__).with_name("static")
_COOKIE = "locum_language"
_PREFERRED = re.compile(r"\s*([A-Za-z]{1,8})[^,;]*(?:;\s*q=([0-9.]{1,5}))?")
_YEAR = 365 * 24 * 3_600

Render = Callable[..., str]


@dataclass(kw_only=True, slots=True)
class Site:
    """Everything that answers are made of."""

    #: communities by name; it may change while pages are open
    shown: Mapping[str, Shown]
    #: how sessions are known
    sessions: Sessions
    #: set when the program stops: streams end then
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    #: fills templates in
    render: Render = field(default=render)
    _known: dict[str, Known] = field(default_factory=dict)

    def known(self, shown: Shown) -> Known:
        """Return what is remembered of a community; of one that was opened anew, nothing yet."""
        name = shown.community.name
        known = self._known.get(name)
        if known is None or known.community is not shown.community:
            known = self._known[name] = Known(community=shown.community)
        return known

    async def settle(self) -> None:
        """Return once nothing is being read for a page any more."""
        for known in self._known.values():
            await known.settle()

    def named(self, request: Request) -> Shown:
        """Return the community that an address names; raises what is answered with 404."""
        shown = self.shown.get(request.path_params["community"])
        if shown is None:
            raise HTTPException(404)
        return shown

    def csrf(self, request: Request) -> str:
        """Return the token of whoever asks."""
        return self.sessions.token(request.scope["locum.session"])

    def others(self, shown: Shown) -> tuple[tuple[str, str], ...]:
        """Return the other communities: name and address."""
        names = sorted(name for name in self.shown if name != shown.community.name)
        return tuple((name, welcome_of(name)) for name in names)

    def visit(self, request: Request) -> Visit:
        """Return who is looking at what; raises what is answered with 404."""
        shown = self.named(request)
        account = shown.community.chat.account(request.path_params["who"])
        if account is None or not can_be(account):
            raise HTTPException(404)
        return Visit(
            shown=shown,
            known=self.known(shown),
            account=account,
            language=language_of(request),
            csrf=self.csrf(request),
            others=self.others(shown),
        )

    def room(self, request: Request, visit: Visit) -> Room:
        """Return the room that an address names, where its reader sees it; raises what is answered with 404."""
        chat, name = visit.community.chat, request.path_params["room"]
        own = chat.direct(visit.account.id)
        room = own if name == own.id else chat.room(name)
        if room is None or not chat.sees(visit.account.id, room):
            raise HTTPException(404)
        return room

    def page(self, name: str, language: str, *, status: int = 200, **context: object) -> Response:
        """Return a template, filled in."""
        return HTMLResponse(self.render(name, language, **context), status)


Answer = Callable[[Site, Request], Awaitable[Response]]


def make_site(site: Site, hosts: frozenset[str], routes: Mapping[tuple[str, str], Answer]) -> ASGIApp:
    """Return the application, guarded; `routes` are the answers by method and address."""
    door = Door(sessions=site.sessions)
    found: list[BaseRoute] = [
        Route("/", _bound(site, _first), methods=["GET"]),
        Mount(STATIC.rstrip("/"), StaticFiles(directory=_FILES)),
    ]
    if site.sessions.password:

        async def login(request: Request) -> Response:
            return await door.enter(request, language_of(request))

        found.append(Route(LOGIN, login, methods=["GET", "POST"]))
    found.append(Route("/{community}/", _bound(site, _welcome), methods=["GET"]))
    base = "/{community}/as/{who}"
    found += [
        Route(f"{base}{path}", _bound(site, answer), methods=[method]) for (method, path), answer in routes.items()
    ]
    found.append(Route("/{community}", _bound(site, _lead_in), methods=["GET"]))
    app = Starlette(routes=found, exception_handlers={HTTPException: _missing, LocumError: _unavailable})
    # what isn't there isn't looked for elsewhere
    app.router.redirect_slashes = False
    return guarded(app, Rules(hosts=hosts, sessions=site.sessions))


def _bound(site: Site, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def bound(request: Request) -> Response:
        wanted = request.query_params.get("language", "")
        if request.method == "GET" and wanted in LANGUAGES:
            return _spoken(request, wanted)
        return await answer(site, request)

    return bound


async def _first(site: Site, request: Request) -> Response:
    name = next(iter(site.shown), None)
    if name is None:
        raise HTTPException(404)
    return RedirectResponse(welcome_of(name), status_code=303)


async def _lead_in(site: Site, request: Request) -> Response:
    return RedirectResponse(welcome_of(site.named(request).community.name), status_code=303)


async def _welcome(site: Site, request: Request) -> Response:
    shown, language = site.named(request), language_of(request)
    view = await welcome(shown, site.known(shown), language, site.csrf(request), site.others(shown))
    return site.page("welcome.html", language, view=view)


async def _missing(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return PlainTextResponse(say("chat.not_found" if status == 404 else "chat.not_done", language_of(request)), status)


async def _unavailable(request: Request, _: Exception) -> Response:
    return PlainTextResponse(say("chat.no_answer", language_of(request)), 503)


def welcome_of(community: str) -> str:
    """Return the address of a community's first page."""
    return base_of(community, "").removesuffix("as/")


def _spoken(request: Request, language: str) -> Response:
    """Remember a language, and show the same page in it."""
    rest = [(name, value) for name, value in parse_qsl(request.url.query) if name != "language"]
    path = request.scope["raw_path"].decode("ascii", "replace")
    # an address that begins with two slashes would name another host
    answer = RedirectResponse(f"/{path.lstrip('/')}" + (f"?{urlencode(rest)}" if rest else ""), status_code=303)
    answer.set_cookie(_COOKIE, language, max_age=_YEAR, httponly=True, samesite="strict")
    return answer


def language_of(request: Request) -> str:
    """Return the language that somebody chose, or else the first of their browser's that we speak."""
    chosen = request.cookies.get(_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    wanted = [_PREFERRED.match(one) for one in request.headers.get("accept-language", "")[:200].split(",")]
    ranked = sorted((_quality(found[2]), -at, found[1].lower()) for at, found in enumerate(wanted) if found is not None)
    return next((name for grade, _, name in reversed(ranked) if name in LANGUAGES and grade > 0), "en")


def _quality(text: str | None) -> float:
    try:
        return 1.0 if text is None else float(text)
    except ValueError:
        return 0.0
