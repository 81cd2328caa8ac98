"""What people do in a workspace in another process: they speak, and who was told something appeals until it counts."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.i18n import say
from tests.crash.wire.asking import asked
from tests.crash.wire.scenes import Scene
from tests.crash.wire.slack_script import APP, BOT, GAMING, HELP, KEEPER, WORKSPACE

#: seconds that somebody waits for an answer before they try again
_PATIENCE = 4.0


@dataclass(kw_only=True)
class Talking:
    """Everybody's hands, and what they did."""

    #: `127.0.0.1:PORT`
    host: str
    #: what was said, by channel and ts
    posted: dict[tuple[str, str], str] = field(default_factory=dict)
    #: who has to be removed, banned by hand, told
    kicked: list[str] = field(default_factory=list)
    banned: list[str] = field(default_factory=list)
    appealing: list[str] = field(default_factory=list)
    #: who may be told, and needn't
    quarantined: list[str] = field(default_factory=list)
    #: who hasn't got an answer to an appeal yet
    waiting: list[str] = field(default_factory=list)

    def ask(self, on: str, do: str, *given: Any, **named: Any) -> Any:
        """Let something be done, and return what came of it; raise KeyError if it was refused or impossible."""
        return asked(self.host, on, do, *given, **named)

    def is_heard(self) -> bool:
        """Return whether somebody listens."""
        return bool(self.ask("sockets", "connected"))

    def let_in(self, one: Scene) -> None:
        """Let those in who come for a scene, and remember what is to become of them."""
        here = f"workspace:{WORKSPACE}"
        for user in one.comes:
            self.ask(here, "add_user", f"guest {user}", id=user)
            for channel in (HELP, GAMING):
                self.ask(here, "join", channel, user)
        told = {
            "kick": self.kicked, "ban": self.banned, "notice": self.appealing, "modal": self.appealing,
            "raid": self.quarantined,
        }  # fmt: skip
        told.get(one.kind, []).extend(one.comes)
        if told.get(one.kind) is self.appealing:
            self.waiting += one.comes

    def speak(self, user: str, where: str, text: str) -> bool:
        """Let somebody say something; False where they can't any more."""
        try:
            self.posted[where, self.ask("hands", "say", user, where, text)] = text
        except KeyError:
            return False
        return True

    def sees(self, where: str) -> Sequence[Any]:
        """Return everything that stands in a channel, for whoever administers the workspace."""
        found: Sequence[Any] = self.ask("hands", "sees", KEEPER, where)
        return found

    def told(self, user: str) -> Sequence[Any]:
        """Return what the bot and somebody wrote to each other."""
        found: Sequence[Any] = self.ask("hands", "direct_messages", user, {"app": APP})
        return found

    def pursue(self) -> None:
        """Let everybody who waits press their notice's button and send the form; who gets no answer tries again."""
        for user in list(self.waiting):
            if self._appealed(user):
                self.waiting.remove(user)

    def _appealed(self, user: str) -> bool:
        direct = self.ask(f"workspace:{WORKSPACE}", "open_direct", user, BOT)["id"]
        for message in self.told(user):
            button = next((one for one in _ids(message.get("blocks") or ()) if "appeal" in one), None)
            if button is None:
                continue
            pressed = self.ask("hands", "press", user, direct, message["ts"], button)["trigger_id"]
            form = self._until(pressed, "opened", "whispers")
            if not isinstance(form, dict):
                # there is nothing to fill in any more: it was sent before
                return _is_answer(form)
            try:
                sent = self.ask("hands", "submit", {"view": form["id"]}, statement="It was a quote.")["trigger_id"]
            except KeyError:
                return False
            acked = self._until(sent, "ack")
            return bool(acked) and _is_answer(acked["payload"] or self._until(sent, "whispers"))
        return False

    def _until(self, trigger: str, *shown: str) -> Any:
        """Return the first of these that is there in time; None where nothing is."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            for what in shown:
                found = self.ask(f"use:{trigger}", what)
                if found:
                    return found
            time.sleep(0.05)
        return None


def _is_answer(shown: Any) -> bool:
    """Return whether somebody was told what came of it, and not to try again."""
    said = json.dumps(shown, ensure_ascii=False)
    return bool(shown) and not any(say(f"slack.{one}", "en") in said for one in ("once_more", "no_answer"))


def _ids(blocks: Sequence[Any]) -> list[str]:
    return [one["action_id"] for block in blocks for one in block.get("elements") or () if "action_id" in one]
