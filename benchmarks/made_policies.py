"""Writes made-up policies: as many terms, patterns and rules as are asked for, with links and flood."""

import json
import random
from collections.abc import Sequence
from pathlib import Path

from benchmarks.vocabulary import spoken, terms
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet

COMMUNITY = "made"

_RULES_A_FILE = 100
_COMMUNITY = """community: made
zone: Europe/Berlin
languages: [en, de]
mode: live
automation: {may: [delete, {timeout: {up_to: 1h}}]}
"""
_LINKS = {"links": {"lists": "hosts", "like": ["discord.com", "paypal.com"], "masked": True, "mixed_script": True}}
_FLOOD = {"flood": {"messages": 8, "within": "10s"}}
_RULE = "- id: {}\n  when: {}\n  severity: {}\n  then: [{}]\n"
_SEVERITIES = ("low", "medium", "high")
_LEET = {"a": "[a4@]", "e": "[e3]", "i": "[i1!|]", "o": "[o0]", "s": "[s5$]", "t": "[t7+]"}


def patterns(count: int) -> list[str]:
    """Return patterns as people write them: leet, letters apart, words near each other, hosts."""
    chance = random.Random(30)
    words = [term for term in terms(20_000)[-12_000:] if " " not in term]
    common = spoken("en")[0][2_000:9_000]
    made = []
    for number in range(count):
        word, kind = chance.choice(words), number % 10
        if kind < 5:
            made.append(r"(?i)\b" + "+".join(_LEET.get(letter, letter) for letter in word) + r"+\b")
        elif kind < 7:
            made.append(r"(?i)\b" + r"[\s._-]*".join(word) + r"\b")
        elif kind < 9:
            made.append(rf"(?i)\b{chance.choice(common)}\b.{{0,40}}\b{chance.choice(common)}\b")
        else:
            made.append(rf"(?i)\b{word}\.(?:com|net|xyz)\b")
    return made


def write_policies(target: str, *, words: int, regexes: int = 0, rules: int = 1, windows: bool = False) -> None:
    """Write a community with `words` terms and `regexes` patterns spread over `rules` rules.

    With `windows`, one rule about links and one about floods are among them.
    """
    home = Path(target, COMMUNITY)
    (home / "lists").mkdir(parents=True)
    (home / "guidelines").mkdir()
    (home / "community.yaml").write_text(_COMMUNITY, encoding="utf-8")
    written = [_rule("links", _LINKS, 1), _rule("flood", _FLOOD, 0)] if windows else []
    if windows:
        _write_list(home, "hosts", [f"{term}.example" for term in terms(1_000) if " " not in term])
    pattern_rules = min(regexes, max(1, rules // 5))
    for number, shared in enumerate(_spread(patterns(regexes), pattern_rules)):
        written.append(_rule(f"patterns-{number}", {"regex": shared}, number))
    for number, shared in enumerate(_spread(terms(words), rules - len(written))):
        _write_list(home, f"terms-{number}", shared)
        written.append(_rule(f"terms-{number}", {"words": {"lists": f"terms-{number}"}}, number))
    for first in range(0, len(written), _RULES_A_FILE):
        name = f"part-{first // _RULES_A_FILE}"
        head = f"guideline: {name}\ntitle: {{en: Part, de: Teil}}\ntext: {{en: Part., de: Teil.}}\nrules:\n"
        body = "".join(written[first : first + _RULES_A_FILE])
        (home / "guidelines" / f"{name}.yaml").write_text(head + body, encoding="utf-8")


def load(folder: Path) -> PolicySet:
    """Return the made-up policies, compiled."""
    loaded = load_policies(folder, COMMUNITY, live=True)
    assert loaded.policies is not None, loaded.problems[:3]
    return loaded.policies


def _rule(name: str, condition: object, number: int) -> str:
    outcome = "delete" if number % 3 else "{timeout: 10m}"
    return _RULE.format(name, json.dumps(condition), _SEVERITIES[number % 3], outcome)


def _spread(things: Sequence[str], parts: int) -> list[list[str]]:
    """Return the things in so many parts of nearly the same size; empty parts are left out."""
    return [part for number in range(parts) if (part := list(things[number::parts]))]


def _write_list(home: Path, name: str, entries: Sequence[str]) -> None:
    (home / "lists" / f"{name}.txt").write_text("\n".join(entries) + "\n", encoding="utf-8")
