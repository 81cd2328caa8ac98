"""Everything that one command starts: the program, and the page of the chat of our own where that runs."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.app.app import App
from bot.app.frame import Lacking, unsaid
from bot.app.logs import Log
from bot.app.platforms import Making
from bot.app.policies import Look, unheard
from bot.domain.judgement import Mode
from bot.policy.signals.language import make_ready
from bot.settings import Settings, is_set

if TYPE_CHECKING:
    from bot.app.local import LocalRun


#: seconds from showing the page until a model is loaded: whoever waits for it has the processor until then
_LATER = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """What is started and stopped together, once."""

    #: the program
    app: App
    #: the chat of our own; None where a real platform has a token, or it is off
    local: "LocalRun | None"
    #: whether messages come from anywhere
    listens: bool

    async def start(self) -> None:
        """Start in order; what fails is raised once everything that had begun is undone."""
        await self.app.start()
        if self.local is not None:
            try:
                await self.local.open(self.app)
            except BaseException:
                await self.stop()
                raise
        # beside all else: the first message would hold up everything for as long as this takes
        loop = asyncio.get_running_loop()
        loop.call_later(0 if self.local is None else _LATER, loop.run_in_executor, None, make_ready)

    async def stop(self) -> bool:
        """Close the page, drain the program, and return whether all ended as it should."""
        if self.local is None:
            return await self.app.stop()
        try:
            await self.local.close()
        finally:
            well = await self.app.stop()
        return well


def install(
    settings: Settings,
    tell: Log,
    *,
    language: str,
    looked: Callable[[Look], None] = unheard,
    lacking: Lacking = unsaid,
) -> Installation:
    """Return what the settings describe, not yet started: every real platform with a token, or the chat of our own.

    Nobody is really moderated there, so a community that is new begins live; anywhere else it begins in shadow.
    `looked` hears what came of every look at saved policies, `lacking` what can't be done on a platform.
    """
    if not settings.rehearses:
        real = _real_platforms(settings, tell)
        app = App(settings, tell, platforms=real, language=language, looked=looked, lacking=lacking)
        return Installation(app=app, local=None, listens=bool(real))
    from bot.app.local import LocalRun  # noqa: PLC0415 - no other command is to wait for a web server to be loaded

    local = LocalRun(settings, tell)
    app = App(
        settings,
        tell,
        entrances=local.entrances,
        clock=local.clock,
        language=language,
        first=Mode.LIVE,
        looked=looked,
    )
    return Installation(app=app, local=local, listens=True)


def _real_platforms(settings: Settings, tell: Log) -> list[Making]:
    """Return what makes the entrances of every real platform that has a token, or tokens that are kept."""
    found: list[Making] = []
    if is_set(settings.discord_token):
        from bot.app.discord import discord_platform  # noqa: PLC0415 - a second that only whoever uses it waits for

        found.append(discord_platform(settings, tell))
    if settings.slack_tokens.exists():
        from bot.app.slack import slack_platform  # noqa: PLC0415 - likewise

        found.append(slack_platform(settings, tell))
    return found
