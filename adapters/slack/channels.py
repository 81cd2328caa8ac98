"""The workspace's channels as Slack last described them, and those of them in which we are."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from adapters.slack.calls import CallError, Json, in_turn
from adapters.slack.door import Door
from bot.domain.action import Answer
from bot.domain.message import Channel, PlatformName
from bot.domain.place import Stream, stream_of

#: channels on a page
_PAGE = 500
#: what is said where a public channel won't have us: it stays unheard, and the doctor names it
_CLOSED_TO_US = frozenset({Answer.FORBIDDEN, Answer.GONE})


@dataclass(kw_only=True, slots=True)
class Channels:
    """Every channel that is shown to us (https://docs.slack.dev/reference/objects/conversation-object)."""

    #: the way into the workspace
    door: Door
    _known: dict[str, Json] = field(default_factory=dict)

    def get(self, id_: str) -> Json | None:
        """Return a channel as it was last described; None for one that we don't know."""
        return self._known.get(id_)

    def learn(self, channel: Json) -> None:
        """Take in what Slack says of a channel: what it leaves out stays as it was."""
        id_ = str(channel.get("id", ""))
        if id_:
            self._known[id_] = {**self._known.get(id_, {}), **channel}

    def forget(self, id_: str) -> None:
        """Take in that a channel isn't there any more, or not for us."""
        self._known.pop(id_, None)

    def is_closed(self, id_: str) -> bool:
        """Return whether a channel is private, as far as we know, and we aren't in it: we see nothing of it."""
        known = self._known.get(id_) or {}
        return bool(known.get("is_private")) and known.get("is_member") is False

    def everyone(self) -> Iterator[Json]:
        """Yield every channel that people write in: no direct messages, none that is put away."""
        for one in self._known.values():
            if not (one.get("is_im") or one.get("is_mpim") or one.get("is_archived")):
                yield one

    def heard(self) -> list[Stream]:
        """Return the channels in which we are: of no other does anything arrive."""
        return [stream_of(self.place(str(one["id"]))) for one in self.everyone() if one.get("is_member")]

    def place(self, id_: str, thread: str = "") -> Channel:
        """Return a channel, or a thread in it, as the core knows it."""
        known = self._known.get(id_) or {}
        return Channel(
            platform=PlatformName.SLACK, workspace=self.door.home.workspace, id=id_,
            name=str(known.get("name") or ""), thread=thread or None,
        )  # fmt: skip

    async def look(self) -> None:
        """Ask for every channel, in place of what was known; raises CallError, ConnectionRevokedError."""
        found: dict[str, Json] = {}
        cursor = ""
        while True:
            said = await in_turn(
                self.door, "conversations.list", types="public_channel,private_channel", exclude_archived=True,
                limit=_PAGE, cursor=cursor or None,
            )  # fmt: skip
            found |= {str(one["id"]): one for one in said.get("channels") or ()}
            cursor = str((said.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        self._known = found

    async def join(self, id_: str) -> bool:
        """Join a public channel, and return whether we are in it; raises CallError where that can't be said now."""
        try:
            said = await in_turn(self.door, "conversations.join", channel=id_)
        except CallError as error:
            if error.result.answer in _CLOSED_TO_US:
                return False
            raise
        self.learn({**(said.get("channel") or {}), "id": id_, "is_member": True})
        return True

    async def described(self, id_: str) -> Json | None:
        """Return a channel, asked for where we don't know it; None for one that is closed to us; raises CallError."""
        if id_ not in self._known:
            try:
                said = await in_turn(self.door, "conversations.info", channel=id_)
            except CallError as error:
                if error.result.answer in _CLOSED_TO_US:
                    return None
                raise
            self.learn(said.get("channel") or {})
        return self._known.get(id_)
