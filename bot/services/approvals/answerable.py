"""Who may answer a request: another human than who asks, of the organisation that is asked."""

from bot.domain.authority import Allow, Ask, Deny, Scope
from bot.domain.case import Case
from bot.domain.order import Order
from bot.domain.right import Deed, Right
from bot.domain.staff import PARTNER_LEAD, Person, Phase
from bot.i18n import phrase
from bot.services.authorising import DeniedError, require, rule_on
from bot.services.cases.seeing import hidden_from
from bot.services.staff.knowing import Caller, target_of
from bot.services.work import Work
from bot.store.approvals import Approval

#: why nobody may do that to this target, whatever their mandate
_ABOUT_TARGET = frozenset({"oneself", "complaint", "colleague", "rank", "protected"})
#: what whoever needs somebody's yes themselves can't say yes to
_ASKS_THEMSELVES = frozenset({"supervised", "observing", "budget"})


def unknown_request() -> DeniedError:
    """Return the denial for somebody to whom a request doesn't exist: the same words as when there is none."""
    return DeniedError(Deny(code="not_here", reason=phrase("approval.unknown")), Right.APPROVE)


def _denied(code: str) -> DeniedError:
    return DeniedError(Deny(code=code, reason=phrase(f"approval.{code}")), Right.APPROVE)


def is_same_human(caller: Caller, person: Person | None) -> bool:
    """Return whether somebody's seat, at whatever organisation, is of the same human."""
    if person is None or caller.person is None:
        return False
    return person.has(caller.ref) or person.shares_account(caller.person)


def may_see(work: Work, caller: Caller, approval: Approval, case: Case | None) -> bool:
    """Return whether a request exists for somebody: leads, who is asked, and the asking organisation's own people."""
    person, organisation = caller.person, caller.organisation
    if person is None or organisation is None:
        return False
    hidden = hidden_from(case, work.governance) if case is not None else frozenset[str]()
    seats = work.governance.roster.with_account(caller.ref)
    if any(one.id in hidden or one.organisation in hidden for one in (person, *seats)):
        return False
    return caller.leads or organisation.id in (approval.organisation, approval.whom)


async def require_answerer(work: Work, caller: Caller, approval: Approval, case: Case | None) -> None:
    """Return when somebody may answer; raise DeniedError otherwise.

    Internal leads may always answer for the community, as another organisation than any partner; where they ask each
    other, another person is enough. Where the policies name a partner to decide about the own team's requests by
    another organisation, it is that partner's lead who does.
    """
    person, organisation = caller.person, caller.organisation
    if person is None or organisation is None or not may_see(work, caller, approval, case):
        raise unknown_request()
    asker = work.governance.roster.people.get(approval.person)
    if person.id == approval.person or is_same_human(caller, asker):
        raise _denied("own_request")
    asked = caller.leads or (person.role == PARTNER_LEAD and organisation.id == approval.whom)
    scope = Scope(
        community=work.community,
        organisation=approval.whom,
        doer=approval.person,
        doer_for=approval.organisation,
        about=frozenset() if case is None else hidden_from(case, work.governance),
    )
    await require(work, caller, Right.APPROVE, scope=scope)
    if not asked:
        # whoever asks and their colleagues know of it, and leads decide
        raise _denied("not_asked")
    if approval.another and _is_same_side(work, caller, approval):
        raise _denied("same_organisation")


def _is_same_side(work: Work, caller: Caller, approval: Approval) -> bool:
    """Return whether the asking organisation would decide about its own request."""
    organisation = caller.organisation
    if organisation is None or organisation.id != approval.organisation:
        return False
    if not organisation.is_internal:
        return True
    named = work.governance.roster.organisations.get(approval.whom)
    # a partner whose contract is over can't be waited for
    return named is not None and not named.is_internal and named.phase(work.now) is Phase.RUNNING


async def require_deed(work: Work, caller: Caller, order: Order, case: Case | None) -> str:
    """Return the mandate under which somebody says yes to a deed; raise DeniedError where they may not.

    Rank, colleagues, complaints and protected roles hold for whoever approves as for whoever acts, and nobody approves
    what they would have to ask for because of their own level or budget. Which power it takes is the asker's question:
    who is asked decides by being asked.
    """
    scope = Scope(
        community=work.community,
        queue=None if case is None else case.queue,
        severity=None if case is None else case.severity,
    )
    target = await target_of(work, order.account, caller)
    ruling = await rule_on(work, caller, Deed(right=order.right, lasts=order.lasts), target, scope)
    if isinstance(ruling, Deny) and ruling.code in _ABOUT_TARGET:
        raise DeniedError(ruling, order.right)
    if isinstance(ruling, Ask) and ruling.code in _ASKS_THEMSELVES:
        raise _denied("asks_themselves")
    return ruling.mandate if isinstance(ruling, Allow | Ask) else ""
