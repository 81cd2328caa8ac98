"""Holds what somebody who observes proposed against what was decided for real."""

from datetime import timedelta
from enum import StrEnum

from bot.domain.order import Order
from bot.domain.right import Right
from bot.domain.verdict import Verdict


class Compared(StrEnum):
    """How a proposal compares with the decision."""

    SAME = "same"
    #: less would have been done
    MILDER = "milder"
    #: more would have been done
    STRONGER = "stronger"
    #: something else would have been done
    OTHER = "other"


#: powers over members, the mildest first
_STRENGTH = {
    right: place
    for place, right in enumerate((
        Right.NOTICE, Right.WARN, Right.DELETE, Right.TIMEOUT, Right.QUARANTINE, Right.KICK, Right.BAN,
    ))
}  # fmt: skip
_LASTING = frozenset({Right.TIMEOUT, Right.QUARANTINE, Right.BAN})


def compare_with(proposed: Order, decided: Order) -> Compared:
    """Return how a proposed order compares with the one that was carried out."""
    if proposed.right in _STRENGTH and decided.right in _STRENGTH:
        return _by_strength(_strength(proposed), _strength(decided))
    same = proposed.right is decided.right and _object(proposed) == _object(decided)
    return Compared.SAME if same else Compared.OTHER


def compare_with_verdict(proposed: Order, decided: Verdict) -> Compared:
    """Return how a proposed verdict or order compares with what a case came to."""
    if proposed.right is Right.DECIDE:
        return _verdicts(proposed.verdict, decided)
    # whoever would have done something, where nothing was done
    if proposed.right in _STRENGTH and decided in (Verdict.NO_VIOLATION, Verdict.VIOLATION):
        return Compared.STRONGER
    return Compared.OTHER


def _verdicts(proposed: Verdict | None, decided: Verdict) -> Compared:
    if proposed is decided:
        return Compared.SAME
    match proposed, decided:
        case Verdict.VIOLATION, Verdict.NO_VIOLATION:
            return Compared.STRONGER
        case Verdict.NO_VIOLATION, Verdict.VIOLATION:
            return Compared.MILDER
        case _:
            return Compared.OTHER


def _strength(order: Order) -> tuple[int, timedelta]:
    lasts = timedelta.max if order.lasts is None else order.lasts
    return _STRENGTH[order.right], lasts if order.right in _LASTING else timedelta()


def _by_strength(proposed: tuple[int, timedelta], decided: tuple[int, timedelta]) -> Compared:
    if proposed == decided:
        return Compared.SAME
    return Compared.MILDER if proposed < decided else Compared.STRONGER


def _object(order: Order) -> tuple[str, int | None, str, bool, Verdict | None]:
    return order.connection, order.channel, order.sanction, order.on, order.verdict
