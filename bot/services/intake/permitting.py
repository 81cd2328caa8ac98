"""Puts what rules ask for through the same check as everybody's deeds: automation has a mandate and budgets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.actor import automation
from bot.domain.authority import Allow, Ask, Facts, Ruling, Scope, Target, decide
from bot.domain.budget import Spent
from bot.domain.effect import asking
from bot.domain.judgement import Finding, Mode
from bot.domain.merge import punishes
from bot.domain.message import Member
from bot.domain.outcome import SANCTIONS, Outcome, OutcomeKind
from bot.domain.right import Deed, Right
from bot.services.alarms import AUTOMATION_SPENT, alarm
from bot.services.intake.book import Book
from bot.store.columns import micros
from bot.store.spendings import Spending, budget_scope

#: what automation needs a power for
RIGHTS = {
    OutcomeKind.DELETE: Right.DELETE,
    OutcomeKind.TIMEOUT: Right.TIMEOUT,
    OutcomeKind.QUARANTINE: Right.QUARANTINE,
    OutcomeKind.KICK: Right.KICK,
    OutcomeKind.BAN: Right.BAN,
    OutcomeKind.SLOW_MODE: Right.SLOW_MODE,
    OutcomeKind.RAID_MODE: Right.RAID_MODE,
}
#: whose budget it is
SCOPE = "automation"
#: what is counted of a rule, whichever sanction it was
SANCTIONED = "sanction"
#: for people instead: opens a case of the community's own queue
_CASE = Outcome(kind=OutcomeKind.CASE)


@dataclass(kw_only=True, slots=True)
class Permitted:
    """What follows after all."""

    #: in order
    outcomes: tuple[Outcome, ...] = ()
    #: what was asked for in the place of something else: what follows → what a rule asked for
    instead: dict[Outcome, Outcome] = field(default_factory=dict)
    #: outcomes that are only asked for because a budget is used up
    spent: set[Outcome] = field(default_factory=set)

    def asked(self, outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
        """Return what rules asked for, where something else follows."""
        return tuple(self.instead.get(one, one) for one in outcomes)


def target_of(book: Book, member: Member) -> Target:
    """Return what authority is to know of who wrote a message."""
    governance = book.state.governance
    people = () if member.account is None else governance.roster.with_account(member.account)
    protected = member.roles is not None and not governance.protected.isdisjoint(member.roles)
    return Target(account=member.key, people=tuple(one.id for one in people), protected=protected)


def staff_of(book: Book, member: Member) -> dict[str, str]:
    """Return who of the roster wrote a message, and for whom they moderate; nothing of anybody else."""
    roster = book.state.governance.roster
    seats = () if member.account is None else roster.with_account(member.account)
    return {"person": seats[0].id, "organisation": seats[0].organisation} if seats else {}


def spare(outcomes: tuple[Outcome, ...], target: Target) -> Permitted:
    """Return what may follow for somebody who moderates or holds a protected role: instead of a sanction, a case."""
    if not (target.people or target.protected):
        return Permitted(outcomes=outcomes)
    punishing = [one for one in outcomes if punishes(one)]
    kept = tuple(one for one in outcomes if not punishes(one))
    permitted = Permitted(outcomes=kept)
    if punishing and not any(one.kind is OutcomeKind.CASE for one in kept):
        permitted.outcomes = (*kept, _CASE)
        permitted.instead[_CASE] = punishing[0]
    return permitted


def permit(
    book: Book, newly: Sequence[Outcome], findings: tuple[Finding, ...], target: Target, message: str
) -> Permitted:
    """Return what follows of what rules ask for: as it is, asked for instead, or left to people.

    What is done counts against automation's budgets, and sanctions against the breaker of the rule.
    """
    permitted = Permitted()
    found: list[Outcome] = []
    for outcome in newly:
        right = RIGHTS.get(outcome.kind)
        if right is None:
            found.append(outcome)
            continue
        rule = rule_behind(findings, outcome)
        met = message if right is Right.DELETE else target.account
        ruling = _rule_on(book, rule, outcome, right, target)
        if isinstance(ruling, Allow) and not _trips(book, rule, outcome, target.account):
            found.append(outcome)
            _count(book, right, met)
        elif isinstance(ruling, Ask):
            asked = replace(outcome, kind=OutcomeKind.ASK, asked=outcome.kind, target=ruling.whom)
            found.append(asked)
            permitted.instead[asked] = outcome
            if ruling.code == "budget":
                permitted.spent.add(asked)
                _tell(book, right, rule)
        else:
            found.append(_CASE)
            permitted.instead[_CASE] = outcome
    if any(one.kind is OutcomeKind.CASE and one != _CASE for one in found):
        # one case is enough, and a rule named its queue
        found = [one for one in found if one != _CASE]
    permitted.outcomes = tuple(dict.fromkeys(found))
    return permitted


def rule_behind(findings: tuple[Finding, ...], outcome: Outcome) -> str:
    """Return the rule that asks for an outcome; for a step of the ladder, the gravest that gives a strike."""
    asks = next(asking(findings, outcome, Mode.LIVE), None)
    if asks is not None:
        return asks.rule
    live = [one for one in findings if one.mode is Mode.LIVE]
    striking = (one for one in live if any(asked.kind is OutcomeKind.STRIKE for asked in one.outcomes))
    return next(striking, live[0]).rule


def _rule_on(book: Book, rule: str, outcome: Outcome, right: Right, target: Target) -> Ruling:
    lasts = outcome.lasts if outcome.kind is OutcomeKind.SLOW_MODE else outcome.duration
    facts = Facts(
        community=book.state.community,
        governance=book.state.governance,
        spent=tuple(Spent(budget=budget, used=used) for budget, used in book.spent.get(right, ())),
    )
    scope = Scope(community=book.state.community)
    return decide(automation(rule), Deed(right=right, lasts=lasts), target, scope, book.now, facts)


def _count(book: Book, right: Right, met: str) -> None:
    """Count one target against automation's budgets; where there are none, nothing is kept."""
    held = book.spent.get(right)
    if held is None or (right, met) in book.met:
        return
    book.met.add((right, met))
    book.spent[right] = [(budget, used + 1) for budget, used in held]
    book.writes.spendings.append(Spending(scope=SCOPE, power=right.value, target=met))


def _trips(book: Book, rule: str, outcome: Outcome, account: str) -> bool:
    """Return whether a rule sanctions too many: then it drops to shadow, and nobody more is sanctioned by it."""
    breaker = book.state.governance.automation.breaker
    if breaker is None or outcome.kind not in SANCTIONS:
        return False
    if rule in book.writes.tripped:
        return True
    members = book.sanctioned.setdefault(rule, set())
    if account in members:
        return False
    if book.state.sanctioned.get(rule, 0) + len(members) >= breaker.limit:
        book.writes.tripped.append(rule)
        return True
    members.add(account)
    book.writes.spendings.append(Spending(scope=budget_scope("rule", rule), power=SANCTIONED, target=account))
    return False


def _tell(book: Book, right: Right, rule: str) -> None:
    """Have a lead paged that a budget is used up: once a window."""
    longest = max((budget.within for budget, _ in book.spent.get(right, ())), default=None)
    if longest is None or right in book.told:
        return
    book.told.add(right)
    window = micros(book.now) // int(longest.total_seconds() * 1_000_000)
    said = {"power": right.value, "rule": rule}
    book.writes.pages.append(alarm(book.state.community, AUTOMATION_SPENT, f"{right.value}:{window}", said, book.now))
