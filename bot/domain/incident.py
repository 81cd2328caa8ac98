"""Incidents: the findings on one member that belong to one outburst, and what they add up to."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.judgement import Judgement, Mode
from bot.domain.merge import punishes, strength
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.severity import Severity

#: how long after its first notice, or else its first finding, an incident takes up more findings
OUTBURST = timedelta(minutes=2)

_FOR_GOOD = timedelta.max
_ROOM_WIDE = frozenset({OutcomeKind.SLOW_MODE, OutcomeKind.RAID_MODE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Incident:
    """One outburst of one member: one case, one notice, one strike, the strongest sanction."""

    #: key of the member
    member: str
    #: when the first finding was made, UTC
    opened_at: datetime
    #: when the first notice was sent, UTC
    noticed_at: datetime | None = None
    #: every live rule that matched so far, each once
    rules: tuple[str, ...] = ()
    #: True once a live finding of a `care` guideline is among them
    care: bool = False
    #: the gravest finding so far
    severity: Severity = Severity.LOW
    #: what follows for the member and in people's attention, each kind at its strongest
    follows: tuple[Outcome, ...] = ()
    #: what follows for channels: (channel, slow mode), and (empty, raid mode)
    rooms: tuple[tuple[str, Outcome], ...] = ()

    def takes(self, at: datetime) -> bool:
        """Return whether a finding of that time belongs to this outburst.

        Findings may come out of order: one a little before the first still belongs.
        """
        # differences, for there is no time two minutes before the calendar's first
        return self.opened_at - at <= OUTBURST and at - (self.noticed_at or self.opened_at) <= OUTBURST


def join_incident(
    open_incident: Incident | None, judgement: Judgement, at: datetime
) -> tuple[Incident, tuple[Outcome, ...]]:
    """Return the incident with this judgement in it, and what newly follows.

    Deleting is the one outcome that every message asks for anew. A larger strike adds the difference, a stronger
    sanction replaces the weaker; what has already followed never follows twice. Only live findings count.
    From the first finding of a `care` guideline on, nothing that punishes newly follows.
    """
    incident = open_incident
    if incident is None or not incident.takes(at):
        incident = Incident(member=judgement.features.member, opened_at=at)
    incident = _with_findings(incident, judgement)
    newly: list[Outcome] = []
    for outcome in judgement.outcomes:
        if incident.care and punishes(outcome):
            continue
        incident, new = _take(incident, outcome, judgement.ref.channel, at)
        if new is not None:
            newly.append(new)
    return incident, tuple(newly)


def _with_findings(incident: Incident, judgement: Judgement) -> Incident:
    live = [finding for finding in judgement.findings if finding.mode is Mode.LIVE]
    severity = max([incident.severity, *(finding.severity for finding in live)])
    rules = tuple(dict.fromkeys((*incident.rules, *(finding.rule for finding in live))))
    care = incident.care or any(finding.care for finding in live)
    return replace(incident, rules=rules, severity=severity, care=care)


def _take(incident: Incident, outcome: Outcome, channel: str, at: datetime) -> tuple[Incident, Outcome | None]:
    if outcome.kind is OutcomeKind.DELETE:
        return incident, outcome
    if outcome.kind in _ROOM_WIDE:
        return _take_for_room(incident, outcome, "" if outcome.kind is OutcomeKind.RAID_MODE else channel)
    if outcome.sanction is not None:
        return _take_sanction(incident, outcome)
    same = [held for held in incident.follows if _same_effect(held, outcome)]
    if outcome.kind is OutcomeKind.STRIKE and same:
        return _take_larger_strike(incident, same[0], outcome)
    if same:
        return incident, None
    noticed_at = at if outcome.kind is OutcomeKind.NOTICE else incident.noticed_at
    return replace(incident, follows=(*incident.follows, outcome), noticed_at=noticed_at), outcome


def _same_effect(held: Outcome, outcome: Outcome) -> bool:
    # one case and one notice whatever they name; every escalation path is somebody else to reach
    if held.kind is not outcome.kind or held.asked is not outcome.asked:
        return False
    return outcome.kind is not OutcomeKind.ESCALATE or held.target == outcome.target


def _take_larger_strike(incident: Incident, held: Outcome, outcome: Outcome) -> tuple[Incident, Outcome | None]:
    if outcome.amount <= held.amount:
        return incident, None
    follows = tuple(outcome if other is held else other for other in incident.follows)
    return replace(incident, follows=follows), replace(outcome, amount=outcome.amount - held.amount)


def _take_sanction(incident: Incident, outcome: Outcome) -> tuple[Incident, Outcome | None]:
    sanctions = [held for held in incident.follows if held.sanction is not None]
    if any(_outdoes(held, outcome) for held in sanctions):
        return incident, None
    kept = tuple(held for held in incident.follows if held.sanction is None or not _outdoes(outcome, held))
    return replace(incident, follows=(*kept, outcome)), outcome


def _outdoes(held: Outcome, other: Outcome) -> bool:
    """Return whether one sanction makes the other pointless; asking never replaces doing."""
    if held.kind is OutcomeKind.ASK and other.kind is not OutcomeKind.ASK:
        return False
    return strength(held) >= strength(other)


def _take_for_room(incident: Incident, outcome: Outcome, room: str) -> tuple[Incident, Outcome | None]:
    others = []
    for held_room, held in incident.rooms:
        if held_room != room or held.kind is not outcome.kind:
            others.append((held_room, held))
        elif (held.duration or _FOR_GOOD) >= (outcome.duration or _FOR_GOOD):
            return incident, None
    return replace(incident, rooms=(*others, (room, outcome))), outcome
