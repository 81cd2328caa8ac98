"""Policies on the stage as somebody saves them: kept, proposed, weighed, and swapped once a lead applied them."""

from bot.domain.actor import OPERATOR
from bot.services.policies.keeping import compiled, load_version
from bot.services.policies.proposing import draft_of, propose
from bot.services.policies.weighing import weigh_proposal
from bot.services.work import begin_work
from bot.store.policies import active_mode, active_policy
from bot.store.policy_proposals import Proposal, ProposalState, add_proposal, unweighed_proposals
from bot.store.policy_versions import keep_files, kept_files
from tests.stage.files import loaded_of
from tests.stage.stage import CONNECTION, Stage


async def keep_policies(stage: Stage) -> None:
    """Keep the files of what the stage began with, live, as a start of the program does that trusts its folder."""
    loaded, now = loaded_of(), stage.clock.now()
    assert loaded.version == stage.policies.version
    applied = Proposal(
        version=loaded.version, before="", mode="live", state=ProposalState.APPLIED, proposed_by=OPERATOR,
        proposed_at=now, decided_by=OPERATOR, decided_at=now,
    )  # fmt: skip
    async with stage.store.writing() as tx:
        await keep_files(tx, stage.policies.community, loaded.version, loaded.files, now)
        await add_proposal(tx, stage.policies.community, applied)


async def save(stage: Stage, *files: tuple[str, str]) -> Proposal | None:
    """Save files, and return what was proposed, with the cards that show it."""
    community = stage.policies.community
    async with stage.store.reading() as tx:
        active, mode = await active_policy(tx, community), await active_mode(tx, community)
        kept = await kept_files(tx, community, active)
    assert kept is not None
    draft = draft_of(compiled(kept, community), loaded_of(*files), mode)
    async with stage.store.writing() as tx:
        work = await begin_work(tx, stage.keys, stage.policies, stage.clock.now())
        proposal = await propose(work, draft, OPERATOR, [CONNECTION])
        await work.finish()
    await stage.perform()
    return proposal


async def weigh(stage: Stage) -> None:
    """Read back what open proposals would have done."""
    async with stage.store.reading() as tx:
        waiting = await unweighed_proposals(tx, stage.policies.community)
    for proposal in waiting:
        platforms = {CONNECTION: stage.platform}
        await weigh_proposal(stage.store, stage.keys, stage.clock, stage.policies, proposal, platforms)
    await stage.perform()


async def swap(stage: Stage) -> None:
    """Go by what is active now, as the program does a moment after."""
    async with stage.store.reading() as tx:
        active = await active_policy(tx, stage.policies.community)
        stage.policies = await load_version(tx, stage.policies.community, active)
    stage.intake.use(stage.policies)
