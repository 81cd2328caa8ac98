"""Pages about the program's own affairs: what was given up, budgets overrun, rules that trip, broken glass."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.action import Action, ActionKind
from bot.domain.place import PAGER
from bot.domain.severity import Severity
from bot.store.columns import new_id

#: somebody went on after a budget was used up, and is held
OVERRUN = "overrun"
#: likewise, but nobody else is on duty: they go on with what can be taken back
OVERRUN_ALONE = "overrun_alone"
#: automation used up a budget
AUTOMATION_SPENT = "automation_spent"
#: a rule sanctioned too many members
TRIPPED = "rule_tripped"
#: an owner broke the glass
BROKEN = "glass_broken"
#: one of a partner's people acted on the platform itself
DONE_OUTSIDE = "done_outside"
#: something waits for a hand, and no channel can show it
MANUAL_STEP = "manual_step"
#: nobody did that in time
MANUAL_STEP_LATE = "manual_step_late"
#: nobody else looked at that in time
UNREVIEWED = "glass_unreviewed"


def alarm(
    community: str,
    about: str,
    once: str,
    said: Mapping[str, str | int],
    now: datetime,
    *,
    severity: Severity = Severity.HIGH,
) -> Action:
    """Return the page about something; there is never a second one with the same `once`.

    What it says is the catalogue's `cards.page_ABOUT`, filled with what is `said`: names of the policies and codes.
    Its subject is the page itself unless that is said.
    """
    name = new_id()
    return Action(
        id=name,
        community=community,
        connection=PAGER,
        key=f"page:{about}:{once}",
        kind=ActionKind.PAGE,
        target=f"page:{name}",
        severity=severity,
        decision="",
        details={"about": about, "subject": name, **said},
        due_at=now,
    )
