"""`locum escalation simulate` says what would happen, by the functions that make it happen."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli.main import main
from bot.i18n import catalogue
from tests.policy.folders import write
from tests.stage.policies import FILES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of the stage's policies."""
    return write(tmp_path, dict(FILES))


def run(folder: Path, *arguments: str, language: str = "en") -> tuple[int, str]:
    command = ["escalation", "simulate", "--policies", str(folder), *arguments]
    result = CliRunner(env={"LOCUM_LANG": language}).invoke(main, command, prog_name="locum")
    return result.exit_code, result.output


def lines(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    status, output = run(folder, "--json", *arguments)
    assert status == 0, output
    told: list[dict[str, Any]] = json.loads(output)["told"]
    return told


def test_a_night_runs_to_the_fallback_and_says_what_waits(folder: Path) -> None:
    found = lines(folder, "--queue", "hate", "--at", "2026-11-22T03:00")
    assert [(one["after"] // 60, one["step"], one["whom"], one["outcome"]) for one in found] == [
        (0, 1, "person:heron", "told"), (15, 2, "channel:leads", "digest"),
        (15, 1, "person:heron", "told"), (30, 2, "channel:leads", "digest"),
        (30, "fallback", "contact:ada", "told"), (30, "fallback", "contact:ada", "told"),
    ]  # fmt: skip
    assert found[1]["told_at"] == "2026-11-22T07:00:00+00:00"


def test_who_is_on_duty_can_be_said(folder: Path) -> None:
    assert lines(folder, "--severity", "critical")[0]["outcome"] == "unreachable"
    found = lines(folder, "--severity", "critical", "--on-duty", "mo,nightwatch")
    assert [one["whom"] for one in found][:1] == ["person:mo"]


@pytest.mark.parametrize("accused", ["robin", "heron", "nightwatch"])
def test_the_accused_and_their_partner_are_told_nothing(folder: Path, accused: str) -> None:
    for severity in ("low", "medium", "high", "critical"):
        found = lines(folder, "--about", accused, "--severity", severity, "--on-duty", "nightwatch,internal")
        told = {one["whom"] for one in found if one["outcome"] == "told"}
        assert told
        assert not told & {"person:robin", "person:heron", "person:merle", "person:finch", "channel:leads"}


@pytest.mark.parametrize(("language", "said"), [("en", "collected, told"), ("de", "gesammelt, gesagt")])
def test_the_table_speaks_both_languages(folder: Path, language: str, said: str) -> None:
    status, output = run(folder, "--queue", "hate", "--at", "2026-11-22T03:00", language=language)
    assert status == 0, output
    assert said in output
    assert "2026-11-22 08:00" in output
    assert catalogue(language)["escalation.then_again"] in output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--queue", "hat"], "no queue"), (["--guideline", "x"], "no guideline"), (["--about", "x"], "nobody"),
        (["--at", "noon"], "is no time"), (["--on-duty", "x"], "nobody"), (["--community", "x"], "no community"),
        (["--organisation", "x"], "nobody"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_one_clear_sentence(folder: Path, arguments: list[str], said: str) -> None:
    status, output = run(folder, *arguments)
    assert status == 2
    assert said in output


def test_a_community_without_paths_is_told_so(tmp_path: Path) -> None:
    status, output = run(write(tmp_path, {}))
    assert status == 2
    assert "no escalation paths" in output
