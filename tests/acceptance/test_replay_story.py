"""A newcomer asks what their guidelines would have done to last month's messages."""

import json
import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli.replay import replay

COMMUNITY = """
    community: harbour
    zone: Europe/Berlin
    languages: [en]
    mode: shadow
    channels:
      help: {discord: "1"}
    ladder: {expires: 90d, steps: {2: {timeout: 1h}}}
"""
GUIDELINE = """
    guideline: respect
    title: {en: Be respectful, de: Respektvoll bleiben}
    text: {en: Argue with ideas., de: Streitet über Ideen.}
    rules:
      - id: insult
        when: {words: [blockhead]}
        severity: high
        then: [delete, {notice: respect}, strike]
      - id: shouting
        when: {words: [loudly]}
        mode: shadow
        then: delete
"""


class House:
    """A folder with policies and exports, and the command run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.policies("policies")

    def policies(self, name: str, community: str = COMMUNITY, guideline: str = GUIDELINE) -> Path:
        folder = self.folder / name / "harbour"
        (folder / "guidelines").mkdir(parents=True, exist_ok=True)
        (folder / "community.yaml").write_text(dedent(community), encoding="utf-8")
        (folder / "guidelines" / "respect.yaml").write_text(dedent(guideline), encoding="utf-8")
        return self.folder / name

    def export(self, *texts: str, more: tuple[str, ...] = ()) -> Path:
        path = self.folder / "export.jsonl"
        lines = [
            json.dumps(
                {
                    "id": str(number),
                    "at": f"2026-03-02T{number:02}:00:00Z",
                    "channel": "help",
                    "author": "m1",
                    "text": text,
                }
            )
            for number, text in enumerate(texts)
        ]
        path.write_text("\n".join((*lines, *more)) + "\n", encoding="utf-8")
        return path

    def run(self, *arguments: str | Path) -> Result:
        given = [str(argument) for argument in arguments]
        if "--policies" not in given:
            given += ["--policies", str(self.folder / "policies")]
        return CliRunner().invoke(replay, given)

    def lines(self, *arguments: str | Path) -> list[dict[str, Any]]:
        target = self.folder / "out.jsonl"
        self.run(*arguments, "--json", target)
        return [json.loads(line) for line in target.read_text(encoding="ascii").splitlines()]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_the_tables_say_what_would_have_happened(house: House) -> None:
    result = house.run(house.export("good morning", "you blockhead", "you b l o c k h e a d", "sing loudly"))
    assert result.exit_code == 0, result.output
    assert "respect/insult" in result.stdout
    assert "timeout 1h" in result.stdout
    assert "blockhead" not in result.stdout


def test_each_flagged_message_gets_a_line_and_a_summary_ends_them(house: House) -> None:
    first, second, last = house.lines(house.export("hello", "you blockhead", "sing loudly"))
    assert first == {
        "message": "1",
        "rules": ["respect/insult"],
        "outcomes": ["delete", "notice respect", "strike 1"],
        "spans": [[4, 13, "respect/insult"]],
    }
    assert (second["rules"], second["outcomes"], second["shadow"]) == (
        ["respect/shouting"],
        [],
        ["respect/shouting"],
    )
    assert (last["summary"]["messages"], last["summary"]["flagged"], last["summary"]["strikes"]) == (3, 2, 1)


def test_lines_on_the_standard_output_send_the_tables_elsewhere(house: House) -> None:
    result = house.run(house.export("you blockhead"), "--json", "-")
    assert [min(json.loads(line)) for line in result.stdout.splitlines()] == ["message", "summary"]
    assert "respect/insult" in result.stderr


def test_the_page_is_written_in_the_language_asked_for(house: House) -> None:
    page = house.folder / "page.html"
    result = house.run(house.export("you blockhead"), "--html", page, "--language", "de")
    assert result.exit_code == 0, result.output
    written = page.read_text(encoding="utf-8")
    assert "Was das Regelwerk von harbour bewirkt hätte" in written
    assert re.search(r"<mark[^>]*>blockhead</mark>", written)


def test_two_policy_sets_are_compared_message_by_message(house: House) -> None:
    other = house.policies("other", guideline=GUIDELINE.replace("[blockhead]", "[numbskull]"))
    lines = house.lines(house.export("blockhead", "numbskull", "hello"), "--against", other)
    assert [(line["message"], line["rules"], line["against"]["rules"]) for line in lines[:-1]] == [
        ("0", ["respect/insult"], []),
        ("1", [], ["respect/insult"]),
    ]
    assert lines[-1]["summary"]["against"]["changed"] == 2


def test_what_cannot_be_read_is_named_and_the_rest_is_judged(house: House) -> None:
    export = house.export("you blockhead", more=("{nonsense", '{"id": "9", "at": "2026-03-02T10:00:00Z"}'))
    result = house.run(export)
    assert result.exit_code == 1
    assert "respect/insult" in result.stdout
    assert "export.jsonl, line 2" in result.stdout
    assert "export.jsonl, line 3" in result.stdout


def test_every_skipped_input_is_listed_in_the_summary(house: House) -> None:
    lines = house.lines(house.export("hello", more=("{nonsense",) * 30))
    skipped = lines[-1]["summary"]["skipped"]
    assert (skipped["count"], [one["position"] for one in skipped["first"]]) == (30, list(range(2, 32)))


def test_an_input_without_messages_ends_with_a_status_and_says_so(house: House) -> None:
    result = house.run(house.export())
    assert result.exit_code == 1
    assert "No message was judged." in result.stderr


def test_an_export_named_twice_counts_once(house: House) -> None:
    export = house.export("you blockhead")
    result = house.run(export, export)
    assert result.exit_code == 0
    assert "Repeated: 1" in result.stdout


def test_an_export_that_begins_with_its_latest_message_is_judged_in_order_of_time(house: House) -> None:
    export = house.export("blockhead", "hello", "blockhead")
    forward = house.lines(export)
    export.write_text("\n".join(reversed(export.read_text(encoding="utf-8").splitlines())), encoding="utf-8")
    assert house.lines(export) == forward


def test_programs_are_left_out_unless_asked_for(house: House) -> None:
    export = house.export("hello")
    program = {"id": "9", "at": "2026-03-02T09:00:00Z", "channel": "help", "author": "b", "bot": True}
    with export.open("a", encoding="utf-8") as file:
        file.write(json.dumps(program | {"text": "blockhead"}) + "\n")
    assert len(house.lines(export)) == 1
    assert len(house.lines(export, "--bots")) == 2
    assert "Programs: 1" in house.run(export).stdout


def test_a_rule_that_goes_live_is_named_as_a_reason(house: House) -> None:
    page = house.folder / "page.html"
    other = house.policies(
        "other", guideline=GUIDELINE.replace("severity: high", "severity: low\n        mode: shadow")
    )
    result = house.run(house.export("blockhead"), "--against", other, "--html", page)
    for shown in (result.stdout, page.read_text(encoding="utf-8")):
        assert "mode: here live, there shadow" in shown
        assert "severity: here high, there low" in shown


def test_fields_that_could_not_be_used_are_told_and_cost_nothing(house: House) -> None:
    odd = {"id": "9", "at": "2026-03-02T09:00:00Z", "channel": "help", "author": "b", "text": "hi", "roles": 5}
    result = house.run(house.export("hello", more=(json.dumps(odd),)))
    assert result.exit_code == 0
    assert re.search(r"roles\s+1", result.stdout)


def test_broken_policies_are_named_with_every_error_and_nothing_runs(house: House) -> None:
    broken = house.policies(
        "broken", guideline=GUIDELINE.replace("words: [blockhead]", "wrods: [x]").replace("mode: shadow", "mode: loud")
    )
    result = house.run(house.export("hello"), "--policies", broken, "--json", house.folder / "out.jsonl")
    assert result.exit_code == 2
    assert "wrods" in result.stderr
    assert "loud" in result.stderr
    assert not (house.folder / "out.jsonl").exists()


def test_one_of_several_communities_must_be_named(house: House) -> None:
    second = house.folder / "policies" / "quay"
    second.mkdir()
    (second / "community.yaml").write_text(dedent(COMMUNITY.replace("harbour", "quay")), encoding="utf-8")
    export = house.export("you blockhead")
    unnamed, wrong = house.run(export), house.run(export, "--community", "pier")
    assert (unnamed.exit_code, wrong.exit_code) == (2, 2)
    assert "harbour, quay" in unnamed.stderr
    assert "harbour, quay" in wrong.stderr
    assert house.run(export, "--community", "harbour").exit_code == 0


@pytest.mark.parametrize("name", ["missing.jsonl", "picture.png"])
def test_an_input_that_is_no_export_ends_the_command_before_it_begins(house: House, name: str) -> None:
    (house.folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    result = house.run(house.folder / name)
    assert result.exit_code == 2
    assert name in result.stderr


def test_a_target_in_a_folder_that_does_not_exist_is_refused_at_once(house: House) -> None:
    result = house.run(house.export("hello"), "--html", house.folder / "nowhere" / "page.html")
    assert result.exit_code == 2
    assert "nowhere" in result.stderr


def test_odd_text_is_judged_and_written(house: House) -> None:
    odd = ["blockhead \ud800", "blockhead \x00\u202e", "blockhead " * 4000, ""]
    page = house.folder / "page.html"
    result = house.run(house.export(*odd), "--json", house.folder / "out.jsonl", "--html", page)
    assert result.exit_code == 0, result.output
    assert len((house.folder / "out.jsonl").read_text(encoding="ascii").splitlines()) == 4
    page.read_text(encoding="utf-8")
