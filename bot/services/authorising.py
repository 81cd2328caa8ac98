"""Asks authority about what somebody wants to do, with everything known of them now."""

from bot.domain.authority import NOBODY, Allow, Ask, Deny, Facts, Ruling, Scope, Target, decide
from bot.domain.budget import Spent
from bot.domain.right import COUNTED, Deed, Right
from bot.errors import LocumError
from bot.i18n import Phrase
from bot.services.spending import spent_by
from bot.services.staff.knowing import Caller
from bot.services.work import Work
from bot.store.shifts import on_duty


class DeniedError(LocumError):
    """That isn't allowed."""

    def __init__(self, denial: Deny, right: Right) -> None:
        super().__init__(denial.reason.say())
        self.denial = denial
        #: what was tried
        self.right = right

    @property
    def reason(self) -> Phrase:
        """Why, in words for whoever asked."""
        return self.denial.reason


async def rule_on(work: Work, caller: Caller, deed: Deed, target: Target, scope: Scope) -> Ruling:
    """Return what authority says; budgets are read under a lock that holds until the transaction ends."""
    spent: tuple[Spent, ...] = ()
    if deed.right in COUNTED and caller.person is not None and caller.organisation is not None:
        spent = await spent_by(work, caller.person, caller.organisation, deed.right)
    working = await on_duty(work.tx, work.community, work.now) if spent else []
    facts = Facts(
        community=work.community,
        governance=work.governance,
        standing=caller.standing,
        seats=caller.seats,
        spent=spent,
        alone_on_duty=caller.person is not None and {one.person for one in working} == {caller.person.id},
    )
    return decide(caller.actor(), deed, target, scope, work.now, facts)


async def require(
    work: Work, caller: Caller, right: Right, *, target: Target = NOBODY, scope: Scope | None = None
) -> Allow | Ask:
    """Return authority's yes, or that it must be asked for; raise DeniedError otherwise.

    Nothing may have been written before: who is denied leaves nothing behind but the record of the attempt.
    """
    where = scope or Scope(community=work.community)
    ruling = await rule_on(work, caller, Deed(right=right), target, where)
    if isinstance(ruling, Deny):
        raise DeniedError(ruling, right)
    return ruling
