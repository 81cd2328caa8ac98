"""Forms as Discord's modals, and modals as they come back (https://docs.discord.com/developers/components/reference)."""

from typing import Any

from adapters.discord.text import cut
from adapters.discord.translate import Json
from bot.domain.command import FieldKind, Form, FormField

_SELECT, _INPUT, _LABEL = 3, 4, 18
_LINE, _PARAGRAPH = 1, 2
_TITLE, _NAME, _LONGEST, _OPTIONS, _OPTION = 45, 45, 4_000, 25, 100


def modal(form: Form) -> dict[str, Any]:
    """Return a form as the body of a modal."""
    return {
        "custom_id": form.action,
        "title": cut(form.title, _TITLE),
        "components": [_field(one) for one in form.fields],
    }


def filled_in(components: Any) -> dict[str, str]:
    """Return what was filled in, by the names of the fields; what was left empty is missing."""
    found: dict[str, str] = {}
    for one in components or ():
        inner = [one["component"]] if isinstance(one.get("component"), dict) else one.get("components") or ()
        for field in inner:
            value = _value(field)
            if value:
                found[str(field["custom_id"])] = value
    return found


def _value(field: Json) -> str:
    values = field.get("values")
    return str(values[0]) if values else str(field.get("value") or "")


def _field(field: FormField) -> dict[str, Any]:
    return {"type": _LABEL, "label": cut(field.label, _NAME), "component": _input(field)}


def _input(field: FormField) -> dict[str, Any]:
    if field.kind is FieldKind.CHOICE:
        options = [
            {"label": cut(label, _OPTION), "value": value, "default": value == field.value}
            for value, label in field.options[:_OPTIONS]
        ]
        return {"type": _SELECT, "custom_id": field.name, "options": options, "required": field.required}
    found: dict[str, Any] = {
        "type": _INPUT,
        "custom_id": field.name,
        "style": _LINE if field.kind is FieldKind.LINE else _PARAGRAPH,
        "required": field.required,
        "max_length": min(field.longest, _LONGEST),
    }
    return {**found, "value": field.value[:_LONGEST]} if field.value else found
