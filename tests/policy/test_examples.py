"""Every rule is tried on its own examples."""

from pathlib import Path

import pytest

from bot.policy.compile import compile_policies
from bot.policy.examples import run_examples
from bot.policy.source import read_community
from tests.policy.bench import COMMUNITY
from tests.policy.folders import guideline, write

INSULT = "when: {words: [blockhead]}, then: case"


def problems(folder: Path, rules: str, community: str = COMMUNITY) -> list[str]:
    """Return what trying these rules on their examples finds, as `line:column message`."""
    files: dict[str, str | bytes] = {"community.yaml": community, "guidelines/respect.yaml": guideline(rules)}
    draft = read_community(write(folder, files), "acme")
    policies = compile_policies(draft)
    assert policies is not None, draft.problems
    found = run_examples(policies, draft)
    assert not any(problem.is_warning for problem in found)
    return [f"{problem.place.line}:{problem.place.column} {problem.message.say()}" for problem in found]


def test_examples_that_are_judged_as_they_say_are_no_problem(tmp_path: Path) -> None:
    rule = f"- {{id: rude, {INSULT}, examples: {{match: [you blockhead, bl0ckhead], pass: [hello, blockheaded]}}}}\n"
    assert problems(tmp_path, rule) == []


def test_an_example_that_is_not_matched_is_named_at_its_own_line(tmp_path: Path) -> None:
    rule = """
    - id: rude
      when: {words: [blockhead]}
      then: case
      examples:
        match:
          - you blockhead
          - good morning
    """
    assert problems(tmp_path, rule) == ["12:9 example not matched by respect/rude: “good morning”"]


def test_an_example_that_should_pass_says_what_was_seen_in_it(tmp_path: Path) -> None:
    rule = f"- {{id: rude, {INSULT}, examples: {{pass: ['such a Bl0ckhead!']}}}}\n"
    assert problems(tmp_path, rule)[0].endswith("example should pass, but respect/rude matches it: “Bl0ckhead”")


def test_where_nothing_was_seen_in_the_text_the_condition_is_named(tmp_path: Path) -> None:
    rule = """
    - id: loud
      when: {any: [{caps: 0.8}, {lines: {over: 9}}]}
      then: case
      examples: {pass: [WHAT A NOISY DAY]}
    """
    assert problems(tmp_path, rule)[0].endswith("respect/loud matches it: caps")


@pytest.mark.parametrize("mode", ["shadow", "off"])
def test_rules_that_do_nothing_are_tried_all_the_same(tmp_path: Path, mode: str) -> None:
    rule = f"- {{id: rude, mode: {mode}, {INSULT}, examples: {{match: [hello, blockhead]}}}}\n"
    assert len(problems(tmp_path, rule)) == 1


def test_an_override_that_turns_a_rule_off_does_not_hide_its_examples(tmp_path: Path) -> None:
    community = COMMUNITY + "overrides: [{rule: respect/rude, in: [help], mode: off}]\n"
    rule = f"- {{id: rude, in: help, {INSULT}, examples: {{match: [blockhead]}}}}\n"
    assert problems(tmp_path, rule, community) == []


def test_the_reason_why_an_example_is_missed_is_told(tmp_path: Path) -> None:
    rules = f"""
    - {{id: quoted, {INSULT}, unless: {{quoted: true}}, examples: {{match: ["> blockhead"]}}}}
    - {{id: channel, {INSULT}, in: gaming, examples: {{match: [{{text: blockhead, channel: help}}]}}}}
    - {{id: member, {INSULT}, by: {{not: staff}}, examples: {{match: [{{text: blockhead, roles: [staff]}}]}}}}
    - {{id: hour, {INSULT}, at: {{hours: "22:00-06:00"}}, examples: {{match: [{{text: blockhead, at: "12:00"}}]}}}}
    - {{id: part, when: {{words: [blockhead], directed: true}}, then: case, examples: {{match: [blockhead]}}}}
    """
    told = [line.partition(" ")[2] for line in problems(tmp_path, rules)]
    assert told == [
        "example not matched by respect/quoted, for its `unless` lets it pass: “> blockhead”",
        "example not matched by respect/channel, for it doesn't hold in this channel: “blockhead”",
        "example not matched by respect/member, for it doesn't hold for these roles: “blockhead”",
        "example not matched by respect/hour, for it doesn't hold at this hour: “blockhead”",
        "example not matched by respect/part, for it fails at directed: “blockhead”",
    ]


def test_what_an_example_leaves_open_is_something_that_the_rule_covers(tmp_path: Path) -> None:
    rules = f"""
    - {{id: channel, {INSULT}, in: gaming, examples: {{match: [blockhead]}}}}
    - {{id: others, {INSULT}, in: {{not: gaming}}, examples: {{match: [blockhead]}}}}
    - {{id: member, {INSULT}, by: staff, examples: {{match: [blockhead]}}}}
    - {{id: nobody, {INSULT}, by: {{not: staff}}, examples: {{match: [blockhead]}}}}
    - {{id: hour, {INSULT}, at: {{hours: "22:00-06:00", days: [fri]}},
       examples: {{match: [blockhead, {{text: blockhead, at: "03:00"}}]}}}}
    """
    assert problems(tmp_path, rules) == []


def test_what_cannot_be_decided_says_what_to_give(tmp_path: Path) -> None:
    rules = """
    - {id: new, when: {links: true, account_age: {under: 1d}}, then: case, examples: {match: [see example.com]}}
    - {id: role, when: {roles: staff, not: {member_age: {under: 1d}}}, then: case, examples: {pass: [hello]}}
    - {id: first, when: {first_messages: 2}, then: case, examples: {match: [hello]}}
    - {id: invite, when: {invites: {allow: ["123456789012345678"]}}, then: case, examples: {match: [discord.gg/abc]}}
    """
    told = [line.rpartition("give it ")[2] for line in problems(tmp_path, rules)]
    assert told == ["account_age", "roles, member_age", "earlier_messages", "invites"]


def test_every_field_of_an_example_is_used(tmp_path: Path) -> None:
    known, other = "123456789012345678", "223456789012345678"
    digest = "a" * 64
    rules = f"""
    - {{id: age, when: {{account_age: {{under: 1d}}, not: {{member_age: {{under: 1h}}}}}}, then: case,
       examples: {{match: [{{account_age: 2h, member_age: 2h}}], pass: [{{account_age: 2d, member_age: 2h}}]}}}}
    - {{id: role, when: {{roles: staff}}, then: case, examples: {{match: [{{roles: [staff]}}], pass: [{{roles: []}}]}}}}
    - {{id: first, when: {{first_messages: 3}}, then: case,
       examples: {{match: [{{text: a, earlier_messages: 2}}], pass: [{{text: a, earlier_messages: 3}}]}}}}
    - {{id: pings, when: {{mentions: {{people: 3, everyone: true}}}}, then: case,
       examples: {{match: [{{mentions: 3}}, {{mentions: {{everyone: true}}}}], pass: [{{mentions: 2}}]}}}}
    - {{id: files, when: {{attachments: {{names: ["*.exe"]}}}}, then: case,
       examples: {{match: [{{attachments: [a.exe]}}], pass: [{{attachments: [a.png]}}]}}}}
    - {{id: digest, when: {{attachments: {{sha256: [{digest}]}}}}, then: case,
       examples: {{match: [{{attachments: [{{name: a, sha256: {digest}}}]}}]}}}}
    - {{id: invite, when: {{invites: {{allow: ["{known}"]}}}}, then: case,
       examples: {{match: [{{text: discord.gg/abc, invites: {{abc: "{other}"}}}}],
                  pass: [{{text: discord.gg/abc, invites: {{abc: "{known}"}}}}]}}}}
    - {{id: reply, when: {{directed: true}}, then: case,
       examples: {{match: [{{text: no, reply: true}}], pass: ["no"]}}}}
    - {{id: forward, when: {{forwarded: true}}, then: case, examples: {{match: [{{forwarded: true}}], pass: [a]}}}}
    - {{id: edit, when: {{edited: {{after: 1h}}}}, then: case,
       examples: {{match: [{{edited: 2h}}], pass: [{{edited: 1m}}]}}}}
    - {{id: name, when: {{name: [admin]}}, then: case, examples: {{match: [{{name: Admin}}], pass: [{{name: Ada}}]}}}}
    - {{id: lists, when: {{language: true}}, then: case,
       examples: {{match: [{{text: Das hier ist ein ganz gewöhnlicher deutscher Satz, channel: gaming}}],
                  pass: [Das hier ist ein ganz gewöhnlicher deutscher Satz,
                         {{text: Das hier ist ein ganz gewöhnlicher deutscher Satz, channel: gaming, language: de}}]}}}}
    """
    assert problems(tmp_path, rules) == []


def test_an_example_that_is_sent_again_and_again_is_judged_the_last_time(tmp_path: Path) -> None:
    rules = """
    - {id: flood, when: {flood: {messages: 5, within: 10s}}, then: case,
       examples: {match: [{text: a, times: 5}],
                  pass: [{text: a, times: 4}, {text: a, times: 5, every: 10s}, {text: a, times: 9, members: many}]}}
    - {id: wave, when: {duplicates: {at_least: 3, within: 10m, by: anyone}}, then: case,
       examples: {match: [{text: buy my new coins, times: 3, members: many}],
                  pass: [{text: buy my new coins, times: 3}]}}
    - {id: raid, when: {joins: {at_least: 5, within: 1m, account_under: 1d}}, then: case,
       examples: {match: [{join: true, times: 5, members: many, account_age: 1h}],
                  pass: [{join: true, times: 5, members: many, account_age: 2d}]}}
    - {id: aimed, then: case,
       when: {count: {of: {all: [{words: [blockhead]}, {directed: true}]}, at_least: 3, within: 10m, per: pair}},
       examples: {match: [{text: blockhead, reply: true, times: 3}],
                  pass: [{text: blockhead, times: 3}, {text: blockhead, reply: true, times: 2}]}}
    """
    assert problems(tmp_path, rules) == []
