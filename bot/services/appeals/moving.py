"""Moves appeals to who hears them instead: of an organisation that may no longer do so."""

from bot.domain.actor import Actor
from bot.domain.card import CardKind
from bot.domain.entry_kind import EntryKind
from bot.services.approvals.place import own_team
from bot.services.record import Draft
from bot.services.showing.wanting import show
from bot.services.work import Work
from bot.store.appeals import appeals_heard_by, move_appeals


async def return_appeals(work: Work, actor: Actor, organisation: str) -> int:
    """Let the community's own team hear what an organisation was to hear, and return how many appeals that were."""
    team = own_team(work)
    if organisation == team:
        return 0
    found = await appeals_heard_by(work.tx, work.community, organisation)
    await move_appeals(work.tx, [one.id for one in found], team)
    for one in found:
        details = {"appeal": one.id, "before": organisation, "heard_by": team}
        work.record(
            Draft(
                kind=EntryKind.APPEAL_MOVED, actor=actor, policy=work.policies.version, case=one.case, details=details
            )
        )
        await show(work, CardKind.APPEAL, one.id, stream=None, case=one.case)
    return len(found)
