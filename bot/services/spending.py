"""Budgets as they are used up: counted by target within sliding windows, under a lock."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

from bot.domain.budget import Budget, Spent
from bot.domain.governance import Governance
from bot.domain.order import Order
from bot.domain.right import Right
from bot.domain.staff import Organisation, Person
from bot.services.work import Work
from bot.store.spendings import Spending, add_spendings, budget_scope, count_spendings, lock_budgets


async def spent_by(work: Work, person: Person, organisation: Organisation, right: Right) -> tuple[Spent, ...]:
    """Return how far the budgets of a person and their organisation are used up; nobody else reads them meanwhile."""
    return await _spent(
        work,
        right,
        {
            budget_scope("person", person.id): organisation.budgets_each.get(right, ()),
            budget_scope("organisation", organisation.id): organisation.budgets.get(right, ()),
        },
    )


async def spent_by_automation(work: Work, right: Right) -> tuple[Spent, ...]:
    """Return how far the budgets of automation are used up."""
    return await _spent(work, right, {"automation": work.governance.automation.budgets.get(right, ())})


async def _spent(work: Work, right: Right, budgets: Mapping[str, Collection[Budget]]) -> tuple[Spent, ...]:
    scopes = [scope for scope, held in budgets.items() if held]
    if not scopes:
        return ()
    await lock_budgets(work.tx, work.community, scopes)
    found = []
    for scope in sorted(scopes):
        for budget in budgets[scope]:
            since = work.now - budget.within
            used = await count_spendings(work.tx, work.community, scope, right.value, since)
            found.append(Spent(budget=budget, used=used))
    return tuple(found)


def scopes_of(person: Person, organisation: Organisation) -> tuple[str, str]:
    """Return whose budgets a person's deeds count against."""
    return (budget_scope("person", person.id), budget_scope("organisation", organisation.id))


def targets_of(order: Order) -> tuple[str, ...]:
    """Return what an order meets, as budgets count it."""
    if order.messages:
        return order.messages
    return (order.account or (order.connection if order.channel is None else f"channel:{order.channel}"),)


async def spend(work: Work, scopes: Collection[str], right: Right, targets: Collection[str], *, over: bool) -> None:
    """Count targets against budgets; `over` says that nothing was left, and the deed wasn't done."""
    spendings = [
        Spending(scope=scope, power=right.value, target=target, over=over)
        for scope in sorted(scopes)
        for target in sorted(targets)
    ]
    await add_spendings(work.tx, work.community, spendings, work.now)


def longest_window(governances: Iterable[Governance]) -> timedelta:
    """Return how far back any budget looks, so that nothing that still counts is let go of."""
    found = [timedelta(days=1)]
    for one in governances:
        held = [one.automation.budgets]
        for organisation in one.roster.organisations.values():
            held += [organisation.budgets, organisation.budgets_each]
        found += [budget.within for budgets in held for several in budgets.values() for budget in several]
        if one.automation.breaker is not None:
            found.append(one.automation.breaker.within)
    return max(found)
