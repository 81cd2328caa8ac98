"""What leads say of manual steps: that they are done, which is looked at first, or that they can't be."""

from collections.abc import Sequence

from bot.domain.action import ActionState
from bot.domain.by_hand import ManualStep
from bot.domain.entry_kind import EntryKind
from bot.domain.retention import Retention
from bot.domain.right import Right
from bot.ledger.canonical import Plain
from bot.services.authorising import require
from bot.services.hands.showing import draw_anew
from bot.services.record import Draft, Private
from bot.services.sanctioning import written
from bot.services.staff.knowing import Caller
from bot.services.staff.unfit import unfit
from bot.services.work import Work
from bot.store.actions import Claimed, end
from bot.store.manual_steps import lock_steps, steps_of, to_be_checked


async def say_done(work: Work, caller: Caller, subject: str, version: str) -> int:
    """Have a card's steps looked at, which somebody says they did; return how many that are.

    What the platform shows undone isn't taken for done; where it can't tell, their word counts. Raises DeniedError,
    UnfitError.
    """
    found = await _waiting(work, caller, subject, version)
    actor = caller.actor()
    await to_be_checked(work.tx, [(one, written(actor)) for one in found], work.now)
    _record(work, caller, subject, found, "done")
    await draw_anew(work, [subject])
    return len(found)


async def say_impossible(work: Work, caller: Caller, subject: str, version: str, why: str) -> int:
    """Give a card's steps up, and return how many those are; raises DeniedError, UnfitError."""
    found = await _waiting(work, caller, subject, version)
    await end(work.tx, [(one, ActionState.FAILED, "impossible") for one in found], work.now)
    for one in found:
        details: dict[str, Plain] = {
            "outcome": ActionState.FAILED.value, "reason": "impossible", "attempts": one.action.attempts,
            "kind": one.action.kind.value,
        }  # fmt: skip
        work.record(
            Draft(
                kind=EntryKind.ACTION, actor=caller.actor(), policy=work.policies.version, case=one.action.case,
                action=one.action.id, details=details,
            )
        )  # fmt: skip
    _record(work, caller, subject, found, "impossible", why=why)
    await draw_anew(work, [subject])
    return len(found)


async def find_steps(work: Work, caller: Caller, subject: str) -> Sequence[ManualStep]:
    """Return the steps of a card for whoever may say what became of them; raises DeniedError, UnfitError."""
    await require(work, caller, Right.CONFIRM)
    steps = (await steps_of(work.tx, work.community, [subject])).get(subject)
    if not steps:
        raise unfit("hand.unknown")
    return steps


async def _waiting(work: Work, caller: Caller, subject: str, version: str) -> list[Claimed]:
    """Return what waits on a card as it was shown; what came to it since, nobody has seen."""
    steps = await find_steps(work, caller, subject)
    found = await lock_steps(work.tx, work.community, subject)
    if not found:
        raise unfit("hand.settled")
    if version != str(len(steps)):
        raise unfit("hand.grown")
    return found


def _record(
    work: Work, caller: Caller, subject: str, found: Sequence[Claimed], change: str, *, why: str = ""
) -> None:  # fmt: skip
    first = found[0].action
    said: dict[str, Plain] = {
        "change": change, "subject": subject, "kind": first.kind.value, "actions": len(found),
    }  # fmt: skip
    words = Private(field="details.text", account=caller.account, value=why, retention=Retention.NOTE)
    work.record(
        Draft(
            kind=EntryKind.MANUAL_STEP, actor=caller.actor(), policy=work.policies.version, case=first.case,
            details=said, private=(words,) if why else (),
        )
    )  # fmt: skip
