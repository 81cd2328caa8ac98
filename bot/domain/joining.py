"""Joining: of what rules ask people for about one member, a request that waits takes up what would ask once more."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.order import Order
from bot.domain.right import Right

#: messages of one request: whoever says yes answers for every one of them
MOST_MESSAGES = 100

_FOR_GOOD = timedelta.max


def takes_up(waiting: Order, asked: Order) -> Order | None:
    """Return the order of a waiting request with what is asked for in it; None where that needs one of its own.

    A deletion takes up further messages that break the same guideline. A sanction takes up the same one, and becomes
    as long, as grave and about the guideline of the longer; an order about a place is one of that place.
    """
    if (waiting.right, waiting.account) != (asked.right, asked.account):
        return None
    if asked.right is Right.DELETE:
        return _with_messages(waiting, asked)
    if (waiting.channel, waiting.connection, waiting.on) != (asked.channel, asked.connection, asked.on):
        return None
    if _strength(asked) <= _strength(waiting):
        return waiting
    return replace(asked, case=waiting.case, severity=max(waiting.severity, asked.severity))


def _with_messages(waiting: Order, asked: Order) -> Order | None:
    new = tuple(one for one in asked.messages if one not in waiting.messages)
    if not new:
        return waiting
    if waiting.guideline != asked.guideline or len(waiting.messages) + len(new) > MOST_MESSAGES:
        return None
    return replace(
        waiting, messages=(*waiting.messages, *new), severity=max(waiting.severity, asked.severity)
    )  # fmt: skip


def _strength(order: Order) -> tuple[timedelta, timedelta, timedelta]:
    """Return how much is asked for: how long, how slow, and how far back messages go with it."""
    return order.lasts or _FOR_GOOD, order.every or timedelta(), order.purge or timedelta()


def is_more(order: Order, than: Order) -> bool:
    """Return whether more is asked of a member than before, so that whoever looked has to look again.

    Further messages to delete are none: a request says that it takes them up.
    """
    return _strength(order) > _strength(than)


def is_worth_showing(order: Order, than: Order) -> bool:
    """Return whether a change is shown at once: of more and more messages only where there are twice as many."""
    return is_more(order, than) or len(order.messages).bit_length() != len(than.messages).bit_length()
