"""One life of the whole program, connected to a Slack in another process; told to stop, it drains."""

import asyncio
from collections.abc import Awaitable, Callable
from random import uniform
from typing import Any

from adapters.keyfile import open_key_file
from adapters.slack.access import Access
from adapters.slack.connected import WorkspaceConnected
from adapters.slack.tokens import keep
from bot.app.clock import machine_clock
from bot.app.slack import slack_platform
from bot.services.rotating import new_signing_key
from tests.app.house import settings_of
from tests.crash.wire.program import Place, run
from tests.crash.wire.slack_script import COMMUNITY, KEEPER, RULES, TOKENS, WORKSPACE
from tests.policy.folders import write

#: seconds that pass at most between what is stored and what says so
_BETWEEN = 0.2


def furnish(place: Place) -> None:
    """Write the policies, and keep the tokens as `locum setup slack` does: sealed."""
    write(place.folder, {"community.yaml": COMMUNITY, "guidelines/respect.yaml": RULES})
    keys = open_key_file(place.folder / "keys.json", machine_clock(), new_signing_key, make=True)
    keep(place.folder / "slack.json", keys.wrapping(), Access(workspace=WORKSPACE, admin_user=KEEPER, **TOKENS))


async def live(place: Place) -> None:
    """Run until told to stop."""
    settings = settings_of(
        place.folder, str(place.database), slack_tokens=place.folder / "slack.json", slack_api=f"{place.address}/api/"
    )
    # on a machine with much to do, any time may pass between the two
    WorkspaceConnected.take = _late(WorkspaceConnected.take)  # type: ignore[method-assign, assignment]
    await run(place, settings, slack_platform)


def _late(take: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return what takes something in, and acknowledges it a little later."""

    async def taken(*given: Any) -> Any:
        said = await take(*given)
        await asyncio.sleep(uniform(0, _BETWEEN))
        return said

    return taken
