"""A client without a library: asks one thing at a time, and holds every answer against Discord's description too."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession

from tests.discord.server import LoopbackDiscord
from tests.discord.specification import specification


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What came back."""

    #: the status
    status: int
    #: the JSON; None without content
    body: Any
    #: the headers
    headers: Mapping[str, str]

    @property
    def code(self) -> int:
        """Return the error's code; 0 where there was none."""
        return int(self.body["code"]) if isinstance(self.body, dict) and self.status >= 400 else 0


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Asks with the bot's token."""

    #: who is asked
    server: LoopbackDiscord
    #: the connection
    session: ClientSession

    async def __call__(
        self, method: str, path: str, body: Any = None, *, reason: str | None = None, token: str | None = None
    ) -> Answered:
        """Ask, and return the answer, which is as Discord describes it unless it is an error."""
        headers = {"Authorization": f"Bot {token or self.server.world.token}"}
        if reason is not None:
            headers["X-Audit-Log-Reason"] = reason
        if body is not None:
            headers["Content-Type"] = "application/json"
        data = None if body is None else json.dumps(body)
        async with self.session.request(method, self.server.api + path, data=data, headers=headers) as response:
            raw = await response.read()
            found = json.loads(raw) if response.headers.get("Content-Type") == "application/json" else None
            answered = Answered(status=response.status, body=found, headers=dict(response.headers))
        described = specification()
        if described is not None and answered.status < 400:
            route = self.server.record.requests[-1].route
            wrong = described.answered(method, route, answered.status, found)
            assert not wrong, wrong
        return answered
