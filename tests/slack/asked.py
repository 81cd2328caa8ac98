"""What the tests of asking apps share: a modal, buttons, and an app that shows them."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.slack.bolts import Bolt
from tests.slack.harbour import Harbour
from tests.slack.server import LoopbackSlack
from tests.slack.things import JSON
from tests.slack.uses import Use
from tests.slack.views import View

Say = Callable[..., Awaitable[Any]]


def plain(text: str) -> JSON:
    """Return a plain text."""
    return {"type": "plain_text", "text": text}


def modal(title: str = "Warn", *blocks: JSON, **more: Any) -> JSON:
    """Return a modal with a field for a reason, a menu, and more blocks."""
    options = [{"text": plain(one.title()), "value": one} for one in ("spam", "hate")]
    menu = {"type": "static_select", "action_id": "kind", "placeholder": plain("What?"), "options": options}
    reason = {"type": "plain_text_input", "action_id": "text", "max_length": 20}
    return {
        "type": "modal", "callback_id": "warn", "title": plain(title), "submit": plain("Send"), "blocks": [
            {"type": "input", "block_id": "reason", "label": plain("Why?"), "element": reason},
            {"type": "input", "block_id": "kind", "label": plain("Kind"), "optional": True, "element": menu},
            *blocks,
        ], **more,
    }  # fmt: skip


def buttons(*names: str) -> list[JSON]:
    """Return a row of buttons."""
    every = [{"type": "button", "action_id": one.lower(), "value": "7", "text": plain(one)} for one in names]
    return [{"type": "section", "text": plain("A case")}, {"type": "actions", "elements": every}]


def on_command(bolt: Bolt, do: Callable[..., Awaitable[None]]) -> None:
    """Let an app answer to `/mod`."""
    bolt.app.command("/mod")(do)


async def opened(server: LoopbackSlack, bolt: Bolt, place: Harbour, view: JSON) -> View:
    """Let somebody give a command upon which a modal opens, and return it."""

    async def show(ack: Say, body: JSON, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    on_command(bolt, show)
    use = await server.hands.give(place.kim, place.room, "/mod warn").until(lambda one: one.opened)
    assert use.opened is not None
    return use.opened


async def pressed(server: LoopbackSlack, bolt: Bolt, place: Harbour, do: Callable[..., Awaitable[None]]) -> Use:
    """Let an app post a button, and somebody press it."""
    bolt.app.action("close")(do)
    client = bolt.app.client
    posted = await client.chat_postMessage(channel=place.room, text="A case", blocks=buttons("Close", "Other"))
    return server.hands.press(place.kim, place.room, posted["ts"], "Close")
