"""The schema and the reference know what the code knows."""

from typing import Any

import pytest

from bot.domain.outcome import OutcomeKind
from bot.policy.json_schema import DIALECT, FILES, policy_schema
from bot.policy.places import Document
from bot.policy.problems import Problem, ProblemLog
from bot.policy.reference import policy_reference
from bot.policy.schema.condition import read_condition
from bot.policy.schema.outcome import read_outcomes
from bot.policy.signals import SIGNALS
from bot.policy.yaml_source import parse_yaml
from scripts.generate import drifted, generated


def parsed(text: str) -> Document:
    found: list[Problem] = []
    document = parse_yaml(text, "example.yaml", found)
    assert document is not None
    assert found == []
    return document


def described(schema: Any) -> list[str]:
    """Return the properties in a schema that have no description."""
    if isinstance(schema, list):
        return [name for item in schema for name in described(item)]
    if not isinstance(schema, dict):
        return []
    properties = schema.get("properties")
    missing = [
        name
        for name, field in (properties.items() if isinstance(properties, dict) else ())
        if isinstance(field, dict) and not field.get("description")
    ]
    return missing + [name for inner in schema.values() for name in described(inner)]


@pytest.mark.parametrize("name", SIGNALS)
def test_the_example_of_every_signal_is_valid(name: str) -> None:
    document = parsed(SIGNALS[name].example)
    log = ProblemLog(document=document, found=[])
    assert read_condition(document.data, (), log) is not None
    assert log.found == []


def test_every_signal_and_outcome_is_in_the_reference() -> None:
    reference = policy_reference()
    assert [name for name in SIGNALS if f"#### `{name}`" not in reference] == []
    assert [kind for kind in OutcomeKind if f"`{kind}`" not in reference and f"{{{kind}:" not in reference] == []


def test_every_key_that_a_file_may_hold_is_described() -> None:
    definitions = policy_schema()["$defs"]
    by_hand = ("outcome", "Permission")
    assert {
        name: missing for name in definitions if name not in by_hand and (missing := described(definitions[name]))
    } == {}


def test_every_reference_inside_the_schema_leads_somewhere() -> None:
    schema = policy_schema()
    wanted: set[str] = set()

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                wanted.add(value["$ref"])
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(schema)
    assert schema["$schema"] == DIALECT
    assert wanted <= {f"#/$defs/{name}" for name in schema["$defs"]}


def test_the_schema_of_one_kind_of_file_stands_alone() -> None:
    for kind in FILES:
        assert "$ref" in policy_schema(kind)


def test_short_forms_are_in_the_schema() -> None:
    words = policy_schema()["$defs"]["signal.words"]
    assert [form.get("type", "one or many") for form in words["anyOf"]] == ["one or many", "object"]


def test_every_outcome_in_the_reference_can_be_written() -> None:
    outcomes = parsed("[delete, notice, strike, {timeout: 1h}, quarantine, kick, ban, {ask: ban}, case, escalate]")
    log = ProblemLog(document=outcomes, found=[])
    assert len(read_outcomes(outcomes.data, (), log)) == 10
    assert log.found == []


def test_the_generated_files_are_those_of_the_code(tmp_path: Any) -> None:
    assert drifted(tmp_path) == ("policy-reference.md", "policy.schema.json", "slack-manifest.yaml")
    for name, text in generated().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert drifted(tmp_path) == ()
    (tmp_path / "policy-reference.md").write_text("changed", encoding="utf-8")
    assert drifted(tmp_path) == ("policy-reference.md",)
