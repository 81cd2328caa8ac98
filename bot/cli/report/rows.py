"""What both reports show, computed once: rows in the order a reader wants them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.severity import Severity
from bot.i18n import say
from bot.services.replay.compare import Comparison, RuleShift
from bot.services.replay.run import Replay
from bot.services.replay.summary import spelled
from bot.services.replay.tally import RuleTally, Share


@dataclass(frozen=True, kw_only=True, slots=True)
class Labels:
    """What names a replay, beside its counts."""

    #: the community's name
    community: str
    #: digest of the policy set
    version: str
    #: its folder, as it was named
    policies: str
    #: the zone of days and hours
    zone: str
    #: the other policy set's folder, empty without one
    against: str = ""
    #: the other policy set's digest
    against_version: str = ""
    #: how many members are listed
    members: int = 10
    #: en or de
    language: str = "en"

    def say(self, entry: str, **values: str | int) -> str:
        """Return an entry of the replay's catalogue in the reader's language."""
        return say(f"replay.{entry}", self.language, **values)


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeRow:
    """One outcome, as often as messages asked for it and as often as it would have followed."""

    #: the policy's spelling
    name: str
    #: counted message by message
    asked: int
    #: counted by incident
    followed: int
    #: added by the strike ladder
    ladder: int


def rule_rows(rules: Mapping[str, RuleTally]) -> list[tuple[str, RuleTally]]:
    """Return the rules that matched, the most frequent first, the graver first among equals."""
    return sorted(rules.items(), key=lambda item: (-(item[1].live + item[1].shadow), -item[1].severity, item[0]))


def mode_key(tally: RuleTally) -> str:
    """Return the catalogue entry for how the rule ran; per channel it may be both."""
    if tally.live and tally.shadow:
        return "mode_both"
    return "mode_live" if tally.live else "mode_shadow"


def severity_key(severity: Severity) -> str:
    """Return the catalogue entry for a severity."""
    return f"severity_{severity.word}"


def outcome_rows(found: Replay) -> list[OutcomeRow]:
    """Return every outcome that was asked for or followed, the most frequent first."""
    asked, followed = spelled(found.tallies.outcomes), spelled(found.aftermath.follows)
    ladder = spelled(found.aftermath.steps)
    rows = [
        OutcomeRow(name=name, asked=asked.get(name, 0), followed=followed.get(name, 0), ladder=ladder.get(name, 0))
        for name in asked | followed | ladder
    ]
    return sorted(rows, key=lambda row: (-row.asked, -row.followed, -row.ladder, row.name))


def channel_rows(channels: Mapping[str, Share], limit: int) -> tuple[list[tuple[str, Share]], Share | None]:
    """Return the channels with most flagged messages, and the rest of the flagged ones together."""
    flagged = sorted(
        ((share.name or key, share) for key, share in channels.items() if share.flagged),
        key=lambda item: (-item[1].flagged, item[0]),
    )
    return flagged[:limit], _together(share for _, share in flagged[limit:])


def shift_rows(comparison: Comparison) -> list[tuple[str, RuleShift]]:
    """Return the rules that the two sets match differently, the largest difference first."""
    moved = [(rule, shift) for rule, shift in comparison.rules.items() if shift.only_now or shift.only_against]
    return sorted(moved, key=lambda item: (-(item[1].only_now + item[1].only_against), item[0]))


def outcome_shifts(comparison: Comparison) -> list[tuple[str, int, int]]:
    """Return the outcomes whose counts differ: name, here, there."""
    here, there = spelled(comparison.outcomes_now), spelled(comparison.outcomes_against)
    rows = [(name, here.get(name, 0), there.get(name, 0)) for name in here | there]
    return sorted((row for row in rows if row[1] != row[2]), key=lambda row: (-abs(row[1] - row[2]), row[0]))


def _together(shares: Iterable[Share]) -> Share | None:
    total = Share()
    for share in shares:
        total.messages += share.messages
        total.flagged += share.flagged
    return total if total.flagged else None
