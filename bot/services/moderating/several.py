"""Carries out one order for each of several members, in one transaction: all of them, or none."""

from collections.abc import Sequence

from bot.domain.authority import Allow, Ask, Deny, Scope, Target
from bot.domain.order import Order
from bot.domain.right import Deed
from bot.errors import LocumError
from bot.services.authorising import DeniedError, rule_on
from bot.services.moderating.carrying_out import carry_out
from bot.services.spending import scopes_of, spend, targets_of
from bot.services.staff.knowing import Caller
from bot.services.staff.reviewing import sample
from bot.services.work import Work


class MustAskError(LocumError):
    """That many at once are for whoever needs to ask nobody: ask for them one by one."""


async def give_all(
    work: Work, caller: Caller, orders: Sequence[tuple[Order, Target]], scope: Scope, *, reason: str = ""
) -> int:
    """Carry out every order on the caller's word, and return how many.

    Authority is asked about each target, and about all of them as one deed, so that a budget which isn't enough for
    all is enough for none. Raises DeniedError, MustAskError; nothing is done then.
    """
    allowed: list[tuple[Order, Allow]] = []
    for order, target in orders:
        deed = Deed(right=order.right, lasts=order.lasts, count=len(orders))
        allowed.append((order, await may(work, caller, deed, target, scope)))
    for order, ruling in allowed:
        done = await carry_out(work, caller.actor(ruling.mandate), order, reason=reason)
        if caller.person is not None and caller.organisation is not None:
            scopes = scopes_of(caller.person, caller.organisation)
            await spend(work, scopes, order.right, targets_of(order), over=False)
        if ruling.sampled:
            await sample(work, caller, done.decision)
    return len(allowed)


async def may(work: Work, caller: Caller, deed: Deed, target: Target, scope: Scope) -> Allow:
    """Return authority's yes; raise DeniedError for its no, and MustAskError for anything between."""
    ruling = await rule_on(work, caller, deed, target, scope)
    match ruling:
        case Allow():
            return ruling
        case Deny():
            raise DeniedError(ruling, deed.right)
        case Ask():
            raise MustAskError
