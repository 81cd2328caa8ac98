"""Second looks: a share of what sampled people do is looked at again by a lead."""

from hashlib import sha256

from bot.domain.entry_kind import EntryKind
from bot.services.record import Draft
from bot.services.staff.knowing import Caller
from bot.services.staff.unfit import unfit
from bot.services.work import Work
from bot.store.columns import new_id
from bot.store.reviews import Review, add_review, count_reviews, decide_review, hold_review, next_review

RIGHT = "right"
WRONG = "wrong"


def is_sampled(decision: str, share: int) -> bool:
    """Return whether a decision is among those looked at again: its digest says so, and nobody can wish for it."""
    return int.from_bytes(sha256(decision.encode()).digest()[:8]) % 100 < share


async def sample(work: Work, caller: Caller, decision: str) -> None:
    """Put a decision among those that are looked at again, as often as the community wants."""
    if caller.person is None or not decision or not is_sampled(decision, work.governance.review_share):
        return
    await add_review(
        work.tx,
        work.community,
        new_id(),
        decision=decision,
        person=caller.person.id,
        organisation=caller.person.organisation,
        at=work.now,
    )


async def waiting_review(work: Work, caller: Caller) -> tuple[Review | None, int]:
    """Return what has waited longest for a second look, and how many wait; never somebody's own work."""
    own = _own(work, caller)
    found = await next_review(work.tx, work.community, own)
    return found, 0 if found is None else await count_reviews(work.tx, work.community, own)


async def review(work: Work, caller: Caller, identifier: str, result: str) -> Review:
    """Say what a second look came to, and return what was looked at.

    Raises UnfitError where there is no such review for them, and where somebody was quicker.
    """
    found = await hold_review(work.tx, work.community, identifier, _own(work, caller))
    if found is None or found.result is not None:
        raise unfit("review.gone")
    actor = caller.actor()
    await decide_review(work.tx, identifier, result, actor, work.now)
    work.record(
        Draft(
            kind=EntryKind.REVIEWED,
            actor=actor,
            policy=work.policies.version,
            details={
                "review": found.id,
                "decision": found.decision,
                "person": found.person,
                "organisation": found.organisation,
                "result": result,
            },
        )
    )
    return found


def _own(work: Work, caller: Caller) -> frozenset[str]:
    """Return the ids under which the same human moderates."""
    return frozenset(one.id for one in work.governance.roster.with_account(caller.ref))
