"""What a request brings, read once; and answers in the one form that clients take for JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from tests.discord.errors import Refused

_BODY: web.RequestKey["Body"] = web.RequestKey("body", object)  # type: ignore[arg-type]  # whatever JSON holds


@dataclass(frozen=True, kw_only=True)
class File:
    """A file in a form."""

    #: its name
    filename: str
    #: what it says it is
    kind: str
    #: what it holds
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Body:
    """What stood in a request."""

    #: the content's type without what follows it; None without content
    kind: str | None
    #: JSON, of a form its `payload_json`; None without content
    json: Any = None
    #: files by the name of their part
    files: Mapping[str, File] = field(default_factory=dict)
    #: True for what should be JSON and isn't
    broken: bool = False


async def body_of(request: web.Request) -> Body:
    """Return what a request brings; raise 50109 where it should be JSON and isn't."""
    if _BODY not in request:
        try:
            request[_BODY] = await _read(request)
        except ValueError:
            # it can't be read twice
            request[_BODY] = Body(kind=request.content_type, broken=True)
    if request[_BODY].broken:
        raise Refused(50109)
    return request[_BODY]


async def _read(request: web.Request) -> Body:
    if not request.can_read_body or request.content_length == 0:
        return Body(kind=None)
    if request.content_type == "multipart/form-data":
        return await _form(request)
    raw = await request.read()
    if not raw:
        return Body(kind=None)
    if request.content_type != "application/json":
        return Body(kind=request.content_type)
    return Body(kind="application/json", json=json.loads(raw))


async def _form(request: web.Request) -> Body:
    found: Any = {}
    files: dict[str, File] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            kind = value.content_type or "application/octet-stream"
            files[name] = File(filename=value.filename, kind=kind, content=value.file.read())
        elif name == "payload_json":
            found = json.loads(value)
        else:
            found[name] = value
    return Body(kind="multipart/form-data", json=found, files=files)


def reason_of(request: web.Request) -> str | None:
    """Return the reason for the audit log; Discord keeps 512 characters."""
    text = request.headers.get("X-Audit-Log-Reason")
    return None if text is None else unquote(text)[:512]


def route_of(request: web.Request) -> str:
    """Return a request's route with its parameters in braces, without the version."""
    resource = request.match_info.route.resource
    return "" if resource is None else resource.canonical.removeprefix("/api/v10")


def answer(data: Any, status: int = 200) -> web.Response:
    """Return JSON; nothing may follow `application/json` in the header, else clients take it for text."""
    shown = json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()
    return web.Response(status=status, body=shown, content_type="application/json")


def nothing() -> web.Response:
    """Return an answer without content."""
    return web.Response(status=204)


def refusal(refused: Refused) -> web.Response:
    """Return the answer that says no."""
    return answer(refused.body, refused.status)
