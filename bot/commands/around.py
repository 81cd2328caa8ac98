"""Gives a reply's card what was written around its message: read from the platform after the commit, kept nowhere.

Outside moderators don't sit in the channel in which cards hang; what they are shown is an answer to them alone.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace

from bot.commands.desk import Desk
from bot.domain.command import Reply
from bot.services.performing.context import Looking, with_around

#: seconds that whoever asked waits for it: they must be answered at once
_PATIENCE = 1.5


async def completed(desk: Desk, reply: Reply, community: str, language: str) -> Reply:
    """Return a reply with what was written around, as far as the platform says it in time; else as it was.

    Whatever goes wrong with it, everything else is done and committed, and is answered.
    """
    around = reply.around
    platform = None if around is None else desk.platform(around.stream.connection)
    if around is None or platform is None or reply.card is None:
        return reply
    looking = Looking(around=platform.around, store=desk.store, community=community, language=language)
    # an adapter may fail in ways of its own: none of them takes the answer away
    with suppress(Exception):
        async with asyncio.timeout(_PATIENCE):
            return replace(reply, card=await with_around(reply.card, around, looking))
    return reply
