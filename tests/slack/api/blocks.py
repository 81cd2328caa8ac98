"""Block Kit's limits: what Slack refuses of blocks in messages and views, with where it stands."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: what a block may hold by its kind: texts by field with their longest, lists with their most
TEXTS: Mapping[str, Mapping[str, int]] = {
    "section": {"text": 3000}, "header": {"text": 150}, "image": {"title": 2000},
    "input": {"label": 2000, "hint": 2000}, "video": {"title": 200, "description": 200},
}  # fmt: skip
#: texts that may not be missing
NEEDED: Mapping[str, Sequence[str]] = {"header": ("text",), "input": ("label",), "video": ("title",)}
#: texts that may only be plain
PLAIN = frozenset({"header", "image", "input", "video"})
#: blocks that need nothing that could be wrong here
OTHERS = frozenset({"divider", "rich_text", "file", "markdown", "table", "context_actions", "call"})
#: strings and their longest
STRINGS: Mapping[str, int] = {
    "block_id": 255, "action_id": 255, "image_url": 3000, "alt_text": 2000, "url": 3000, "value": 2000,
    "initial_value": 3000,
}  # fmt: skip
#: elements that are chosen from
SELECTS = frozenset({"static_select", "multi_static_select", "radio_buttons", "checkboxes", "overflow"})
MOST_OPTIONS: Mapping[str, int] = {"radio_buttons": 10, "checkboxes": 10, "overflow": 5}
ELEMENTS = SELECTS | {
    "button", "image", "plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input",
    "file_input", "external_select", "users_select", "conversations_select", "channels_select",
    "multi_external_select", "multi_users_select", "multi_conversations_select", "multi_channels_select",
    "datepicker", "timepicker", "datetimepicker", "workflow_button",
}  # fmt: skip
#: fields that people write in, which stand in input blocks alone
FILLED = frozenset(
    {"plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input"}
)
#: texts of the question before something is done
CONFIRM: Mapping[str, int] = {"title": 100, "text": 300, "confirm": 30, "deny": 30}

Wrong = Iterator[str]


def wrong(blocks: Any, *, most: int = 50) -> Sequence[str]:
    """Return what is wrong with blocks, in Slack's manner: with a pointer to where."""
    if not isinstance(blocks, list):
        return ["must be an array [json-pointer:/blocks]"]
    found = [f"no more than {most} items allowed [json-pointer:/blocks]"] if len(blocks) > most else []
    ids = [one["block_id"] for one in blocks if isinstance(one, dict) and one.get("block_id")]
    found += [f"block_id must be unique: {one}" for one in {one for one in ids if ids.count(one) > 1}]
    for index, block in enumerate(blocks):
        found += _block(block, f"/blocks/{index}")
    return found


def _block(block: Any, at: str) -> Wrong:
    if not isinstance(block, dict) or not isinstance(block.get("type"), str):
        yield f"must be a block [json-pointer:{at}]"
        return
    kind = block["type"]
    if kind not in OTHERS | {"section", "header", "image", "input", "actions", "context", "video"}:
        yield f"unsupported type: {kind} [json-pointer:{at}]"
        return
    yield from _strings(block, at)
    yield from _texts(block, kind, at)
    match kind:
        case "section":
            yield from _section(block, at)
        case "actions":
            yield from _list(block, "elements", 25, at)
            yield from _elements(block.get("elements"), f"{at}/elements")
        case "context":
            yield from _context(block, at)
        case "image":
            yield from _image(block, at)
        case "input":
            yield from _elements([block.get("element")], f"{at}/element", within_input=True)
        case "markdown":
            if not 0 < len(str(block.get("text", ""))) <= 12_000:
                yield f"must be more than 0 and less than 12001 characters [json-pointer:{at}/text]"


def _texts(block: Mapping[str, Any], kind: str, at: str) -> Wrong:
    for name in NEEDED.get(kind, ()):
        if name not in block:
            yield f"missing required field: {name} [json-pointer:{at}]"
    for name, longest in TEXTS.get(kind, {}).items():
        if block.get(name) is not None:
            yield from _text(block[name], longest, f"{at}/{name}", plain=kind in PLAIN)


def _section(block: Mapping[str, Any], at: str) -> Wrong:
    if block.get("text") is None and not block.get("fields"):
        yield f"missing required field: text [json-pointer:{at}]"
    if block.get("fields") is not None:
        yield from _list(block, "fields", 10, at)
        for index, one in enumerate(_dicts(block["fields"])):
            yield from _text(one, 2000, f"{at}/fields/{index}")
    if block.get("accessory") is not None:
        yield from _elements([block["accessory"]], f"{at}/accessory")


def _list(block: Mapping[str, Any], name: str, most: int, at: str) -> Wrong:
    value = block.get(name)
    if not isinstance(value, list) or not value:
        yield f"must be a list of at least 1 [json-pointer:{at}/{name}]"
    elif len(value) > most:
        yield f"no more than {most} items allowed [json-pointer:{at}/{name}]"
    elif not all(isinstance(one, dict) for one in value):
        yield f"must hold objects alone [json-pointer:{at}/{name}]"


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects of a list; what else is in it is named by `_list`."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _strings(holder: Mapping[str, Any], at: str) -> Wrong:
    for name, longest in STRINGS.items():
        value = holder.get(name)
        if value is not None and (not isinstance(value, str) or len(value) > longest):
            yield f"must be a string of less than {longest + 1} characters [json-pointer:{at}/{name}]"


def _text(value: Any, longest: int, at: str, *, plain: bool = False) -> Wrong:
    if not isinstance(value, dict) or value.get("type") not in {"plain_text", "mrkdwn"}:
        yield f"must be a text object [json-pointer:{at}]"
        return
    if plain and value["type"] != "plain_text":
        yield f"must be plain_text [json-pointer:{at}/type]"
    if value["type"] == "mrkdwn" and "emoji" in value:
        yield f"invalid additional property: emoji [json-pointer:{at}]"
    text = value.get("text")
    if not isinstance(text, str) or not text:
        yield f"must be more than 0 characters [json-pointer:{at}/text]"
    elif len(text) > longest:
        yield f"must be less than {longest + 1} characters [json-pointer:{at}/text]"


def _context(block: Mapping[str, Any], at: str) -> Wrong:
    yield from _list(block, "elements", 10, at)
    for index, one in enumerate(_dicts(block.get("elements"))):
        if one.get("type") == "image":
            yield from _image(one, f"{at}/elements/{index}")
        else:
            yield from _text(one, 3000, f"{at}/elements/{index}")


def _image(value: Any, at: str) -> Wrong:
    yield from _strings(value, at)
    if not value.get("alt_text"):
        yield f"missing required field: alt_text [json-pointer:{at}]"
    if not value.get("image_url") and not value.get("slack_file"):
        yield f"missing required field: image_url [json-pointer:{at}]"


def _elements(elements: Any, at: str, *, within_input: bool = False) -> Wrong:
    if not isinstance(elements, list):
        return
    ids = [one.get("action_id") for one in elements if isinstance(one, dict) and one.get("action_id")]
    yield from (f"action_id must be unique: {one} [json-pointer:{at}]" for one in ids if ids.count(one) > 1)
    for index, one in enumerate(elements):
        yield from _element(one, f"{at}/{index}" if len(elements) > 1 else at, within_input=within_input)


def _element(element: Any, at: str, *, within_input: bool) -> Wrong:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in ELEMENTS or (kind in FILLED and not within_input) or (kind == "button" and within_input):
        yield f"unsupported type: {kind} [json-pointer:{at}]"
        return
    if kind == "image":
        yield from _image(element, at)
        return
    yield from _strings(element, at)
    if kind == "button":
        yield from _text(element.get("text"), 75, f"{at}/text", plain=True)
        if element.get("style") not in (None, "primary", "danger"):
            yield f"must be a valid enum value [json-pointer:{at}/style]"
    if element.get("placeholder") is not None:
        yield from _text(element["placeholder"], 150, f"{at}/placeholder", plain=True)
    if element.get("confirm") is not None:
        yield from _confirm(element["confirm"], f"{at}/confirm")
    if kind in SELECTS:
        yield from _options(element, str(kind), at)
    longest = element.get("max_length", 3000)
    if kind == "plain_text_input" and (not isinstance(longest, int) or not 0 < longest <= 3000):
        yield f"must be less than 3001 [json-pointer:{at}/max_length]"


def _confirm(question: Any, at: str) -> Wrong:
    if not isinstance(question, dict):
        yield f"must be an object [json-pointer:{at}]"
        return
    for name, longest in CONFIRM.items():
        if name in {"title", "text"} or question.get(name) is not None:
            yield from _text(question.get(name), longest, f"{at}/{name}")


def _options(element: Mapping[str, Any], kind: str, at: str) -> Wrong:
    groups = element.get("option_groups")
    if groups is not None:
        yield from _list(element, "option_groups", 100, at)
        for index, group in enumerate(_dicts(groups)):
            yield from _text(group.get("label"), 75, f"{at}/option_groups/{index}/label", plain=True)
            yield from _options(group, kind, f"{at}/option_groups/{index}")
        return
    yield from _list(element, "options", MOST_OPTIONS.get(kind, 100), at)
    options = _dicts(element.get("options"))
    for index, option in enumerate(options):
        where = f"{at}/options/{index}"
        yield from _text(option.get("text"), 75, f"{where}/text", plain=kind not in {"radio_buttons", "checkboxes"})
        if not isinstance(option.get("value"), str) or not 0 < len(option["value"]) <= 150:
            yield f"must be a string of less than 151 characters [json-pointer:{where}/value]"
        if option.get("description") is not None:
            yield from _text(option["description"], 75, f"{where}/description")
    values = [option.get("value") for option in options]
    for name in ("initial_option", "initial_options"):
        given = element.get(name)
        for one in [] if given is None else given if isinstance(given, list) else [given]:
            if not isinstance(one, dict) or one.get("value") not in values:
                yield f"initial option isn't among the options [json-pointer:{at}/{name}]"
