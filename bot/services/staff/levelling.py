"""Levels: how far somebody is trusted, moved by nothing but a lead's recorded decision."""

from bot.domain.actor import scheduler
from bot.domain.entry_kind import EntryKind
from bot.domain.retention import Retention
from bot.domain.staff import Level, Person
from bot.services.record import Draft, Private
from bot.services.staff.knowing import Caller
from bot.services.staff.unfit import unfit
from bot.services.work import Work
from bot.store.levels import decide_level, decided_levels, keep_levels

#: who holds levels fast while no lead has decided any
_KEEPER = scheduler("levels")


async def level(work: Work, caller: Caller, person: Person, to: Level, *, why: str) -> Level:
    """Decide how far somebody is trusted from now on, and return how far it was before.

    Whoever calls has asked authority. Raises UnfitError when nothing would change.
    """
    before = (await decided_levels(work.tx, work.community, [person.id])).get(person.id, person.starts_as)
    if before is to:
        raise unfit("lead.level_already", alias=person.alias)
    actor = caller.actor()
    await decide_level(work.tx, work.community, person.id, to, actor=actor, at=work.now)
    work.record(
        Draft(
            kind=EntryKind.LEVEL_DECIDED,
            actor=actor,
            policy=work.policies.version,
            details={
                "person": person.id,
                "organisation": person.organisation,
                "before": before.word,
                "level": to.word,
            },
            private=(
                Private(field="details.text", account=caller.account, value=why, retention=Retention.REASON),
            ),
        )
    )  # fmt: skip
    return before


async def hold_levels(work: Work) -> None:
    """Hold fast how far everybody of the policies is trusted, so that changed policies never raise a level.

    Only somebody new begins where the policies say. Where no lead has decided, policies may still say less than they
    did, and then less it is.
    """
    starts = {one.id: one.starts_as for one in work.policies.governance.roster.people.values()}
    await keep_levels(work.tx, work.community, starts, _KEEPER, work.now)
