"""Which windows a policy set reads, so that a history keeps no others."""

from collections.abc import Hashable
from dataclasses import dataclass

#: what a flood can be made of
AMOUNTS = ("messages", "mentions", "links", "attachments")


def flood_series(amount: str, per: str) -> str:
    """Return the name of the series that counts `amount` (one of `AMOUNTS`) per `member` or `channel`."""
    return f"{amount} per {per}"


def counted_under(per: str, event: tuple[str, str], member: str, channel: str) -> Hashable | None:
    """Return what a counted condition `(its key, the addressee)` is filed under, or None when it addresses nobody."""
    condition, addressee = event
    if per == "pair":
        return (condition, member, addressee) if addressee else None
    return (condition, member if per == "member" else channel)


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """Which series are read; `|` joins what several rules watch."""

    #: floods, as `flood_series` names them
    floods: frozenset[str] = frozenset()
    #: whether messages with the same letters are told
    copies: bool = False
    #: how many nearly equal messages must be found together; 0 when none are looked for
    near: int = 0
    #: joins, by the account age in seconds below which they count; None counts all
    joins: frozenset[float | None] = frozenset()
    #: counted conditions, per `member`, `pair` or `channel`
    counted: frozenset[str] = frozenset()
    #: how many first messages of a member are told apart
    first: int = 0

    def __or__(self, other: "Watch") -> "Watch":
        """Return what both watch."""
        return Watch(
            floods=self.floods | other.floods,
            copies=self.copies or other.copies,
            near=max(self.near, other.near),
            joins=self.joins | other.joins,
            counted=self.counted | other.counted,
            first=max(self.first, other.first),
        )

    def __bool__(self) -> bool:
        """Return whether single messages have to be remembered."""
        return bool(self.floods or self.copies or self.near or self.joins or self.counted)


NOTHING_WATCHED = Watch()
