"""An explanation says what the evaluator says, and why."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.judgement import Mode
from bot.policy.detection import Detector, Evidence
from bot.policy.inspection import Inspection
from bot.policy.schema.guideline import ExampleModel
from bot.policy.tracing import Result, Step, Trace, leaves
from bot.services.explain import Explanation, Opened, explain, open_policies
from tests.policy.bench import COMMUNITY
from tests.policy.folders import guideline, write
from tests.policy.make import NOON

RULES = """
- {id: rude, when: {words: [blockhead]}, unless: {quoted: true}, severity: high, then: [delete, {notice: respect}]}
- {id: loud, when: {all: [{caps: 0.8}, {not: {words: [lol]}}]}, by: {not: staff}, then: delete}
- {id: link, when: {any: [{links: true}, {forwarded: true}], account_age: {under: 1d}}, then: {case: hate}}
- {id: night, when: {words: [blockhead]}, at: {hours: "22:00-06:00"}, then: delete}
- {id: games, when: {words: [blockhead]}, in: gaming, then: delete}
- {id: rest, when: {words: [blockhead]}, mode: off, then: delete}
- {id: watch, when: {words: [blockhead]}, mode: shadow, then: delete}
- {id: often, then: delete,
   when: {count: {of: {all: [{words: [blockhead]}, {directed: true}]}, at_least: 3, within: 10m, per: pair}}}
"""


def opened(folder: Path, rules: str = RULES, community: str = COMMUNITY) -> Opened:
    files: dict[str, str | bytes] = {"community.yaml": community, "guidelines/respect.yaml": guideline(rules)}
    return open_policies(write(folder, files), "acme")


def explained(found: Opened, text: str = "", **fields: object) -> Explanation:
    assert found.policies is not None, found.problems
    return explain(found.draft, found.policies, ExampleModel.model_validate({"text": text, **fields}), NOON)


def results(explanation: Explanation) -> dict[str, Result]:
    return {one.trace.rule.name.partition("/")[2]: one.trace.result for one in explanation.rules}


def one(explanation: Explanation, rule: str) -> Trace:
    return next(found.trace for found in explanation.rules if found.trace.rule.name.endswith(rule))


def outline(step: Step) -> object:
    """Return a trace as nested lists: name, whether it holds, parts."""
    answer = None if step.answer is None else step.holds
    return [step.name, answer, *map(outline, step.parts)] if step.parts else [step.name, answer]


def test_every_rule_says_how_it_stands_to_the_message(tmp_path: Path) -> None:
    found = results(explained(opened(tmp_path), "you blockhead", roles=[]))
    assert found == {
        "rude": Result.MATCHES,
        "loud": Result.FAILS,
        "link": Result.FAILS,
        "night": Result.OTHER_HOUR,
        "games": Result.OTHER_CHANNEL,
        "rest": Result.OFF,
        "watch": Result.MATCHES,
        "often": Result.FAILS,
    }


def test_rules_that_see_what_they_look_for_and_do_not_match_are_near(tmp_path: Path) -> None:
    explanation = explained(opened(tmp_path), "> BLOCKHEAD BLOCKHEAD", roles=["staff"])
    near = [found.rule.name.partition("/")[2] for found in explanation.near()]
    assert near == ["rude", "loud", "night", "games", "rest"]
    assert one(explanation, "rude").result is Result.EXCUSED
    assert one(explanation, "loud").result is Result.OTHER_MEMBER


def test_what_is_not_known_is_named_with_what_would_settle_it(tmp_path: Path) -> None:
    explanation = explained(opened(tmp_path), "SEE EXAMPLE.COM NOW PLEASE")
    unknown = {found.rule.name: found.missing for found in explanation.standing(Result.UNKNOWN)}
    assert unknown == {"respect/loud": ("roles",), "respect/link": ("account_age",)}


def test_a_condition_is_explained_part_by_part(tmp_path: Path) -> None:
    when = one(explained(opened(tmp_path), "see example.com"), "link").when
    assert when is not None
    assert outline(when) == ["all", None, ["any", True, ["links", True], ["forwarded", False]], ["account_age", None]]
    assert [leaf.name for leaf in leaves(when)] == ["account_age"]


def test_a_count_shows_what_it_counts_and_how_far_it_got(tmp_path: Path) -> None:
    found = opened(tmp_path)
    seldom = one(explained(found, "blockhead", reply=True, times=2), "often").when
    often = one(explained(found, "blockhead", reply=True, times=3), "often").when
    assert seldom is not None
    assert often is not None
    parts = ["all", True, ["words", True], ["directed", True]]
    assert outline(seldom) == ["count", False, parts]
    assert outline(often) == ["count", True, parts]


def test_a_rule_that_fails_is_shown_as_broken_and_hides_no_other(tmp_path: Path) -> None:
    found = opened(tmp_path)
    assert found.policies is not None

    def fail(_: Inspection) -> Evidence:
        raise ZeroDivisionError

    broken = Detector(key="broken", anchors=frozenset({0}), probe=fail)
    first, *others = found.policies.rules
    policies = replace(found.policies, rules=(replace(first, when=broken), *others))
    explanation = explained(replace(found, policies=policies), "you blockhead", roles=[])
    assert one(explanation, "rude").result is Result.BROKEN
    assert one(explanation, "rude").reason == "ZeroDivisionError"
    assert one(explanation, "watch").result is Result.MATCHES


def test_the_judgement_is_that_of_a_live_community_and_says_so_when_it_only_watches(tmp_path: Path) -> None:
    explanation = explained(opened(tmp_path, community=COMMUNITY + "mode: shadow\n"), "blockhead", roles=[])
    assert explanation.only_watching
    assert [finding.mode for finding in explanation.judgement.findings] == [Mode.LIVE, Mode.SHADOW]
    assert not explained(opened(tmp_path, community=COMMUNITY + "mode: live\n"), "blockhead").only_watching


def test_a_message_stands_where_and_when_it_is_said_to(tmp_path: Path) -> None:
    found = opened(tmp_path)
    explanation = explained(found, "blockhead", channel="gaming", at="23:30")
    assert (explanation.channel, explanation.languages) == ("gaming", ("en",))
    assert results(explanation)["games"] is Result.MATCHES
    assert results(explanation)["night"] is Result.MATCHES
    assert explanation.message.at - NOON == timedelta(hours=10, minutes=30)
    assert explained(found, "blockhead", language="fr").languages == ("fr",)


def test_broken_policies_come_with_their_problems_instead(tmp_path: Path) -> None:
    found = opened(tmp_path, "- {id: rude, when: {wrods: [x]}, then: case}\n")
    assert found.policies is None
    assert [problem.message.key for problem in found.problems if not problem.is_warning] == ["check.unknown_signal"]


WORDS = st.sampled_from(["blockhead", "BLOCKHEAD", "> blockhead", "example.com", "lol", "HELLO THERE YOU", "hm"])
MESSAGES = st.fixed_dictionaries(
    {"text": st.lists(WORDS, max_size=4).map(" ".join)},
    optional={
        "roles": st.sampled_from([[], ["staff"]]),
        "account_age": st.sampled_from(["1h", "2d"]),
        "channel": st.sampled_from(["help", "gaming"]),
        "at": st.sampled_from(["03:00", "12:00", "22:00"]),
        "reply": st.booleans(),
        "forwarded": st.booleans(),
        "times": st.integers(1, 4),
        "members": st.sampled_from(["one", "many"]),
    },
)


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    return opened(tmp_path_factory.mktemp("acme"))


@given(message=MESSAGES)
def test_the_traces_agree_with_the_evaluator_on_every_rule(policies: Opened, message: dict[str, Any]) -> None:
    explanation = explained(policies, **message)
    matched = {finding.rule for finding in explanation.judgement.findings}
    assert {found.rule.name for found in explanation.standing(Result.MATCHES)} == matched
    assert bool(explanation.standing(Result.UNKNOWN)) == bool(explanation.judgement.wants)
