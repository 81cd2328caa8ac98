"""Block Kit as a client shows it: the elements in blocks, what stands in fields, and what is sent when one is used."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from tests.slack.things import JSON

#: elements that hold what somebody enters, with the field that holds it and what it is while it is empty
HELD: Mapping[str, tuple[str, Any]] = {
    "plain_text_input": ("value", None), "email_text_input": ("value", None), "url_text_input": ("value", None),
    "number_input": ("value", None), "rich_text_input": ("rich_text_value", None),
    "static_select": ("selected_option", None), "external_select": ("selected_option", None),
    "users_select": ("selected_user", None), "channels_select": ("selected_channel", None),
    "conversations_select": ("selected_conversation", None), "radio_buttons": ("selected_option", None),
    "multi_static_select": ("selected_options", []), "multi_external_select": ("selected_options", []),
    "multi_users_select": ("selected_users", []), "multi_channels_select": ("selected_channels", []),
    "multi_conversations_select": ("selected_conversations", []), "checkboxes": ("selected_options", []),
    "datepicker": ("selected_date", None), "timepicker": ("selected_time", None),
    "datetimepicker": ("selected_date_time", None), "file_input": ("files", []),
}  # fmt: skip
#: how an element says what stands in it at first
INITIAL: Mapping[str, str] = {
    "value": "initial_value", "rich_text_value": "initial_value", "selected_option": "initial_option",
    "selected_options": "initial_options", "selected_user": "initial_user", "selected_users": "initial_users",
    "selected_channel": "initial_channel", "selected_channels": "initial_channels",
    "selected_conversation": "initial_conversation", "selected_conversations": "initial_conversations",
    "selected_date": "initial_date", "selected_time": "initial_time", "selected_date_time": "initial_date_time",
}  # fmt: skip
#: elements that hold options of their own
WITH_OPTIONS = frozenset({"static_select", "multi_static_select", "radio_buttons", "checkboxes", "overflow"})


class ImpossibleError(Exception):
    """Something that a client doesn't let anybody do."""


def identified(blocks: Sequence[Mapping[str, Any]]) -> list[JSON]:
    """Return blocks with ids wherever the app left them out, as Slack fills them in."""
    found: list[JSON] = []
    for block in blocks:
        own = {"block_id": uuid4().hex[:5]} | dict(block)
        if "elements" in own and own["type"] == "actions":
            own["elements"] = [_named(one) for one in own["elements"]]
        for place in ("element", "accessory"):
            if isinstance(own.get(place), dict):
                own[place] = _named(own[place])
        found.append(own)
    return found


def identified_view(content: Mapping[str, Any]) -> JSON:
    """Return a view whose blocks all have ids."""
    return dict(content) | {"blocks": identified(content.get("blocks", []))}


def _named(element: Mapping[str, Any]) -> JSON:
    if element.get("type") in {"image", "plain_text", "mrkdwn"}:
        return dict(element)
    return {"action_id": uuid4().hex[:5]} | dict(element)


def of(blocks: Sequence[JSON]) -> Iterator[tuple[JSON, JSON]]:
    """Yield each block that holds an element somebody can use, with that element."""
    for block in blocks:
        match block["type"]:
            case "actions":
                held = block["elements"]
            case "section":
                held = [block["accessory"]] if "accessory" in block else []
            case "input":
                held = [block["element"]]
            case _:
                held = []
        for element in held:
            if "action_id" in element:
                yield block, element


def places(blocks: Sequence[JSON]) -> set[tuple[str, str]]:
    """Return where something can be entered: block and action."""
    return {(block["block_id"], element["action_id"]) for block, element in of(blocks) if element["type"] in HELD}


def values(blocks: Sequence[JSON], entered: Mapping[tuple[str, str], JSON]) -> JSON:
    """Return all that stands in fields, by block and action."""
    found: JSON = {}
    for block, element in of(blocks):
        if element["type"] in HELD:
            place = (block["block_id"], element["action_id"])
            found.setdefault(place[0], {})[place[1]] = entered.get(place) or _initial(element)
    return found


def _initial(element: JSON) -> JSON:
    name, empty = HELD[element["type"]]
    initial = element.get(INITIAL.get(name, ""), empty)
    return {"type": element["type"], name: initial}


def find(blocks: Sequence[JSON], name: str, *, nth: int = 0) -> tuple[JSON, JSON]:
    """Return an element and its block by what stands on it, its placeholder, its label, or one of its ids."""
    found = [(block, element) for block, element in of(blocks) if name in _names(block, element)]
    if len(found) > nth:
        return found[nth]
    offered = [next(iter(_names(block, element)), "") for block, element in of(blocks)]
    raise ImpossibleError(f"there is no {name!r} among {offered}")


def _names(block: JSON, element: JSON) -> Sequence[str]:
    shown = [element.get("text"), element.get("placeholder"), block.get("label")]
    words = [one["text"] for one in shown if isinstance(one, dict)]
    ids = [element["action_id"], block["block_id"]]
    return [*words, *ids, *([element["value"]] if element["type"] == "button" and "value" in element else [])]


def pressed(block: JSON, element: JSON, at: str) -> JSON:
    """Return what is sent when a button is pressed."""
    if element["type"] != "button":
        raise ImpossibleError(f"{element['action_id']!r} is no button")
    sent = {"type": "button", "action_id": element["action_id"], "block_id": block["block_id"], "action_ts": at}
    more = {name: element[name] for name in ("text", "value", "style") if name in element}
    if isinstance(more.get("text"), dict):
        more["text"] = {"emoji": True} | more["text"]
    return sent | more


def chosen(block: JSON, element: JSON, value: Any, at: str) -> JSON:
    """Return what is sent when something is chosen or entered."""
    named = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    more = {"placeholder": element["placeholder"]} if "placeholder" in element else {}
    return named | entered(element, value) | more | {"action_ts": at}


def entered(element: JSON, value: Any) -> JSON:
    """Return what stands in a field after somebody entered something; raise `ImpossibleError` for what can't be."""
    kind = element["type"]
    if kind == "overflow":
        return {"type": kind, "selected_option": _option(element, value)}
    if kind not in HELD:
        raise ImpossibleError(f"nothing can be entered in a {kind}")
    name, empty = HELD[kind]
    if name == "value":
        return {"type": kind, name: _text(element, value)}
    if empty == []:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise ImpossibleError(f"{element['action_id']!r} takes a list")
        most = element.get("max_selected_items", len(value))
        if len(value) > most:
            raise ImpossibleError(f"{len(value)} chosen where {most} may be")
        picked = [_option(element, one) for one in value] if kind in WITH_OPTIONS else list(value)
        return {"type": kind, name: picked}
    if value is None:
        return {"type": kind, name: None}
    return {"type": kind, name: _option(element, value) if kind in WITH_OPTIONS else value}


def _text(element: JSON, value: Any) -> str | None:
    text = "" if value is None else str(value)
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if text and not least <= len(text) <= most:
        raise ImpossibleError(f"{element['action_id']!r}: {len(text)} signs where {least} to {most} may be")
    if not element.get("multiline") and "\n" in text:
        raise ImpossibleError(f"{element['action_id']!r} has one line")
    return text or None


def _option(element: JSON, name: str) -> JSON:
    groups = element.get("option_groups") or [{"options": element.get("options") or []}]
    every = [option for group in groups for option in group["options"]]
    for one in every:
        if name in (one["text"]["text"], one["value"]):
            shown = {key: one[key] for key in ("text", "value", "description") if key in one}
            return shown | {"text": {"emoji": True} | one["text"]} if one["text"]["type"] == "plain_text" else shown
    raise ImpossibleError(f"there is no {name!r} among {[one['text']['text'] for one in every]}")


def missing(blocks: Sequence[JSON], held: JSON) -> Sequence[str]:
    """Return the labels of fields that have to be filled in and aren't."""
    found = []
    for block, element in of(blocks):
        if block["type"] != "input" or block.get("optional") or element["type"] not in HELD:
            continue
        name, empty = HELD[element["type"]]
        if held[block["block_id"]][element["action_id"]][name] in (empty, None, ""):
            found.append(str(block["label"]["text"]))
    return found
