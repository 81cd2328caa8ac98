"""What a request brings, whichever way; and answers as Slack gives them."""

import json
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.slack.errors import Refused
from tests.slack.things import JSON, Token

#: how a body may come
KINDS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "application/json", "text/plain"})


async def arguments_of(request: web.Request) -> dict[str, Any]:
    """Return what was brought in the address, in a form or as JSON; raise Slack's error for what can't be read."""
    found: dict[str, Any] = dict(request.query) | _client_of(request)
    if not request.can_read_body:
        return found
    kind = request.content_type
    if kind == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            raise Refused("invalid_json") from None
        if not isinstance(body, dict):
            raise Refused("json_not_object")
        return found | body
    if kind not in KINDS:
        # a body without a type is none
        if await request.read():
            raise Refused("invalid_post_type")
        return found
    return found | {name: value for name, value in (await request.post()).items() if isinstance(value, str)}


def _client_of(request: web.Request) -> dict[str, str]:
    """Return the app that says who it is beside its body, as it may where tokens are handed out."""
    kind, _, packed = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return {}
    try:
        client, _, secret = b64decode(packed).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client, "client_secret": secret}


def token_of(request: web.Request, arguments: Mapping[str, Any]) -> str:
    """Return the token's text; empty where none came along."""
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return text.strip()
    return str(arguments.get("token", ""))


def read(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments for the record: without the token and secrets, and with JSON read where a form brought it."""
    found: dict[str, Any] = {}
    for name, value in arguments.items():
        if name in {"token", "client_secret"}:
            continue
        found[name] = value
        if isinstance(value, str) and value[:1] in {"[", "{"}:
            try:
                found[name] = json.loads(value)
            except ValueError:
                continue
    return found


def answer(body: JSON, *, status: int = 200, token: Token | None = None, needed: str = "") -> web.Response:
    """Return JSON, with the scopes of the token that called, unless they aren't named."""
    shown = json.dumps(body).encode()
    response = web.Response(status=status, body=shown, content_type="application/json", charset="utf-8")
    if token is not None and token.text and token.names_scopes:
        response.headers["X-OAuth-Scopes"] = ",".join(sorted(token.scopes))
        response.headers["X-Accepted-OAuth-Scopes"] = needed
    return response
