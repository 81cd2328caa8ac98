"""Which Discord server a community has, and what of its policies the adapter goes by."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.message import PlatformName
from bot.domain.place import Connection
from bot.policy.policy_set import PolicySet

#: the role of that name in the policies is given to who is quarantined, and taken again
QUARANTINE = "quarantine"


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """One community on its Discord server."""

    #: the community
    community: str
    #: id of the server
    server: str
    #: the policies as they apply at the moment
    policies: Callable[[], PolicySet]
    #: hears what went wrong and is nobody's answer: a code and what it is about are logged
    tell: Callable[[Exception], None]
    #: whether Discord itself is to hold back what plain rules would have deleted
    prevents: bool = False

    @property
    def connection(self) -> Connection:
        """The connection through which it is reached."""
        return Connection(platform=PlatformName.DISCORD, workspace=self.server)

    @property
    def language(self) -> str:
        """The community's main language."""
        return self.policies().languages[0]

    @property
    def quarantine(self) -> str | None:
        """Id of the role that holds back whoever is quarantined; None where the policies name none."""
        return self.policies().discord_roles.get(QUARANTINE)
