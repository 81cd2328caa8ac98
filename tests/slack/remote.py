"""The server's hands by JSON, for a test that runs in another process than the server.

    POST /_hands {"on": "hands", "do": "say", "with": ["U1", "C1", "Hello"]}
    → {"result": "1700000000.000100"}, {"refused": "channel_not_found"}, {"impossible": "there is no 'Close' …"}

`on` is `world`, `hands`, `faults`, `delivery`, `sockets`, `http`, `limits` or `record`, a workspace as `workspace:ID`,
an app as `app:ID`, what a person asked of an app as `use:TRIGGER`. `do` calls a method or reads a field; with `to`, it
sets the field. What JSON has no word for is named: `{"bytes": "base64"}`, `{"seconds": 60}`,
`{"at": "2026-03-29T10:00:00+00:00"}`, `{"set": ["message.channels"]}`, `{"app": ID}`, `{"view": ID}`,
`{"use": TRIGGER}`.
"""

import inspect
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from tests.slack.elements import ImpossibleError
from tests.slack.errors import Refused
from tests.slack.server import LoopbackSlack
from tests.slack.uses import Use
from tests.slack.views import View
from tests.slack.workspace import Workspace


class Remote:
    """What comes over `/_hands`."""

    def __init__(self, server: LoopbackSlack) -> None:
        self._server = server

    async def serve(self, request: web.Request) -> web.Response:
        """Do what is asked, and answer with what came of it."""
        try:
            return web.json_response({"result": plain(await self.perform(await request.json()))})
        except Refused as refused:
            return web.json_response({"refused": refused.error})
        except ImpossibleError as impossible:
            return web.json_response({"impossible": str(impossible)})

    async def perform(self, asked: Mapping[str, Any]) -> Any:
        """Do one thing and return what came of it."""
        holder = self._holder(asked["on"])
        if "to" in asked:
            setattr(holder, asked["do"], self._meant(asked["to"]))
            return None
        found = getattr(holder, asked["do"])
        if not callable(found):
            return found
        given = [self._meant(one) for one in asked.get("with", ())]
        named = {name: self._meant(one) for name, one in asked.get("named", {}).items()}
        result = found(*given, **named)
        return await result if inspect.isawaitable(result) else result

    def _holder(self, name: str) -> Any:
        kind, _, key = name.partition(":")
        if kind == "workspace":
            return self._server.world.workspaces[key]
        if kind == "app":
            return self._server.world.apps[key]
        if kind == "use":
            return self._use(key)
        return {
            "world": self._server.world,
            "hands": self._server.hands,
            "faults": self._server.faults,
            "delivery": self._server.delivery,
            "sockets": self._server.sockets,
            "http": self._server.http,
            "limits": self._server.limits,
            "record": self._server.record,
        }[kind]

    def _use(self, trigger_id: str) -> Use:
        return next(one for one in self._server.hands.asker.uses if one.trigger_id == trigger_id)

    def _view(self, id: str) -> View:
        return next(one.views[id] for one in self._server.world.workspaces.values() if id in one.views)

    def _meant(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._meant(one) for one in value]
        if not isinstance(value, dict):
            return value
        words: Mapping[str, Callable[[Any], Any]] = {
            "bytes": b64decode,
            "seconds": lambda seconds: timedelta(seconds=seconds),
            "at": datetime.fromisoformat,
            "set": set,
            "app": self._server.world.apps.__getitem__,
            "view": self._view,
            "use": self._use,
        }
        if len(value) == 1 and (word := next(iter(value))) in words:
            return words[word](value[word])
        return {name: self._meant(one) for name, one in value.items()}


def plain(value: Any) -> Any:
    """Return a value as JSON can say it; of a workspace, what it is known by."""
    match value:
        case Workspace():
            return {"id": value.id, "domain": value.domain, "owner": value.owner, "plan": value.plan}
        case Use():
            shown = ("trigger_id", "done", "failure", "errors", "opened", "whispers", "posted", "payload")
            return {name: plain(getattr(value, name)) for name in shown}
        case View():
            return value.shown() | {"closed": value.closed, "errors": dict(value.errors)}
        case Mapping():
            return {str(name): plain(one) for name, one in value.items()}
        case str() | int() | float() | None | datetime() | bytes():
            return _said(value)
        case Sequence() | set() | frozenset():
            return [plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value) if not one.name.startswith("_")}
    return str(value)


def _said(value: str | float | datetime | bytes | None) -> str | float | None:
    """Return what is no structure as JSON can say it; of bytes, how many."""
    match value:
        case datetime():
            return value.isoformat()
        case bytes():
            return len(value)
    return value
