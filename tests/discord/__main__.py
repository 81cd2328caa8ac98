"""A Discord in a process of its own, whose world goes on whatever is killed beside it.

    python -m tests.discord --port 0 --state world.json

It prints its address once it listens, and ends with SIGINT or SIGTERM. The state is what `remote` is asked to do at the
beginning, in order: `[{"on": "world", "do": "add_guild", "with": ["Harbour"], "named": {"id": "1"}}, …]`.
"""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from tests.discord.remote import Remote
from tests.discord.server import LoopbackDiscord
from tests.discord.world import World


async def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m tests.discord", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="where it listens; 0 for a free port")
    parser.add_argument("--state", type=Path, help="what is done at the beginning")
    asked = parser.parse_args()
    server = LoopbackDiscord(World(), port=asked.port)
    remote = Remote(server)
    server.beside("POST", "/_hands", remote.serve)
    for one in [] if asked.state is None else json.loads(asked.state.read_text(encoding="utf-8")):
        await remote.perform(one)
    stopped = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stopped.set)
    async with server:
        sys.stdout.write(server.api.removesuffix("/api/v10") + "\n")
        sys.stdout.flush()
        await stopped.wait()


asyncio.run(main())
