"""Gathers everything that followed from one message, as the database has it at one moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.case import Case
from bot.domain.gap import EVER
from bot.domain.staff import Roster
from bot.policy.policy_set import PolicySet
from bot.services.staff.governing import govern
from bot.services.tracing.recorded import Recorded, find_recorded
from bot.store.appeals import Appeal, appeals_by_id
from bot.store.approvals import Approval, approvals_by_id
from bot.store.cases import read_cases
from bot.store.engine import Tx
from bot.store.escalations import Escalation, escalations_by_id
from bot.store.tellings import Told, tellings_of
from bot.store.tracing import (
    TracedAction,
    TracedDecision,
    TracedMessage,
    TracedReport,
    TracedSanction,
    actions_for,
    appeals_for,
    approvals_for,
    decisions_for,
    decisions_in,
    escalations_for,
    reports_about,
    sanctions_for,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """What followed from a message; each sort in the order of time."""

    #: the message
    message: TracedMessage
    #: the community's policies, for titles
    policies: PolicySet
    #: who moderates, for names
    roster: Roster
    #: the time
    now: datetime
    #: live and in shadow, and those of its cases about the member as a whole
    decisions: Sequence[TracedDecision]
    #: what they asked for
    actions: Sequence[TracedAction]
    #: what they imposed
    sanctions: Sequence[TracedSanction]
    #: by members
    reports: Sequence[TracedReport]
    #: what somebody had to say yes to
    approvals: Sequence[Approval]
    #: what the member said against it
    appeals: Sequence[Appeal]
    #: what took it up
    cases: Sequence[Case]
    #: who was called
    escalations: Sequence[Escalation]
    #: who was told in their steps
    told: Sequence[Told]
    #: what the ledger says of all that
    recorded: Recorded


async def gather(tx: Tx, policies: PolicySet, message: TracedMessage, now: datetime) -> Gathered:
    """Return everything that followed from a message."""
    community = policies.community
    reports = await reports_about(tx, community, message.id)
    decisions = await decisions_for(tx, community, message.id)
    taken = {*(one.case for one in reports), *(one.case for one in decisions)}
    cases = await _cases(tx, community, [case for case in taken if case])
    known = {one.id for one in decisions}
    decisions += [one for one in await decisions_in(tx, community, [one.id for one in cases]) if one.id not in known]
    decided = [one.id for one in decisions]
    actions, sanctions = await actions_for(tx, decided), await sanctions_for(tx, decided)
    joined = {str(said["joined"]) for one in decisions for said in one.outcomes if said.get("joined")}
    approvals = await approvals_by_id(tx, {*await approvals_for(tx, decided), *joined})
    appeals = await appeals_by_id(tx, await appeals_for(tx, decided))
    escalations = await escalations_by_id(tx, await escalations_for(tx, [one.id for one in cases]))
    # where an entry has a case, it is found under that alone
    taken |= {*(one.case for one in approvals.values()), *(one.case for one in appeals.values())}
    named = {
        message.id, *decided, *(case for case in taken if case), *(one.id for one in cases), *approvals, *appeals,
        *(one.id for one in actions), *(one.sanction.id for one in sanctions),
    }  # fmt: skip
    # what joined a request was written after it
    since = min([message.at, *(one.opened_at for one in approvals.values())])
    return Gathered(
        message=message,
        policies=policies,
        roster=(await govern(tx, policies)).roster,
        now=now,
        decisions=sorted(decisions, key=lambda one: (one.at, one.id)),
        actions=actions,
        sanctions=sanctions,
        reports=reports,
        approvals=sorted(approvals.values(), key=lambda one: (one.opened_at, one.id)),
        appeals=sorted(appeals.values(), key=lambda one: (one.opened_at, one.id)),
        cases=cases,
        escalations=sorted(escalations.values(), key=lambda one: (one.started_at, one.id)),
        told=await tellings_of(tx, escalations),
        recorded=await find_recorded(tx, community, since, named),
    )


async def _cases(tx: Tx, community: str, ids: Iterable[str]) -> list[Case]:
    """Return cases, each in the one that took it up, the oldest first."""
    found: dict[str, Case] = {}
    wanted = set(ids)
    while wanted:
        read = await read_cases(tx, community, wanted)
        taken = {one.merged_into for one in read.values() if one.merged_into}
        found |= read
        wanted = taken - set(found)
    standing = [one for one in found.values() if not one.merged_into]
    return sorted(standing, key=lambda one: (one.opened_at or EVER, one.id))
