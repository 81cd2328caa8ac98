"""Proposes policies: saved files become a card for the leads, with what differs, and change nothing by themselves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.actor import Actor, ActorKind
from bot.domain.card import CardKind
from bot.domain.entry_kind import EntryKind
from bot.domain.place import Connection, Stream
from bot.i18n import LANGUAGES
from bot.policy.load import Loaded
from bot.policy.problems import Problem, has_errors
from bot.policy.showing import show_problem
from bot.services.policies.difference import difference, wished_mode
from bot.services.policies.keeping import keep
from bot.services.record import Draft as EntryDraft
from bot.services.showing.hanging import leads_stream
from bot.services.showing.wanting import show
from bot.services.work import Work
from bot.store.policies import hold_active_policy
from bot.store.policy_proposals import (
    Proposal,
    ProposalState,
    add_proposal,
    applied_proposals,
    hold_waiting,
    newest_proposal,
    settle_proposal,
)

#: problems that a card shows; the rest is counted
_SHOWN = 10
#: rows of one moment keep their order
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What somebody saved, held against what is active."""

    #: as it was read
    loaded: Loaded
    #: digest of the set that it was held against
    before: str
    #: the mode of the community that goes with it
    mode: str
    #: what differs, or what is wrong, as rows keep it
    lines: Sequence[dict[str, Any]]

    @property
    def sound(self) -> bool:
        """Whether it could be applied."""
        return is_sound(self.loaded)


def is_sound(loaded: Loaded) -> bool:
    """Return whether policies can be used."""
    return loaded.policies is not None and not has_errors(loaded.problems)


def draft_of(before: Loaded, after: Loaded, mode: str) -> Draft:
    """Return saved policies as they can be proposed; `mode` is the community's now."""
    if not is_sound(after):
        wrong = [problem for problem in after.problems if not problem.is_warning]
        lines = [{language: _first_line(problem, language) for language in LANGUAGES} for problem in wrong[:_SHOWN]]
        more = [{"more": len(wrong) - _SHOWN}] if len(wrong) > _SHOWN else []
        return Draft(loaded=after, before=before.version, mode=mode, lines=[*lines, *more])
    found = difference(before, after)
    wished = wished_mode(before, after, mode)
    return Draft(loaded=after, before=before.version, mode=wished, lines=[line.plain() for line in found])


def _first_line(problem: Problem, language: str) -> str:
    return show_problem(problem, language).partition("\n")[0]


async def propose(work: Work, draft: Draft, by: Actor, connections: Collection[Connection]) -> Proposal | None:
    """Propose what was saved, and return the proposal; None where there is nothing to say that wasn't said.

    An earlier save that nobody answered is superseded. What a lead refused, or rolled back, isn't proposed again.
    Raises PoliciesTooLargeError.
    """
    active = await hold_active_policy(work.tx, work.community)
    if active != draft.before:
        return None
    version = draft.loaded.version
    waiting = await hold_waiting(work.tx, work.community)
    if any((one.version, one.before) == (version, active) for one in waiting):
        return None
    for one in waiting:
        await settle_proposal(work.tx, one, ProposalState.SUPERSEDED, by, work.now)
        await show(work, CardKind.POLICY, one.id, stream=None)
    if version == active or (draft.sound and await _is_settled(work, version, active)):
        return None
    proposal = Proposal(
        version=version,
        before=active,
        mode=draft.mode,
        state=ProposalState.OPEN if draft.sound else ProposalState.BROKEN,
        difference=draft.lines,
        proposed_by=by,
        proposed_at=await moment_after(work),
    )
    if draft.sound:
        await keep(work, draft.loaded)
    await add_proposal(work.tx, work.community, proposal)
    await show(work, CardKind.POLICY, proposal.id, stream=leads_channel(work, connections))
    if draft.sound:
        work.record(_entry(proposal, by))
    return proposal


async def _is_settled(work: Work, version: str, active: str) -> bool:
    """Return whether a lead has said no to these policies, in the place of those that are active now."""
    newest = await newest_proposal(work.tx, work.community)
    if newest is not None and newest.state is ProposalState.REFUSED:
        return (newest.version, newest.before) == (version, active)
    applied = await applied_proposals(work.tx, work.community)
    return any(one.proposed_by.kind is ActorKind.PERSON and one.before == version for one in applied)


async def moment_after(work: Work) -> datetime:
    """Return now, or just after the last proposal, so that their order is never in doubt."""
    newest = await newest_proposal(work.tx, work.community)
    if newest is None:
        return work.now
    return max(work.now, newest.proposed_at + _TICK, (newest.decided_at or newest.proposed_at) + _TICK)


def leads_channel(work: Work, connections: Collection[Connection]) -> Stream | None:
    """Return where leads read, through the first connection that has such a channel."""
    found = (leads_stream(work.policies, connection) for connection in sorted(connections, key=lambda one: one.name))
    return next((stream for stream in found if stream is not None), None)


def _entry(proposal: Proposal, by: Actor) -> EntryDraft:
    wider = sum(bool(line.get("wider")) for line in proposal.difference)
    return EntryDraft(
        kind=EntryKind.POLICY_PROPOSED,
        actor=by,
        policy=proposal.before,
        details={
            "proposal": proposal.id,
            "version": proposal.version,
            "before": proposal.before,
            "mode": proposal.mode,
            "lines": len(proposal.difference),
            "wider": wider,
        },
    )
