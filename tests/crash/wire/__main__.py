"""Kills the whole program while it works on a Discord that goes on, and looks what came of it, by that server's record.

`python -m tests.crash.wire [--kills N] [--seed N] [--keep]`; ends with 1 when anything was lost, doubled or recorded
falsely.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from tests.crash.wire.outcome import complaints, unrest
from tests.crash.wire.program import Place, live
from tests.crash.wire.script import HELP, TALKERS, Scene, beginning, scene
from tests.crash.wire.talking import Talking
from tests.discord.elsewhere import ROOT

_KINDS = ("raid", "ban", "modal", "backfill")
#: whatever takes longer has hung
_HUNG = 180.0
#: seconds by which answers come late
_LATE = 0.25


@contextmanager
def discord(folder: Path) -> Iterator[str]:
    """Run a Discord in another process while the block runs, and give its address."""
    state = folder / "state.json"
    state.write_text(json.dumps(beginning()), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.discord", "--state", str(state)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def begin(place: Place) -> int:
    """Begin a life in a process of its own, and return its id: it has everything imported already."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        asyncio.run(live(place))
        status = 0
    except BaseException:  # noqa: BLE001 - a child that fails must never go on as its parent
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)


def kill(child: int) -> None:
    """End a life as a power cut would."""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def play(talking: Talking, one: Scene, pause: float) -> threading.Thread:
    """Let a scene go on beside whatever else happens."""

    def speak() -> None:
        for line in one.lines:
            talking.speak(line.user, line.where, line.text)
            time.sleep(pause)
        if one.kind == "modal":
            time.sleep(1.0)
            talking.pursue()

    thread = threading.Thread(target=speak)
    thread.start()
    return thread


def until(talking: Talking, child: int, deadline: float = _HUNG) -> None:
    """Return once the program listens."""
    end = time.monotonic() + deadline
    while not talking.ask("connections", "connected"):
        assert time.monotonic() < end, "the program never came"
        assert os.waitpid(child, os.WNOHANG) == (0, 0), "the program ended by itself"
        time.sleep(0.05)


def tell(place: Place, talking: Talking, kills: int, chance: random.Random) -> None:
    """Tell one scene after the other, and kill the program in each."""
    child = begin(place)
    until(talking, child)
    time.sleep(1.0)
    # a first word in each channel: what comes next is missed by nobody
    talking.speak(TALKERS[0], HELP, "good morning")
    time.sleep(1.0)
    # Discord acts at once and answers late: most kills hit in between
    talking.ask("faults", "fail", "slow", times=None, after=_LATE)
    for number in range(kills):
        one = scene(_KINDS[number % len(_KINDS)], number)
        talking.let_in(one)
        if one.unheard:
            kill(child)
            play(talking, one, 0.0).join()
            child = begin(place)
            time.sleep(chance.uniform(0.5, 4.0))
            kill(child)
        else:
            speaking = play(talking, one, 0.01)
            time.sleep(chance.uniform(0.05, 4.0))
            kill(child)
            speaking.join()
        child = begin(place)
    talking.ask("faults", "mend")
    _come_to_rest(place, talking, child)


def _come_to_rest(place: Place, talking: Talking, child: int) -> None:
    until(talking, child)
    end = time.monotonic() + _HUNG
    while (left := unrest(place, talking)) and time.monotonic() < end:
        talking.pursue()
        time.sleep(0.5)
    if left:
        _say(f"it never comes to rest: {left}")
    os.kill(child, signal.SIGTERM)
    os.waitpid(child, 0)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Return 1 when any way of dying changed what comes of it all."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.wire")
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", action="store_true", help="leave the folder of the program behind")
    asked = parser.parse_args()
    folder = Path(mkdtemp())
    place_folder = folder / "program"
    place_folder.mkdir()
    with discord(folder) as address:
        place = Place(folder=place_folder, address=address)
        place.furnish()
        talking = Talking(host=address.removeprefix("http://"))
        talking.bot = talking.ask("world", "bot")["id"]
        tell(place, talking, asked.kills, random.Random(asked.seed))
        wrong = asyncio.run(complaints(place, talking))
        said = len(talking.posted)
    for one in wrong:
        _say(one)
    if not asked.keep:
        shutil.rmtree(folder)
    _say(f"discord: {said} messages; killed {asked.kills} times; {len(wrong)} differences")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
