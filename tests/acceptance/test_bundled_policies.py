"""The bundled community: sound, cautious, and right about its own sample export."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from adapters.archive import open_archive
from bot.domain.facts import NO_FACTS
from bot.domain.judgement import Judgement
from bot.domain.message import Channel, Message, PlatformName
from bot.domain.outcome import CARING, OutcomeKind
from bot.domain.severity import Severity
from bot.policy.checking import check_policies
from bot.policy.evaluate import evaluate
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from bot.policy.showing import show_problem
from bot.policy.source import Draft, read_community
from tests.policy.make import NOON, member, message

ROOT = Path(__file__).parents[2]
POLICIES = ROOT / "policies"
SAMPLE = ROOT / "samples" / "harbour.jsonl"

GUIDELINES = {
    "respect", "harassment", "hate", "violence", "scams", "spam", "advertising", "privacy", "care", "adult",
    "impersonation", "right-place",
}  # fmt: skip


@cache
def harbour() -> PolicySet:
    policies = load_policies(POLICIES, "harbour", live=True).policies
    assert policies is not None
    return policies


@cache
def draft() -> Draft:
    return read_community(POLICIES, "harbour")


@cache
def flagged() -> dict[str, tuple[str, ...]]:
    """Return id → live rules that matched, for every message of the sample."""
    policies = harbour()
    history = policies.history()
    found: dict[str, tuple[str, ...]] = {}
    for told in messages():
        judgement = evaluate(policies, told, NO_FACTS, history, told.at)
        assert not judgement.failures
        history.observe(judgement.features)
        rules = tuple(finding.rule for finding in judgement.findings if finding.mode == "live")
        if rules:
            found[told.ref.message] = rules
    return found


def messages() -> Iterator[Message]:
    for item in open_archive(SAMPLE).messages():
        assert isinstance(item, Message)
        yield item


@cache
def lines() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines())


def rules_for(part: str) -> list[tuple[str, ...]]:
    """Return the rules that matched each message whose text holds `part`."""
    found = [flagged().get(line["id"], ()) for line in lines() if part in line["text"]]
    assert found, part
    return found


def test_nothing_is_said_of_the_bundled_policies() -> None:
    checked = check_policies(POLICIES, ["harbour"])
    assert [show_problem(problem) for problem in checked.problems] == []
    assert checked.rules > 50
    assert checked.examples > 300


def test_every_guideline_is_there_in_both_languages() -> None:
    models = [guideline.model for guideline in draft().guidelines]
    assert {model.guideline for model in models} == GUIDELINES
    assert all(set(model.title) == set(model.text) == {"en", "de"} for model in models)


def test_every_rule_has_examples_of_both_kinds() -> None:
    bare = [
        rule.model.id
        for guideline in draft().guidelines
        for rule in guideline.rules
        if not (rule.model.examples.match and rule.model.examples.passing)
    ]
    assert bare == []


def test_automation_never_removes_a_person_or_restricts_one_for_more_than_a_day() -> None:
    outcomes = [(rule.name, outcome) for rule in harbour().rules for outcome in rule.outcomes]
    kinds = {outcome.kind for _, outcome in outcomes}
    assert not kinds & {OutcomeKind.KICK, OutcomeKind.BAN}
    long = [
        name for name, outcome in outcomes
        if outcome.kind in (OutcomeKind.TIMEOUT, OutcomeKind.QUARANTINE)
        and (outcome.duration is None or outcome.duration > timedelta(days=1))
    ]  # fmt: skip
    assert long == []


def test_low_severity_brings_a_notice_and_never_a_sanction() -> None:
    low = [rule for rule in harbour().rules if rule.severity is Severity.LOW]
    allowed = {OutcomeKind.DELETE, OutcomeKind.NOTICE}
    assert low
    assert [rule.name for rule in low if not {one.kind for one in rule.outcomes} <= allowed] == []


def test_care_only_helps_and_reaches_the_communitys_own_people() -> None:
    care = [rule for rule in harbour().rules if rule.care]
    assert care
    assert all(one.kind in CARING for rule in care for one in rule.outcomes)
    community = draft().community
    assert community is not None
    assert (community.queues["care"].served_by, community.queues["care"].otherwise) == ((), "internal")


def test_the_sample_is_a_convincing_month() -> None:
    assert SAMPLE.stat().st_size < 1_000_000
    assert 2_000 <= len(lines()) <= 3_000
    assert 100 <= len({line["author"] for line in lines()}) <= 170
    counted = Counter(rule.partition("/")[0] for rules in flagged().values() for rule in set(rules))
    assert set(counted) == GUIDELINES
    assert 40 <= len(flagged()) <= 120


def incident_texts() -> set[str]:
    """Return what is written in the sample's incidents, without flags and mentions."""
    described = tomllib.loads((ROOT / "scripts" / "sample" / "incidents.toml").read_text(encoding="utf-8"))
    written = (line.split(" ", 3)[3] for incident in described["incident"] for line in incident["lines"])
    return {bare(re.sub(r"\[(?:reply|times|every|file|forwarded)\b[^\]]*\]", "", text)) for text in written}


def bare(text: str) -> str:
    return re.sub(r"<@[^>]*>", "", text).strip()


def test_ordinary_talk_stays_unflagged() -> None:
    expected = incident_texts()
    flags = [(line["text"], flagged().get(line["id"])) for line in lines() if line.get("kind") != "join"]
    assert [(text, rules) for text, rules in flags if rules and bare(text) not in expected] == []


@pytest.mark.parametrize(
    "part",
    [
        "Scunthorpe", "Penistone", "Essex", "Dickens", "Moby Dick", "Philip K. Dick", "die Kirche läutet", "das Gift",
        "so ein Mist", "Flachzange", 'he called me "asshole"', "„Hurensohn“", '"faggot" is not a word', "„Kanaken“",
        '"I know where you live"', "i cut myself", "suicide burn", "never share your seed phrase", "in the rematch",
        "retard the ignition", "cable porn", "„Juden raus“", "free nitro thing a scam", "ich lach mich tot",
    ],
)  # fmt: skip
def test_innocent_look_alikes_and_quotes_pass(part: str) -> None:
    found = [flagged().get(line["id"], ()) for line in lines() if part.lower() in line["text"].lower()]
    assert found, part
    assert not any(found)


@pytest.mark.parametrize(
    ("part", "rule"),
    [
        ("dlscord-drop.example", "scams/look-alike"),
        ("steamcornmunity", "scams/look-alike"),
        ("trade-skins.example", "scams/masked-link"),
        ("discord . gg / partypiraten", "advertising/invite-by-newcomer"),
        ("f4gg0t", "hate/slurs"),
        ("K a n a k e n", "hate/slurs"),
        ("s1eg heil", "hate/slogans"),
        ("du H*rensohn", "respect/aimed-insult"),
        ("halt die Fr3sse", "respect/dismissal"),
        ("a$$h0le", "respect/aimed-insult"),
        ("send n*des", "harassment/sexual-remark"),
        ("k y s", "harassment/death-wish"),
        ("gonna k1ll you", "violence/threat"),
        ("14 Invented Street", "privacy/doxxing"),
        ("Musterstraße 12", "privacy/doxxing"),
        ("don't want to live", "care/crisis"),
        ("nicht mehr leben", "care/crisis"),
        ("BoatSim_Setup", "scams/try-my-game"),
    ],
)
def test_what_goes_wrong_is_found(part: str, rule: str) -> None:
    found = [flagged().get(line["id"], ()) for line in lines() if part in json.dumps(line, ensure_ascii=False)]
    assert found, part
    assert all(rule in rules for rules in found)


def judged(text: str, channel: str) -> Judgement:
    """Judge a message of somebody who has been here for a year."""
    where = Channel(platform=PlatformName.EXPORT, workspace="", id=channel, name=channel)
    old, joined = NOON - timedelta(days=400), NOON - timedelta(days=300)
    author = member(roles=frozenset(), created_at=old, joined_at=joined)
    return evaluate(harbour(), message(text, channel=where, author=author), NO_FACTS, harbour().history(), NOON)


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("Kanake - das Buch von Zaimoglu", "kneipe"),
        ("Schwuchtel wurde ich früher genannt", "kneipe"),
        ("Spast! haha", "kneipe"),
        ("Sieg Heil wurde gerufen, schrieb die Zeitung", "kneipe"),
        ("ich bring dich um wenn du das spoilerst", "kneipe"),
        ("kys key sequence? the kys.txt file", "lobby"),
        ("I'm gonna kill you in smash later", "lobby"),
        ("steamcomunity.com is a phishing site, avoid", "lobby"),
        ("his real name is John Example and he lives at 5 Elm St", "lobby"),
    ],
)
def test_what_a_machine_judges_badly_goes_to_a_person_and_nothing_else_follows(text: str, channel: str) -> None:
    assert {outcome.kind for outcome in judged(text, channel).outcomes} == {OutcomeKind.CASE}


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("the faggot of sticks in the fireplace", "lobby"),
        ("I want to die of embarrassment lol", "lobby"),
        ("self harm awareness week starts monday", "lobby"),
        ("Ich will nicht mehr leben ohne Kaffee", "kneipe"),
        ("https://discord.gift/abc https://paypal.me/kim https://paypal.de", "lobby"),
    ],
)
def test_what_only_sounds_grave_brings_nothing_about(text: str, channel: str) -> None:
    assert judged(text, channel).outcomes == ()


@pytest.mark.parametrize(
    ("text", "channel"),
    [("just kill yourself, i want to die", "lobby"), ("du Schwuchtel, ich will nicht mehr leben", "kneipe")],
)
def test_whoever_cries_for_help_while_breaking_rules_is_helped_and_not_punished(text: str, channel: str) -> None:
    judgement = judged(text, channel)
    assert any(not finding.care for finding in judgement.findings)
    kinds = {outcome.kind for outcome in judgement.outcomes}
    assert kinds == {OutcomeKind.DELETE, OutcomeKind.NOTICE, OutcomeKind.CASE, OutcomeKind.ESCALATE}
    assert {outcome.target for outcome in judgement.outcomes} == {"", "care", "safety"}


def test_a_person_in_distress_meets_only_help() -> None:
    for rules in (*rules_for("don't want to live"), *rules_for("nicht mehr leben"), *rules_for("nobody would miss me")):
        assert {rule.partition("/")[0] for rule in rules} == {"care"}
