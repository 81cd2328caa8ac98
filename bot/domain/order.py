"""Orders: what somebody wants done to a member, a message or a place, with all that carrying it out needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.domain.right import Deed, Right
from bot.domain.severity import Severity
from bot.domain.verdict import Verdict

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """One deed with its objects; surrogates and the policies' own names, never text of members."""

    #: which right it takes
    right: Right
    #: surrogate of the member; empty for a place
    account: str = ""
    #: name of the connection through which it is done
    connection: str = ""
    #: surrogates of the messages to delete
    messages: tuple[str, ...] = ()
    #: slow mode: number of the stream
    channel: int | None = None
    #: how long it lasts; None for good
    lasts: timedelta | None = None
    #: slow mode: the pause between messages
    every: timedelta | None = None
    #: ban: how far back the member's messages go with it
    purge: timedelta | None = None
    #: raid mode: whether it begins
    on: bool = True
    #: id of the guideline cited
    guideline: str = ""
    #: surrogate of the case
    case: str = ""
    #: lift: surrogate of the sanction
    sanction: str = ""
    #: decide: what the case comes to
    verdict: Verdict | None = None
    #: how grave
    severity: Severity = Severity.MEDIUM

    @property
    def deed(self) -> Deed:
        """What authority is asked about."""
        ends = not self.on or (self.right is Right.SLOW_MODE and not self.every)
        # ending something lasts no time, so that whoever may begin it for a while may end it
        lasts = timedelta() if ends else self.lasts
        return Deed(right=self.right, lasts=lasts, count=max(len(self.messages), 1))


def write_order(order: Order) -> dict[str, Any]:
    """Return an order as rows keep it; what is empty isn't written."""
    said: dict[str, Any] = {"right": order.right.value, "severity": int(order.severity)}
    for name in ("account", "connection", "guideline", "case", "sanction"):
        if getattr(order, name):
            said[name] = getattr(order, name)
    if order.messages:
        said["messages"] = list(order.messages)
    if order.channel is not None:
        said["channel"] = order.channel
    for name in ("lasts", "every", "purge"):
        length: timedelta | None = getattr(order, name)
        if length is not None:
            said[name] = length // _SECOND
    if not order.on:
        said["on"] = 0
    if order.verdict is not None:
        said["verdict"] = order.verdict.value
    return said


def read_order(said: Mapping[str, Any]) -> Order:
    """Return the order that `write_order` wrote."""
    return Order(
        right=Right(said["right"]),
        severity=Severity(said["severity"]),
        account=str(said.get("account", "")),
        connection=str(said.get("connection", "")),
        messages=tuple(said.get("messages", ())),
        channel=said.get("channel"),
        lasts=_length(said, "lasts"),
        every=_length(said, "every"),
        purge=_length(said, "purge"),
        on=bool(said.get("on", 1)),
        guideline=str(said.get("guideline", "")),
        case=str(said.get("case", "")),
        sanction=str(said.get("sanction", "")),
        verdict=Verdict(said["verdict"]) if "verdict" in said else None,
    )


def _length(said: Mapping[str, Any], name: str) -> timedelta | None:
    return timedelta(seconds=said[name]) if name in said else None
