"""Milder: what may be approved instead of what was asked for is never more of it."""

from datetime import timedelta

from bot.domain.order import Order
from bot.domain.right import LIMITABLE, Permission, Right

#: what is done to a member, from the mildest to the strongest
LADDER = (Right.NOTICE, Right.WARN, Right.TIMEOUT, Right.QUARANTINE, Right.KICK, Right.BAN)
#: an interim measure that its permission doesn't limit ends after so long
INTERIM_AT_MOST = timedelta(hours=24)


def is_milder(asked: Order, right: Right, lasts: timedelta | None) -> bool:
    """Return whether a deed is less than what was asked for: a milder one that lasts no longer, or a shorter one."""
    if right not in LADDER or asked.right not in LADDER or LADDER.index(right) > LADDER.index(asked.right):
        return False
    if right is Right.TIMEOUT and lasts is None:
        return False
    if right in LIMITABLE and asked.lasts is not None and (lasts is None or lasts > asked.lasts):
        return False
    if right is not asked.right:
        return True
    return right in LIMITABLE and lasts is not None and lasts != asked.lasts


def milder_rights(asked: Order) -> tuple[Right, ...]:
    """Return what can be chosen instead, the strongest first; the same where it can be made shorter."""
    if asked.right not in LADDER:
        return ()
    below = LADDER[: LADDER.index(asked.right)]
    same = (asked.right,) if asked.right in LIMITABLE else ()
    return (*same, *reversed(below))


def interim_of(asked: Order, interim: Permission | None) -> tuple[Right, timedelta] | None:
    """Return what holds while somebody is asked, and for how long in all; None for nothing.

    It is never stronger than what is asked for, never lasts longer, and always has an end.
    """
    if interim is None or interim.right not in LADDER or asked.right not in LADDER:
        return None
    if LADDER.index(interim.right) > LADDER.index(asked.right) or interim.right not in LIMITABLE:
        return None
    lengths = [INTERIM_AT_MOST if interim.up_to is None else interim.up_to]
    if asked.lasts is not None and asked.right in LIMITABLE:
        lengths.append(asked.lasts)
    return interim.right, min(lengths)
