"""How often something may be asked: by route, in all, by resource; and what becomes of who doesn't listen."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from aiohttp import web

#: requests and seconds of routes that have fewer or more than `OTHERS`
ROUTES: Mapping[tuple[str, str], tuple[int, float]] = {
    ("POST", "/channels/{channel_id}/messages"): (5, 5),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"): (5, 5),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}"): (5, 1),
    ("POST", "/channels/{channel_id}/messages/bulk-delete"): (1, 1),
    ("GET", "/channels/{channel_id}/messages"): (10, 5),
    ("PATCH", "/channels/{channel_id}"): (5, 15),
    ("PATCH", "/guilds/{guild_id}/members/{user_id}"): (10, 10),
    ("PUT", "/guilds/{guild_id}/bans/{user_id}"): (5, 1),
    ("POST", "/guilds/{guild_id}/bulk-ban"): (5, 60),
    ("POST", "/users/@me/channels"): (10, 10),
    ("PUT", "/applications/{application_id}/commands"): (5, 20),
}
#: all other routes
OTHERS = (10, 5.0)
#: what stands for a resource of its own: each has a bucket
MAJOR = ("guild_id", "channel_id", "webhook_id", "webhook_token", "interaction_id")
#: requests a second in all
EVERYTHING = 50
#: invalid requests in ten minutes, after which nobody is let in any more
INVALID = 10_000
INVALID_WITHIN = 600.0


@dataclass(kw_only=True)
class _Bucket:
    """A window that begins with the first request in it."""

    #: requests that it lets through
    limit: int
    #: its length in seconds
    window: float
    #: when it began
    since: float = -1e9
    #: requests in it
    used: int = 0

    def take(self, now: float) -> float:
        """Let a request in, and return 0, or in how many seconds the window ends."""
        if now - self.since >= self.window:
            self.since, self.used = now, 0
        if self.used >= self.limit:
            return self.since + self.window - now
        self.used += 1
        return 0.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the limits say about one request."""

    #: headers that every answer carries
    headers: Mapping[str, str]
    #: seconds to wait; None: the request goes on
    wait: float | None = None
    #: `user`, `global` or `shared`; of a request that has to wait
    scope: str = "user"
    #: True for who was locked out by what stands before Discord
    banned: bool = False


@dataclass(kw_only=True)
class Limits:
    """All windows, on a clock that only goes forward."""

    clock: Callable[[], float] = time.monotonic
    #: by method and route: requests and seconds; tests may change it
    routes: dict[tuple[str, str], tuple[int, float]] = field(default_factory=lambda: dict(ROUTES))
    #: all other routes
    others: tuple[int, float] = OTHERS
    #: requests a second in all
    everything: int = EVERYTHING
    #: invalid requests in ten minutes that are one too many
    too_many_invalid: int = INVALID
    #: False: nobody ever waits
    on: bool = True
    #: times of invalid requests: 401, 403, and 429 that weren't shared
    invalid: deque[float] = field(default_factory=deque)
    #: every invalid request there ever was
    invalid_in_all: int = 0
    _buckets: dict[tuple[str, str, tuple[str, ...]], _Bucket] = field(default_factory=dict)
    _global: _Bucket = field(default_factory=lambda: _Bucket(limit=EVERYTHING, window=1))
    _shared: dict[tuple[str, str, tuple[str, ...]], float] = field(default_factory=dict)

    def share(self, method: str, route: str, parameters: Mapping[str, str], seconds: float) -> None:
        """Let a resource be worn out by others: whoever asks for it within these seconds waits, and isn't blamed."""
        self._shared[method, route, _major(parameters)] = self.clock() + seconds

    def ask(self, method: str, route: str, parameters: Mapping[str, str]) -> Answer:
        """Return what becomes of a request that is here now."""
        now = self.clock()
        key = method, route, _major(parameters)
        while self.invalid and now - self.invalid[0] > INVALID_WITHIN:
            self.invalid.popleft()
        if len(self.invalid) >= self.too_many_invalid:
            return Answer(headers={}, wait=INVALID_WITHIN, banned=True)
        if not self.on:
            return Answer(headers={})
        if self._shared.get(key, now) > now:
            return Answer(headers=self._headers(key, now), wait=self._shared[key] - now, scope="shared")
        if not route.startswith(("/interactions/", "/webhooks/{webhook_id}/{webhook_token}")):
            self._global.limit = self.everything
            wait = self._global.take(now)
            if wait:
                return Answer(headers={}, wait=wait, scope="global")
        wait = self._bucket(key).take(now)
        return Answer(headers=self._headers(key, now), wait=wait or None)

    def answered(self, status: int, scope: str = "user") -> None:
        """Count an answer that tells of a careless program."""
        if status in {401, 403} or (status == 429 and scope != "shared"):
            self.invalid.append(self.clock())
            self.invalid_in_all += 1

    def _bucket(self, key: tuple[str, str, tuple[str, ...]]) -> _Bucket:
        limit, window = self.routes.get(key[:2], self.others)
        found = self._buckets.setdefault(key, _Bucket(limit=limit, window=window))
        found.limit, found.window = limit, window
        return found

    def _headers(self, key: tuple[str, str, tuple[str, ...]], now: float) -> Mapping[str, str]:
        bucket = self._bucket(key)
        after = max(bucket.since + bucket.window - now, 0.0)
        return {
            "X-RateLimit-Limit": str(bucket.limit),
            "X-RateLimit-Remaining": str(max(bucket.limit - bucket.used, 0)),
            "X-RateLimit-Reset": f"{time.time() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": blake2b(" ".join(key[:2]).encode(), digest_size=16).hexdigest(),
        }


def limited(answer: Answer) -> web.Response:
    """Return the answer to a request that came too often."""
    wait = answer.wait or 0.0
    if answer.banned:
        # what stands before Discord says so itself: a page, and no `Via`
        return web.Response(status=429, text="<html>error code: 1015</html>", content_type="text/html")
    everywhere = answer.scope == "global"
    headers = {
        **answer.headers, "Via": "1.1 google", "Retry-After": str(int(wait) + 1), "X-RateLimit-Scope": answer.scope,
    } | ({"X-RateLimit-Global": "true"} if everywhere else {})  # fmt: skip
    message = "The resource is being rate limited." if answer.scope == "shared" else "You are being rate limited."
    shown = f'{{"message": "{message}", "retry_after": {wait:.3f}, "global": {str(everywhere).lower()}}}'
    return web.Response(status=429, body=shown.encode(), content_type="application/json", headers=headers)


def _major(parameters: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{name}={parameters[name]}" for name in MAJOR if name in parameters)
