"""Which Slack workspace a community has, and what of its policies the adapter goes by."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.message import PlatformName
from bot.domain.place import Connection
from bot.policy.policy_set import PolicySet


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """One community in its Slack workspace."""

    #: the community
    community: str
    #: id of the workspace
    workspace: str
    #: the policies as they apply at the moment
    policies: Callable[[], PolicySet]
    #: hears what went wrong and is nobody's answer: a code and what it is about are logged
    tell: Callable[[Exception], None]

    @property
    def connection(self) -> Connection:
        """The connection through which it is reached."""
        return Connection(platform=PlatformName.SLACK, workspace=self.workspace)

    @property
    def language(self) -> str:
        """The community's main language."""
        return self.policies().languages[0]
