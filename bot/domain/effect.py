"""Effects: what follows from a message, keyed by rule and outcome, so that nothing follows twice."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import NamedTuple

from bot.domain.judgement import Finding, Judgement, Mode
from bot.domain.outcome import Outcome, OutcomeKind

#: stands for the finding itself, so that it is recorded once even where nothing follows
FOUND = "found"

_SECOND = timedelta(seconds=1)


class EffectKey(NamedTuple):
    """What followed from one message."""

    #: `guideline/rule`
    rule: str
    #: the outcome, as `outcome_key` spells it
    outcome: str


#: what already followed from one message, and whether live or in shadow
Known = Mapping[EffectKey, Mode]


def outcome_key(outcome: Outcome) -> str:
    """Return the one spelling of an outcome."""
    parts = [outcome.asked.value if outcome.asked is not None else ""]
    parts += ["" if length is None else str(length // _SECOND) for length in (outcome.duration, outcome.lasts)]
    parts += [str(outcome.amount) if outcome.amount else "", outcome.target]
    return ":".join((outcome.kind.value, *parts)).rstrip(":")


def write_outcome(outcome: Outcome) -> dict[str, str | int]:
    """Return an outcome as rows and records keep it; what is empty isn't written."""
    said: dict[str, str | int] = {"kind": outcome.kind.value}
    lengths = (("seconds", outcome.duration), ("lasts", outcome.lasts), ("purge", outcome.purge))
    for name, length in lengths:
        if length is not None:
            said[name] = length // _SECOND
    if outcome.amount:
        said["amount"] = outcome.amount
    if outcome.target:
        said["target"] = outcome.target
    if outcome.asked is not None:
        said["asked"] = outcome.asked.value
    return said


def read_outcome(said: Mapping[str, str | int]) -> Outcome:
    """Return the outcome that was written."""
    names = ("seconds", "lasts", "purge")
    duration, lasts, purge = (timedelta(seconds=int(said[name])) if name in said else None for name in names)
    return Outcome(
        kind=OutcomeKind(str(said["kind"])),
        duration=duration,
        lasts=lasts,
        purge=purge,
        amount=int(said.get("amount", 0)),
        target=str(said.get("target", "")),
        asked=OutcomeKind(str(said["asked"])) if "asked" in said else None,
    )


def asking(findings: tuple[Finding, ...], outcome: Outcome, mode: Mode) -> Iterator[Finding]:
    """Yield the findings of one mode that ask for an outcome, gravest first."""
    return (finding for finding in findings if finding.mode is mode and outcome in finding.outcomes)


def unfollowed(judgement: Judgement, known: Known, mode: Mode) -> tuple[Outcome, ...]:
    """Return the outcomes of one mode that haven't followed from this message yet.

    One follows anew when a rule asks for it that didn't before: an edit may raise what follows, never repeat it.
    """
    outcomes = judgement.outcomes if mode is Mode.LIVE else judgement.shadow
    if not known:
        return outcomes
    return tuple(
        outcome
        for outcome in outcomes
        if any(
            _is_new(known, EffectKey(finding.rule, outcome_key(outcome)), mode)
            for finding in asking(judgement.findings, outcome, mode)
        )
    )


def new_effects(judgement: Judgement, known: Known, mode: Mode) -> tuple[EffectKey, ...]:
    """Return what is to be remembered of a judgement's findings of one mode, beyond what already is."""
    outcomes = judgement.outcomes if mode is Mode.LIVE else judgement.shadow
    keys = [EffectKey(finding.rule, FOUND) for finding in judgement.findings if finding.mode is mode]
    for outcome in outcomes:
        spelt = outcome_key(outcome)
        keys += [EffectKey(finding.rule, spelt) for finding in asking(judgement.findings, outcome, mode)]
    return tuple(key for key in dict.fromkeys(keys) if _is_new(known, key, mode))


def _is_new(known: Known, key: EffectKey, mode: Mode) -> bool:
    # what was only watched may follow once the rule is live
    held = known.get(key)
    return held is None or (held is Mode.SHADOW and mode is Mode.LIVE)
