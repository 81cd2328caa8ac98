"""What happens when a budget is used up: deeds become questions, and whoever goes on is frozen and a lead paged."""

from bot.domain.actor import scheduler
from bot.domain.budget import Budget
from bot.domain.order import Order
from bot.domain.staff import Organisation, Person
from bot.services.alarms import OVERRUN, OVERRUN_ALONE
from bot.services.performing.paging import raise_alarm
from bot.services.spending import scopes_of, spend, targets_of
from bot.services.staff.knowing import Caller
from bot.services.staff.restraining import hold_account
from bot.services.work import Work
from bot.store.columns import micros
from bot.store.shifts import on_duty
from bot.store.spendings import count_overruns

#: who freezes: nobody in particular
_ACTOR = scheduler("budget")


async def note_overrun(work: Work, caller: Caller, order: Order) -> None:
    """Count an attempt with nothing left; freeze whoever goes on all the same, and page a lead.

    Going on is another attempt, with as many targets tried in vain by then as the budget had. The only one on duty
    isn't frozen, for nobody else would be left: a lead is paged all the same. Authority was asked in this transaction:
    the budgets are locked.
    """
    person, organisation = caller.person, caller.organisation
    if person is None or organisation is None:
        return
    longest = max((one.within for one in _budgets(organisation, order)), default=None)
    if longest is None:
        return
    scope, _ = scopes_of(person, organisation)
    tried = await count_overruns(work.tx, work.community, scope, order.right.value, work.now - longest)
    await spend(work, scopes_of(person, organisation), order.right, targets_of(order), over=True)
    if not tried or not await _went_on(work, person, organisation, order):
        return
    said = {"person": person.id, "organisation": organisation.id, "power": order.right.value}
    working = await on_duty(work.tx, work.community, work.now)
    if {one.person for one in working} == {person.id}:
        window = micros(work.now) // (longest.total_seconds() * 1_000_000)
        await raise_alarm(work, OVERRUN_ALONE, f"{person.id}:{order.right.value}:{int(window)}", said)
        return
    await hold_account(work, _ACTOR, person, until=None, reason="budget")
    await raise_alarm(work, OVERRUN, f"{person.id}:{micros(work.now)}", said)


def _budgets(organisation: Organisation, order: Order) -> list[Budget]:
    return [*organisation.budgets_each.get(order.right, ()), *organisation.budgets.get(order.right, ())]


async def _went_on(work: Work, person: Person, organisation: Organisation, order: Order) -> bool:
    """Return whether somebody tried as much again as one of their budgets had, by their own hand."""
    for budget in _budgets(organisation, order):
        since = work.now - budget.within
        scope, _ = scopes_of(person, organisation)
        if await count_overruns(work.tx, work.community, scope, order.right.value, since) >= max(budget.limit, 1):
            return True
    return False
