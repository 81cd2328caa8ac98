"""What people do on a server in another process: they speak, and whoever was told something appeals until it counts."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.crash.wire.asking import asked
from tests.crash.wire.scenes import Scene
from tests.crash.wire.script import SERVER, TALKERS

_OWNER = TALKERS[0]
#: seconds that somebody waits for an answer before they try again
_PATIENCE = 4.0


@dataclass(kw_only=True)
class Talking:
    """Everybody's hands, and what they did."""

    #: `127.0.0.1:PORT`
    host: str
    #: what was said by the messages' ids
    posted: dict[str, str] = field(default_factory=dict)
    #: who has to be banned, quarantined, told
    banned: list[str] = field(default_factory=list)
    quarantined: list[str] = field(default_factory=list)
    appealing: list[str] = field(default_factory=list)
    #: of these, who hasn't got an answer yet
    waiting: list[str] = field(default_factory=list)
    #: the bot's own id
    bot: str = ""

    def ask(self, on: str, do: str, *given: Any, **named: Any) -> Any:
        """Let something be done, and return what came of it; raise KeyError if it was refused or impossible."""
        return asked(self.host, on, do, *given, **named)

    def is_heard(self) -> bool:
        """Return whether somebody listens."""
        return bool(self.ask("connections", "connected"))

    def let_in(self, one: Scene) -> None:
        """Let those in who come for a scene, and remember what is to become of them."""
        for user in one.comes:
            self.ask(f"guild:{SERVER}", "add_member", f"guest {user}", id=user)
        {"ban": self.banned, "raid": self.quarantined, "modal": self.appealing}.get(one.kind, []).extend(one.comes)
        if one.kind == "modal":
            self.waiting += one.comes

    def speak(self, user: str, where: str, text: str) -> bool:
        """Let somebody say something; False where they can't any more."""
        try:
            self.posted[self.ask("hands", "say", user, where, text)] = text
        except KeyError:
            return False
        return True

    def sees(self, where: str) -> Sequence[Any]:
        """Return everything that stands in a channel."""
        messages: Any = self.ask("hands", "sees", _OWNER, where)
        return [one for one in messages if not one.get("flags", 0) & 1 << 6]

    def told(self, user: str) -> Sequence[Any]:
        """Return what the bot and somebody wrote to each other."""
        found: Sequence[Any] = self.ask("hands", "direct_messages", user)
        return found

    def pursue(self) -> None:
        """Let everybody who waits press their notice's button and send the form; who gets no answer tries again."""
        for user in list(self.waiting):
            if self._appealed(user):
                self.waiting.remove(user)

    def _appealed(self, user: str) -> bool:
        for message in self.told(user):
            button = next((one for one in _ids(message["components"]) if "appeal" in one), None)
            if button is None:
                continue
            pressed = self.ask("hands", "press", user, message["channel_id"], message["id"], button)
            opened = self._until(pressed["token"], "form")
            if not opened:
                return False
            sent = self.ask("hands", "submit", {"interaction": pressed["token"]}, statement="It was a quote.")
            return self._until(sent["token"], "answer") and not self.ask(f"interaction:{sent['token']}", "loading")
        return False

    def _until(self, token: str, what: str) -> bool:
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            if self.ask(f"interaction:{token}", what) is not None:
                return True
            time.sleep(0.05)
        return False


def _ids(parts: Sequence[Any]) -> list[str]:
    found = [one["custom_id"] for one in parts if "custom_id" in one]
    return [*found, *(inner for one in parts for inner in _ids(one.get("components") or ()))]
