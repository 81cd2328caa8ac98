"""What both reports show, computed once: rows in the order a reader wants them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.severity import Severity
from bot.i18n import say
from bot.services.replay.compare import Comparison, RuleShift, Trait, Turn
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


def mode_word(tally: RuleTally, language: str) -> str:
    """Return the word for how the rule ran; per channel it may be both."""
    if tally.live and tally.shadow:
        return say("replay.mode_both", language)
    return say("words.mode_live" if tally.live else "words.mode_shadow", language)


def severity_word(severity: Severity, language: str) -> str:
    """Return the word for a severity."""
    return say(f"words.severity_{severity.word}", language)


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


def turn_rows(comparison: Comparison, language: str) -> list[tuple[str, str, int]]:
    """Return what differs in rules that match in both sets: rule, in what, on how many messages."""
    turns = sum((shift.turns for shift in comparison.rules.values()), Counter[Turn]())
    ordered = sorted(turns.items(), key=lambda item: (-item[1], item[0].rule, item[0].trait))
    return [(turn.rule, turn_words(turn, language), count) for turn, count in ordered]


def turn_words(turn: Turn, language: str) -> str:
    """Return in what a rule differs, in the reader's words."""
    here, there = turn.now, turn.against
    if turn.trait is not Trait.OUTCOMES:
        here, there = (say(f"words.{turn.trait.value}_{word}", language) for word in (here, there))
    return say(f"replay.turn_{turn.trait.value}", language, here=here or "–", there=there or "–")


def total_rows(found: Replay, comparison: Comparison) -> list[tuple[str, int, int]]:
    """Return the sums that both sets lead to: the catalogue's entry, here, there."""
    here, there = found.aftermath, comparison.aftermath
    return [
        ("flagged", found.tallies.flagged, comparison.flagged),
        ("incidents", here.incidents, there.incidents),
        ("strikes", here.strikes, there.strikes),
        ("ladder_steps", here.steps.total(), there.steps.total()),
    ]


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
