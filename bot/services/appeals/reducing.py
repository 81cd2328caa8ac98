"""Makes a sanction shorter: the old one ends and a shorter one holds, as one decision."""

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.actor import Actor
from bot.domain.judgement import Mode
from bot.domain.outcome import Outcome
from bot.domain.sanction import Sanction
from bot.services.approvals.place import connection_of
from bot.services.intake.following import Deciding, Follows, follow
from bot.services.moderating.deciding import decide_on
from bot.services.sanctioning import end_early
from bot.services.showing.hanging import connection_of as connection_named
from bot.services.work import Work
from bot.store.appeals import REDUCE, Appealable
from bot.store.columns import new_id
from bot.store.decisions import Decision

_SECOND = timedelta(seconds=1)


async def impose_shorter(
    work: Work, actor: Actor, about: Appealable, held: Sequence[Sanction], lasts: timedelta, *, reason: str
) -> str:
    """End sanctions and impose what is left of their new length, and return the decision; what is over stays over."""
    decision, follows = new_id(), Follows()
    connection = connection_named(await connection_of(work, about.account))
    for one in held:
        left = one.start + lasts - work.now
        if left > timedelta() and connection is not None:
            deciding = Deciding(
                community=work.community,
                decision=decision,
                message="",
                account=about.account,
                channel=0,
                connection=connection,
                severity=about.severity,
                now=work.now,
                at=work.now,
                case=about.case,
            )
            more = follow(deciding, (Outcome(kind=one.kind, duration=left),))
            follows.actions += more.actions
            follows.sanctions += more.sanctions
            follows.timers += more.timers
    written = Decision(
        id=decision,
        case=about.case,
        account=about.account,
        actor=actor,
        rules=(),
        outcomes=tuple({"kind": REDUCE, "target": one.id, "seconds": lasts // _SECOND} for one in held),
        mode=Mode.LIVE,
        policy=work.policies.version,
        severity=about.severity,
    )
    await decide_on(work, written, follows, reason=reason)
    # the shorter one holds before the longer one ends: the member is never free in between
    _, drafts = await end_early(
        work.tx, work.community, [one.id for one in held], work.now, actor=actor, policy=work.policies.version,
        reason="replaced",
    )  # fmt: skip
    for draft in drafts:
        work.record(draft)
    return decision
