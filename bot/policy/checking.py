"""Everything that can be said of policies without a message: read, compiled, linted, tried on their examples."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.policy.problems import Problem, in_order
from bot.policy.source import Draft, read_community


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """What a check found."""

    #: all problems by place, each once
    problems: tuple[Problem, ...]
    #: rules looked at
    rules: int
    #: examples of these rules
    examples: int

    @property
    def errors(self) -> int:
        """How many problems keep the policies from being used."""
        return sum(not problem.is_warning for problem in self.problems)

    @property
    def warnings(self) -> int:
        """How many don't."""
        return len(self.problems) - self.errors


def check_policies(policies: Path, communities: Iterable[str]) -> Checked:
    """Return every problem of these communities' policies; a shared file's problems count once."""
    found: list[Problem] = []
    rules = examples = 0
    for name in communities:
        draft = read_community(policies, name)
        found += _problems(draft)
        for guideline in draft.guidelines:
            rules += len(guideline.rules)
            tried = [rule.model.examples for rule in guideline.rules]
            examples += sum(len(each.match) + len(each.passing) for each in tried)
    return Checked(problems=in_order(found), rules=rules, examples=examples)


def _problems(draft: Draft) -> list[Problem]:
    return draft.problems
