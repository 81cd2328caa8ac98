"""Everything that can be said of policies without a message: read, compiled, linted, tried on their examples."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bot.i18n import phrase
from bot.policy.compile import compile_policies
from bot.policy.examples import run_examples
from bot.policy.hands import Ways, relies_on_hands
from bot.policy.lint import lint_terms
from bot.policy.places import Place
from bot.policy.problems import Problem, in_order
from bot.policy.soundness import sound_part
from bot.policy.source import Draft, read_community

#: nothing is known of platforms
_ANY_WAY: Ways = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """What a check found."""

    #: all problems by place, each once
    problems: tuple[Problem, ...]
    #: rules looked at
    rules: int
    #: examples of these rules
    examples: int
    #: how many of them weren't tried, for errors kept their rules from being compiled
    untried: int = 0

    @property
    def errors(self) -> int:
        """How many problems keep the policies from being used."""
        return sum(not problem.is_warning for problem in self.problems)

    @property
    def warnings(self) -> int:
        """How many don't."""
        return len(self.problems) - self.errors


def check_policies(policies: Path, communities: Iterable[str], ways: Ways = _ANY_WAY) -> Checked:
    """Return every problem of these communities' policies; a shared file's problems count once.

    `ways` says how platforms do what rules ask for: what waits there for a human's hand is warned of.
    """
    found: list[Problem] = []
    rules = examples = tried = 0
    for name in communities:
        draft = read_community(policies, name)
        compiled = compile_policies(draft)
        _note_unread_lists(draft, complete=compiled is not None)
        sound = draft if compiled is not None else sound_part(draft)
        compiled = compiled or compile_policies(sound)
        found += [*draft.problems, *relies_on_hands(draft, ways)]
        if compiled is not None:
            found += [*run_examples(compiled, sound), *lint_terms(compiled, sound)]
            tried += _examples(sound)
        rules += sum(len(guideline.rules) for guideline in draft.guidelines)
        examples += _examples(draft)
    return Checked(problems=in_order(found), rules=rules, examples=examples, untried=examples - tried)


def _examples(draft: Draft) -> int:
    each = (rule.model.examples for guideline in draft.guidelines for rule in guideline.rules)
    return sum(len(examples.match) + len(examples.passing) for examples in each)


def _note_unread_lists(draft: Draft, *, complete: bool) -> None:
    """Read the community's lists that no rule reads, for they may be broken; warn of them when every rule was read."""
    lists = draft.lists
    own = [name for name, path in lists.paths.items() if path.parent == lists.folder and name not in lists.entries]
    for name in own:
        if lists.read(name) is not None and complete:
            place = Place(file=lists.reader.shown(lists.paths[name]))
            draft.problems.append(Problem(place=place, message=phrase("check.unused_list"), is_warning=True))
