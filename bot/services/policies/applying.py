"""Makes proposed policies the active ones, or says no to them: a named lead's act, recorded."""

import asyncio

from bot.domain.actor import Actor
from bot.domain.card import CardKind
from bot.domain.entry_kind import EntryKind
from bot.domain.judgement import Mode
from bot.policy.policy_set import PolicySet
from bot.services.policies.difference import difference
from bot.services.policies.keeping import VersionGoneError, compiled, load_version
from bot.services.policies.proposing import moment_after
from bot.services.record import Draft
from bot.services.showing.wanting import show
from bot.services.staff.contracts import plan_contracts
from bot.services.staff.governing import govern
from bot.services.work import Work
from bot.store.policies import activate_policy, active_mode, hold_active_policy
from bot.store.policy_proposals import (
    Proposal,
    ProposalState,
    add_proposal,
    applied_proposals,
    hold_waiting,
    settle_proposal,
)
from bot.store.policy_versions import kept_files
from bot.store.tripped import clear

#: versions back to which a lead can go
_REMEMBERED = 100


async def apply(work: Work, proposal: Proposal, by: Actor, mode: str = "") -> bool:
    """Make a waiting proposal the active policies, in its own mode or another, and return whether that was done.

    It isn't where other policies became active since it was proposed: the proposal is superseded then. Raises
    VersionGoneError, VersionUnusableError.
    """
    active = await hold_active_policy(work.tx, work.community)
    if proposal.before != active:
        await settle_proposal(work.tx, proposal, ProposalState.SUPERSEDED, by, work.now)
        await show(work, CardKind.POLICY, proposal.id, stream=None)
        return False
    chosen = mode or proposal.mode
    policies = await load_version(work.tx, work.community, proposal.version, chosen)
    at = await moment_after(work)
    if not await settle_proposal(work.tx, proposal, ProposalState.APPLIED, by, at, mode=chosen):
        return False
    await _activate(work, policies, by, before=active, mode=chosen, proposal=proposal.id)
    await show(work, CardKind.POLICY, proposal.id, stream=None)
    return True


async def refuse(work: Work, proposal: Proposal, by: Actor) -> bool:
    """Say no to a waiting proposal, and return whether it still waited."""
    if not await settle_proposal(work.tx, proposal, ProposalState.REFUSED, by, await moment_after(work)):
        return False
    details = {"proposal": proposal.id, "version": proposal.version}
    work.record(Draft(kind=EntryKind.POLICY_REFUSED, actor=by, policy=work.policies.version, details=details))
    await show(work, CardKind.POLICY, proposal.id, stream=None)
    return True


async def roll_back(work: Work, by: Actor, version: str = "") -> Proposal | None:
    """Make earlier policies active again at once, and return that as an applied proposal; None where there are none.

    Without a version, or the beginning of one, these are the last that were active before.
    """
    active = await hold_active_policy(work.tx, work.community)
    earlier = (one for one in await applied_proposals(work.tx, work.community, _REMEMBERED) if one.version != active)
    chosen = next((one.version for one in earlier if one.version.startswith(version)), None)
    if chosen is None:
        return None
    mode = await active_mode(work.tx, work.community)
    return await _at_once(work, by, before=active, version=chosen, mode=mode)


async def turn(work: Work, by: Actor, mode: Mode) -> Proposal | None:
    """Turn the active policies live, or to shadow, and return that as an applied proposal; None where they are so."""
    active = await hold_active_policy(work.tx, work.community)
    if await active_mode(work.tx, work.community) == mode.value:
        return None
    return await _at_once(work, by, before=active, version=active, mode=mode.value)


async def _at_once(work: Work, by: Actor, *, before: str, version: str, mode: str) -> Proposal:
    """Propose and apply in one: what was active once was weighed once."""
    policies = await load_version(work.tx, work.community, version, mode)
    at = await moment_after(work)
    proposal = Proposal(
        version=version,
        before=before,
        mode=mode,
        state=ProposalState.APPLIED,
        difference=[] if version == before else await _lines(work, before, version),
        proposed_by=by,
        proposed_at=at,
        decided_by=by,
        decided_at=at,
    )
    await add_proposal(work.tx, work.community, proposal)
    await _activate(work, policies, by, before=before, mode=mode, proposal=proposal.id)
    return proposal


async def _lines(work: Work, before: str, after: str) -> list[dict[str, object]]:
    found = []
    for version in (before, after):
        files = await kept_files(work.tx, work.community, version)
        if files is None:
            raise VersionGoneError
        found.append(await asyncio.to_thread(compiled, files, work.community))
    return [line.plain() for line in difference(*found)]


async def _activate(work: Work, policies: PolicySet, by: Actor, *, before: str, mode: str, proposal: str) -> None:
    """Name policies active; from here on the transaction's work goes by them, and what else waited no longer fits."""
    tx, community = work.tx, work.community
    await activate_policy(tx, community, policies.version)
    cleared = await clear(tx, community)
    if policies.version != before:
        for other in await hold_waiting(tx, community):
            await settle_proposal(tx, other, ProposalState.SUPERSEDED, by, work.now)
            await show(work, CardKind.POLICY, other.id, stream=None)
    work.policies, work.governance = policies, await govern(tx, policies)
    await plan_contracts(work)
    details: dict[str, str | int] = {"before": before, "mode": mode, "proposal": proposal}
    if cleared:
        details["tripped"] = cleared
    work.record(Draft(kind=EntryKind.POLICY_APPLIED, actor=by, policy=policies.version, details=details))
