"""What the ladder adds when a person gives a strike: the same steps, under automation's own mandate and budgets."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.actor import Actor, automation
from bot.domain.authority import Ask, Deny, Facts, Scope, Target, decide
from bot.domain.case import is_helped
from bot.domain.gap import later
from bot.domain.governance import INTERNAL
from bot.domain.ladder import Strike, climb
from bot.domain.merge import strength
from bot.domain.order import Order
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.right import Deed, Right
from bot.services.spending import spend, spent_by_automation
from bot.services.work import Work
from bot.store.accounts import account_refs
from bot.store.cases import open_cases
from bot.store.strikes import counting_strikes

#: which rule speaks when a step is reached
LADDER = "ladder"
_ACTOR = automation(LADDER)


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A step that a strike reached."""

    #: what follows from it, as it is done or would be
    outcome: Outcome
    #: whether somebody has to say yes first
    is_asked: bool
    #: who says yes then
    whom: str
    #: the order that the step comes to
    order: Order

    @property
    def said(self) -> Outcome:
        """Return it as it is told: as done, or as asked for."""
        if not self.is_asked:
            return self.outcome
        return replace(self.outcome, kind=OutcomeKind.ASK, asked=self.outcome.kind)

    @property
    def actor(self) -> Actor:
        """Who takes it."""
        return _ACTOR


def asking_for(step: Step) -> Ask:
    """Return whom automation asks for a step."""
    return Ask(whom=step.whom, mandate="automation")


async def take_step(work: Work, order: Order, ordered: Sequence[Outcome]) -> Step | None:
    """Return the step that one more strike reaches, if any, and count what is done against automation's budget.

    What is milder than what was ordered adds nothing. Automation sanctions nobody who is being helped, and nobody who
    moderates.
    """
    ladder = work.policies.ladder
    if ladder is None or not ladder.steps:
        return None
    since = later(work.now, -ladder.expires - timedelta(seconds=1))
    held = (await counting_strikes(work.tx, work.community, [order.account], since)).get(order.account, [])
    outcome = climb([*held, Strike(at=work.now)], work.now, ladder)
    if outcome is None or outcome.sanction is None or any(strength(outcome) <= strength(one) for one in ordered):
        return None
    if is_helped((await open_cases(work.tx, work.community, [order.account])).get(order.account, [])):
        return None
    right = Right(outcome.sanction.value)
    ruling = await _rule(work, order, Deed(right=right, lasts=outcome.duration))
    asked = outcome.kind is OutcomeKind.ASK
    if isinstance(ruling, Deny) and (ruling.code == "protected" or not asked):
        return None
    if not asked and not isinstance(ruling, Ask):
        await spend(work, ["automation"], right, [order.account], over=False)
    done = replace(outcome, kind=outcome.sanction, asked=None, target="")
    return Step(
        outcome=done,
        is_asked=asked or isinstance(ruling, Ask),
        whom=_whom(work, outcome, right) if asked or not isinstance(ruling, Ask) else ruling.whom,
        order=replace(order, right=right, lasts=outcome.duration, purge=outcome.purge, messages=(), verdict=None),
    )


async def _rule(work: Work, order: Order, deed: Deed) -> object:
    ref = (await account_refs(work.tx, [order.account])).get(order.account)
    people = () if ref is None else work.governance.roster.with_account(ref)
    target = Target(account=order.account, people=tuple(one.id for one in people))
    facts = Facts(
        community=work.community,
        governance=work.governance,
        spent=await spent_by_automation(work, deed.right),
    )
    return decide(_ACTOR, deed, target, Scope(community=work.community), work.now, facts)


def _whom(work: Work, outcome: Outcome, right: Right) -> str:
    roster, asks = work.governance.roster, work.governance.automation.asks
    return outcome.target if outcome.target in roster.organisations else asks.get(right, INTERNAL)
