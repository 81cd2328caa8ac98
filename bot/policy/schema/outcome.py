"""Outcomes of a rule, of a response or of the ladder: read from YAML into one form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto
from typing import Any

from bot.domain.duration import parse_duration
from bot.domain.outcome import SANCTIONS, Outcome, OutcomeKind
from bot.i18n import phrase
from bot.policy.places import Path
from bot.policy.problems import ProblemLog, closest, shown

USE = "use"
_NAMES = (*(kind.value for kind in OutcomeKind), USE)
#: what can be asked of people
ASKABLE = (OutcomeKind.DELETE, *SANCTIONS, OutcomeKind.SLOW_MODE, OutcomeKind.RAID_MODE)
_MOST_STRIKES = 100
#: no platform removes older messages together with a ban
_LONGEST_PURGE = timedelta(days=7)


class _Bare(Enum):
    """What stands for the value of an outcome that is named without one."""

    BARE = auto()


BARE = _Bare.BARE


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One entry of a list of outcomes: an outcome, or the name of a response."""

    #: what follows; None when a response is named
    outcome: Outcome | None = None
    #: the response's name; empty when it is an outcome
    use: str = ""
    #: where in the document
    path: Path


def read_outcomes(raw: Any, path: Path, log: ProblemLog) -> tuple[Step, ...]:
    """Return what a `then`, a response or a step of the ladder lists; problems are noted and left out."""
    if isinstance(raw, list):
        if not raw:
            log.error(phrase("check.no_outcomes"), path)
        steps = [_read_step(item, (*path, index), log) for index, item in enumerate(raw)]
    else:
        steps = [_read_step(raw, path, log)]
    return tuple(step for step in steps if step is not None)


def resolve(steps: tuple[Step, ...], responses: Mapping[str, tuple[Step, ...]]) -> tuple[Outcome, ...]:
    """Return the outcomes with every known response put in place of its name."""
    outcomes: list[Outcome] = []
    for step in steps:
        if step.outcome is not None:
            outcomes.append(step.outcome)
        else:
            named = responses.get(step.use, ())
            outcomes.extend(inner.outcome for inner in named if inner.outcome is not None)
    return tuple(dict.fromkeys(outcomes))


def _read_step(raw: Any, path: Path, log: ProblemLog) -> Step | None:
    if isinstance(raw, str):
        return _read_named(raw, BARE, path, log)
    if isinstance(raw, Mapping) and len(raw) == 1:
        name, value = next(iter(raw.items()))
        return _read_named(name, value, (*path, name), log)
    log.error(phrase("check.not_an_outcome", found=shown(raw)), path)
    return None


def _read_named(name: Any, value: Any, path: Path, log: ProblemLog) -> Step | None:
    if name != USE:
        outcome = _read_outcome(name, value, path, log)
        return None if outcome is None else Step(outcome=outcome, path=path)
    if isinstance(value, str):
        return Step(use=value, path=path)
    log.error(phrase("check.use_needs_name", found="–" if value is BARE else shown(value)), path)
    return None


def _read_outcome(name: Any, value: Any, path: Path, log: ProblemLog) -> Outcome | None:
    if name not in _NAMES or name == USE:
        message = phrase("check.unknown_outcome", name=shown(name))
        log.error(message, path, suggestion=closest(str(name), _NAMES), key=value is not BARE)
        return None
    kind = OutcomeKind(name)
    return _READERS[kind](kind, value, path, log)


def _read_bare(kind: OutcomeKind, value: Any, path: Path, log: ProblemLog) -> Outcome | None:
    if value is not BARE and value is not True:
        log.error(phrase("check.outcome_takes_nothing", name=kind.value, found=shown(value)), path)
        return None
    return Outcome(kind=kind)


def _read_target(kind: OutcomeKind, value: Any, path: Path, log: ProblemLog) -> Outcome | None:
    if value is not BARE and not (isinstance(value, str) and value):
        log.error(phrase("check.outcome_needs_name", name=kind.value, found=shown(value)), path)
        return None
    return Outcome(kind=kind, target="" if value is BARE else value)


def _read_strike(kind: OutcomeKind, value: Any, path: Path, log: ProblemLog) -> Outcome | None:
    amount = 1 if value is BARE else value
    if isinstance(amount, bool) or not isinstance(amount, int) or not 1 <= amount <= _MOST_STRIKES:
        log.error(phrase("check.not_strikes", found=shown(value), limit=_MOST_STRIKES), path)
        return None
    return Outcome(kind=kind, amount=amount)


def _read_lasting(kind: OutcomeKind, value: Any, path: Path, log: ProblemLog) -> Outcome | None:
    if value is BARE:
        return Outcome(kind=kind)
    duration = _duration(value, path, log)
    return None if duration is None else Outcome(kind=kind, duration=duration)


def _read_timeout(kind: OutcomeKind, value: Any, path: Path, log: ProblemLog) -> Outcome | None:
    if value is BARE:
        log.error(phrase("check.outcome_needs_duration", name=kind.value), path)
        return None
    return _read_lasting(kind, value, path, log)


def _read_slow_mode(kind: OutcomeKind, value: Any, path: Path, log: ProblemLog) -> Outcome | None:
    if not isinstance(value, Mapping):
        return _read_timeout(kind, value, path, log)
    _refuse_others(value, ("every", "for"), path, log)
    if "every" not in value:
        log.error(phrase("check.missing_key", name="every"), path, key=True)
        return None
    pause = _duration(value["every"], (*path, "every"), log)
    lasts = _duration(value["for"], (*path, "for"), log) if "for" in value else None
    return None if pause is None else Outcome(kind=kind, duration=pause, lasts=lasts)


def _read_ban(kind: OutcomeKind, value: Any, path: Path, log: ProblemLog) -> Outcome | None:
    if not isinstance(value, Mapping):
        return _read_lasting(kind, value, path, log)
    _refuse_others(value, ("for", "purge"), path, log)
    duration = _duration(value["for"], (*path, "for"), log) if "for" in value else None
    purge = _duration(value["purge"], (*path, "purge"), log) if "purge" in value else None
    if purge is not None and purge > _LONGEST_PURGE:
        log.error(phrase("check.purge_too_long"), (*path, "purge"))
        return None
    if ("for" in value and duration is None) or ("purge" in value and purge is None):
        return None  # a ban that was to end never becomes one for good
    return Outcome(kind=kind, duration=duration, purge=purge)


def _refuse_others(value: Mapping[Any, Any], known: tuple[str, ...], path: Path, log: ProblemLog) -> None:
    for key in value:
        if key not in known:
            near = closest(str(key), known)
            log.error(phrase("check.unknown_key", name=shown(key)), (*path, key), suggestion=near, key=True)


def _read_ask(kind: OutcomeKind, value: Any, path: Path, log: ProblemLog) -> Outcome | None:
    single = isinstance(value, Mapping) and len(value) == 1
    name = next(iter(value)) if single else value
    if not isinstance(name, str) or name not in {asked.value for asked in ASKABLE}:
        known = ", ".join(ASKABLE)
        near = closest(name, ASKABLE) if isinstance(name, str) else ""
        log.error(phrase("check.not_askable", found=shown(name), expected=known), path, suggestion=near)
        return None
    asked = _read_outcome(name, value[name] if single else BARE, (*path, name) if single else path, log)
    return None if asked is None else replace(asked, kind=kind, asked=asked.kind)


def _duration(value: Any, path: Path, log: ProblemLog) -> timedelta | None:
    try:
        duration = parse_duration(value) if isinstance(value, str) else None
    except ValueError:
        duration = None
    if not duration:
        log.error(phrase("check.not_a_duration", found=shown(value)), path)
        return None
    return duration


_READERS: Mapping[OutcomeKind, Callable[[OutcomeKind, Any, Path, ProblemLog], Outcome | None]] = {
    OutcomeKind.DELETE: _read_bare,
    OutcomeKind.NOTICE: _read_target,
    OutcomeKind.STRIKE: _read_strike,
    OutcomeKind.TIMEOUT: _read_timeout,
    OutcomeKind.QUARANTINE: _read_lasting,
    OutcomeKind.KICK: _read_bare,
    OutcomeKind.BAN: _read_ban,
    OutcomeKind.ASK: _read_ask,
    OutcomeKind.SLOW_MODE: _read_slow_mode,
    OutcomeKind.RAID_MODE: _read_lasting,
    OutcomeKind.CASE: _read_target,
    OutcomeKind.ESCALATE: _read_target,
}
