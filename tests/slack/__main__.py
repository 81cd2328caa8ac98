"""A Slack in a process of its own, whose world goes on whatever is killed beside it.

    python -m tests.slack --port 0 --state world.json

It prints its address once it listens, and ends with SIGINT or SIGTERM. The state is what `remote` is asked to do at the
beginning, in order: `[{"on": "world", "do": "add_workspace", "with": ["harbour"], "named": {"id": "T1"}}, …]`. Without
one there is a workspace with a few people, a channel and an app, whose tokens are printed too.
"""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from tests.slack.harbour import harbour
from tests.slack.remote import Remote
from tests.slack.server import LoopbackSlack
from tests.slack.world import World


async def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m tests.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="where it listens; 0 for a free port")
    parser.add_argument("--state", type=Path, help="what is done at the beginning")
    asked = parser.parse_args()
    server = LoopbackSlack(World(), port=asked.port)
    remote = Remote(server)
    server.beside("POST", "/_hands", remote.serve)
    tokens: list[str] = []
    if asked.state is None:
        place = harbour(server.world)
        admin = server.world.authorise(place.app, place.workspace.id, place.admin, scopes={"chat:write"})
        tokens += [place.token, server.world.app_token(place.app), admin.text]
    else:
        for one in json.loads(asked.state.read_text(encoding="utf-8")):
            await remote.perform(one)
    stopped = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stopped.set)
    async with server:
        sys.stdout.write("\n".join([server.world.host, *tokens]) + "\n")
        sys.stdout.flush()
        await stopped.wait()


asyncio.run(main())
