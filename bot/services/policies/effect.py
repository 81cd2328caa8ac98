"""What other policies would have done to messages that were written already: both sets judge them, and are counted."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.message import Message
from bot.domain.outcome import Outcome, OutcomeKind
from bot.policy.policy_set import PolicySet
from bot.services.replay.compare import Comparison
from bot.services.replay.judging import judge_by

#: messages that are judged before others have their turn
_TURN = 50
#: percent of messages or members from which on a change is told loudly
_MUCH = 5
#: fewer than these may be chance
_FEW = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """Counts under both policy sets, each as (before, after); nothing of any message."""

    #: messages judged
    messages: int
    #: who wrote them
    members: int
    #: by rule: messages it matched
    rules: Mapping[str, tuple[int, int]]
    #: by kind of outcome: how often it would have followed
    outcomes: Mapping[str, tuple[int, int]]
    #: members who would have been sanctioned
    sanctioned: tuple[int, int]
    #: times that a rule of the new set could not be evaluated
    failures: int = 0

    def warnings(self) -> list[dict[str, Any]]:
        """Return what should make a lead look twice: much is done that wasn't, to messages or to members."""
        found = []
        deleted = self.outcomes.get(OutcomeKind.DELETE.value, (0, 0))
        for what, (before, after), total in (
            ("deletes", deleted, self.messages),
            ("sanctions", self.sanctioned, self.members),
        ):
            if _is_much(before, after, total):
                found.append({"what": what, "count": after, "of": total, "percent": round(100 * after / total)})
        for rule, (before, after) in sorted(self.rules.items(), key=lambda one: -one[1][1]):
            if _is_much(before, after, self.messages):
                percent = round(100 * after / self.messages)
                found.append({"what": "matches", "rule": rule, "count": after, "of": self.messages, "percent": percent})
        if self.failures:
            found.append({"what": "fails", "count": self.failures})
        return found


def _is_much(before: int, after: int, total: int) -> bool:
    return after > before and after >= _FEW and 100 * after >= _MUCH * total


async def weigh(messages: Sequence[Message], before: PolicySet, after: PolicySet) -> Effect:
    """Return what both sets would have done to messages, in the order of time; programs aren't judged.

    It lets others have their turn between messages.
    """
    judge_before, judge_after = judge_by(before), judge_by(after)
    comparison, authors, failures = Comparison(), set[str](), 0
    sanctioned: tuple[set[str], set[str]] = (set(), set())
    people = sorted((one for one in messages if not one.author.bot), key=lambda one: (one.at, one.ref.message))
    for number, message in enumerate(people):
        if number % _TURN == 0:
            await asyncio.sleep(0)
        authors.add(message.author.key)
        was, now = judge_before(message), judge_after(message)
        failures += len(now.failures)
        if was.findings or now.findings:
            comparison.compare(message, now, was)
        for held, judgement in zip(sanctioned, (was, now), strict=True):
            if any(one.kind is not OutcomeKind.ASK and one.sanction is not None for one in judgement.outcomes):
                held.add(message.author.key)
    shifts = comparison.rules.items()
    return Effect(
        messages=len(people),
        members=len(authors),
        rules={name: (one.both + one.only_against, one.both + one.only_now) for name, one in sorted(shifts)},
        outcomes=_by_kind(comparison.outcomes_against, comparison.outcomes_now),
        sanctioned=(len(sanctioned[0]), len(sanctioned[1])),
        failures=failures,
    )


def _by_kind(before: Counter[Outcome], after: Counter[Outcome]) -> dict[str, tuple[int, int]]:
    counts: dict[str, list[int]] = {}
    for place, outcomes in enumerate((before, after)):
        for outcome, count in outcomes.items():
            counts.setdefault(outcome.kind.value, [0, 0])[place] += count
    return {kind: (was, now) for kind, (was, now) in sorted(counts.items())}
