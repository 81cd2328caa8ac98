"""One machine-readable line a flagged message."""

from typing import Any

from bot.domain.judgement import Judgement, Mode
from bot.services.replay.compare import turns_of
from bot.services.replay.spelling import spell

Line = dict[str, Any]


def line(now: Judgement, against: Judgement | None = None) -> Line:
    """Return what is said of a message that either policy set flagged; `against` only where the two differ."""
    said: Line = {
        "message": now.ref.message,
        "rules": _rules(now),
        "outcomes": [spell(outcome) for outcome in now.outcomes],
        "spans": [[span.start, span.end, finding.rule] for finding in now.findings for span in finding.spans],
    }
    if shadow := _shadow(now):
        said["shadow"] = shadow
    if against is not None:
        other: Line = {"rules": _rules(against), "outcomes": [spell(outcome) for outcome in against.outcomes]}
        if shadow := _shadow(against):
            other["shadow"] = shadow
        if turns := turns_of(now.findings, against.findings):
            other["turns"] = [[turn.rule, turn.trait.value, turn.now, turn.against] for turn in turns]
        said["against"] = other
    return said


def _shadow(judgement: Judgement) -> list[str]:
    return [finding.rule for finding in judgement.findings if finding.mode is Mode.SHADOW]


def _rules(judgement: Judgement) -> list[str]:
    return [finding.rule for finding in judgement.findings]
