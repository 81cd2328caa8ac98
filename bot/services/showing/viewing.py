"""What a card's view is given, and what it returns."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.card import Card
from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.store.engine import Tx


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewing:
    """What is looked at, and with what."""

    #: a transaction that reads
    tx: Tx
    #: keys, for what is sealed
    keys: Keys = field(repr=False)
    #: the community
    community: str
    #: its active policies; None where it has none
    policies: PolicySet | None
    #: the time
    now: datetime

    @property
    def language(self) -> str:
        """The staff's language: the community's main one."""
        return self.policies.languages[0] if self.policies is not None else "en"


#: returns the cards of subjects; what is no longer there is missing
View = Callable[[Viewing, Collection[str]], Awaitable[Mapping[str, Card]]]
