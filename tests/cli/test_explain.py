"""`locum explain` as it is run."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import main
from tests.policy.folders import guideline, write

COMMUNITY = """\
community: acme
zone: Europe/Berlin
languages: [de, en]
mode: live
channels: {help: {}, gaming: {languages: [en]}}
roles: {staff: {}}
automation: {may: [delete], asks: {ban: internal}}
ladder: {expires: 90d, steps: {2: {ask: ban}}}
queues: {conduct: {}}
"""

RULES = """
- {id: rude, when: {words: [blockhead]}, unless: {quoted: true}, severity: high, then: [delete, {strike: 1}]}
- {id: link, when: {links: true, account_age: {under: 1d}}, then: {case: conduct}}
- {id: loud, when: {caps: 0.8}, by: {not: staff}, mode: shadow, then: delete}
- {id: twice, when: {count: {of: {words: [blockhead]}, at_least: 2, within: 10m}}, then: {ask: ban}}
"""


def run(folder: Path, *arguments: str, rules: str = RULES, community: str = COMMUNITY, given: str = "") -> Result:
    files: dict[str, str | bytes] = {"community.yaml": community, "guidelines/respect.yaml": guideline(rules)}
    policies = write(folder, files)
    return CliRunner().invoke(main, ["explain", "--policies", str(policies), *arguments], input=given)


def shown(folder: Path, *arguments: str, given: str = "") -> list[str]:
    result = run(folder, *arguments, given=given)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def section(lines: list[str], head: str) -> list[str]:
    """Return the lines below a heading."""
    below = lines[lines.index(head) + 1 :]
    return below[: below.index("")] if "" in below else below


def test_what_matched_is_marked_in_the_text_with_how_it_is_read(tmp_path: Path) -> None:
    assert section(shown(tmp_path, "you 🙂 bl0ckhead"), "What matched") == [
        "  respect/rude  high · live",
        "    you 🙂 bl0ckhead",
        "           ^^^^^^^^^  blockhead – with signs for letters",
        "    asks for: delete, strike 1",
    ]


def test_what_would_follow_is_merged_and_says_what_strikes_lead_to(tmp_path: Path) -> None:
    lines = shown(tmp_path, "YOU BLOCKHEAD", "--times", "2", "--role", "")
    assert section(lines, "What would follow") == [
        "  delete, ask ban, strike 1",
        "  by shadow rules, which only watch: delete",
        "  the strike ladder: at 2 ask ban",
    ]


def test_what_is_not_known_names_the_option_that_settles_it(tmp_path: Path) -> None:
    unknown = section(shown(tmp_path, "see example.com"), "What can't be known")
    assert unknown == ["  respect/link  needs the account's age (--account-age)"]
    settled = shown(tmp_path, "see example.com", "--account-age", "1h")
    assert "What can't be known" not in settled
    assert "  respect/link  medium · live" in settled


def test_what_was_near_says_why_it_does_not_match(tmp_path: Path) -> None:
    near = section(shown(tmp_path, "> BLOCKHEAD BLOCKHEAD", "--role", "staff"), "What was near")
    assert near == [
        "  respect/rude  doesn't match: `unless` lets it pass",
        "  respect/loud  doesn't match: it doesn't hold for these roles",
    ]


def test_the_text_is_shown_as_it_is_read(tmp_path: Path) -> None:
    views = section(shown(tmp_path, "Fine B\u200blΟck"), "How it is read")
    assert views[0].split() == ["as", "written", "Fine", "B⟨U+200B⟩lΟck"]
    assert any("fine block" in view for view in views[1:])


def test_one_rule_is_explained_condition_by_condition(tmp_path: Path) -> None:
    assert shown(tmp_path, "see example.com", "--why", "link") == [
        "respect/link  can't be decided",
        "  It needs the account's age (--account-age).",
        "  when:",
        "    ? all",
        "      ✓ links: true  “example.com”, link to example.com",
        "      ? account_age: {under: 1d}",
        "",
        "✓ holds   ✗ doesn't   ? not known",
    ]


def test_a_count_and_an_exception_are_explained_too(tmp_path: Path) -> None:
    twice = shown(tmp_path, "blockhead", "--why", "respect/twice")
    assert twice[0] == "respect/twice  doesn't match: its condition doesn't hold"
    assert twice[2:4] == ["    ✗ count: {at_least: 2, within: 10m}", "      ✓ words: [blockhead]  “blockhead”"]
    rude = shown(tmp_path, "> blockhead", "--why", "rude")
    assert rude[1:5] == ["  when:", "    ✓ words: [blockhead]  “blockhead”", "  unless:", "    ✓ quoted: true"]


def test_the_text_may_come_from_the_standard_input(tmp_path: Path) -> None:
    lines = shown(tmp_path, "-", given="hello\nblockhead\n")
    assert "    hello⏎blockhead" in lines
    assert "          ^^^^^^^^^  as written" in lines


def test_a_long_text_is_cut_around_what_was_seen(tmp_path: Path) -> None:
    lines = section(shown(tmp_path, "word " * 400 + "blockhead" + " word" * 400), "What matched")
    assert all(len(line) <= 120 for line in lines)
    text, marks = lines[1], lines[2]
    assert text.strip().startswith("…")
    assert text.endswith("…")
    assert text[marks.index("^") : marks.rindex("^") + 1] == "blockhead"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\u202eblockhead\u202c \x1b[31m blockhead\x00",
        "blockhead \ud800 x",
        "漢字 blockhead 漢字",
        "b\r\nblockhead\t!",
        "[bold]blockhead[/bold]",
    ],
)
def test_whatever_is_written_nothing_of_it_steers_the_terminal(tmp_path: Path, text: str) -> None:
    result = run(tmp_path, text)
    assert result.exit_code == 0, result.output
    assert not {"\u202e", "\x1b", "\x00"} & set(result.output)
    assert ("^^^^^^^^^" in result.output) == ("blockhead" in text)


def test_everything_that_a_message_can_be_has_an_option(tmp_path: Path) -> None:
    rules = """
    - {id: a, when: {mentions: {people: 2}, directed: true, forwarded: true}, then: {case: conduct}}
    - {id: b, when: {attachments: {names: ["*.exe"]}, edited: {after: 1h}}, then: {case: conduct}}
    - {id: c, when: {name: [admin], member_age: {under: 1h}, first_messages: 1}, in: gaming, then: {case: conduct}}
    - {id: d, when: {invites: {allow: ["123456789012345678"]}}, at: {hours: "22:00-06:00"}, then: {case: conduct}}
    - {id: e, when: {joins: {at_least: 2, within: 1m}}, then: {case: conduct}}
    - {id: f, when: {mentions: {everyone: true}}, then: {case: conduct}}
    """
    options = (
        "--mentions 2 --reply --forwarded --attachment a.exe --edited 2h --name Admin --member-age 5m --everyone "
        "--earlier-messages 0 --channel gaming --invite abc=223456789012345678 --at 23:00"
    )
    output = run(tmp_path, "discord.gg/abc", *options.split(), rules=rules).output
    assert all(f"respect/{name}  medium · live" in output for name in "abcdf"), output
    assert "respect/e  medium" in run(tmp_path, "", "--join", "--times", "2", rules=rules).output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("x", "--channel", "nowhere"), "no channel 'nowhere'; it has: help, gaming"),
        (("x", "--role", "boss"), "no role 'boss'; it has: staff"),
        (("x", "--why", "rudee"), "did you mean 'respect/rude'?"),
        (("x", "--why", "zzzzzzzz"), "there is no rule 'zzzzzzzz'"),
        (("x", "--community", "other"), "no community 'other'"),
        (("x", "--account-age", "long"), "'long' is no duration"),
        (("x", "--invite", "abc"), "write CODE=ID"),
        (("x", "--at", "noon"), "'noon' is no time of day"),
        (("x", "--channel-language", "German"), "no language's code"),
    ],
)
def test_what_cannot_be_meant_ends_with_2_and_says_why(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    result = run(tmp_path, *arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_broken_policies_end_with_2_and_every_error(tmp_path: Path) -> None:
    result = run(
        tmp_path, "x", rules="- {id: a, when: {wrods: [x]}, then: case}\n- {id: b, when: {caps: 9}, then: case}\n"
    )
    assert result.exit_code == 2
    assert "unknown signal 'wrods' – did you mean 'words'?" in result.output
    assert result.output.splitlines()[-1].startswith("Errors in the policies")
    assert result.output.splitlines()[-1].endswith(": 2. Nothing was explained.")


def test_it_speaks_german(tmp_path: Path) -> None:
    lines = shown(tmp_path, "bl0ckhead", "--language", "de")
    assert "Was folgen würde" in lines
    assert any("mit Zeichen statt Buchstaben" in line for line in lines)


def test_pings_in_the_text_count_and_are_shown_as_a_sign(tmp_path: Path) -> None:
    rules = "- {id: many, when: {mentions: {people: 1}}, then: {case: conduct}}\n"
    lines = run(tmp_path, "<@123> fool", "--markup", "discord", rules=rules).output.splitlines()
    assert "  respect/many  medium · live" in lines
    views = section(lines, "How it is read")
    assert any("◻ fool" in view for view in views)
    assert not any("U+0001" in view for view in views)
