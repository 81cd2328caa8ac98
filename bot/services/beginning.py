"""What a start writes down for a community: that its ledger has begun, which policies are active, and that it runs."""

from dataclasses import dataclass

from bot import __version__
from bot.domain.actor import OPERATOR
from bot.domain.entry_kind import EntryKind
from bot.domain.judgement import Mode
from bot.policy.load import Loaded
from bot.ports import Clock, Keys
from bot.services.record import Draft, begin_ledger, record
from bot.services.retention import retain_timer
from bot.store.communities import add_community
from bot.store.engine import Store, Tx
from bot.store.policies import activate_policy, hold_active_policy
from bot.store.policy_proposals import Proposal, ProposalState, add_proposal
from bot.store.policy_versions import keep_files
from bot.store.timers import keep_timers


@dataclass(frozen=True, kw_only=True, slots=True)
class First:
    """Policies that become active with a start, for there were none, or because the folder is trusted."""

    #: as they were read
    loaded: Loaded
    #: the mode of the community that goes with them: shadow, unless somebody answers for more
    mode: Mode = Mode.SHADOW


async def begin(
    store: Store, keys: Keys, clock: Clock, community: str, *, origin: str, first: First | None = None
) -> bool:
    """Begin the community's ledger where it is new, name its first policies active, and record the start.

    Without `first`, the active policies stay: there are some. Returns whether other policies are active now than
    before. Raises OtherOriginError when the ledger has another name, PoliciesTooLargeError.
    """
    now = clock.now()
    async with store.writing() as tx:
        await add_community(tx, community, now)
        await begin_ledger(tx, community, origin, now)
        before = await hold_active_policy(tx, community)
        policy = before if first is None else first.loaded.version
        drafts = [Draft(kind=EntryKind.STARTED, actor=OPERATOR, policy=policy, details={"version": __version__})]
        if first is not None and before != policy:
            proposal = _applied(first, before, clock)
            await _apply(tx, community, first, proposal)
            details = {"before": before, "mode": first.mode.value, "proposal": proposal.id}
            drafts.append(Draft(kind=EntryKind.POLICY_APPLIED, actor=OPERATOR, policy=policy, details=details))
        # a firing that was missed while nothing ran is made up
        await keep_timers(tx, [retain_timer(community, now)])
        await record(tx, keys, community, now, drafts)
    return before != policy


def _applied(first: First, before: str, clock: Clock) -> Proposal:
    return Proposal(
        version=first.loaded.version,
        before=before,
        mode=first.mode.value,
        state=ProposalState.APPLIED,
        proposed_by=OPERATOR,
        proposed_at=clock.now(),
        decided_by=OPERATOR,
        decided_at=clock.now(),
    )


async def _apply(tx: Tx, community: str, first: First, proposal: Proposal) -> None:
    await keep_files(tx, community, first.loaded.version, first.loaded.files, proposal.proposed_at)
    await activate_policy(tx, community, first.loaded.version)
    await add_proposal(tx, community, proposal)


async def end(store: Store, keys: Keys, clock: Clock, community: str, *, policy: str) -> None:
    """Record that the program ended its work as asked."""
    draft = Draft(kind=EntryKind.STOPPED, actor=OPERATOR, policy=policy, details={"version": __version__})
    async with store.writing() as tx:
        await record(tx, keys, community, clock.now(), [draft])
