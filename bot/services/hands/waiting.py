"""Nobody did a manual step in time: the case's path begins, or somebody is paged; it is asked for again each day."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.domain.action import ActionState
from bot.domain.actor import scheduler
from bot.domain.by_hand import ManualStep
from bot.domain.entry_kind import EntryKind
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.alarms import MANUAL_STEP_LATE
from bot.services.escalating.beginning import begin_escalation
from bot.services.firing import under_policies
from bot.services.hands.asking import HAND_DUE
from bot.services.hands.showing import draw_anew
from bot.services.performing.paging import raise_alarm
from bot.services.record import Draft
from bot.services.timing import Handler
from bot.services.work import Work
from bot.store.manual_steps import steps_of
from bot.store.timers import Timer, set_timers

#: how long until somebody is reminded once more
AGAIN = timedelta(days=1)
_ACTOR = scheduler(HAND_DUE)


def hand_due_handler(keys: Keys, policies: Callable[[str], PolicySet | None]) -> Handler:
    """Return what fires when manual steps waited for as long as their severity lets them."""

    async def remind(work: Work, timers: Sequence[Timer]) -> None:
        shown = await steps_of(work.tx, work.community, [one.subject for one in timers])
        for subject, steps in sorted(shown.items()):
            waiting = [one for one in steps if one.state is ActionState.BY_HAND]
            if waiting:
                await _remind(work, subject, waiting)

    return under_policies(keys, policies, remind)


async def _remind(work: Work, subject: str, waiting: Sequence[ManualStep]) -> None:
    first = waiting[0]
    severity = max(one.severity for one in waiting)
    begun = ""
    if first.case is not None:
        begun = await begin_escalation(work, first.case, cause="hand", subject=subject)
    if not begun:
        said: dict[str, str | int] = {"kind": first.kind.value, "connection": first.connection}
        await raise_alarm(work, MANUAL_STEP_LATE, f"{subject}:{work.now.date().isoformat()}", said)
    work.record(
        Draft(
            kind=EntryKind.MANUAL_STEP, actor=_ACTOR, policy=work.policies.version, case=first.case,
            details={"change": "late", "subject": subject, "kind": first.kind.value, "actions": len(waiting)},
        )
    )  # fmt: skip
    await draw_anew(work, [subject], severity=severity)
    await set_timers(
        work.tx, [Timer(kind=HAND_DUE, community=work.community, subject=subject, due_at=work.now + AGAIN)]
    )
