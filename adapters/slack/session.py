"""What the workspaces of one process share: what each is reached with, and the address at which Slack calls us."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.slack.access import Access
from adapters.slack.http_mode import Receiver
from bot.errors import LocumError


class NoTokensError(LocumError):
    """No tokens are kept for that workspace: `locum setup slack` asks for them."""


class NotHeardError(LocumError):
    """Slack has no way to reach us: keep an app-level token, or set LOCUM_SLACK_EVENTS and keep the signing secret."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """Every workspace that this process may connect to."""

    #: what each is reached with, by its id
    kept: Mapping[str, Access]
    #: where Slack calls us, for workspaces without an app-level token; None for nowhere
    receiver: Receiver | None = None

    def access(self, workspace: str) -> Access:
        """Return what a workspace is reached with; raise NoTokensError, NotHeardError."""
        found = self.kept.get(workspace)
        if found is None:
            raise NoTokensError
        if not found.app and not (self.receiver is not None and found.signing):
            raise NotHeardError
        return found
