"""A page that is served on loopback, with a real chat behind it, and a Locum that says what a test wants it to."""

import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from adapters.local.chat.chat import Chat
from adapters.local.chat.types import Account, RoomKind
from adapters.local.community import LocalCommunity
from adapters.local.web.asked import Lived, Shown, Toured
from adapters.local.web.server import Serving
from bot.services.tracing.chain import Seen
from tests.fakes.backstage import FakeBackstage, Heard
from tests.stage.policies import policies_of

_NONE: Mapping[str, str] = {}
_PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
STAFF = frozenset({"staff"})
MODERATOR = Seen(role="moderator", audiences=frozenset({"everybody", "moderators"}))


@dataclass(kw_only=True)
class House:
    """Everything that a story about the page needs."""

    chat: Chat
    backstage: FakeBackstage
    heard: Heard
    community: LocalCommunity
    serving: Serving
    http: httpx.AsyncClient
    #: how far the chat's time was moved
    later: timedelta = field(default=timedelta(0))

    @property
    def host(self) -> str:
        """What `Host` says."""
        return self.serving.address.removeprefix("http://").rstrip("/")

    @property
    def token(self) -> str:
        """What the forms of this session carry."""
        sessions = self.serving._site.sessions
        return sessions.token(self.http.cookies[sessions.cookie])

    async def get(self, path: str, **more: Any) -> httpx.Response:
        """Read something."""
        return await self.http.get(path, **more)

    async def post(self, path: str, more: Mapping[str, str] = _NONE, /, **fields: str) -> httpx.Response:
        """Send a form as the page's scripts do."""
        if not self.http.cookies:
            await self.get("/")
        headers = {"HX-Request": "true", "X-CSRF-Token": self.token, "Origin": f"http://{self.host}"}
        return await self.http.post(path, data=fields, headers=headers | dict(more))

    @asynccontextmanager
    async def listening(self, who: str = "u1", room: str = "help", **more: Any) -> AsyncIterator["Stream"]:
        """Open a stream of events behind what is newest."""
        after, state = more.pop("after", self.chat.newest), more.pop("state", "")
        path = f"/acme/as/{who}/{room}/events?after={after}&state={state}"
        async with self.http.stream("GET", path, **more) as answer:
            yield Stream(answer=answer, lines=answer.aiter_lines())


@dataclass(kw_only=True)
class Event:
    """One server-sent event."""

    id: int
    name: str
    data: Any


@dataclass(kw_only=True)
class Stream:
    """What an open page hears."""

    answer: httpx.Response
    lines: AsyncIterator[str]

    async def next(self, name: str = "") -> Event:
        """Return the next event, perhaps of one name."""
        said: dict[str, str] = {}
        async for line in self.lines:
            if line:
                key, _, value = line.partition(": ")
                said[key] = value
            elif "event" in said and name in ("", said["event"]):
                return Event(id=int(said["id"]), name=said["event"], data=json.loads(said["data"]))
            else:
                said = {}
        raise EOFError

    async def posts_until(self, post: str) -> dict[str, str]:
        """Return what was said of posts, by element, up to one of them."""
        found: dict[str, str] = {}
        while f"post-{post}" not in found:
            event = await self.next("posts")
            found |= {one["id"]: one["html"] for one in event.data["upsert"]}
        return found


@asynccontextmanager
async def house_in(
    folder: Path, *, name: str = "acme", life: Lived | None = None, tour: Toured | None = None, **serving: Any
) -> AsyncIterator[House]:  # fmt: skip
    """Serve the page of one community with a few people in it."""
    house: House | None = None

    def now() -> datetime:
        return datetime.now(UTC) + (timedelta(0) if house is None else house.later)

    chat = Chat(folder / "chat.sqlite", now)
    furnish(chat, now())
    backstage = FakeBackstage(community=name, policies=policies_of(), who={"robin": MODERATOR})
    heard = Heard()
    community = LocalCommunity(chat=chat, backstage=backstage, feed=heard.feed)
    served = Serving({name: Shown(community=community, life=life, tour=tour)}, **serving)
    await served.start()
    # nothing is encrypted here, and certificates take long to read
    async with httpx.AsyncClient(base_url=served.address, timeout=20, verify=_PLAIN) as http:
        house = House(
            chat=chat, backstage=backstage, heard=heard, community=community, serving=served, http=http
        )  # fmt: skip
        try:
            yield house
        finally:
            await served.stop()
            chat.close()


def furnish(chat: Chat, at: datetime) -> None:
    """Let there be rooms, and people in them."""
    for name in ("help", "gaming"):
        chat.make_room(name)
    chat.make_room("leads", RoomKind.STAFF)
    since = at - timedelta(days=100)
    for account, name, roles in (
        ("u1", "Rollmops", frozenset[str]()),
        ("u2", "limpet", frozenset[str]()),
        ("u3", "Old Salt", frozenset[str]()),
        ("robin", "Robin", STAFF),
    ):
        chat.enrol(Account(id=account, name=name, created_at=since, joined_at=since, roles=roles))
    chat.enrol(Account(id="u9", name="Driftwood", created_at=since))
