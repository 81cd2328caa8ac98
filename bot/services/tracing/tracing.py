"""What everything that is shown behind the scenes is read with."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.policy.policy_set import PolicySet
from bot.ports import Keys
from bot.store.engine import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Tracing:
    """One look behind the scenes of a community."""

    #: the database
    store: Store
    #: keys, for what is sealed
    keys: Keys = field(repr=False)
    #: the community's active policies
    policies: PolicySet
    #: the time
    now: datetime

    @property
    def community(self) -> str:
        """Which community."""
        return self.policies.community
