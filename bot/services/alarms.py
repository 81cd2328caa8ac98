"""Pages that people's and rules' own doings give rise to: budgets overrun, rules that trip, broken glass."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.action import Action, ActionKind
from bot.domain.severity import Severity
from bot.services.performing.outside import PAGER
from bot.services.performing.paging import plan_pages
from bot.services.work import Work
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
#: nobody else looked at that in time
UNREVIEWED = "glass_unreviewed"


def alarm(community: str, about: str, once: str, said: Mapping[str, str | int], now: datetime) -> Action:
    """Return the page about something; there is never a second one with the same `once`.

    What it says is the catalogue's `cards.page_ABOUT`, filled with what is `said`: names of the policies and codes.
    """
    name = new_id()
    return Action(
        id=name,
        community=community,
        connection=PAGER,
        key=f"page:{about}:{once}",
        kind=ActionKind.PAGE,
        target=f"page:{name}",
        severity=Severity.HIGH,
        decision="",
        details={"about": about, "subject": name, **said},
        due_at=now,
    )


async def raise_alarm(work: Work, about: str, once: str, said: Mapping[str, str | int]) -> None:
    """Page those who are paged about the program's own affairs, once."""
    for _, draft in await plan_pages(work.tx, [alarm(work.community, about, once, said, work.now)], work.now):
        work.record(draft)
