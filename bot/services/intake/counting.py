"""Reads how far automation's budgets are used up before a batch is planned, and writes what it used afterwards."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.actor import automation
from bot.domain.budget import Budget
from bot.domain.entry_kind import EntryKind
from bot.domain.governance import Automation
from bot.domain.judgement import Mode
from bot.domain.ladder import Ladder
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.right import Right
from bot.ledger.canonical import Plain
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.services.alarms import TRIPPED, alarm
from bot.services.approvals.holding import open_request
from bot.services.approvals.joining import change_requests
from bot.services.intake.book import Writes
from bot.services.intake.items import Judged
from bot.services.intake.permitting import RIGHTS, SANCTIONED, SCOPE
from bot.services.performing.paging import plan_pages
from bot.services.record import Draft
from bot.services.work import begin_work
from bot.store.columns import micros
from bot.store.engine import Tx
from bot.store.spendings import add_spendings, budget_scope, count_spendings, lock_budgets
from bot.store.tripped import trip

#: how far budgets are used up, by power
SpentNow = Mapping[Right, Sequence[tuple[Budget, int]]]


async def read_budgets(  # noqa: PLR0917 - what is found, under what it counts, and when
    tx: Tx, community: str, powers: Automation, ladder: Ladder | None, found: Sequence[Judged], now: datetime
) -> tuple[SpentNow, Mapping[str, int]]:
    """Return how far the budgets that may be needed are used up, and how many members the rules found sanctioned.

    Nobody else counts against them until the transaction ends. Where nothing that is counted may follow, nothing is
    read.
    """
    asked = _may_follow(found, ladder)
    rights = [right for right in sorted({RIGHTS[one] for one in asked if one in RIGHTS}) if powers.budgets.get(right)]
    rules = _sanctioning(found) if powers.breaker is not None else []
    scopes = [budget_scope("rule", rule) for rule in rules]
    if rights:
        scopes.append(SCOPE)
    if not scopes:
        return {}, {}
    await lock_budgets(tx, community, scopes)
    spent: dict[Right, list[tuple[Budget, int]]] = {right: [] for right in rights}
    for right in rights:
        for budget in powers.budgets[right]:
            used = await count_spendings(tx, community, SCOPE, right.value, now - budget.within)
            spent[right].append((budget, used))
    sanctioned: dict[str, int] = {}
    for rule in rules:
        assert powers.breaker is not None  # noqa: S101 - there are no rules here otherwise
        since = now - powers.breaker.within
        sanctioned[rule] = await count_spendings(tx, community, budget_scope("rule", rule), SANCTIONED, since)
    return spent, sanctioned


def may_ask(found: Sequence[Judged], ladder: Ladder | None) -> bool:
    """Return whether people may come to be asked: a rule asks them, or a budget may be used up."""
    return any(kind is OutcomeKind.ASK or kind in RIGHTS for kind in _may_follow(found, ladder))


def _may_follow(found: Sequence[Judged], ladder: Ladder | None) -> set[OutcomeKind]:
    """Return every kind of outcome that may follow from live findings, steps of the ladder included."""
    kinds = {outcome.kind for one in found for outcome in one.judgement.outcomes}
    if OutcomeKind.STRIKE in kinds and ladder is not None:
        kinds |= {step.kind for _, step in ladder.steps}
    return kinds


def _sanctioning(found: Sequence[Judged]) -> list[str]:
    """Return the live rules that sanction, or that give strikes on which a sanction may follow."""
    return sorted({
        finding.rule
        for one in found
        for finding in one.judgement.findings
        if finding.mode is Mode.LIVE and any(_sanctions(outcome) for outcome in finding.outcomes)
    })  # fmt: skip


def _sanctions(outcome: Outcome) -> bool:
    return outcome.sanction is not None or outcome.kind is OutcomeKind.STRIKE


async def write_powers(tx: Tx, keys: Keys, policies: PolicySet, writes: Writes, now: datetime) -> None:
    """Write what a batch used of budgets, which rules tripped, who is paged, and what waits for a yes."""
    await add_spendings(tx, policies.community, writes.spendings, now)
    for rule in list(writes.tripped):
        await _trip(tx, policies, rule, writes, now)
    writes.drafts += [draft for _, draft in await plan_pages(tx, writes.pages, now)]
    if writes.approvals or writes.joined:
        work = await begin_work(tx, keys, policies, now)
        for approval in writes.approvals:
            await open_request(work, approval)
        await change_requests(work, writes.joined)
        writes.drafts += work.drafts


async def _trip(tx: Tx, policies: PolicySet, rule: str, writes: Writes, now: datetime) -> None:
    """Put a rule that sanctioned too many into shadow, once."""
    breaker = policies.governance.automation.breaker
    if breaker is None or not await trip(tx, policies.community, rule, policies.version, now):
        return
    details: dict[str, Plain] = {"rule": rule, "limit": breaker.limit, "within": int(breaker.within.total_seconds())}
    actor = automation(rule)
    writes.drafts.append(
        Draft(kind=EntryKind.RULE_TRIPPED, actor=actor, policy=policies.version, details=details)
    )  # fmt: skip
    said: dict[str, str | int] = {"rule": rule, "limit": breaker.limit}
    writes.pages.append(alarm(policies.community, TRIPPED, f"{rule}:{micros(now)}", said, now))
