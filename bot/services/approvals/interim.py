"""The interim measure of a request: it ends when the real thing begins, or when nobody approves that."""

from bot.domain.action import ActionState
from bot.domain.actor import Actor
from bot.domain.entry_kind import EntryKind
from bot.services.moderating.undoing import take_back
from bot.services.record import Draft
from bot.services.sanctioning import end_early
from bot.services.work import Work
from bot.store.actions import end
from bot.store.approvals import Approval, held_action
from bot.store.sanctions import unended


async def replace_interim(work: Work, actor: Actor, approval: Approval) -> None:
    """End what held meanwhile, because what was approved holds now."""
    if approval.interim is None:
        return
    _, drafts = await end_early(
        work.tx, work.community, [approval.interim], work.now, actor=actor, policy=work.policies.version,
        reason="replaced",
    )  # fmt: skip
    for draft in drafts:
        work.record(draft)


async def lift_interim(work: Work, actor: Actor, approval: Approval) -> None:
    """Take back what held meanwhile, because it isn't to be followed by anything; the member is told."""
    if approval.interim is None:
        return
    held = await unended(work.tx, work.community, [approval.interim])
    if held:
        await take_back(work, actor, [one.decision for one in held], why="refused")


async def release(work: Work, actor: Actor, approval: Approval, reason: str) -> None:
    """Bring the action that a rule had held to its end: what follows is somebody's own decision, or nothing."""
    held = None if approval.action is None else await held_action(work.tx, work.community, approval.action)
    if held is None:
        return
    await end(work.tx, [(held, ActionState.SUPERSEDED, reason)], work.now)
    work.record(
        Draft(
            kind=EntryKind.ACTION,
            actor=actor,
            policy=work.policies.version,
            case=held.action.case,
            action=held.action.id,
            details={
                "outcome": ActionState.SUPERSEDED.value, "reason": reason, "attempts": held.action.attempts,
                "kind": held.action.kind.value,
            },
        )
    )  # fmt: skip
