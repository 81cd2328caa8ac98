"""Which platforms the program connects to: one entrance a server or workspace."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.policy.policy_set import PolicySet
from bot.ports import Connected, Keys


@dataclass(frozen=True, kw_only=True, slots=True)
class Entrance:
    """A server or workspace that is configured."""

    #: the community that it belongs to
    community: str
    #: connects
    connect: Callable[[], Awaitable[Connected]]


#: by the connection's name
Entrances = Mapping[str, Entrance]
#: every community's policies as they apply at the moment, by its name
Policies = Mapping[str, PolicySet]
#: makes the entrances of the communities that have a server or workspace on a platform; keys open kept tokens
Making = Callable[[Policies, Keys], Entrances]
