"""Verdicts: somebody decides a case, perhaps with what is to be done, or asks for it, or proposes it."""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.authority import Ask, Deny, Scope
from bot.domain.case import About, Case, is_shared
from bot.domain.order import Order
from bot.domain.right import Deed, Right
from bot.domain.verdict import Verdict
from bot.services.authorising import rule_on
from bot.services.cases.closing import TAKES_BACK
from bot.services.cases.errors import wrong
from bot.services.cases.holding import check_free, hold_case, renew
from bot.services.cases.places import Whereabouts, whereabouts, whereabouts_of
from bot.services.cases.routing import scope_of
from bot.services.moderating.ordering import Given, give_order
from bot.services.showing.wave import sees_all, takings_seen
from bot.services.staff.knowing import Caller, target_of
from bot.services.staff.proposing import compare
from bot.services.work import Work
from bot.store.case_views import deleted_among
from bot.store.waves import members_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Deciding:
    """What somebody decides about a case."""

    #: what it comes to
    verdict: Verdict
    #: what is to be done to the member; None for nothing
    action: Right | None = None
    #: how long that lasts; None for good
    lasts: timedelta | None = None
    #: the guideline cited; empty for the case's own
    guideline: str = ""
    #: why, in their own words
    reason: str = ""
    #: surrogate of the one member of a wave whom it is about; empty for the whole case
    member: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """What became of it."""

    #: the case
    case: Case
    #: what became of the action; None where none was asked for
    action: Given | None = None
    #: what became of the verdict; None while the action waits for approval
    verdict: Given | None = None
    #: it was about one member of a wave, and the case goes on
    of_one: bool = False

    @property
    def waits(self) -> bool:
        """Whether something waits for somebody's yes."""
        return any(one is not None and bool(one.approval) for one in (self.action, self.verdict))

    @property
    def proposed(self) -> bool:
        """Whether it was only noted, as what somebody who observes would do."""
        return any(one is not None and _is_proposal(one) for one in (self.action, self.verdict))


def _is_proposal(given: Given) -> bool:
    return isinstance(given.ruling, Ask) and given.ruling.is_proposal


async def decide_case(
    work: Work, caller: Caller, named: str, deciding: Deciding, *, version: str = ""
) -> Decided:  # fmt: skip
    """Decide a case and return what became of it; raises DeniedError, CaseError.

    An action that somebody else has to approve keeps the case open until that is answered, and so does one of whoever
    may contain a case and not decide it.
    """
    case = await hold_case(work, caller, named, version=version)
    check_free(work, caller, case)
    if deciding.member:
        return await _judge_one(work, caller, case, deciding)
    if deciding.verdict in TAKES_BACK and not await _sees_whole(work, case, caller):
        raise wrong("case.not_whole", case=case.number)
    where = await whereabouts(work, case)
    action = None
    if deciding.action is not None:
        closing = await _closes(work, caller, case, where)
        action = await _act(work, caller, case, deciding, where)
        if not closing or action.approval or _is_proposal(action):
            return Decided(case=await renew(work, caller, case), action=action)
    verdict = await _judge(work, caller, case, deciding, where)
    return Decided(case=case, action=action, verdict=verdict)


async def _act(work: Work, caller: Caller, case: Case, deciding: Deciding, where: Whereabouts) -> Given:
    """Give the order that goes with a verdict, through the one way in which anybody does something to a member."""
    assert deciding.action is not None  # noqa: S101 - whoever calls looked
    if deciding.verdict not in (Verdict.VIOLATION, Verdict.WRONG_RULE):
        raise wrong("case.nothing_to_punish")
    if case.about is not About.MEMBER or not case.account:
        raise wrong("case.not_a_member", case=case.number)
    order = replace(_order(case, deciding, deciding.action), messages=await _messages(work, deciding.action, where))
    if deciding.action is not Right.DELETE and not order.guideline:
        raise wrong("case.name_guideline", case=case.number)
    if deciding.action is Right.DELETE and not order.messages:
        raise wrong("case.nothing_to_delete", case=case.number)
    target = await target_of(work, case.account, caller)
    given = await give_order(work, caller, order, target, _scope(work, case, where), reason=deciding.reason)
    if not given.approval and given.decision:
        await compare(work, case.id, order)
    return given


async def _closes(work: Work, caller: Caller, case: Case, where: Whereabouts) -> bool:
    """Return whether somebody may decide a case, or ask for it: on shift, more may be contained than decided."""
    scope = scope_of(work, case, where.languages)
    target = await target_of(work, case.account, caller)
    return not isinstance(await rule_on(work, caller, Deed(right=Right.DECIDE), target, scope), Deny)


async def _messages(work: Work, action: Right, where: Whereabouts) -> tuple[str, ...]:
    if action is not Right.DELETE:
        return ()
    gone = await deleted_among(work.tx, [one.id for one in where.messages])
    return tuple(one.id for one in where.messages if one.id not in gone)


async def _judge_one(work: Work, caller: Caller, case: Case, deciding: Deciding) -> Decided:
    """Take back from one member of a wave alone what a verdict takes back; the case goes on about the others."""
    if not is_shared(case) or deciding.verdict not in TAKES_BACK or deciding.action is not None:
        raise wrong("case.not_of_wave", case=case.number)
    seen = (await takings_seen(work.tx, work.policies, [case.id], caller)).get(case.id, ())
    if deciding.member not in {one.account for one in seen}:
        raise wrong("mod.other_case")
    where = await whereabouts_of(work, case, deciding.member, caller)
    given = await _judge(work, caller, replace(case, account=deciding.member), deciding, where)
    return Decided(case=await renew(work, caller, case), verdict=given, of_one=True)


async def _sees_whole(work: Work, case: Case, caller: Caller) -> bool:
    """Return whether somebody sees every member whom a case is about."""
    if not is_shared(case) or sees_all(caller):
        return True
    seen = (await takings_seen(work.tx, work.policies, [case.id], caller)).get(case.id, ())
    return {one.account for one in seen} >= set(await members_of(work.tx, case.id))


async def _judge(work: Work, caller: Caller, case: Case, deciding: Deciding, where: Whereabouts) -> Given:
    target = await target_of(work, case.account, caller)
    # casework asks for the queue, the severity and the language, and for no channel
    scope = scope_of(work, case, where.languages)
    return await give_order(
        work, caller, _order(case, deciding, Right.DECIDE), target, scope, reason=deciding.reason
    )  # fmt: skip


def _order(case: Case, deciding: Deciding, right: Right) -> Order:
    return Order(
        right=right,
        account=case.account,
        connection=case.connection,
        lasts=deciding.lasts if right is not Right.DECIDE else None,
        guideline=deciding.guideline or case.guideline,
        case=case.id,
        verdict=deciding.verdict,
        severity=case.severity,
    )


def _scope(work: Work, case: Case, where: Whereabouts) -> Scope:
    return scope_of(work, case, where.languages, channel=where.channel)
