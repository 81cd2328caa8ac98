"""Discord's own description of its API, as an oracle: what of a request or an answer is off it.

It is looked for where `LOCUM_TEST_SPECS` says, else in `../shared/specs` beside the checkout. Where it isn't, nothing
is held against it, and that is said once.
"""

import json
import os
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

#: what the description forgot, though Discord takes it from its libraries: properties by schema, and queries by route
FORGOTTEN: Mapping[str, Mapping[str, Any]] = {
    "ApplicationCommandCreateRequest": {"nsfw": {"type": "boolean"}},
    "ApplicationCommandUpdateRequest": {"nsfw": {"type": "boolean"}},
    "ApplicationCommandPatchRequestPartial": {"nsfw": {"type": "boolean"}},
    "BaseCreateMessageCreateRequest": {"tts": {"type": "boolean"}},
    "CreateForumThreadRequest": {"type": {"type": "integer"}},
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": {"tts": {"type": "boolean"}},
    "IncomingWebhookUpdateRequestPartial": {"tts": {"type": "boolean"}},
    "MessageEditRequestPartial": {"tts": {"type": "boolean"}},
    "RichEmbed": {"flags": {"type": "integer"}},
}
FORGOTTEN_QUERIES = frozenset({("POST", "/channels/{channel_id}/threads", "use_nested_fields")})
#: rights are bits in digits, as Discord's text and its answers have them; its description of requests says numbers
RIGHTS = frozenset({"permissions", "allow", "deny", "default_member_permissions"})
DIGITS = {"type": "string", "pattern": "^[0-9]+$"}
#: a word of our own beside those of JSON Schema: what a value is held against, by the kind that it says it is
BY_KIND = "x-by-kind"
#: how a truth value is written behind the question mark
TRUTHS = {"true": True, "1": True, "false": False, "0": False}


def _is_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def _is_id(value: object) -> bool:
    return not isinstance(value, str | int) or 0 <= int(value) < 2**63


#: what JSON Schema leaves to whoever checks
formats = FormatChecker(formats=())
formats.checks("date-time", ValueError)(_is_time)
formats.checks("snowflake", ValueError)(_is_id)


def described_in() -> Path:
    """Return where the description is, or would be."""
    folder = os.environ.get("LOCUM_TEST_SPECS", str(Path(__file__).parents[3] / "shared" / "specs"))
    return Path(folder) / "discord-openapi.json"


@cache
def specification() -> "Specification | None":
    """Return the description, read once; None where there is none."""
    path = described_in()
    if not path.is_file():
        warnings.warn(f"no description of Discord's API in {path}: requests aren't held against it", stacklevel=2)
        return None
    return Specification(path.read_text("utf-8"))


class Specification:
    """The description, read twice: requests may hold nothing that it doesn't know, answers may."""

    def __init__(self, text: str) -> None:
        self._paths: Mapping[str, Any] = json.loads(text)["paths"]
        closed = json.loads(text)
        closed["components"]["schemas"]["SnowflakeType"]["type"] = ["string", "integer"]
        for name, more in FORGOTTEN.items():
            closed["components"]["schemas"][name]["properties"].update(more)
        _close(closed)
        _tell_apart(closed, closed["components"]["schemas"])
        self._registry: Registry[Any] = Registry().with_resources(
            [
                ("urn:asked", DRAFT202012.create_resource(closed)),
                ("urn:answered", DRAFT202012.create_resource(json.loads(text))),
            ]
        )
        self._validators: dict[str, Any] = {}

    def asked(
        self, method: str, route: str, *, parameters: Mapping[str, str], query: Sequence[tuple[str, str]],
        kind: str | None, body: Any,
    ) -> Sequence[str]:  # fmt: skip
        """Return what is wrong with a request; `kind` is its content's type, None without content.

        Of a form in several parts, `body` is the JSON among them.
        """
        operation = self._operation(method, route)
        if operation is None:
            return [f"{method} {route} isn't described"]
        wrong = self._asked(method, route, parameters=parameters, query=query, kind=kind, body=body)
        return [f"{method} {route}: {one}" for one in wrong]

    def _asked(
        self, method: str, route: str, *, parameters: Mapping[str, str], query: Sequence[tuple[str, str]],
        kind: str | None, body: Any,
    ) -> Iterator[str]:  # fmt: skip
        described = self._parameters(method, route)
        for name, text in parameters.items():
            yield from self._parameter("path", name, text, described)
        for name, text in query:
            if (method, route, name) not in FORGOTTEN_QUERIES:
                yield from self._parameter("query", name, text, described)
        given = {name for name, _ in query}
        for (place, name), (_, needed) in described.items():
            if place == "query" and needed and name not in given:
                yield f"query {name} is missing"
        yield from self._body(method, route, kind, body)

    def _body(self, method: str, route: str, kind: str | None, body: Any) -> Iterator[str]:
        described = (self._operation(method, route) or {}).get("requestBody")
        if described is None:
            if kind is not None:
                yield f"a body of {kind} where none is described"
            return
        if kind is None:
            # a ban is lifted without one, whatever the description says
            if described.get("required") and method != "DELETE":
                yield "the body is missing"
            return
        if kind not in described["content"]:
            yield f"a body of {kind}, described are {', '.join(described['content'])}"
            return
        # what stands beside the JSON of a form are files, which the routes look at
        described_as = "application/json" if "application/json" in described["content"] else kind
        where = f"#/paths/{_escaped(route)}/{method.lower()}/requestBody/content/{_escaped(described_as)}/schema"
        yield from self._wrong(f"urn:asked{where}", body)

    def answered(self, method: str, route: str, status: int, body: Any) -> Sequence[str]:
        """Return what is wrong with an answer that isn't an error."""
        operation = self._operation(method, route)
        if operation is None:
            return [f"{method} {route} isn't described"]
        described = operation["responses"].get(str(status))
        if described is None:
            return [f"{method} {route}: an answer of {status} isn't described"]
        if "content" not in described:
            return [] if body is None else [f"{method} {route}: a body in an answer of {status}"]
        where = f"#/paths/{_escaped(route)}/{method.lower()}/responses/{status}/content/application~1json/schema"
        return [f"{method} {route} {status}: {one}" for one in self._wrong(f"urn:answered{where}", body)]

    def _operation(self, method: str, route: str) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self._paths.get(route, {}).get(method.lower())
        return found

    def _parameters(self, method: str, route: str) -> Mapping[tuple[str, str], tuple[str, bool]]:
        """Return by place and name where each parameter's schema stands, and whether it is needed."""
        found: dict[tuple[str, str], tuple[str, bool]] = {}
        path = self._paths[route]
        for holder, stands in ((path, ""), (path[method.lower()], f"/{method.lower()}")):
            for index, one in enumerate(holder.get("parameters", ())):
                where = f"urn:asked#/paths/{_escaped(route)}{stands}/parameters/{index}/schema"
                found[one["in"], one["name"]] = where, one.get("required", False)
        return found

    def _parameter(
        self, place: str, name: str, text: str, described: Mapping[tuple[str, str], tuple[str, bool]]
    ) -> Iterator[str]:
        if (place, name) not in described:
            yield f"{place} {name} isn't described"
            return
        where, _ = described[place, name]
        wrong = next(self._wrong(where, text), None)
        if wrong is None:
            return
        others: list[int] = [TRUTHS[text]] if text in TRUTHS else []
        others += [int(text)] if re.fullmatch("-?[0-9]{1,20}", text) else []
        if all(next(self._wrong(where, one), None) is not None for one in others):
            yield f"{place} {name}: {wrong}"

    def _wrong(self, where: str, value: Any) -> Iterator[str]:
        if where not in self._validators:
            schema = {"$ref": where}
            self._validators[where] = _Validator(schema, registry=self._registry, format_checker=formats)
        error = best_match(self._validators[where].iter_errors(value))
        if error is not None:
            yield f"{error.json_path}: {error.message[:300]}"


def _escaped(name: str) -> str:
    """Return a name as a step of a JSON pointer within a fragment."""
    return name.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


def _close(schema: Any) -> None:
    """Let objects hold only what is described, at any depth, and rights be digits."""
    if isinstance(schema, list):
        for one in schema:
            _close(one)
    if isinstance(schema, dict):
        for one in schema.values():
            _close(one)
        properties = schema.get("properties")
        if isinstance(properties, dict) and "allOf" not in schema:
            for name in RIGHTS & properties.keys():
                properties[name] = {"anyOf": [properties[name], DIGITS]}
            schema.setdefault("additionalProperties", False)


def _tell_apart(schema: Any, named: Mapping[str, Any]) -> None:
    """Let whatever says its kind be held against that kind alone: trying all takes a tenth of a second for a card."""
    if isinstance(schema, list):
        for one in schema:
            _tell_apart(one, named)
    if isinstance(schema, dict):
        for one in list(schema.values()):
            _tell_apart(one, named)
        if "enum" in schema:
            # what stands beside names the same kinds again, and more of them
            schema.pop("allOf", None)
        if schema.get("type") == "integer" and all("const" in one for one in schema.get("oneOf", ({},))):
            schema["enum"] = [one["const"] for one in schema.pop("oneOf")]
        for union in ("oneOf", "anyOf"):
            for says in ("type", "trigger_type"):
                kinds = _kinds(schema.get(union, ()), says, named)
                if kinds:
                    del schema[union]
                    schema[BY_KIND] = {"says": says, "kinds": kinds}


def _kinds(options: Sequence[Any], says: str, named: Mapping[str, Any]) -> Mapping[int, Any]:
    """Return the options of a union by the kinds that they stand for; nothing where they can't be told apart."""
    found: dict[int, Any] = {}
    for option in options:
        schema = named.get(str(option.get("$ref", "")).rpartition("/")[2], {})
        kinds = schema.get("properties", {}).get(says, {}).get("enum")
        if kinds is None or says not in schema.get("required", ()) or found.keys() & set(kinds):
            return {}
        found |= dict.fromkeys(kinds, option)
    return found


def _by_kind(validator: Any, union: Mapping[str, Any], value: Any, schema: Any) -> Iterator[ValidationError]:
    kind = value.get(union["says"]) if isinstance(value, dict) else None
    if not isinstance(kind, int) or kind not in union["kinds"]:
        yield ValidationError(f"{union['says']} {kind!r} is none of {sorted(union['kinds'])}")
        return
    yield from validator.descend(value, union["kinds"][kind])


_Validator = validators.extend(Draft202012Validator, {BY_KIND: _by_kind})
