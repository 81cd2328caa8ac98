"""The server's hands by JSON, for a test that runs in another process than the server.

    POST /_hands {"on": "hands", "do": "say", "with": ["42", "43", "Hello"], "named": {"reply_to": "44"}}
    → {"result": "45"}, {"refused": 50013}, {"impossible": "there is no 'Close' among ['Open']"}

`on` is `world`, `hands`, `faults`, `delivery`, `connections`, `limits` or `record`, a guild as `guild:ID`, an
interaction as `interaction:TOKEN`. `do` calls a method or reads a field; with `to`, it sets the field. What JSON has no
word for is named: `{"bytes": "base64"}`, `{"seconds": 60}`, `{"at": "2026-03-29T10:00:00+00:00"}`,
`{"interaction": TOKEN}`.
"""

import inspect
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from tests.discord.errors import Refused
from tests.discord.guild import Guild
from tests.discord.interactions import Interaction
from tests.discord.record import Asked, Effect
from tests.discord.resolving import ImpossibleError
from tests.discord.rest.reading import answer
from tests.discord.server import LoopbackDiscord


class Remote:
    """What comes over `/_hands`."""

    def __init__(self, server: LoopbackDiscord) -> None:
        self._server = server

    async def serve(self, request: web.Request) -> web.Response:
        """Do what is asked, and answer with what came of it."""
        try:
            return answer({"result": plain(await self.perform(await request.json()))})
        except Refused as refused:
            return answer({"refused": refused.code})
        except ImpossibleError as impossible:
            return answer({"impossible": str(impossible)})

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
        if kind == "guild":
            return self._server.world.guilds[key]
        if kind == "interaction":
            return self._server.interactions.by_token[key]
        return {
            "world": self._server.world,
            "hands": self._server.hands,
            "faults": self._server.faults,
            "delivery": self._server.delivery,
            "connections": self._server.connections,
            "limits": self._server.limits,
            "record": self._server.record,
        }[kind]

    def _meant(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._meant(one) for one in value]
        if not isinstance(value, dict):
            return value
        words: Mapping[str, Callable[[Any], Any]] = {
            "bytes": b64decode,
            "seconds": lambda seconds: timedelta(seconds=seconds),
            "at": datetime.fromisoformat,
            "interaction": lambda token: self._server.interactions.by_token[token],
        }
        if len(value) == 1 and (word := next(iter(value))) in words:
            return words[word](value[word])
        return {name: self._meant(one) for name, one in value.items()}


def plain(value: Any) -> Any:
    """Return a value as JSON can say it."""
    match value:
        case Guild():
            return value.shown()
        case Interaction():
            shown = ("id", "token", "kind", "answer", "original", "messages", "form", "choices", "loading", "failed")
            return {name: plain(getattr(value, name)) for name in shown}
        case Asked() | Effect():
            return plain(asdict(value))
        case datetime():
            return value.isoformat()
        case Mapping():
            return {str(name): plain(one) for name, one in value.items()}
        case str() | int() | float() | None:
            return value
        case Sequence() | set() | frozenset():
            return [plain(one) for one in value]
    return str(value)
