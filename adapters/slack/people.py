"""Members of a workspace, remembered for a while: Slack names an author by id alone."""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from adapters.slack.calls import CallError, Json, called, in_turn, read
from adapters.slack.door import Door
from bot.domain.action import Answer
from bot.ports import PlatformUnavailableError

#: people who are remembered, and seconds for which they are; Slack says when one of them changes
_MOST, _LONG = 50_000, 3_600.0
#: how ids of users begin: programs of old go by other names, of which there is nothing to ask
_USERS = ("U", "W")
#: people on a page
_PAGE = 500


@dataclass(kw_only=True, slots=True)
class People:
    """Everybody who was seen lately, as Slack describes users (https://docs.slack.dev/reference/objects/user-object)."""

    #: the way into the workspace
    door: Door
    _known: "OrderedDict[str, tuple[float, Json]]" = field(default_factory=OrderedDict)
    _asked: dict[str, "asyncio.Task[Json | None]"] = field(default_factory=dict)

    def learn(self, user: Json) -> Json | None:
        """Remember what Slack says of somebody, and return what was remembered before."""
        id_ = str(user.get("id", ""))
        if not id_:
            return None
        before = self._known.get(id_)
        self._known[id_] = (_now(), user)
        self._known.move_to_end(id_)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
        return None if before is None else before[1]

    def remembered(self, user: str) -> Json | None:
        """Return somebody who is remembered, without asking."""
        found = self._known.get(user)
        return None if found is None or _now() - found[0] > _LONG else found[1]

    async def person(self, user: str) -> Json | None:
        """Return somebody; None for whoever isn't there, or isn't shown to us.

        Raises PlatformUnavailableError where nothing can be said now, and ConnectionRevokedError.
        """
        known = self.remembered(user)
        if known is not None or not user.startswith(_USERS):
            return known
        # several who ask for the same person ask once
        task = self._asked.get(user)
        if task is None:
            task = self._asked[user] = asyncio.create_task(self._fetched(user))
            task.add_done_callback(lambda _done: self._asked.pop(user, None))
        return await asyncio.shield(task)

    async def known(self, users: Collection[str]) -> Mapping[str, Json]:
        """Return those of several people who are there; raises as `person` does."""
        found = {user: await self.person(user) for user in dict.fromkeys(users) if user}
        return {user: one for user, one in found.items() if one is not None}

    async def now(self, user: str) -> Json | None:
        """Return somebody as they are now, whatever is remembered; None for whoever isn't there; raises CallError."""
        try:
            said = await called(self.door, "users.info", user=user, include_locale=True)
        except CallError as error:
            if error.result.answer is Answer.GONE:
                return None
            raise
        return self._taken(said)

    async def everybody(self) -> None:
        """Remember everybody at once, page by page, so that who writes first needs no asking for."""
        cursor = ""
        while True:
            said = await in_turn(self.door, "users.list", limit=_PAGE, cursor=cursor or None)
            for one in said.get("members") or ():
                self.learn(one)
            cursor = str((said.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor or len(self._known) >= _MOST:
                return

    async def _fetched(self, user: str) -> Json | None:
        said = await read(self.door, "users.info", user=user, include_locale=True)
        return None if said is None else self._taken(said)

    def _taken(self, said: Json) -> Json | None:
        user = said.get("user")
        if not isinstance(user, dict):
            raise PlatformUnavailableError
        self.learn(user)
        return user


def _now() -> float:
    return asyncio.get_running_loop().time()
