"""How much a member's report counts: by what came of their earlier ones."""

from collections.abc import Iterable

from bot.domain.severity import Severity

#: hundredths: what the word of somebody counts of whom nothing is known
FULL = 100
#: nobody's word counts for nothing
LEAST = 10
#: a word that counts for less raises no severity, however many there are of it
_HEARD = 50
#: so much, by so many, makes a case graver
_RAISES = 3 * FULL


def weigh(upheld: int, unfounded: int) -> int:
    """Return what somebody's report counts: less with every unfounded one, more again with every upheld one."""
    return max(LEAST, FULL * (upheld + 2) // (upheld + unfounded + 2))


def raised_by(weights: Iterable[int], severity: Severity) -> Severity:
    """Return how grave a case is that was reported with these weights, one a reporter.

    Many reports make it one step graver than the first did, and never the gravest: that is for rules and people.
    """
    heard = sum(weight for weight in weights if weight >= _HEARD)
    if heard < _RAISES or severity >= Severity.HIGH:
        return severity
    return Severity(severity + 1)
