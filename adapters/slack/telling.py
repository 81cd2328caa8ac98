"""Notices to members: in a direct message, and a line beside it, theirs alone, where the message stood.

Whoever doesn't look at direct messages sees the line, if they look there now: Slack keeps it for nobody, so that it is
never all that somebody is told.
"""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from adapters.slack.calls import called
from adapters.slack.languages import spoken_by
from adapters.slack.posting import notify
from adapters.slack.responding import body_of
from bot.domain.action import Answer, Result
from bot.domain.command import Reply
from bot.domain.message import PlatformName
from bot.errors import LocumError
from bot.i18n import say
from bot.ports import Effect

if TYPE_CHECKING:
    from adapters.slack.platform import SlackPlatform

#: seconds for the line: nothing waits longer for what may be missing
_PATIENCE = 3.0


async def tell(platform: "SlackPlatform", effect: Effect) -> Result:
    """Tell somebody something in a direct message, and where their message stood that there is one.

    Raises CallError.
    """
    result = await notify(platform.door, effect)
    if result.answer is Answer.DONE:
        with suppress(LocumError, TimeoutError):
            await _hint(platform, effect)
    return result


async def _hint(platform: "SlackPlatform", effect: Effect) -> None:
    near, account, home = effect.near, effect.account, platform.door.home
    if near is None or account is None or (near.platform, near.workspace) != (PlatformName.SLACK, home.workspace):
        return
    language = spoken_by(platform.people.remembered(account.user), home.language)
    body = body_of(Reply(text=say("slack.told_directly", language)), language)
    async with asyncio.timeout(_PATIENCE):
        await called(
            platform.door, "chat.postEphemeral", channel=near.id, user=account.user, thread_ts=near.thread or None,
            parse="none", link_names=False, **body,
        )  # fmt: skip
