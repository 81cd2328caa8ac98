"""A community with given rules, compiled, and messages judged by it one after the other."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.domain.facts import NO_FACTS, Facts
from bot.domain.judgement import Judgement
from bot.domain.message import Channel, PlatformName
from bot.policy.evaluate import evaluate
from bot.policy.history import History
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from tests.policy.folders import guideline, write
from tests.policy.make import NOON, member, message

COMMUNITY = """\
community: acme
zone: Europe/Berlin
languages: [de, en]
channels:
  help: {discord: "4101", slack: T0A/C0HELP}
  gaming: {discord_category: "4200", languages: [en]}
roles:
  staff: {discord: "5001"}
act_within: 30m
automation:
  may: [delete, quarantine, {timeout: {up_to: 1h}}]
  asks: {kick: internal, ban: internal}
queues: {conduct: {}, hate: {}}
"""


@dataclass(frozen=True, kw_only=True)
class Court:
    """Judges messages in a row, remembering what its windows need."""

    #: what is judged by
    policies: PolicySet
    #: what came before
    history: History

    def judge(
        self, text: str = "", *, id: str = "1", seconds: float = 0, channel: str = "4101", **fields: Any
    ) -> Judgement:
        """Judge a message posted so many seconds after noon, at its own time unless `now` is given, and remember it."""
        facts: Facts = fields.pop("facts", NO_FACTS)
        now: datetime | None = fields.pop("now", None)
        where = fields.pop("where", None) or Channel(platform=PlatformName.DISCORD, workspace="W", id=channel)
        fields.setdefault("author", member(roles=frozenset()))
        judged = message(text, id=id, channel=where, at=NOON + timedelta(seconds=seconds), **fields)
        judgement = evaluate(self.policies, judged, facts, self.history, now or judged.at)
        self.history.observe(judgement.features)
        return judgement

    def rules(self, text: str = "", **fields: Any) -> list[str]:
        """Judge a message and return the ids of the rules that matched, gravest first."""
        return [finding.rule.partition("/")[2] for finding in self.judge(text, **fields).findings]


def court(
    folder: Path, rules: str, *, community: str = COMMUNITY, live: bool = True, care: str = "", **lists: str
) -> Court:
    """Return a court over one guideline with these rules and one of care; `lists` are list files by name."""
    files: dict[str, str | bytes] = {f"lists/{name}.txt": content for name, content in lists.items()}
    files |= {"community.yaml": community, "guidelines/respect.yaml": guideline(rules)}
    if care:
        files["guidelines/care.yaml"] = guideline(care, head="guideline: care\ncare: true")
    loaded = load_policies(write(folder, files), "acme", live=live)
    errors = [f"{problem.place} {problem.message.say()}" for problem in loaded.problems if not problem.is_warning]
    assert loaded.policies is not None, errors
    return Court(policies=loaded.policies, history=loaded.policies.history())
