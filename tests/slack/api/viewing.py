"""`views.*`: modals and homes that an app shows, within Block Kit's limits."""

import json
from collections.abc import Mapping

from tests.slack import views
from tests.slack.api import blocks as kit
from tests.slack.api.calling import Call, Handler, needs_one_of
from tests.slack.errors import Refused, invalid
from tests.slack.things import JSON

#: bytes of a view, and its blocks
LARGEST, MOST_BLOCKS = 250_000, 100
#: what a view may hold
KNOWN = frozenset(
    {"type", "title", "blocks", "close", "submit", "private_metadata", "callback_id", "clear_on_close",
     "notify_on_close", "external_id", "submit_disabled"}
)  # fmt: skip
#: its strings and their longest
STRINGS: Mapping[str, int] = {"private_metadata": 3000, "callback_id": 255, "external_id": 255}


def open_modal(call: Call) -> JSON:
    """Show somebody a modal upon what they just did."""
    view = content_of(call, "modal")
    return {"view": views.open_view(call.workspace, call.app.id, _trigger(call), view).shown()}


def push(call: Call) -> JSON:
    """Lay a modal upon the one in which somebody just did something."""
    view = content_of(call, "modal")
    return {"view": views.push_view(call.workspace, call.app.id, _trigger(call), view).shown()}


def update(call: Call) -> JSON:
    """Change a modal that somebody looks at."""
    needs_one_of(call, "view_id", "external_id")
    view = content_of(call, "modal", "home")
    found = views.update_view(
        call.workspace, call.app.id, view, view_id=call.text("view_id") or None,
        external_id=call.text("external_id") or None, hash=call.text("hash") or None,
    )  # fmt: skip
    return {"view": found.shown()}


def publish(call: Call) -> JSON:
    """Show somebody an app's home."""
    view = content_of(call, "home")
    if not call.app.home:
        raise Refused("not_enabled")
    if call.text("user_id") not in call.workspace.users:
        raise invalid("user_id: user not found")
    found = views.publish_view(
        call.workspace, call.app.id, call.text("user_id"), view, hash=call.text("hash") or None
    )  # fmt: skip
    return {"view": found.shown()}


def _trigger(call: Call) -> str:
    needs_one_of(call, "trigger_id", "interactivity_pointer")
    return call.text("trigger_id") or call.text("interactivity_pointer")


def content_of(call: Call, *kinds: str) -> JSON:
    """Return the view that was brought, within all limits."""
    view = call.structure("view", "invalid_arguments")
    found = wrong(view, *kinds)
    if found:
        raise invalid(*found)
    if len(json.dumps(view)) > LARGEST:
        raise Refused("view_too_large")
    return dict(view)


def wrong(view: object, *kinds: str) -> list[str]:
    """Return what is wrong with a view, in Slack's manner."""
    if not isinstance(view, dict):
        return ["must provide a string or object [json-pointer:/view]"]
    found = [f"invalid additional property: {one} [json-pointer:/view]" for one in sorted(view.keys() - KNOWN)]
    if view.get("type") not in kinds:
        found.append(f"must be one of {', '.join(kinds)} [json-pointer:/view/type]")
    modal = view.get("type") == "modal"
    for name in ("title", "submit", "close"):
        text = view.get(name)
        if text is None:
            found += ["missing required field: title [json-pointer:/view]"] if modal and name == "title" else []
        elif not modal:
            found.append(f"invalid additional property: {name} [json-pointer:/view]")
        elif not isinstance(text, dict) or text.get("type") != "plain_text" or not 0 < len(text.get("text", "")) <= 24:
            found.append(f"must be plain_text of less than 25 characters [json-pointer:/view/{name}]")
    for name, longest in STRINGS.items():
        if view.get(name) is not None and (not isinstance(view[name], str) or len(view[name]) > longest):
            found.append(f"must be less than {longest + 1} characters [json-pointer:/view/{name}]")
    found += [one.replace(":/blocks", ":/view/blocks") for one in kit.wrong(view.get("blocks"), most=MOST_BLOCKS)]
    blocks = view.get("blocks")
    asks = isinstance(blocks, list) and any(isinstance(one, dict) and one.get("type") == "input" for one in blocks)
    if modal and asks and view.get("submit") is None:
        found.append("a modal with input blocks needs submit [json-pointer:/view]")
    return found


METHODS: Mapping[str, Handler] = {
    "views.open": open_modal,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
