"""How often each method is asked for: within Slack's tiers by construction, and as it says when that is too often.

Limits hold for each method, workspace and app (https://docs.slack.dev/apis/web-api/rate-limits), and are the least that
Slack promises: what would go beyond waits with us, where graver things may pass it. Whoever begins knows nothing of
what a process before it asked for, and so begins with little.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field

#: calls a minute by tier
_A_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
#: which tier each method that we call stands in
TIERS = {
    "apps.connections.open": 1,
    "auth.test": 4,
    "bots.info": 3,
    "chat.delete": 3,
    "chat.postEphemeral": 4,
    "chat.update": 3,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.join": 3,
    "conversations.kick": 3,
    "conversations.list": 2,
    "conversations.open": 3,
    "conversations.replies": 3,
    "files.delete": 3,
    "usergroups.list": 2,
    "usergroups.users.list": 2,
    "usergroups.users.update": 2,
    "users.conversations": 3,
    "users.info": 4,
    "users.list": 2,
    "views.open": 4,
    "views.publish": 4,
    "views.push": 4,
}
#: seconds between two posts in one channel, where Slack allows one a second
BETWEEN = 1.05
#: the method that has a limit of its own, by channel, and how many posts a workspace takes in a minute all the same
POST = "chat.postMessage"
_POSTS = 200
_MINUTE = 60.5
#: calls of a method that can be made at once by whoever has just begun; the others of a minute come one after the other
_AT_FIRST = 3
#: channels that are remembered at most: one that was posted to minutes ago needs no memory
_CHANNELS = 1_000


@dataclass(kw_only=True, slots=True)
class Pace:
    """One method: when it was asked for in the last minute."""

    #: how many may be asked for in a minute
    most: int
    #: until when Slack wants to be left alone
    shut: float = 0.0
    _asked: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Return 0 and count one where it may be asked for now, else in how many seconds."""
        while self._asked and now - self._asked[0] >= _MINUTE:
            self._asked.popleft()
        if now < self.shut:
            return self.shut - now
        if len(self._asked) >= self.most:
            return max(_MINUTE - (now - self._asked[0]), 0.05)
        self._asked.append(now)
        return 0.0


@dataclass(kw_only=True, slots=True)
class Paces:
    """Everything that is asked of one workspace."""

    #: when it began, by the clock that `wait` is told
    since: float = field(default_factory=lambda: asyncio.get_running_loop().time())
    _methods: dict[str, Pace] = field(default_factory=dict)
    _posts: dict[str, float] = field(default_factory=dict)

    def wait(self, method: str, now: float, *, channel: str = "") -> float:
        """Return 0 and count one call where it may be made now, else in how many seconds its turn comes."""
        if method == POST:
            return self._post(channel, now)
        return self._pace(method).wait(now)

    def told(self, method: str, after: float, now: float, *, channel: str = "") -> None:
        """Take in that Slack wants to be left alone with a method for so many seconds."""
        if method == POST:
            self._posts[channel] = max(self._posts.get(channel, now), now + after)
        else:
            pace = self._pace(method)
            pace.shut = max(pace.shut, now + after)

    def _pace(self, method: str) -> Pace:
        # one limit holds for the app in its workspace, whichever token it asks with
        found = self._methods.get(method)
        if found is None:
            most = _POSTS if method == POST else _A_MINUTE[TIERS.get(method, 2)]
            found = self._methods[method] = Pace(most=most, _asked=_as_if_asked(most, self.since))
        return found

    def _post(self, channel: str, now: float) -> float:
        due = self._posts.get(channel, 0.0)
        if now < due:
            return due - now
        wait = self._pace(POST).wait(now)
        if wait > 0:
            return wait
        if len(self._posts) > _CHANNELS:
            self._posts = {one: at for one, at in self._posts.items() if at > now}
        self._posts[channel] = now + BETWEEN
        return 0.0


def _as_if_asked(most: int, since: float) -> deque[float]:
    """Return when a method was asked for in the minute before somebody began, if that was as often as could be."""
    others = max(most - _AT_FIRST, 0)
    return deque(since - _MINUTE * (others - number) / (others + 1) for number in range(others))
