"""Lets everything else have its turn while the gateway says more than can be read.

What has arrived already is read without waiting: a flood of events would otherwise hold up judging, commands and the
leases of this process for as long as it lasts.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import discord

#: seconds of reading after which others have their turn: enough for two thousand messages a second
TURN = 0.008


def take_turns(http: discord.http.HTTPClient) -> None:
    """Have every connection to the gateway read in turns: the library has no other door to how it reads."""
    connect = http.ws_connect

    async def connected(url: str, *, compress: int = 0) -> Any:
        socket = await connect(url, compress=compress)
        socket.receive = in_turns(socket.receive)  # type: ignore[assignment,method-assign]  # every event comes through it
        return socket

    http.ws_connect = connected  # type: ignore[method-assign]  # likewise


def in_turns(receive: Callable[..., Awaitable[Any]], turn: float = TURN) -> Callable[..., Awaitable[Any]]:
    """Return what receives the same, and lets others go on once somebody has been at it for a turn."""
    time = asyncio.get_running_loop().time
    begun = time()

    async def received(**given: Any) -> Any:
        nonlocal begun
        if time() - begun > turn:
            await asyncio.sleep(0)
            begun = time()
        return await receive(**given)

    return received
