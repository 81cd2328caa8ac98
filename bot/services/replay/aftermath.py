"""What findings would have added up to: incidents, strikes and steps of the ladder, member by member."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.incident import Incident, join_incident
from bot.domain.judgement import Judgement, Mode
from bot.domain.ladder import Ladder, Strike, climb, unexpired
from bot.domain.outcome import Outcome, OutcomeKind

#: members whose record is held at once; beyond that, whoever was quiet longest starts afresh
RECORDS_HELD = 50_000


@dataclass(kw_only=True, slots=True)
class Record:
    """What stands against one member."""

    #: the latest outburst
    incident: Incident | None = None
    #: strikes that still count, oldest first
    strikes: tuple[Strike, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Consequence:
    """What one judgement led to."""

    #: True when it opened an incident
    opened: bool
    #: what newly followed from the findings
    newly: tuple[Outcome, ...]
    #: strikes added
    strikes: int
    #: what the ladder added
    step: Outcome | None


@dataclass(kw_only=True, slots=True)
class Aftermath:
    """The records of all members, and counts over them."""

    #: the community's strike ladder, if it has one
    ladder: Ladder | None = None
    #: records by member, least recently touched first
    records: dict[str, Record] = field(default_factory=dict)
    #: outbursts
    incidents: int = 0
    #: strikes given, by weight
    strikes: int = 0
    #: outcomes that newly followed
    follows: Counter[Outcome] = field(default_factory=Counter)
    #: outcomes that the ladder added
    steps: Counter[Outcome] = field(default_factory=Counter)

    def follow(self, judgement: Judgement, at: datetime) -> Consequence | None:
        """Return what this judgement led to, or None when nothing live was found."""
        if not any(finding.mode is Mode.LIVE for finding in judgement.findings):
            return None
        member = judgement.features.member
        record = self.records.pop(member, None) or Record()
        incident, newly = join_incident(record.incident, judgement, at)
        opened = record.incident is None or not record.incident.takes(at)
        record.incident = incident
        self._keep(member, record)
        strikes = sum(outcome.amount for outcome in newly if outcome.kind is OutcomeKind.STRIKE)
        step = self._strike(record, strikes, at) if strikes else None
        self.incidents += opened
        self.strikes += strikes
        self.follows.update(newly)
        if step is not None:
            self.steps[step] += 1
        return Consequence(opened=opened, newly=newly, strikes=strikes, step=step)

    def _keep(self, member: str, record: Record) -> None:
        self.records[member] = record
        if len(self.records) > RECORDS_HELD:
            del self.records[next(iter(self.records))]

    def _strike(self, record: Record, amount: int, at: datetime) -> Outcome | None:
        if self.ladder is None or not self.ladder.steps:
            return None
        strikes = (*unexpired(record.strikes, at, self.ladder), Strike(at=at, amount=amount))
        # more strikes than the top step counts can't change what follows: each weighs at least one
        record.strikes = strikes[-1 - max(total for total, _ in self.ladder.steps) :]
        return climb(record.strikes, at, self.ladder)
