"""Whatever is wrong with policies is said where it stands, with what to write instead, and hides nothing else."""

import ast
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ValidationError, create_model

from bot.i18n import LANGUAGES, catalogue
from bot.policy.checking import check_policies
from bot.policy.places import Document
from bot.policy.problems import ProblemLog
from bot.policy.schema import types
from bot.policy.schema.translation import note_errors
from bot.policy.showing import show_problem
from bot.policy.signals.attachments import Size
from tests.policy.folders import COMMUNITY, guideline, write

CODE = Path(__file__).parents[2] / "bot" / "policy"


def told(folder: Path, files: dict[str, str | bytes]) -> list[str]:
    """Return what a check says of a community's files, without excerpts and folder."""
    checked = check_policies(write(folder, files), ["acme"])
    return [show_problem(one).splitlines()[0].removeprefix("policies/acme/") for one in checked.problems]


def rule(folder: Path, when: str, then: str = "case", community: str = COMMUNITY, **files: str) -> list[str]:
    """Return what is said of one rule with this condition, from the column on."""
    text = guideline(f"- {{id: a, when: {when}, then: {then}}}\n")
    given: dict[str, str | bytes] = {"community.yaml": community, "guidelines/respect.yaml": text, **files}
    return [line.removeprefix("guidelines/respect.yaml:") for line in told(folder, given)]


REFUSED: list[tuple[Any, object]] = [
    (types.Name, "a b"),
    (types.RuleName, "a"),
    (types.Language, "english"),
    (types.Duration, "8x"),
    (types.PositiveDuration, "0s"),
    (types.DayHours, "25:00-6"),
    (types.BudgetText, "3 in 10m"),
    (types.Day, "soon"),
    (types.Zone, "Europe/Berln"),
    (types.SeverityWord, "High"),
    (types.EnvRef, "secret"),
    (types.DiscordId, "x"),
    (types.SlackId, "x"),
    (Size, "8XB"),
]


@pytest.mark.parametrize(("kind", "value"), REFUSED, ids=[str(value) for _, value in REFUSED])
def test_every_refusal_of_our_own_is_said_in_both_languages(kind: Any, value: object) -> None:
    model: type[BaseModel] = create_model("Model", field=(Annotated[kind, None], ...))
    document = Document(file="policies/a.yaml", data={"field": value}, values={}, keys={}, lines=())
    log = ProblemLog(document=document, found=[])
    with pytest.raises(ValidationError) as caught:
        model.model_validate(document.data)
    note_errors(caught.value, document.data, (), log, model)
    [problem] = log.found
    assert problem.message.key != "check.refused"
    assert all(str(value) in problem.message.say(language) or kind is types.EnvRef for language in LANGUAGES)


def test_no_refusal_is_missing_in_the_catalogue_and_none_is_made_elsewhere() -> None:
    named = set[str]()
    for file in CODE.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            called = call.func.id if isinstance(call.func, ast.Name) else ""
            assert called != "PydanticCustomError" or file.name == "types.py", file
            if called in {"refuse", "matching"} and isinstance(call.args[-1], ast.Constant):
                named.add(str(call.args[-1].value))
    assert len(named) > 10
    assert not [key for key in named if any(key not in catalogue(language) for language in LANGUAGES)]


def test_an_impossible_size_is_an_error_in_its_place(tmp_path: Path) -> None:
    [line] = rule(tmp_path, "{attachments: {over: 8XB}}")
    assert line.startswith("5:38 not a size: '8XB'")


def test_a_key_that_stands_twice_does_not_hide_what_else_is_wrong(tmp_path: Path) -> None:
    text = guideline("- {id: a, id: b, when: {wrods: [x]}, then: delet}\n")
    assert told(tmp_path, {"guidelines/respect.yaml": text}) == [
        "guidelines/respect.yaml:5:11 the key 'id' stands here for the second time, first in line 5",
        "guidelines/respect.yaml:5:25 unknown signal 'wrods' – did you mean 'words'?",
        "guidelines/respect.yaml:5:44 unknown outcome 'delet' – did you mean 'delete'?",
    ]


def test_each_term_that_finds_nothing_is_named_where_it_stands(tmp_path: Path) -> None:
    assert rule(tmp_path, '{words: ["*", "fool", "...", "a*b", "* *"]}') == [
        "5:26 a term without a letter or sign",
        "5:39 a term without a letter or sign",
        "5:46 '*' may stand at an end of a term only: 'a*b'",
        "5:53 a term without a letter or sign",
    ]
    assert rule(tmp_path, '{name: {terms: [x, "a*b"], allow: ["*"]}}') == [
        "5:36 '*' may stand at an end of a term only: 'a*b'",
        "5:52 a term without a letter or sign",
    ]
    assert rule(tmp_path, '{near: {first: [fool, "*"], second: [you, "a*b"]}}') == [
        "5:39 a term without a letter or sign",
        "5:59 '*' may stand at an end of a term only: 'a*b'",
    ]


def test_a_term_of_a_list_that_finds_nothing_is_named_in_the_list(tmp_path: Path) -> None:
    said = rule(tmp_path, "{words: {lists: mild}}", **{"lists/mild.txt": "nitwit\n***\n"})
    assert said == ["lists/mild.txt:2:1 a term without a letter or sign"]


EXAMPLES = """\
- {id: a, when: {words: [blockhead]}, then: case, examples: {match: [harmless]}}
- {id: b, when: {words: [nitwit], regex: "(?=a)"}, then: case, examples: {match: [nitwit], pass: [x]}}
"""


def test_a_faulty_rule_does_not_keep_the_others_from_being_tried(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"guidelines/respect.yaml": guideline(EXAMPLES)}
    checked = check_policies(write(tmp_path, files), ["acme"])
    said = [show_problem(one).partition(" ")[2].splitlines()[0] for one in checked.problems]
    assert said[0] == "example not matched by respect/a: “harmless”"
    assert said[1].startswith("RE2 can't look around")
    assert len(said) == 2
    assert (checked.examples, checked.untried) == (3, 2)


def test_where_settings_are_faulty_no_example_is_tried_and_that_is_said(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "guidelines/respect.yaml": guideline(EXAMPLES), "community.yaml": COMMUNITY + "zonne: x\n",
    }  # fmt: skip
    assert check_policies(write(tmp_path, files), ["acme"]).untried == 3


def test_a_line_that_is_not_utf_8_is_shown(tmp_path: Path) -> None:
    checked = check_policies(write(tmp_path, {"lists/l.txt": "zzz\nkäse x\n".encode("latin1")}), ["acme"])
    assert show_problem(checked.problems[0]).splitlines()[1:] == ["    k·se x", "     ^"]


ESCALATION = """\
contacts: {ada: {email: env:ADA_MAIL}}
paths:
  standard: {steps: [{page: {on_duty: internal}, wait: 5m}], fallback: {person: ada, via: [email]}}
"""


def test_a_route_to_no_path_is_an_error(tmp_path: Path) -> None:
    said = told(tmp_path, {"escalation.yaml": ESCALATION + "routing: [{path: standrad}]\n"})
    assert said == [
        "escalation.yaml:4:18 unknown path 'standrad': name it under paths – did you mean 'standard'?",
    ]


@pytest.mark.parametrize("then", ["escalate", "{escalate: late}"])
def test_escalating_where_nobody_would_be_paged_is_warned_of(tmp_path: Path, then: str) -> None:
    [line] = rule(tmp_path, "{caps: 0.9}", then)
    assert line.endswith("warning: nobody would be paged: there are no paths in escalation.yaml")


@pytest.mark.parametrize("host", ["com", "co.uk", "zip"])
@pytest.mark.parametrize("key", ["domains", "allow"])
def test_a_bare_public_suffix_is_no_host_unless_it_is_written_as_one(tmp_path: Path, host: str, key: str) -> None:
    [line] = rule(tmp_path, f"{{links: {{{key}: [{host}]}}}}")
    assert f"'{host}' is everybody's: write '*.{host}' if every host below it is meant" in line
    assert rule(tmp_path, f'{{links: {{{key}: ["*.{host}"]}}}}') == []


def test_a_public_suffix_in_a_list_is_named_too_and_a_starred_host_is_not(tmp_path: Path) -> None:
    [line] = rule(tmp_path, "{links: {lists: bad}}", **{"lists/bad.txt": "*.evil.example\nco.uk\n*.zip\n"})
    assert "lists/bad.txt:2" in line
    assert "'co.uk' is everybody's" in line


def test_a_folder_that_nothing_reads_is_warned_of(tmp_path: Path) -> None:
    said = told(tmp_path, {"guideline/x.yaml": "x", ".git/config": "x"})
    assert said == ["guideline:1:1 warning: nothing reads this folder – did you mean 'guidelines'?"]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("{links: any}", "5:25 'any' isn't possible here; possible: true; for example: links: {domains:"),
        ("{links: [evil.com]}", "5:25 '[…]' isn't possible here; possible: true; for example: links: {domains:"),
        ("{invites: any}", "5:27 'any' isn't possible here; possible: true; for example: invites: {allow:"),
        ("{flood: 5}", "5:25 expected keys and values, found 5; for example: flood: {"),
    ],
)
def test_a_short_form_that_fails_shows_what_to_write(tmp_path: Path, when: str, expected: str) -> None:
    [line] = rule(tmp_path, when)
    assert line.startswith(expected)


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ("{slow_mode: 30s}", "give it one: {slow_mode: {every: 30s, for: 1h}}"),
        ("ban", "give it one: {ban: 7d}"),
    ],
)
def test_what_lasts_until_ended_is_told_to_take_a_limit(tmp_path: Path, then: str, expected: str) -> None:
    automation = "automation: {may: [{slow_mode: {up_to: 1h}}, {ban: {up_to: 7d}}]}\n"
    [line] = rule(tmp_path, "{caps: 0.9}", then, COMMUNITY + automation)
    assert "lasts until it is ended" in line
    assert line.endswith(expected)


MENTIONS = """\
- id: people
  when: {mentions: {people: 2}}
  then: case
  examples: {match: ["<@123> <@!456>", "<@U0123ABC> <@U0123ABD|ada>"], pass: ["<@123> <@123>", "@123 @456"]}
- id: roles
  when: {mentions: {roles: 1}}
  then: case
  examples: {match: ["hi <@&12>", "hi <!subteam^S0123ABC>"], pass: ["<@12>"]}
- id: everyone
  when: {mentions: {everyone: true}}
  then: case
  examples: {match: ["hey @everyone", "@here now", "<!channel>", {text: x, mentions: {everyone: true}}], pass: ["x"]}
"""


def test_examples_ping_whom_their_text_pings(tmp_path: Path) -> None:
    assert told(tmp_path, {"guidelines/respect.yaml": guideline(MENTIONS)}) == []


def test_a_link_that_leaves_the_policies_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("root: x: y\n", encoding="utf-8")
    policies = write(tmp_path, {"lists/inside.txt": "nitwit\n"})
    for name in ("guidelines/z.yaml", "lists/l.txt"):
        (policies / "acme" / name).parent.mkdir(exist_ok=True)
        (policies / "acme" / name).symlink_to(tmp_path / "secret.txt")
    (policies / "acme" / "lists" / "again.txt").symlink_to(policies / "acme" / "lists" / "inside.txt")
    shown = [show_problem(one) for one in check_policies(policies, ["acme"]).problems if not one.is_warning]
    outside = "a link that leaves the policies folder: put the file itself here"
    assert shown == [f"policies/acme/guidelines/z.yaml:1:1 {outside}", f"policies/acme/lists/l.txt:1:1 {outside}"]


def test_words_in_another_case_are_recognised(tmp_path: Path) -> None:
    text = guideline("- {id: a, when: {caps: 0.9}, severity: High, mode: On, then: case}\n")
    said = [line.partition(" ")[2] for line in told(tmp_path, {"guidelines/respect.yaml": text})]
    assert said == [
        "'High' is no severity: low, medium, high or critical – did you mean 'high'?",
        "'On' isn't possible here; possible: live, shadow, off – did you mean 'live'?",
    ]


def test_file_names_are_matched_in_linear_time(tmp_path: Path) -> None:
    assert rule(tmp_path, '{attachments: {names: ["*a*a*a*a*b", "[!x]?.exe", "a[b-a]"]}}')[0].startswith("5:67 not a ")
