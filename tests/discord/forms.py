"""Buttons, menus and forms as a client shows them, and what it sends to the bot when somebody uses one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.discord import components
from tests.discord.components import CHECKBOX, CHECKBOXES, LABEL, RADIO, ROW, STRING_SELECT, TEXT, TEXT_INPUT, UPLOAD
from tests.discord.guild import JSON, Guild
from tests.discord.resolving import ImpossibleError, Resolved
from tests.discord.world import World


def control(shown: Sequence[JSON], name: str, kinds: frozenset[int]) -> JSON:
    """Return a button or a menu of a message by what stands on it, or by its custom id."""
    every = [one for one in components.flat(shown) if one["type"] in kinds]
    for one in every:
        if name in (one.get("custom_id"), one.get("label"), one.get("placeholder")):
            if one.get("disabled"):
                raise ImpossibleError(f"{name!r} is disabled")
            return dict(one)
    offered = [one.get("label") or one.get("placeholder") or one.get("custom_id") for one in every]
    raise ImpossibleError(f"there is no {name!r} among {offered}")


def pressed(button: JSON) -> JSON:
    """Return what is sent when a button is pressed; links send nothing."""
    if "custom_id" not in button:
        raise ImpossibleError("a link tells the bot nothing")
    return {"custom_id": button["custom_id"], "component_type": button["type"], "id": button.get("id", 0)}


def chosen(world: World, guild: Guild | None, select: JSON, picked: Sequence[str]) -> JSON:
    """Return what is sent when something is chosen in a menu."""
    resolved = Resolved(world=world, guild=guild)
    values = _picked(select, picked, resolved)
    sent = {"custom_id": select["custom_id"], "component_type": select["type"], "id": select.get("id", 0)}
    return sent | {"values": values} | ({"resolved": resolved.found} if resolved.found else {})


def submitted(world: World, guild: Guild | None, form: JSON, values: Mapping[str, Any]) -> JSON:
    """Return what is sent when a form is sent off, with what was entered by custom id; the rest is as it was."""
    resolved = Resolved(world=world, guild=guild)
    fields = [one for one in components.flat(form["components"]) if "custom_id" in one]
    strange = values.keys() - {one["custom_id"] for one in fields}
    if strange:
        raise ImpossibleError(f"there is no {sorted(strange)} among {[one['custom_id'] for one in fields]}")
    sent = [_sent(one, values, resolved) for one in form["components"]]
    return {"custom_id": form["custom_id"], "components": sent} | (
        {"resolved": resolved.found} if resolved.found else {}
    )


def _sent(part: JSON, values: Mapping[str, Any], resolved: Resolved) -> JSON:
    own = {"type": part["type"], "id": part.get("id", 0)}
    if part["type"] == LABEL:
        return own | {"component": _sent(part["component"], values, resolved)}
    if part["type"] == ROW:
        return own | {"components": [_sent(one, values, resolved) for one in part["components"]]}
    if part["type"] == TEXT:
        return own
    return own | {"custom_id": part["custom_id"]} | _entered(part, values.get(part["custom_id"]), resolved)


def _entered(field: JSON, value: Any, resolved: Resolved) -> JSON:
    """Return what stands in a field of a form when it is sent off."""
    if field["type"] == TEXT_INPUT:
        return {"value": _text(field, field.get("value") or "" if value is None else value)}
    if field["type"] == CHECKBOX:
        return {"value": bool(field.get("default") if value is None else value)}
    if value is None:
        value = [one["value"] for one in field.get("options") or () if one.get("default")]
    if field["type"] == RADIO:
        options = _picked(field, [value] if isinstance(value, str) else value, resolved)
        return {"value": options[0] if options else None}
    return {"values": _picked(field, value, resolved)}


def _text(field: JSON, text: str) -> str:
    least = field.get("min_length") or 0
    if (field.get("required", True) and not text) or (text and not least <= len(text) <= field.get("max_length", 4000)):
        raise ImpossibleError(f"{field['custom_id']}: {text!r} is too short or too long")
    return text


def _picked(field: JSON, picked: Sequence[Any], resolved: Resolved) -> list[str]:
    """Return the values of what was picked, as many as may be."""
    needed = field.get("required", True)
    least = field.get("min_values", 1) if needed else 0
    most = field.get("max_values", len(field.get("options") or ()) if field["type"] == CHECKBOXES else 1)
    if not least <= len(picked) <= most:
        raise ImpossibleError(f"{field['custom_id']}: {len(picked)} picked where {least} to {most} may be")
    if field["type"] in {STRING_SELECT, RADIO, CHECKBOXES}:
        return [_option(field, one) for one in picked]
    told: Mapping[int, Callable[[Any], str]] = {
        5: resolved.user, 6: resolved.role, 7: resolved.mentionable, 8: resolved.channel, UPLOAD: resolved.file,
    }  # fmt: skip
    return [told[field["type"]](one) for one in picked]


def _option(field: JSON, name: str) -> str:
    for one in field["options"]:
        if name in (one["label"], one["value"]):
            return str(one["value"])
    raise ImpossibleError(f"there is no {name!r} among {[one['label'] for one in field['options']]}")
