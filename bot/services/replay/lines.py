"""One machine-readable line a flagged message."""

from typing import Any

from bot.domain.judgement import Judgement, Mode
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
    shadow = [finding.rule for finding in now.findings if finding.mode is Mode.SHADOW]
    if shadow:
        said["shadow"] = shadow
    if against is not None:
        said["against"] = {
            "rules": _rules(against),
            "outcomes": [spell(outcome) for outcome in against.outcomes],
        }
    return said


def _rules(judgement: Judgement) -> list[str]:
    return [finding.rule for finding in judgement.findings]
