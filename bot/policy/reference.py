"""The policy reference in Markdown, made from the registry and the models that read the files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.policy.json_schema import policy_schema, signal_schema
from bot.policy.reference_text import FAMILIES, FILES, INTRODUCTION, OUTCOMES, SECTIONS
from bot.policy.schema.condition import nested_fields
from bot.policy.signals import SIGNALS
from bot.policy.signals.base import Signal


def policy_reference(signals: Mapping[str, Signal] = SIGNALS) -> str:
    """Return the reference: files and their keys, conditions with every signal, outcomes."""
    definitions = policy_schema(signals=signals)["$defs"]
    parts = [INTRODUCTION, *_files(definitions), SECTIONS["conditions"], *_signals(signals), SECTIONS["outcomes"]]
    parts.append(_table(("Outcome", "What follows"), OUTCOMES))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _files(definitions: Mapping[str, Any]) -> Iterator[str]:
    for heading, about, shapes in FILES:
        yield f"## {heading}\n\n{about}"
        for title, name in shapes:
            schema = definitions[name]
            schema = next((form for form in schema.get("anyOf", ()) if "properties" in form), schema)
            if title:
                yield f"### {title}"
            yield _keys(schema)


def _signals(signals: Mapping[str, Signal]) -> Iterator[str]:
    for family, heading in FAMILIES.items():
        yield f"### {heading}"
        for signal in signals.values():
            if signal.family == family:
                yield from _signal(signal)


def _signal(signal: Signal) -> Iterator[str]:
    yield f"#### `{signal.name}`\n\n{signal.summary}"
    schema = signal_schema(signal)
    for field in nested_fields(signal.params):
        schema["properties"][field]["$ref"] = "#/$defs/condition"
    yield _keys(schema, column="Parameter")
    for name, inner in schema.get("$defs", {}).items():
        if "properties" in inner:
            yield f"`{name}`:"
            yield _keys(inner, column="Key")
    short = signal.params.short
    if short is not None:
        yield f"A bare value stands for `{signal.params.model_fields[short].alias or short}`."
    yield f"```yaml\n{signal.example.strip()}\n```"


def _keys(schema: Mapping[str, Any], column: str = "Key") -> str:
    required = set(schema.get("required", ()))
    rows = [
        (f"`{key}`", _type(shape), _default(shape, needed=key in required), shape.get("description", ""))
        for key, shape in schema.get("properties", {}).items()
    ]
    return _table((column, "Type", "Default", "Meaning"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _default(shape: Mapping[str, Any], *, needed: bool) -> str:
    if needed:
        return "required"
    value = shape.get("default")
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, str):
        return f"`{value}`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, list):
        return f"`[{', '.join(map(str, value))}]`"
    return "–" if isinstance(value, dict) else f"`{value}`"


def _type(shape: Mapping[str, Any]) -> str:
    forms = shape.get("anyOf") or shape.get("oneOf")
    if forms and _is_one_or_many(forms):
        return f"{_type(forms[0])} or list"
    if forms:
        return " or ".join(dict.fromkeys(_type(form) for form in forms if form.get("type") != "null"))
    if "$ref" in shape:
        return _named(shape["$ref"].rpartition("/")[2])
    if "allOf" in shape:
        return _type(shape["allOf"][0])
    if "enum" in shape:
        return ", ".join(f"`{value}`" for value in shape["enum"])
    if "const" in shape:
        return f"`{str(shape['const']).lower()}`"
    return _plain(shape)


def _is_one_or_many(forms: Sequence[Mapping[str, Any]]) -> bool:
    return len(forms) == 2 and forms[1].get("type") == "array" and forms[1].get("items") == forms[0]


def _plain(shape: Mapping[str, Any]) -> str:
    kind = shape.get("type")
    if kind == "array":
        items = shape.get("items", {})
        return f"list of {_type(items)}" if items else "list"
    if kind == "object":
        inner = shape.get("additionalProperties")
        if not isinstance(inner, dict) or not inner:
            return "mapping"
        values = _type(inner)
        return f"mapping to ({values})" if " or " in values else f"mapping to {values}"
    if kind == "string":
        return _TEXTS.get(shape.get("pattern") or shape.get("format", ""), "text")
    return {"integer": "whole number", "number": "number", "boolean": "true or false"}.get(str(kind), "any value")


_TEXTS = {
    r"^\d{1,6}\s?[smhdw]$": "duration",
    "date": "day",
    "duration": "duration",
}

_NAMES = {
    "condition": "[condition](#conditions)",
    "outcomes": "[outcomes](#outcomes)",
    "Permission": "permission",
    "Mode": "`live`, `shadow`, `off`",
    "Markup": "`discord`, `slack`, `plain`",
    "ExampleModel": "text or [example](#example)",
    "AttachmentExample": "text or mapping",
    "MentionsExample": "number or mapping",
    "ScopeModel": "names or `{not: names}`",
}


def _named(name: str) -> str:
    return _NAMES.get(name, f"[{_title(name)}](#{_title(name).replace(' ', '-')})" if name in _LINKED else "mapping")


def _title(name: str) -> str:
    return _LINKED[name]


_LINKED = {shape: title.lower() for _, _, shapes in FILES for title, shape in shapes if title}
