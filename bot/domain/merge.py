"""How the outcomes of several rules become one: the law of design §5, stated and applied here alone.

Delete once; the strongest sanction once, and a stronger one that is only asked for beside it; one notice and one case,
by the gravest rule; the largest strike; one escalation, by the gravest rule; the longest slow mode; one raid mode.
Help comes before punishment: beside a finding of a `care` guideline nobody is sanctioned and no strike counts.
"""

from collections.abc import Iterable
from datetime import timedelta

from bot.domain.outcome import SANCTIONS, Outcome, OutcomeKind

_FOR_GOOD = timedelta.max


def strength(outcome: Outcome) -> tuple[int, timedelta]:
    """Return how strong a sanction is, done or asked for: by kind, then by duration, for good above all."""
    sanction = outcome.sanction
    if sanction is None:
        return (-1, timedelta())
    return (SANCTIONS.index(sanction), outcome.duration or _FOR_GOOD)


def punishes(outcome: Outcome) -> bool:
    """Return whether an outcome, done or asked for, sanctions a member or counts against one."""
    return outcome.sanction is not None or OutcomeKind.STRIKE in (outcome.kind, outcome.asked)


def merge(outcomes: Iterable[Outcome], *, helping: bool = False) -> tuple[Outcome, ...]:
    """Return what follows from the outcomes of all rules that fired, given gravest rule first.

    With `helping`, one of the findings is of a `care` guideline: what punishes is left out.
    """
    every = tuple(one for one in dict.fromkeys(outcomes) if not (helping and punishes(one)))
    if len(every) < 2:  # nothing to merge
        return every
    by_kind: dict[OutcomeKind, list[Outcome]] = {}
    for outcome in every:
        by_kind.setdefault(outcome.kind, []).append(outcome)
    kept: list[Outcome] = [by_kind[OutcomeKind.DELETE][0]] if OutcomeKind.DELETE in by_kind else []
    kept += _sanctions([outcome for outcome in every if outcome.sanction is not None])
    asked = [outcome for outcome in by_kind.get(OutcomeKind.ASK, ()) if outcome.sanction is None]
    kept += {outcome.asked: outcome for outcome in reversed(asked) if outcome.asked not in by_kind}.values()
    for kind in (OutcomeKind.NOTICE, OutcomeKind.CASE, OutcomeKind.ESCALATE):
        kept += by_kind.get(kind, ())[:1]
    if OutcomeKind.STRIKE in by_kind:
        kept.append(max(by_kind[OutcomeKind.STRIKE], key=lambda outcome: outcome.amount))
    for kind in (OutcomeKind.SLOW_MODE, OutcomeKind.RAID_MODE):
        if kind in by_kind:
            kept.append(max(by_kind[kind], key=lambda outcome: outcome.duration or _FOR_GOOD))
    return tuple(kept)


def _sanctions(every: list[Outcome]) -> list[Outcome]:
    """Return the strongest sanction that is done, and the strongest that is asked for where it is stronger."""
    done = max((one for one in every if one.kind is not OutcomeKind.ASK), key=strength, default=None)
    asked = max((one for one in every if one.kind is OutcomeKind.ASK), key=strength, default=None)
    kept = [done] if done is not None else []
    if asked is not None and (done is None or strength(asked) > strength(done)):
        kept.append(asked)
    return kept
