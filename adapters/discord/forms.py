"""Forms as Discord's modals, and modals as they come back (https://docs.discord.com/developers/components/reference)."""

from typing import Any

from adapters.discord.cards import custom_id
from adapters.discord.text import cut
from adapters.discord.translate import Json
from bot.domain.command import FieldKind, Form, FormField

_SELECT, _INPUT, _LABEL = 3, 4, 18
_LINE, _PARAGRAPH = 1, 2
_TITLE, _NAME, _LONGEST, _OPTIONS, _OPTION, _FIELDS = 45, 45, 4_000, 25, 100, 5


def modal(form: Form, *, server: str = "") -> dict[str, Any]:
    """Return a form as the body of a modal; in a direct message, `server` says which server it is about."""
    return {
        "custom_id": custom_id(form.action, server),
        "title": cut(form.title, _TITLE) or "…",
        "components": [_field(one) for one in form.fields[:_FIELDS]],
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
    return {"type": _LABEL, "label": cut(field.label, _NAME) or field.name, "component": _input(field)}


def _input(field: FormField) -> dict[str, Any]:
    if field.kind is FieldKind.CHOICE:
        known = {value: label for value, label in field.options if 0 < len(value) <= _OPTION}
        options = [
            {"label": cut(label, _OPTION) or value, "value": value, "default": value == field.value}
            for value, label in list(known.items())[:_OPTIONS]
        ]
        if options:
            return {"type": _SELECT, "custom_id": field.name, "options": options, "required": field.required}
        # nothing to choose from: it is written instead
    longest = max(1, min(field.longest, _LONGEST))
    found: dict[str, Any] = {
        "type": _INPUT,
        "custom_id": field.name,
        "style": _PARAGRAPH if field.kind is FieldKind.PARAGRAPH else _LINE,
        "required": field.required,
        "max_length": longest,
    }
    return {**found, "value": field.value[:longest]} if field.value else found
