"""What stands in front of every page: any web site can send requests to loopback, and its own name can lead there.

Host is one of ours, or it is a name of somebody else's that leads here; a form comes from our own page and carries
its session's token; nothing large is read; whoever doesn't know the password sees the form that asks for it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.local.web.sessions import Sessions
from bot.i18n import LANGUAGES, say

#: bytes of a form
LARGEST = 64 * 1024
#: fields of a form
_FIELDS = 64
#: what everybody may read before they say the password; no community's name begins with a hyphen
LOGIN, STATIC = "/-/login", "/-/static/"
_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # with none at all, browsers say of our own forms, too, that they come from nowhere
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What is let through."""

    #: what `Host` may say
    hosts: frozenset[str]
    #: how sessions are known
    sessions: Sessions


def loopback_hosts(host: str, port: int, more: tuple[str, ...] = ()) -> frozenset[str]:
    """Return what `Host` may say of a server at that address: names of loopback, its own address, and `more`."""
    names = ["127.0.0.1", "localhost", "[::1]", f"[{host}]" if ":" in host else host]
    hosts = {f"{name}:{port}" for name in (*names, *more)} | set(more)
    # browsers leave the usual port away
    return frozenset(one.lower() for one in (*hosts, *(names if port == 80 else ())))


def guarded(app: ASGIApp, rules: Rules) -> ASGIApp:
    """Return the application with the guard in front of it."""

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        session = _session(headers, rules.sessions)
        answer = _turned_away(scope, headers, rules, session)
        if answer is None and scope["method"] == "POST":
            answer, receive = await _checked_form(scope, headers, receive, rules.sessions, session)
        fresh = "" if session or answer is not None else rules.sessions.fresh()
        scope["locum.session"] = session or fresh
        await (answer or app)(scope, receive, _dressed(scope, send, rules.sessions.cookie, fresh))

    return guard


def _turned_away(scope: Scope, headers: Headers, rules: Rules, session: str) -> Response | None:
    """Return what is answered to a request that isn't let through whatever it carries."""
    if [one.lower() for one in headers.getlist("host")] not in [[host] for host in rules.hosts]:
        return _refused(headers, "host", 421)
    if scope["method"] not in ("GET", "HEAD", "POST"):
        return PlainTextResponse("", status_code=405, headers={"Allow": "GET, HEAD, POST"})
    abroad = headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
    reading = scope["method"] != "POST"
    if abroad and not (reading and headers.get("sec-fetch-mode") == "navigate"):
        return _refused(headers, "origin", 403)
    if abroad and not session:
        # a link on another site: the browser kept the cookie back, and brings it when the page asks for itself
        return Response("", headers={"Refresh": "0"})
    path = scope["path"]
    if not rules.sessions.is_in(session) and path != LOGIN and not path.startswith(STATIC):
        if reading and "hx-request" not in headers and not path.endswith("/events"):
            return RedirectResponse(LOGIN, status_code=303)
        return PlainTextResponse(say("chat.guard_password", _language(headers)), 403, {"HX-Redirect": LOGIN})
    return None


async def _checked_form(
    scope: Scope, headers: Headers, receive: Receive, sessions: Sessions, session: str
) -> tuple[Response | None, Receive]:  # fmt: skip
    """Return what is answered to a form that isn't let through, or None and where it can be read once more."""
    if not _from_here(headers):
        return _refused(headers, "origin", 403), receive
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    length = headers.get("content-length", "0")
    if kind not in ("", "application/x-www-form-urlencoded"):
        return _refused(headers, "kind", 415), receive
    if not (length.isascii() and length.isdecimal()) or len(length) > 9 or int(length) > LARGEST:
        return _refused(headers, "large", 413), receive
    body = await _read(receive)
    if body is None:
        return _refused(headers, "large", 413), receive
    token = headers.get("x-csrf-token") or _field(body, "csrf")
    if not session or not sessions.fits(session, token):
        # it was drawn before the program began anew, or for another session: the page is read once more
        return _refused(headers, "token", 403, {"HX-Refresh": "true"}), receive
    return None, _again(body, receive)


def _from_here(headers: Headers) -> bool:
    """Return whether a form comes from our own page, as far as the browser says so."""
    origins = headers.getlist("origin")
    if not origins:
        return True
    try:
        origin = urlsplit(origins[0])
    except ValueError:
        return False
    return len(origins) == 1 and origin.scheme in ("http", "https") and origin.netloc.lower() == headers["host"].lower()


async def _read(receive: Receive) -> bytes | None:
    """Return the whole body; None when it is too large, or whoever sent it went away."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > LARGEST:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what hands over a body that was read already, and then what comes after it."""
    parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def once_more() -> Message:
        return parts.pop() if parts else await receive()

    return once_more


def _field(body: bytes, name: str) -> str:
    try:
        found = parse_qs(body.decode("ascii"), max_num_fields=_FIELDS).get(name, [])
    except ValueError:
        return ""
    return found[0] if len(found) == 1 else ""


def _session(headers: Headers, sessions: Sessions) -> str:
    """Return the session that the browser sent; empty for none, or for what can't be one of ours."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(sessions.cookie)
    except CookieError:
        return ""
    return found.value if found is not None and sessions.known(found.value) else ""


def _language(headers: Headers) -> str:
    first = headers.get("accept-language", "")[:2].lower()
    return first if first in LANGUAGES else "en"


def _refused(headers: Headers, why: str, status: int, more: Mapping[str, str] | None = None) -> Response:
    # nothing that was sent is repeated
    return PlainTextResponse(say(f"chat.guard_{why}", _language(headers)), status, more)


def _dressed(scope: Scope, send: Send, cookie: str, fresh: str) -> Callable[[Message], Awaitable[None]]:
    """Return what sends answers on, with the headers that every one of them has."""

    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            static = scope["path"].startswith(STATIC)
            headers["Cache-Control"] = "no-cache" if static else "no-store"
            if fresh and not static and "set-cookie" not in headers:
                headers.append("Set-Cookie", set_cookie(cookie, fresh))
        await send(message)

    return dressed


def set_cookie(name: str, value: str) -> str:
    """Return the header that keeps a session in the browser until it ends: read by no script, sent to nobody else."""
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Strict"
