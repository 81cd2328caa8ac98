"""`locum check` and `locum schema` as they are run."""

import json
from pathlib import Path
from textwrap import dedent

from click.testing import CliRunner

from bot.cli.check import check
from bot.cli.schema import schema
from tests.policy.folders import COMMUNITY, guideline, write

SOUND: dict[str, str | bytes] = {"guidelines/respect.yaml": guideline("- {id: loud, when: {caps: 0.9}, then: case}\n")}


def run(policies: Path, *arguments: str) -> tuple[int, str]:
    """Return the exit status and everything that was printed."""
    result = CliRunner().invoke(check, ["--policies", str(policies), *arguments], obj="en")
    return result.exit_code, result.output.replace(str(policies), "policies")


def test_sound_policies_end_with_0_and_a_summary(tmp_path: Path) -> None:
    assert run(write(tmp_path, SOUND)) == (0, "acme checked: 1 rule, 0 examples, 0 errors, 0 warnings\n")


def test_a_rule_that_relies_on_a_manual_step_is_warned_of_with_and_without_an_admin_s_token(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "community.yaml": "community: acme\nslack: T0A\nautomation: {may: [delete, ban]}\n",
        "guidelines/respect.yaml": guideline("- {id: loud, when: {caps: 0.9}, then: [delete, ban]}\n"),
    }
    folder = write(tmp_path, files)
    with_admin, alone = run(folder)[1], run(folder, "--bot-only")[1]
    assert [word for word in ("`delete` is", "`ban` is") if word in with_admin] == ["`ban` is"]
    assert [word for word in ("`delete` is", "`ban` is") if word in alone] == ["`delete` is", "`ban` is"]
    assert run(folder, "--strict")[0] == 1


def test_an_error_ends_with_1_and_stands_with_its_line_and_a_suggestion(tmp_path: Path) -> None:
    rules = """\
      - id: loud
        when: {wrods: [noob]}
        then: {notice: respct}
    """
    assert run(write(tmp_path, {"guidelines/respect.yaml": guideline(rules)})) == (
        1,
        dedent("""\
            policies/acme/guidelines/respect.yaml:6:10 unknown signal 'wrods' – did you mean 'words'?
                  when: {wrods: [noob]}
                         ^
            policies/acme/guidelines/respect.yaml:7:18 unknown guideline 'respct' – did you mean 'respect'?
                  then: {notice: respct}
                                 ^
            acme checked: 1 rule, 0 examples, 2 errors, 0 warnings
        """),
    )


def test_german_is_spoken_when_asked_for(tmp_path: Path) -> None:
    policies = write(tmp_path, {"guidelines/respect.yaml": guideline("- {id: a, when: {wrods: x}, then: case}\n")})
    assert run(policies, "--language", "de") == (
        1,
        dedent("""\
            policies/acme/guidelines/respect.yaml:5:18 unbekanntes Signal „wrods“ – war „words“ gemeint?
                - {id: a, when: {wrods: x}, then: case}
                                 ^
            acme geprüft: 1 Regel, 0 Beispiele, 1 Fehler, 0 Warnungen
        """),
    )


def test_warnings_end_with_0_and_with_strict_with_1(tmp_path: Path) -> None:
    rules = "- {id: loud, when: {caps: 0.9}, then: {case: nowhere}}\n"
    policies = write(tmp_path, {"guidelines/respect.yaml": guideline(rules)})
    assert run(policies)[0] == 0
    status, output = run(policies, "--strict")
    assert status == 1
    assert "respect.yaml:5:46 warning: queue 'nowhere' isn't described" in output
    assert output.endswith("0 errors, 1 warning\n")


def test_every_community_is_checked_unless_one_is_named(tmp_path: Path) -> None:
    policies = write(tmp_path, SOUND)
    (policies / "brook").mkdir()
    (policies / "brook" / "community.yaml").write_text("community: brok\n", encoding="utf-8")
    (policies / "shared" / "lists").mkdir(parents=True)
    assert run(policies)[1].endswith("acme, brook checked: 1 rule, 0 examples, 1 error, 0 warnings\n")
    assert run(policies, "--community", "acme")[0] == 0
    assert run(policies, "--community", "brook")[0] == 1


def test_lists_that_no_rule_uses_are_warned_of_and_still_read(tmp_path: Path) -> None:
    policies = write(tmp_path, {"lists/mild.txt": "noob\n", "lists/wild.txt": b"caf\xe9\n"})
    assert run(policies)[1].splitlines()[:2] == [
        "policies/acme/lists/mild.txt:1:1 warning: no rule uses this list",
        "policies/acme/lists/wild.txt:1:4 not UTF-8 from here on: save the file as UTF-8",
    ]


def test_what_signals_find_wrong_is_said_at_its_place_even_inside_a_count(tmp_path: Path) -> None:
    rules = """\
      - id: loud
        when:
          any:
            - words: {lists: [mild, wild]}
            - count: {of: {all: [{regex: "(?=a)b"}, {words: {lists: {en: wlid}}}]}, at_least: 3, within: 10m}
        then: case
    """
    files: dict[str, str | bytes] = {"guidelines/respect.yaml": guideline(rules), "lists/wild.txt": "noob\n"}
    found = [line for line in run(write(tmp_path, files))[1].splitlines() if line.startswith("policies/")]
    file = "policies/acme/guidelines/respect.yaml"
    missing = "no such file in lists/ or shared/lists/"
    assert found == [
        f"{file}:8:25 there is no list 'mild': {missing} – did you mean 'wild'?",
        f"{file}:9:36 RE2 can't look around (invalid perl operator: (?=): use `unless`, or two conditions under `all`",
        f"{file}:9:68 there is no list 'wlid': {missing} – did you mean 'wild'?",
    ]


def test_what_can_t_be_checked_at_all_ends_with_2(tmp_path: Path) -> None:
    policies = write(tmp_path, {"community.yaml": COMMUNITY})
    assert run(policies, "--community", "acne")[0] == 2
    assert "There are: acme" in run(policies, "--community", "acne")[1]
    assert run(tmp_path / "nowhere")[0] == 2
    (tmp_path / "empty").mkdir()
    assert run(tmp_path / "empty")[0] == 2


def test_schema_prints_json_for_all_files_or_one() -> None:
    everything = CliRunner().invoke(schema, [])
    assert everything.exit_code == 0
    assert json.loads(everything.output)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    one = CliRunner().invoke(schema, ["--file", "community"])
    assert json.loads(one.output)["$ref"] == "#/$defs/CommunityFile"
