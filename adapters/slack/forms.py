"""Forms as Slack's modals, and modals as they come back (https://docs.slack.dev/reference/views/modal-views)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.slack.calls import Json
from adapters.slack.cards import Block, options
from adapters.slack.contents import object_in
from adapters.slack.text import cut
from adapters.slack.text import plain as visible
from bot.commands.table import find_command
from bot.domain.command import FieldKind, Form, FormField, OptionKind
from bot.i18n import say

#: callback ids of our modals: a form of the core's, and the options of a command
FORM, COMMAND, SAID = "form", "command", "said"
_TITLE, _NAME, _LONGEST, _BLOCKS = 24, 2_000, 3_000, 100
#: what a modal keeps for us: Slack takes 3,000 characters
_KEPT = 3_000
#: what goes first where it doesn't fit
_SPARED = ("respond", "channel", "thread")
_VALUE = "value"


def modal(form: Form, language: str, kept: Mapping[str, str]) -> Block:
    """Return a form as a modal; `kept` comes back with it."""
    row = find_command(form.action.partition(":")[0])
    people = {one.name for one in (() if row is None else row.options) if one.kind is OptionKind.MEMBER}
    fields = [_field(one, is_member=one.name in people) for one in form.fields]
    return view(FORM, form.title, language, fields, {**kept, "action": form.action}, submit="slack.send")


def view(
    callback: str, title: str, language: str, blocks: Sequence[Block], kept: Mapping[str, str], *, submit: str = ""
) -> Block:
    """Return a modal; without `submit`, it can be closed and nothing else."""
    found: Block = {
        "type": "modal",
        "callback_id": callback,
        "title": _text(cut(visible(title), _TITLE) or "Locum"),
        "close": _text(cut(say("slack.close", language), _TITLE)),
        "private_metadata": _packed(kept),
        "blocks": list(blocks[:_BLOCKS]),
    }
    return found | ({"submit": _text(cut(say(submit, language), _TITLE))} if submit else {})


def kept_in(view_: Json) -> dict[str, str]:
    """Return what a modal kept for us; nothing where that isn't ours."""
    try:
        found = json.loads(str(view_.get("private_metadata") or "{}"))
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def filled_in(view_: Json) -> dict[str, Any]:
    """Return what was filled in, by the names of the fields; what was left empty is missing."""
    found: dict[str, Any] = {}
    for name, elements in object_in(object_in(view_, "state"), "values").items():
        for element in elements.values() if isinstance(elements, dict) else ():
            value = value_of(element) if isinstance(element, dict) else ""
            if value:
                found[str(name)] = value
    return found


def value_of(element: Json) -> str | list[str]:
    """Return what an element holds: one value, or several people."""
    chosen = element.get("selected_option")
    if isinstance(chosen, dict):
        return str(chosen.get("value") or "")
    for name in ("selected_user", "selected_conversation", "selected_channel"):
        if element.get(name):
            return str(element[name])
    people = element.get("selected_users")
    if isinstance(people, list):
        return [str(one) for one in people]
    return str(element.get("value") or "")


def field_of(name: str, label: str, element: Block, *, required: bool, hint: str = "") -> Block:
    """Return an element with its label, as a modal holds it."""
    found: Block = {
        "type": "input", "block_id": name, "optional": not required, "label": _text(cut(visible(label), _NAME) or name),
        "element": {**element, "action_id": _VALUE},
    }  # fmt: skip
    return found | ({"hint": _text(cut(hint, _NAME))} if hint else {})


def written(longest: int, *, multiline: bool, value: str = "") -> Block:
    """Return an element to write in."""
    most = max(1, min(longest, _LONGEST))
    found: Block = {"type": "plain_text_input", "multiline": multiline, "max_length": most}
    return found | ({"initial_value": value[:most]} if value else {})


def _field(field: FormField, *, is_member: bool) -> Block:
    if is_member:
        # nobody knows ids by heart: whoever is meant is chosen
        return field_of(field.name, field.label, {"type": "users_select"}, required=field.required)
    if field.kind is FieldKind.CHOICE:
        known = options(field.options)
        if known:
            chosen = next((one for one in known if one["value"] == field.value), None)
            element: Block = {"type": "static_select", "options": known}
            element |= {"initial_option": chosen} if chosen is not None else {}
            return field_of(field.name, field.label, element, required=field.required)
        # nothing to choose from: it is written instead
    element = written(field.longest, multiline=field.kind is FieldKind.PARAGRAPH, value=field.value)
    return field_of(field.name, field.label, element, required=field.required)


def _packed(kept: Mapping[str, str]) -> str:
    """Return what a modal keeps, as far as it fits: what it is about stays before where it is answered."""
    left = {name: value for name, value in kept.items() if value}
    for name in ("", *_SPARED):
        left.pop(name, None)
        text = json.dumps(left, separators=(",", ":"))
        if len(text) <= _KEPT:
            return text
    return "{}"


def _text(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}
