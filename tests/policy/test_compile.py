"""From files to a policy set: versions, and errors that only compiling finds."""

from pathlib import Path

from bot.policy.load import load_policies
from tests.policy.bench import COMMUNITY
from tests.policy.folders import guideline, write


def problems(folder: Path, rules: str, **lists: str) -> list[str]:
    files: dict[str, str | bytes] = {f"lists/{name}.txt": content for name, content in lists.items()}
    files |= {"community.yaml": COMMUNITY, "guidelines/respect.yaml": guideline(rules)}
    loaded = load_policies(write(folder, files), "acme")
    assert loaded.policies is None
    return [f"{problem.place} {problem.message.say()}" for problem in loaded.problems if not problem.is_warning]


def version(folder: Path, rules: str, words: str = "blockhead\n") -> str:
    files: dict[str, str | bytes] = {
        "community.yaml": COMMUNITY,
        "guidelines/respect.yaml": guideline(rules),
        "lists/rude.txt": words,
    }
    loaded = load_policies(write(folder, files), "acme")
    assert loaded.policies is not None
    return loaded.policies.version


RULE = "  - {id: rude, when: {words: {lists: rude}}, then: case}\n"


def test_equal_files_have_equal_versions(tmp_path: Path) -> None:
    assert version(tmp_path / "a", RULE) == version(tmp_path / "b", RULE)


def test_a_changed_rule_or_list_is_another_version(tmp_path: Path) -> None:
    first = version(tmp_path, RULE)
    assert version(tmp_path, RULE.replace("case", "delete")) != first
    assert version(tmp_path, RULE, words="blockhead\ndunce\n") != first


def test_a_pattern_that_looks_around_is_an_error_at_its_place(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "  - id: rx\n    when: {regex: '(?=a)b'}\n    then: case\n")
    assert problem.startswith("policies/acme/guidelines/respect.yaml:6:17 RE2 can't look around")


def test_a_missing_list_is_an_error_at_its_place(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "  - id: rude\n    when: {words: {lists: {en: nope}}}\n    then: case\n")
    assert "respect.yaml:6:" in problem
    assert "'nope'" in problem


def test_errors_inside_a_counted_condition_have_their_place(tmp_path: Path) -> None:
    rule = "  - id: rude\n    when: {count: {of: {regex: '('}, at_least: 2, within: 1m}}\n    then: case\n"
    (problem,) = problems(tmp_path, rule)
    assert problem.startswith("policies/acme/guidelines/respect.yaml:6:")
    assert "RE2" in problem


def test_all_errors_come_at_once(tmp_path: Path) -> None:
    rules = "  - {id: a, when: {regex: '('}, then: case}\n  - {id: b, when: {wrods: [x]}, then: cease}\n"
    found = problems(tmp_path, rules)
    assert len(found) == 3
