"""Members of a workspace, remembered for a while: Slack names an author by id alone."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping
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
    #: how somebody was when Slack last told of a change, where an answer has shown another one since
    _told: dict[str, Json] = field(default_factory=dict)
    _asked: dict[str, "asyncio.Task[Json | None]"] = field(default_factory=dict)

    def learn(self, user: Json) -> None:
        """Remember what Slack answers of somebody; a change that it shows and that is yet to be told stays one."""
        id_ = str(user.get("id", ""))
        if not id_:
            return
        before = self._known.get(id_)
        if before is not None and _changed_at(before[1]) != _changed_at(user):
            self._told.setdefault(id_, before[1])
        self._remember(id_, user)

    def before(self, user: str) -> Json | None:
        """Return how somebody was before what Slack tells now; None where nothing is known of it."""
        known = self._known.get(user)
        return self._told.get(user) or (None if known is None else known[1])

    def hear(self, user: Json) -> None:
        """Remember what Slack tells of a change; an answer that is newer stays what is known."""
        id_ = str(user.get("id", ""))
        known = self._known.get(id_)
        if known is not None and _is_older(user, known[1]):
            self._told[id_] = user
        elif id_:
            self._told.pop(id_, None)
            self._remember(id_, user)

    def is_old(self, user: Json) -> bool:
        """Return whether something is told of somebody that is older than what was told before."""
        before = self.before(str(user.get("id", "")))
        return before is not None and _is_older(user, before)

    def _remember(self, id_: str, user: Json) -> None:
        self._known[id_] = (_now(), user)
        self._known.move_to_end(id_)
        while len(self._known) > _MOST:
            gone, _ = self._known.popitem(last=False)
            self._told.pop(gone, None)

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

    async def everybody(self, changed: Callable[[Json], Awaitable[None]] | None = None) -> None:
        """Remember everybody at once, page by page, so that who writes first needs no asking for.

        `changed` is told of those who were remembered, and are described otherwise now. Raises CallError.
        """
        cursor = ""
        while True:
            said = await in_turn(self.door, "users.list", limit=_PAGE, cursor=cursor or None, include_locale=True)
            for one in said.get("members") or ():
                before = self._known.get(str(one.get("id", "")))
                if changed is not None and before is not None and before[1].get("updated") != one.get("updated"):
                    await changed(one)
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


def _is_older(user: Json, other: Json) -> bool:
    return 0 < _changed_at(user) < _changed_at(other)


def _changed_at(user: Json) -> float:
    """Return when somebody was changed last, as Slack says; zero where it doesn't."""
    said = user.get("updated")
    return float(said) if isinstance(said, int | float) else 0.0


def _now() -> float:
    return asyncio.get_running_loop().time()
