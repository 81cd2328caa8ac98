"""Running counts of a replay, each table bounded, so that memory stays flat however long the export."""

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TypeVar

from bot.domain.judgement import Failure, Finding, Mode, Want, WantKind
from bot.domain.message import Channel, Message
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.reading import Skipped
from bot.domain.severity import Severity
from bot.services.replay.aftermath import Consequence
from bot.services.replay.samples import SampleBox

MEMBERS_COUNTED = 100_000
CHANNELS_COUNTED = 20_000
DAYS_COUNTED = 40_000
SUBJECTS_COUNTED = 10_000
FAILURES_COUNTED = 1_000
SKIPPED_KEPT = 10_000

_Key = TypeVar("_Key", bound=Hashable)
_Row = TypeVar("_Row")


@dataclass(kw_only=True, slots=True)
class Share:
    """How many messages, and how many of them were flagged."""

    #: the name people see, where there is one
    name: str = ""
    #: messages and joins judged
    messages: int = 0
    #: those with a finding, live or shadow
    flagged: int = 0


@dataclass(kw_only=True, slots=True)
class MemberTally:
    """What would have happened to one member."""

    #: a name others see
    name: str = ""
    #: flagged messages
    flagged: int = 0
    #: outbursts
    incidents: int = 0
    #: strikes, by weight
    strikes: int = 0
    #: sanctions done, by a rule or by the ladder
    sanctions: int = 0
    #: sanctions that a person would have been asked for
    asked: int = 0


@dataclass(kw_only=True, slots=True)
class RuleTally:
    """What one rule saw."""

    #: how grave
    severity: Severity
    #: findings that count
    live: int = 0
    #: findings that are only watched
    shadow: int = 0
    #: a few messages it matched
    samples: SampleBox = field(default_factory=SampleBox)


@dataclass(kw_only=True, slots=True)
class UnknownTally:
    """Outside answers of one kind that nobody gave."""

    #: how often one was wanted
    wanted: int = 0
    #: different subjects, up to `SUBJECTS_COUNTED`
    subjects: set[str] = field(default_factory=set)


def own_name(channel: Channel) -> str:
    """Return the name that a channel has in its export."""
    return channel.name


@dataclass(kw_only=True, slots=True)
class Tallies:
    """Everything counted while messages go by."""

    #: local days and hours are of this zone
    zone: tzinfo
    #: what a channel is called; empty for one without a name
    name_of: Callable[[Channel], str] = field(default=own_name)
    #: messages judged
    messages: int = 0
    #: joins judged
    joins: int = 0
    #: messages that were in the input before, and so are not judged again
    repeated: int = 0
    #: messages of programs, which are not judged
    programs: int = 0
    #: how often each field that may be missing held something unusable
    odd: Counter[str] = field(default_factory=Counter)
    #: messages and joins with a finding
    flagged: int = 0
    #: those of them with shadow findings alone
    shadow_only: int = 0
    #: earliest message time
    first: datetime | None = None
    #: latest message time
    last: datetime | None = None
    #: by rule
    rules: dict[str, RuleTally] = field(default_factory=dict)
    #: what messages asked for, one by one
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    #: by channel id
    channels: dict[str, Share] = field(default_factory=dict)
    #: channels beyond `CHANNELS_COUNTED`
    other_channels: Share = field(default_factory=Share)
    #: by ordinal of the local day
    days: dict[int, Share] = field(default_factory=dict)
    #: days beyond `DAYS_COUNTED`
    other_days: Share = field(default_factory=Share)
    #: flagged by hour of the local week, from Monday 00:00
    hours: list[int] = field(default_factory=lambda: [0] * 168)
    #: messages by hour of the local week
    hours_all: list[int] = field(default_factory=lambda: [0] * 168)
    #: flagged members by key
    members: dict[str, MemberTally] = field(default_factory=dict)
    #: flagged members beyond `MEMBERS_COUNTED`
    other_members: MemberTally = field(default_factory=MemberTally)
    #: unanswered wants by kind
    unknown: dict[WantKind, UnknownTally] = field(default_factory=dict)
    #: (rule, reason) of rules that could not be evaluated
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: the first skipped inputs
    skipped: list[Skipped] = field(default_factory=list)
    #: all skipped inputs
    skipped_count: int = 0

    def count(self, message: Message, *, joined: bool, flagged: bool) -> None:
        """Count one judged message: where and when, never who."""
        at = message.at
        if joined:
            self.joins += 1
        else:
            self.messages += 1
        if self.first is None or at < self.first:
            self.first = at
        if self.last is None or at > self.last:
            self.last = at
        local = local_time(at, self.zone)
        day = local.toordinal()
        hour = (day - 1) % 7 * 24 + local.hour
        self.hours_all[hour] += 1
        # the look-ups stand here and not in `_row`: this runs for every message
        by_day = self.days.get(day) or _row(self.days, day, DAYS_COUNTED, Share, self.other_days)
        by_day.messages += 1
        channel = message.channel
        place = self.channels.get(channel.id) or _row(
            self.channels, channel.id, CHANNELS_COUNTED, lambda: Share(name=self.name_of(channel)), self.other_channels
        )
        place.messages += 1
        if flagged:
            self.flagged += 1
            self.hours[hour] += 1
            by_day.flagged += 1
            place.flagged += 1

    def count_findings(self, message: Message, findings: tuple[Finding, ...]) -> None:
        """Count what the rules saw, and keep a sample where it shows something new."""
        live = False
        for finding in findings:
            tally = self.rules.get(finding.rule)
            if tally is None:
                tally = self.rules[finding.rule] = RuleTally(severity=finding.severity)
            if finding.mode is Mode.LIVE:
                live = True
                tally.live += 1
            else:
                tally.shadow += 1
            tally.samples.offer(message, finding)
        self.shadow_only += not live

    def count_member(self, message: Message, consequence: Consequence | None) -> None:
        """Count what would have happened to the author of a flagged message."""
        author = message.author
        tally = _row(self.members, author.key, MEMBERS_COUNTED, MemberTally, self.other_members)
        if tally is not self.other_members and author.names:
            tally.name = author.names[0]
        tally.flagged += 1
        if consequence is None:
            return
        tally.incidents += consequence.opened
        tally.strikes += consequence.strikes
        for outcome in (*consequence.newly, *filter(None, (consequence.step,))):
            if outcome.kind is OutcomeKind.ASK:
                tally.asked += 1
            elif outcome.sanction is not None:
                tally.sanctions += 1

    def count_wants(self, wants: tuple[Want, ...]) -> None:
        """Count outside answers that a replay can't give."""
        for want in wants:
            tally = self.unknown.get(want.kind)
            if tally is None:
                tally = self.unknown[want.kind] = UnknownTally()
            tally.wanted += 1
            if len(tally.subjects) < SUBJECTS_COUNTED:
                tally.subjects.add(want.subject)

    def count_failures(self, failures: tuple[Failure, ...]) -> None:
        """Count rules that could not be evaluated."""
        for failure in failures:
            key = (failure.rule, failure.reason)
            if key not in self.failures and len(self.failures) >= FAILURES_COUNTED:
                key = (failure.rule, "…")
            self.failures[key] += 1

    def count_skipped(self, skipped: Skipped) -> None:
        """Count an input that could not be read."""
        self.skipped_count += 1
        if len(self.skipped) < SKIPPED_KEPT:
            self.skipped.append(skipped)


def local_time(at: datetime, zone: tzinfo) -> datetime:
    """Return a time in a zone; at the edges of the calendar, where no zone reaches, the time itself."""
    try:
        return at.astimezone(zone)
    except (OverflowError, ValueError):
        return at


def _row(table: dict[_Key, _Row], key: _Key, limit: int, make: Callable[[], _Row], others: _Row) -> _Row:
    row = table.get(key)
    if row is None:
        if len(table) >= limit:
            return others
        row = table[key] = make()
    return row
