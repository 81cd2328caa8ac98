"""What Discord takes as components of a message and of a modal: what stands in what, how many, and how long."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from tests.discord.errors import invalid
from tests.discord.shapes import COMPONENTS_V2

JSON = Mapping[str, Any]

ROW, BUTTON, STRING_SELECT, TEXT_INPUT, SECTION, TEXT, THUMBNAIL = 1, 2, 3, 4, 9, 10, 11
GALLERY, FILE, SEPARATOR, CONTAINER, LABEL, UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 12, 13, 14, 17, 18, 19, 21, 22, 23
SELECTS = frozenset({3, 5, 6, 7, 8})
LINK, PREMIUM = 5, 6

#: what may stand at the top of a message that is written in components
_TOP = frozenset({ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER})
#: what may stand at the top of a modal
_MODAL = frozenset({ROW, LABEL, TEXT})
#: what a label in a modal may name
_LABELLED = SELECTS | {TEXT_INPUT, UPLOAD, RADIO, CHECKBOXES, CHECKBOX}
#: how many components a message may have, nested ones included
MOST = 40
#: how many characters all of its texts may have together
MOST_TEXT = 4000


def flat(components: Sequence[JSON]) -> Iterator[JSON]:
    """Yield components with all that stand in them, in the order in which people see them."""
    for component in components:
        yield component
        yield from flat(component.get("components") or ())
        for name in ("accessory", "component"):
            if component.get(name):
                yield from flat([component[name]])


def numbered(components: Sequence[JSON]) -> list[dict[str, Any]]:
    """Return components that each have a number, counted in the order in which people see them."""
    given = {one["id"] for one in flat(components) if one.get("id")}
    free = (number for number in count(1) if number not in given)
    return [_numbered(one, free) for one in components]


def _numbered(component: JSON, free: Iterator[int]) -> dict[str, Any]:
    own = {**component, "id": component.get("id") or next(free)}
    if component.get("components"):
        own["components"] = [_numbered(one, free) for one in component["components"]]
    for name in ("accessory", "component"):
        if component.get(name):
            own[name] = _numbered(component[name], free)
    return own


def check_message(components: Sequence[JSON], *, flags: int) -> None:
    """Let the components of a message pass, or raise 50035 for the first that Discord wouldn't take."""
    if flags & COMPONENTS_V2:
        allowed, most = _TOP, MOST
    else:
        allowed, most = frozenset({ROW}), 5
    _check_each(components, "components", allowed, most)
    every = list(flat(components))
    if len(every) > MOST:
        raise invalid("components", f"The maximum number of components is {MOST}.", "COMPONENT_MAX_TOTAL_COMPONENTS")
    if sum(len(one["content"]) for one in every if one["type"] == TEXT) > MOST_TEXT:
        raise invalid("components", f"The texts must be {MOST_TEXT} or fewer in length.", "COMPONENT_MAX_TEXT")
    _check_ids(every)


def check_modal(modal: JSON) -> None:
    """Let a modal pass, or raise 50035."""
    _length(modal.get("custom_id"), "custom_id", 1, 100)
    _length(modal.get("title"), "title", 1, 45)
    components = modal.get("components") or ()
    if not components:
        raise invalid("components", "Must be between 1 and 5 in length.")
    _check_each(components, "components", _MODAL, 5)
    _check_ids(list(flat(components)))


def _check_ids(every: Sequence[JSON]) -> None:
    for name in ("custom_id", "id"):
        given = [one[name] for one in every if one.get(name)]
        if len(given) != len(set(given)):
            raise invalid(
                "components", f"Component {name} cannot be duplicated", f"COMPONENT_{name.upper()}_DUPLICATED"
            )


def _check_each(components: Sequence[JSON], path: str, allowed: frozenset[int], most: int) -> None:
    if len(components) > most:
        raise invalid(path, f"Must be between 1 and {most} in length.")
    for index, component in enumerate(components):
        _check(component, f"{path}.{index}", allowed)


def _check(component: JSON, path: str, allowed: frozenset[int]) -> None:
    kind = component["type"]
    if kind not in allowed:
        raise invalid(f"{path}.type", f'Value of field "type" must be one of {sorted(allowed)}.', "UNION_TYPE_CHOICES")
    if kind in {BUTTON, TEXT_INPUT, UPLOAD, RADIO, CHECKBOXES, CHECKBOX} or kind in SELECTS:
        _check_control(component, path)
    elif kind == ROW:
        _check_row(component, path, in_modal=allowed == _MODAL)
    elif kind == SECTION:
        _check_each(component["components"], f"{path}.components", frozenset({TEXT}), 3)
        _check(component["accessory"], f"{path}.accessory", frozenset({BUTTON, THUMBNAIL}))
    elif kind == CONTAINER:
        _check_each(component["components"], f"{path}.components", _TOP - {CONTAINER}, MOST)
    elif kind == LABEL:
        _length(component.get("label"), f"{path}.label", 1, 45)
        _length(component.get("description") or "", f"{path}.description", 0, 100)
        _check(component["component"], f"{path}.component", _LABELLED)
    elif kind == TEXT:
        _length(component.get("content"), f"{path}.content", 1, MOST_TEXT)
    elif kind == GALLERY:
        _count(component["items"], f"{path}.items", 1, 10)


def _check_row(row: JSON, path: str, *, in_modal: bool) -> None:
    """Let a row pass that holds up to five buttons or one select, or in a modal one text input."""
    within = row.get("components") or ()
    if in_modal:
        _count(within, f"{path}.components", 1, 1)
        _check_each(within, f"{path}.components", frozenset({TEXT_INPUT}), 1)
        return
    _count(within, f"{path}.components", 1, 5)
    _check_each(within, f"{path}.components", SELECTS | {BUTTON}, 5)
    if len(within) > 1 and any(one["type"] in SELECTS for one in within):
        raise invalid(f"{path}.components", "A select takes a whole row.", "COMPONENT_LAYOUT_WIDTH_EXCEEDED")


def _check_control(control: JSON, path: str) -> None:
    kind = control["type"]
    if kind == BUTTON:
        _check_button(control, path)
        return
    _length(control.get("custom_id"), f"{path}.custom_id", 1, 100)
    if kind in SELECTS:
        _length(control.get("placeholder") or "", f"{path}.placeholder", 0, 150)
        _between(control, path, lowest=0, highest=25)
    if kind == STRING_SELECT:
        _check_options(control.get("options") or (), path, 1, 25)
    elif kind in {RADIO, CHECKBOXES}:
        _check_options(control.get("options") or (), path, 2 if kind == RADIO else 1, 10)
    elif kind == UPLOAD:
        _between(control, path, lowest=0, highest=10)
    elif kind == TEXT_INPUT:
        _length(control.get("placeholder") or "", f"{path}.placeholder", 0, 100)
        _length(control.get("value") or "", f"{path}.value", 0, int(control.get("max_length") or MOST_TEXT))
        if int(control.get("max_length") or MOST_TEXT) > MOST_TEXT:
            raise invalid(f"{path}.max_length", f"int value should be less than or equal to {MOST_TEXT}.")


def _check_button(button: JSON, path: str) -> None:
    _length(button.get("label") or "", f"{path}.label", 0, 80)
    if not button.get("label") and not button.get("emoji") and button["style"] != PREMIUM:
        raise invalid(path, "A button needs a label or an emoji.", "BUTTON_COMPONENT_INVALID")
    if button["style"] == LINK:
        _length(button.get("url"), f"{path}.url", 1, 512)
        if button.get("custom_id"):
            raise invalid(path, "A link has no custom id.", "BUTTON_COMPONENT_CUSTOM_ID_NOT_ALLOWED")
    elif button["style"] != PREMIUM:
        _length(button.get("custom_id"), f"{path}.custom_id", 1, 100)


def _check_options(options: Sequence[JSON], path: str, lowest: int, highest: int) -> None:
    _count(options, f"{path}.options", lowest, highest)
    for index, option in enumerate(options):
        _length(option.get("label"), f"{path}.options.{index}.label", 1, 100)
        _length(option.get("value"), f"{path}.options.{index}.value", 1, 100)
        _length(option.get("description") or "", f"{path}.options.{index}.description", 0, 100)
    if len({option["value"] for option in options}) < len(options):
        raise invalid(
            f"{path}.options", "The specified option value is already used", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"
        )


def _between(control: JSON, path: str, *, lowest: int, highest: int) -> None:
    least, most = control.get("min_values"), control.get("max_values")
    least, most = 1 if least is None else least, 1 if most is None else most
    if not lowest <= least <= highest or not max(1, least) <= most <= highest:
        raise invalid(f"{path}.max_values", f"int value should be between {lowest} and {highest}.")


def _count(values: Sequence[Any], path: str, lowest: int, highest: int) -> None:
    if not lowest <= len(values) <= highest:
        raise invalid(path, f"Must be between {lowest} and {highest} in length.")


def _length(value: Any, path: str, lowest: int, highest: int) -> None:
    if not isinstance(value, str):
        raise invalid(path, "This field is required", "BASE_TYPE_REQUIRED")
    _count(value, path, lowest, highest)
