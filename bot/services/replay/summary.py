"""The last line of a machine-readable replay: everything counted, in one mapping."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from bot.domain.outcome import Outcome
from bot.services.replay.compare import Comparison, RuleShift
from bot.services.replay.run import Replay
from bot.services.replay.spelling import spell
from bot.services.replay.tally import MemberTally, Share


def summary(found: Replay, *, community: str, version: str, against: str = "", members: int = 10) -> dict[str, Any]:
    """Return the counts under stable names; times are RFC 3339, days are local."""
    tallies, aftermath = found.tallies, found.aftermath
    told: dict[str, Any] = {
        "community": community,
        "version": version,
        "messages": tallies.messages,
        "joins": tallies.joins,
        "repeated": tallies.repeated,
        "programs": tallies.programs,
        "flagged": tallies.flagged,
        "shadow_only": tallies.shadow_only,
        "from": _time(tallies.first),
        "until": _time(tallies.last),
        "rules": {
            rule: {"severity": tally.severity.word, "live": tally.live, "shadow": tally.shadow}
            for rule, tally in sorted(tallies.rules.items())
        },
        "outcomes": spelled(tallies.outcomes),
        "incidents": aftermath.incidents,
        "strikes": aftermath.strikes,
        "follows": spelled(aftermath.follows),
        "ladder": spelled(aftermath.steps),
        "channels": {key: _share(share) for key, share in tallies.channels.items() if share.flagged},
        "days": {
            date.fromordinal(day).isoformat(): _share(share)
            for day, share in sorted(tallies.days.items())
            if share.flagged
        },
        "members": {key: _member(tally) for key, tally in top_members(tallies.members, members)},
        "unknown": {kind.value: tally.wanted for kind, tally in sorted(tallies.unknown.items())},
        "failures": [{"rule": rule, "reason": why, "count": n} for (rule, why), n in sorted(tallies.failures.items())],
        "odd_fields": dict(sorted(tallies.odd.items())),
        "skipped": {
            "count": tallies.skipped_count,
            "first": [
                {"file": skip.file, "unit": skip.unit.value, "position": skip.position, "reason": skip.reason.say()}
                for skip in tallies.skipped
            ],
        },
    }
    if found.comparison is not None:
        told["against"] = {"version": against, **_comparison(found.comparison)}
    return told


def spelled(outcomes: Mapping[Outcome, int]) -> dict[str, int]:
    """Return counts by the policy's spelling, the most frequent first."""
    counts: Counter[str] = Counter()
    for outcome, count in outcomes.items():
        counts[spell(outcome)] += count
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def top_members(members: Mapping[str, MemberTally], limit: int) -> list[tuple[str, MemberTally]]:
    """Return the members with most flagged messages, ties by key."""
    return sorted(members.items(), key=lambda item: (-item[1].flagged, item[0]))[:limit]


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _share(share: Share) -> dict[str, Any]:
    counts = {"messages": share.messages, "flagged": share.flagged}
    return {"name": share.name, **counts} if share.name else counts


def _member(tally: MemberTally) -> dict[str, int]:
    return {
        "flagged": tally.flagged,
        "incidents": tally.incidents,
        "strikes": tally.strikes,
        "sanctions": tally.sanctions,
        "asked": tally.asked,
    }


def _comparison(comparison: Comparison) -> dict[str, Any]:
    return {
        "changed": comparison.changed,
        "flagged_now": comparison.flagged_now,
        "flagged_against": comparison.flagged_against,
        "other_rules": comparison.other_rules,
        "same_rules": comparison.same_rules,
        "failures": comparison.failures,
        "flagged": comparison.flagged,
        "incidents": comparison.aftermath.incidents,
        "strikes": comparison.aftermath.strikes,
        "follows": spelled(comparison.aftermath.follows),
        "ladder": spelled(comparison.aftermath.steps),
        "rules": {rule: _shift(shift) for rule, shift in sorted(comparison.rules.items())},
        "outcomes_now": spelled(comparison.outcomes_now),
        "outcomes_against": spelled(comparison.outcomes_against),
    }


def _shift(shift: RuleShift) -> dict[str, Any]:
    counts: dict[str, Any] = {"both": shift.both, "only_now": shift.only_now, "only_against": shift.only_against}
    if shift.turns:
        counts["turns"] = [
            {"what": turn.trait.value, "now": turn.now, "against": turn.against, "count": count}
            for turn, count in shift.turns.most_common()
        ]
    return counts
