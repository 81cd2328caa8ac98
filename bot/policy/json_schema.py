"""The JSON Schema of policy files, made from the same models and signals that read them."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from bot.domain.duration import show_duration
from bot.domain.outcome import OutcomeKind
from bot.domain.severity import Severity
from bot.policy.schema.community import CommunityFile
from bot.policy.schema.condition import nested_fields
from bot.policy.schema.escalation import EscalationFile
from bot.policy.schema.guideline import GuidelineFile
from bot.policy.schema.organisations import OrganisationsFile
from bot.policy.schema.outcome import ASKABLE
from bot.policy.signals import SIGNALS
from bot.policy.signals.base import Params, Signal

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MODELS: Mapping[str, type[BaseModel]] = {
    "guideline": GuidelineFile,
    "community": CommunityFile,
    "organisations": OrganisationsFile,
    "escalation": EscalationFile,
}
FILES = tuple(_MODELS)

_CONDITION = {"$ref": "#/$defs/condition"}
_OUTCOMES = {"$ref": "#/$defs/outcomes"}
_DURATION = {"type": "string", "pattern": r"^\d{1,6}\s?[smhdw]$"}
#: (definition, property) → what stands there; the models take anything, for these are read by hand
_BY_HAND: Mapping[tuple[str, str], Any] = {
    ("RuleModel", "when"): _CONDITION,
    ("RuleModel", "unless"): _CONDITION,
    ("RuleModel", "then"): _OUTCOMES,
    ("LadderModel", "steps"): {
        "type": "object",
        "propertyNames": {"pattern": "^[1-9][0-9]{0,3}$"},
        "additionalProperties": _OUTCOMES,
    },
    ("CommunityFile", "responses"): {"type": "object", "additionalProperties": _OUTCOMES},
}
#: definition → schema of its short form
_SHORT: Mapping[str, Any] = {
    "ScopeModel": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
    "ExampleModel": {"type": "string"},
    "AttachmentExample": {"type": "string"},
    "MentionsExample": {"type": "integer", "minimum": 0},
}
_PERMISSION = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": {
                "anyOf": [
                    _DURATION,
                    {"type": "object", "properties": {"up_to": _DURATION}, "additionalProperties": False},
                ]
            },
        },
    ]
}


class _AsWritten(GenerateJsonSchema):
    """Shows defaults as policies write them."""

    def encode_default(self, dft: Any) -> Any:
        """Return a default as it would stand in a file."""
        if isinstance(dft, timedelta):
            return show_duration(dft)
        return dft.word if isinstance(dft, Severity) else super().encode_default(dft)

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        """Return the schema, also of a single item where a validator takes one for a list of it."""
        listed = super().function_before_schema(schema)
        if listed.get("type") == "array" and "items" in listed and _takes_one(schema["function"]["function"]):
            return {"anyOf": [listed["items"], listed]}
        return listed


def _takes_one(read: Callable[..., Any]) -> bool:
    """Return whether a validator makes a list of a bare value."""
    try:
        return read("x") in (["x"], ("x",))
    except (TypeError, ValueError):
        return False


def policy_schema(kind: str | None = None, signals: Mapping[str, Signal] = SIGNALS) -> dict[str, Any]:
    """Return the schema of one kind of file, or of all of them under `anyOf`."""
    pairs: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "validation") for model in _MODELS.values()]
    references, made = models_json_schema(pairs, by_alias=True, schema_generator=_AsWritten)
    definitions: dict[str, Any] = dict(made["$defs"])
    for (name, field), schema in _BY_HAND.items():
        described = definitions[name]["properties"][field]
        definitions[name]["properties"][field] = {**schema, "description": described["description"]}
    for name, short in _SHORT.items():
        definitions[name] = {"anyOf": [short, definitions[name]]}
    # files spell it as a text wherever it stands, so nothing refers to it
    del definitions["Budget"]
    definitions["Permission"] = {**_PERMISSION, "description": "`delete`, or `{timeout: {up_to: 1h}}`."}
    _drop_nested_defaults(definitions)
    definitions |= {"condition": _condition(signals), "outcome": _outcome(), "outcomes": _one_or_many("outcome")}
    for signal in signals.values():
        definitions |= _signal_definitions(signal)
    wanted = _MODELS if kind is None else {kind: _MODELS[kind]}
    roots = [references[model, "validation"] for model in wanted.values()]
    top = roots[0] if len(roots) == 1 else {"anyOf": roots}
    return {"$schema": DIALECT, "title": "Locum policies", **top, "$defs": dict(sorted(definitions.items()))}


def signal_schema(signal: Signal) -> dict[str, Any]:
    """Return the schema of a signal's parameters, without short form; nested models stand under `$defs`."""
    template = f"#/$defs/{signal.name}.{{model}}"
    return signal.params.model_json_schema(by_alias=True, ref_template=template, schema_generator=_AsWritten)


def _condition(signals: Mapping[str, Signal]) -> dict[str, Any]:
    several = {"type": "array", "items": _CONDITION, "minItems": 1}
    combinators = {
        "all": {**several, "description": "Every one of these holds."},
        "any": {**several, "description": "One of these holds."},
        "not": {**_CONDITION, "description": "This doesn't hold."},
    }
    named = {name: {"$ref": f"#/$defs/signal.{name}", "description": it.summary} for name, it in signals.items()}
    return {
        "type": "object",
        "description": "What must hold; several keys must hold together.",
        "minProperties": 1,
        "properties": combinators | named,
        "additionalProperties": False,
    }


def _signal_definitions(signal: Signal) -> dict[str, Any]:
    full = signal_schema(signal)
    inner = {f"{signal.name}.{name}": schema for name, schema in full.pop("$defs", {}).items()}
    properties = full.get("properties", {})
    for field in nested_fields(signal.params):
        properties[field] = {**_CONDITION, "description": properties[field].get("description", "")}
    short = _short_form(signal.params, properties)
    full["description"] = signal.summary
    schema = full if short is None else {"anyOf": [short, full], "description": signal.summary}
    return inner | {f"signal.{signal.name}": schema}


def _short_form(params: type[Params], properties: Mapping[str, Any]) -> Any:
    if params.short is None:
        return None
    field = properties.get(params.model_fields[params.short].alias or params.short)
    return {key: value for key, value in field.items() if key != "default"} if field else None


def _outcome() -> dict[str, Any]:
    lasting = _DURATION
    ban = {
        "type": "object",
        "properties": {"for": _DURATION, "purge": _DURATION},
        "additionalProperties": False,
    }
    every = {
        "type": "object",
        "properties": {"every": _DURATION, "for": _DURATION},
        "required": ["every"],
        "additionalProperties": False,
    }
    name = {"type": "string", "minLength": 1}
    forms: dict[str, Any] = {
        "delete": {"const": True},
        "notice": name,
        "strike": {"type": "integer", "minimum": 1, "maximum": 100},
        "timeout": _DURATION,
        "quarantine": lasting,
        "kick": {"const": True},
        "ban": {"anyOf": [_DURATION, ban]},
        "slow_mode": {"anyOf": [_DURATION, every]},
        "raid_mode": lasting,
        "case": name,
        "escalate": name,
        "use": name,
    }
    bare = [kind.value for kind in OutcomeKind if kind not in _NEVER_BARE]
    asked = {kind.value: forms[kind.value] for kind in ASKABLE}
    askable = [kind.value for kind in ASKABLE if kind not in _NEVER_BARE]
    forms["ask"] = {"anyOf": [{"enum": askable}, _single(asked)]}
    return {"description": "One thing that follows.", "anyOf": [{"enum": bare}, _single(forms)]}


_NEVER_BARE = frozenset({OutcomeKind.ASK, OutcomeKind.TIMEOUT, OutcomeKind.SLOW_MODE})


def _single(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "properties": dict(properties),
        "additionalProperties": False,
    }


def _one_or_many(name: str) -> dict[str, Any]:
    one = {"$ref": f"#/$defs/{name}"}
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


def _drop_nested_defaults(definitions: Mapping[str, Any]) -> None:
    """Leave out defaults that are whole mappings: an absent key says the same, and editors would insert them."""
    for schema in definitions.values():
        for form in (schema, *schema.get("anyOf", ())):
            for field in form.get("properties", {}).values():
                if isinstance(field.get("default"), dict):
                    del field["default"]
