"""What a check found: every problem as a phrase, the first hundred in words and the others counted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from bot.i18n import Phrase, Value, phrase

#: problems that are named; a ledger that was replaced as a whole would fill the memory with them
SHOWN = 100


@dataclass(kw_only=True, slots=True)
class Findings:
    """Problems as they are found, and how much was looked at."""

    #: the first ones
    problems: list[Phrase] = field(default_factory=list)
    #: how many there are
    count: int = 0
    #: entries, nodes, checkpoints, cosignatures, rows: how many of each were looked at
    looked: dict[str, int] = field(default_factory=dict)

    def problem(self, key: str, **values: Value) -> None:
        """Note a problem."""
        self.count += 1
        if len(self.problems) < SHOWN:
            self.problems.append(phrase(f"verify.{key}", **values))

    def seen(self, what: str, many: int) -> None:
        """Note that so many were looked at."""
        self.looked[what] = self.looked.get(what, 0) + many


def stretches(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return ascending numbers as stretches of neighbours, first and last."""
    found = []
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in group]
        found.append((members[0], members[-1]))
    return found
