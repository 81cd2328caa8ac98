"""What policy files become, and what is said of those that can't be used, as an admin reads it."""

from datetime import date, time, timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from bot.domain.judgement import Mode
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.severity import Severity
from bot.policy.problems import has_errors, in_order
from bot.policy.schema.condition import AllOf, AnyOf, Not, Use
from bot.policy.schema.outcome import resolve
from bot.policy.showing import show_problem
from bot.policy.source import Draft, community_names, read_community
from bot.policy.yaml_source import plain_value
from tests.policy.folders import GUIDELINE, guideline, write

#: file:line:column and message of each error, excerpts left out
EVERY_ERROR = """\
community.yaml:2:7 'Europe/Berlim' is no time zone, such as Europe/Berlin
community.yaml:3:1 unknown key 'langauges' – did you mean 'languages'?
community.yaml:4:28 expected text, found 4101: put it in quotes
community.yaml:5:13 '30' is no duration: write a whole number and s, m, h, d or w, such as 10m
community.yaml:6:39 unknown channel 'halp': name it under channels in community.yaml – did you mean 'help'?
community.yaml:6:52 'of' isn't possible here; possible: live, shadow, off – did you mean 'off'?
escalation.yaml:1:1 warning: no route takes every case: end routing with one that has no 'if'
escalation.yaml:1:74 unknown contact 'adda': name it under contacts – did you mean 'ada'?
escalation.yaml:2:25 secrets don't belong here: write env:NAME and set NAME in the environment
escalation.yaml:2:43 a contact needs a webhook or an email
guidelines/empty.yaml:1:1 the file is empty
guidelines/respect.yaml:6:24 expected a number, found high
guidelines/respect.yaml:6:30 unknown key 'min_leters' – did you mean 'min_letters'?
guidelines/respect.yaml:7:3 unknown key 'sevrity' – did you mean 'severity'?
guidelines/respect.yaml:8:10 unknown outcome 'delte' – did you mean 'delete'?
guidelines/respect.yaml:8:27 'soon' is no duration: write a whole number and s, m, h, d or w, such as 10m
guidelines/respect.yaml:8:43 strikes are a whole number from 1 to 100, found 0
guidelines/respect.yaml:9:3 the key 'id' is missing
guidelines/respect.yaml:9:15 expected a list of conditions, found []
guidelines/respect.yaml:10:9 no outcome: name at least one, such as case
"""


def read(folder: Path, files: dict[str, str | bytes]) -> Draft:
    return read_community(write(folder, files), "acme")


def said(folder: Path, files: dict[str, str | bytes], language: str = "en") -> str:
    draft = read(folder, files)
    return "\n".join(show_problem(problem, language) for problem in in_order(draft.problems)) + "\n"


def rule_problems(folder: Path, rule: str) -> str:
    return said(folder, {"guidelines/respect.yaml": guideline(rule)})


def test_a_sound_community_has_no_problems(tmp_path: Path) -> None:
    draft = read(tmp_path, {"guidelines/respect.yaml": GUIDELINE})
    assert draft.problems == []
    assert [rule.model.id for each in draft.guidelines for rule in each.rules] == ["shouting"]


def test_the_files_read_are_kept_for_the_digest(tmp_path: Path) -> None:
    draft = read(tmp_path, {"guidelines/respect.yaml": GUIDELINE, "lists/mild.txt": "noob\n"})
    draft.read_list("mild")
    assert sorted(draft.files) == ["acme/community.yaml", "acme/guidelines/respect.yaml", "acme/lists/mild.txt"]
    assert draft.files["acme/lists/mild.txt"] == b"noob\n"


def test_plain_words_stay_text_and_only_true_and_false_are_truth_values() -> None:
    assert [plain_value(text) for text in ("off", "on", "yes", "no", "y")] == ["off", "on", "yes", "no", "y"]
    assert [plain_value(text) for text in ("true", "False", "null", "~", "")] == [True, False, None, None, None]
    assert [plain_value(text) for text in ("12", "-3", "0x1F", "0o17", "1.5", "2026-01-31")] == [
        12,
        -3,
        31,
        15,
        1.5,
        date(2026, 1, 31),
    ]
    assert [plain_value(text) for text in ("1:30", "2026-02-31", "1e999", ".inf", ".nan", "1_000")] == [
        "1:30",
        "2026-02-31",
        "1e999",
        ".inf",
        ".nan",
        "1_000",
    ]


def test_mode_off_is_the_word_off(tmp_path: Path) -> None:
    draft = read(tmp_path, {"guidelines/respect.yaml": GUIDELINE.replace("then: case", "then: case\n    mode: off")})
    assert draft.guidelines[0].rules[0].model.mode is Mode.OFF


def test_conditions_become_a_tree_that_knows_its_places(tmp_path: Path) -> None:
    rules = """\
      - id: loud
        when:
          any: [{caps: 0.9}, {length: {over: 100}}]
          not: {lines: 3}
        then: case
    """
    draft = read(tmp_path, {"guidelines/respect.yaml": guideline(rules)})
    when = draft.guidelines[0].rules[0].when
    assert draft.problems == []
    assert isinstance(when, AllOf)
    first, second = when.conditions
    assert isinstance(first, AnyOf)
    assert isinstance(second, Not)
    assert isinstance(second.condition, Use)
    assert second.condition.signal.name == "lines"
    assert second.condition.path == ("rules", 0, "when", "not", "lines")


def test_outcomes_become_values_with_responses_put_in(tmp_path: Path) -> None:
    community = """\
        community: acme
        automation: {may: [delete, timeout, slow_mode]}
        responses: {loud: [delete, notice, {strike: 2}]}
    """
    rules = """\
      - id: loud
        when: {caps: 0.9}
        then: [{use: loud}, {timeout: 1h}, {ask: {ban: 7d}}, {slow_mode: {every: 30s, for: 10m}}, {case: q}]
    """
    draft = read(tmp_path, {"community.yaml": community, "guidelines/respect.yaml": guideline(rules)})
    assert not has_errors(draft.problems)
    assert draft.settings is not None
    assert resolve(draft.guidelines[0].rules[0].then, draft.settings.responses) == (
        Outcome(kind=OutcomeKind.DELETE),
        Outcome(kind=OutcomeKind.NOTICE),
        Outcome(kind=OutcomeKind.STRIKE, amount=2),
        Outcome(kind=OutcomeKind.TIMEOUT, duration=timedelta(hours=1)),
        Outcome(kind=OutcomeKind.ASK, asked=OutcomeKind.BAN, duration=timedelta(days=7)),
        Outcome(kind=OutcomeKind.SLOW_MODE, duration=timedelta(seconds=30), lasts=timedelta(minutes=10)),
        Outcome(kind=OutcomeKind.CASE, target="q"),
    )


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ("ban", Outcome(kind=OutcomeKind.BAN)),
        ("{ban: 7d}", Outcome(kind=OutcomeKind.BAN, duration=timedelta(days=7))),
        ("{ban: {purge: 1h}}", Outcome(kind=OutcomeKind.BAN, purge=timedelta(hours=1))),
        (
            "{ban: {for: 7d, purge: 7d}}",
            Outcome(kind=OutcomeKind.BAN, duration=timedelta(days=7), purge=timedelta(days=7)),
        ),
        (
            "{ask: {ban: {purge: 1h}}}",
            Outcome(kind=OutcomeKind.ASK, asked=OutcomeKind.BAN, purge=timedelta(hours=1)),
        ),
    ],
)
def test_a_ban_may_take_messages_along(tmp_path: Path, then: str, expected: Outcome) -> None:
    draft = read(tmp_path, {"guidelines/respect.yaml": guideline(_ban(then))})
    assert not has_errors(draft.problems)
    assert resolve(draft.guidelines[0].rules[0].then, {}) == (expected,)


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ("{ban: {purge: 8d}}", "a ban takes away messages of the last 7 days at most: write up to 7d"),
        ("{ban: {purge: 0s}}", "is no duration"),
        ("{ban: {purge: true}}", "is no duration"),
        ("{ban: {purge: -1h}}", "is no duration"),
        ("{ban: {purge: [1h]}}", "is no duration"),
        ("{ban: {for: never, purge: 1h}}", "is no duration"),
        ("{ban: {purges: 1h}}", "did you mean 'purge'?"),
        ("{ask: {ban: {purge: 8d}}}", "a ban takes away messages of the last 7 days at most: write up to 7d"),
        ("{timeout: {for: 1h, purge: 1h}}", "is no duration"),
    ],
)
def test_a_ban_that_cannot_be_read_is_an_error_where_it_stands(tmp_path: Path, then: str, said: str) -> None:
    draft = read(tmp_path, {"guidelines/respect.yaml": guideline(_ban(then))})
    assert has_errors(draft.problems)
    assert said in "\n".join(show_problem(problem) for problem in draft.problems)


def _ban(then: str) -> str:
    return f"- {{id: raid, when: {{caps: 0.9}}, then: [{then}]}}"


def test_scopes_times_and_short_forms_are_normalised(tmp_path: Path) -> None:
    rules = """\
      - id: night
        when: {caps: 0.9}
        in: {not: [help]}
        by: staff
        at: {hours: "22:00-06:00", zone: Europe/Berlin}
        severity: high
        then: case
        examples: {match: [HELLO THERE, {text: HEY YOU ALL, mentions: 3, attachments: [a.png]}]}
    """
    rule = read(tmp_path, {"guidelines/respect.yaml": guideline(rules)}).guidelines[0].rules[0].model
    assert rule.channels is not None
    assert rule.members is not None
    assert rule.at is not None
    assert (rule.channels.only, rule.channels.but, rule.members.only) == ((), ("help",), ("staff",))
    assert (rule.at.hours.start, rule.at.hours.end) == (time(22), time(6))
    assert rule.severity is Severity.HIGH
    assert [example.text for example in rule.examples.match] == ["HELLO THERE", "HEY YOU ALL"]
    assert rule.examples.match[1].mentions.people == 3
    assert rule.examples.match[1].attachments[0].name == "a.png"


def test_list_files_hold_one_entry_a_line_with_comments(tmp_path: Path) -> None:
    text = "# head\r\nfoo # why\r\n\r\n  bar baz  \r\nc#\r\n  # indented\r\n"
    draft = read(tmp_path, {"lists/mild.txt": text.encode()})
    entries = draft.read_list("mild")
    assert entries is not None
    assert [(entry.text, entry.place) for entry in entries] == [
        ("foo", "policies/acme/lists/mild.txt:2"),
        ("bar baz", "policies/acme/lists/mild.txt:4"),
        ("c#", "policies/acme/lists/mild.txt:5"),
    ]
    assert draft.read_list("wild") is None


def test_shared_guidelines_and_lists_are_taken_over_by_name(tmp_path: Path) -> None:
    policies = write(tmp_path, {"community.yaml": "community: acme\nshared: [respect]\n"})
    for name, text in (("guidelines/respect.yaml", GUIDELINE), ("lists/mild.txt", "noob")):
        (policies / "shared" / name).parent.mkdir(parents=True, exist_ok=True)
        (policies / "shared" / name).write_text(text, encoding="utf-8")
    draft = read_community(policies, "acme")
    assert draft.problems == []
    assert [each.file for each in draft.guidelines] == ["policies/shared/guidelines/respect.yaml"]
    assert draft.read_list("mild")
    assert community_names(policies) == ("acme",)


def test_an_unknown_signal_is_shown_like_a_compilers_error(tmp_path: Path) -> None:
    rule = """\
      - id: slurs
        when: {cpas: 0.9}
        then: case
    """
    assert rule_problems(tmp_path, rule) == dedent("""\
        policies/acme/guidelines/respect.yaml:6:10 unknown signal 'cpas' – did you mean 'caps'?
              when: {cpas: 0.9}
                     ^
    """)


def test_every_error_of_every_file_is_said_at_once(tmp_path: Path) -> None:
    community = """\
        community: acme
        zone: Europe/Berlim
        langauges: [en]
        channels: {help: {discord: 4101}}
        act_within: 30
        overrides: [{rule: respect/loud, in: [halp], mode: of}]
    """
    rules = """\
      - id: loud
        when: {caps: {share: high, min_leters: 3}}
        sevrity: high
        then: [delte, {timeout: soon}, {strike: 0}]
      - when: {all: []}
        then: []
    """
    files: dict[str, str | bytes] = {
        "community.yaml": community,
        "guidelines/respect.yaml": guideline(rules),
        "guidelines/empty.yaml": "",
        "escalation.yaml": "paths: {p: {steps: [{page: {person: ada}, wait: 5m}], fallback: {person: adda}}}\n"
        "contacts: {ada: {email: ada@example.org}, bob: {}}\n",
    }
    found = [line for line in said(tmp_path, files).splitlines() if line.startswith("policies/acme/")]
    assert "\n".join(line.removeprefix("policies/acme/") for line in found) + "\n" == EVERY_ERROR
