"""Holding roles on platforms against mandates, as a job: for every connection that this process has."""

from collections.abc import Callable, Sequence

from bot.app.community import CommunityRun
from bot.app.frame import Frame
from bot.ports import ConnectionRevokedError, PlatformUnavailableError
from bot.services.outside.reconciling import reconcile


async def reconcile_roles(frame: Frame, communities: Sequence[CommunityRun], wake: Callable[[], None]) -> None:
    """Have staff roles taken from those who moderate no more; a platform that doesn't answer is asked the next time."""
    for community in communities:
        policies = frame.policies.get(community.community)
        for connection in community.connections:
            platform = connection.platform
            if platform is None or policies is None:
                continue
            try:
                planned = await reconcile(frame.store, frame.keys, frame.clock, policies, platform)
            except PlatformUnavailableError:
                continue
            except ConnectionRevokedError:
                frame.tell.error("connection_revoked", connection=connection.name)
                continue
            if planned:
                wake()
