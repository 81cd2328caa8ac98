"""Kills the whole program while it works on a platform that goes on, and looks what came of it, by the server's record.

`python -m tests.crash.wire [--platform discord|slack] [--kills N] [--seed N] [--keep]`; ends with 1 when anything was
lost, doubled or recorded falsely.
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
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from tests.crash.wire.platforms import PLATFORMS, Talking, Told
from tests.crash.wire.program import Place
from tests.crash.wire.scenes import Scene
from tests.crash.wire.stored import asked
from tests.discord.elsewhere import ROOT

#: whatever takes longer has hung
_HUNG = 300.0
#: seconds by which answers come late
_LATE = 0.25
#: seconds for which what a kill is aimed at is waited for, and between two looks
_AIMED, _LOOK = 6.0, 0.01


@contextmanager
def server(name: str, told: Told, folder: Path) -> Iterator[str]:
    """Run a platform's server in another process while the block runs, and give its address."""
    state = folder / "state.json"
    state.write_text(json.dumps(told.beginning()), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", f"tests.{name}", "--state", str(state)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def begin(told: Told, place: Place) -> int:
    """Begin a life in a process of its own, and return its id: it has everything imported already."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        asyncio.run(_lived(told, place))
        status = 0
    except BaseException:  # noqa: BLE001 - a child that fails must never go on as its parent
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)


async def _lived(told: Told, place: Place) -> None:
    await told.live(place)


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
    while not talking.is_heard():
        assert time.monotonic() < end, "the program never came"
        assert os.waitpid(child, os.WNOHANG) == (0, 0), "the program ended by itself"
        time.sleep(0.05)


def aim(told: Told, place: Place, talking: Talking, what: str) -> bool:
    """Return once the program is where a kill is aimed at, or False where it never comes there."""
    end = time.monotonic() + _AIMED
    while time.monotonic() < end:
        if what == "ack" and told.uncommitted is not None:
            met = told.uncommitted(place, talking) > 0
        else:
            met = what in asked(place)
        if met:
            return True
        time.sleep(_LOOK)
    return False


def tell(told: Told, place: Place, talking: Talking, kills: int, chance: random.Random) -> tuple["Counter[str]", str]:
    """Tell scene after scene and kill the program in each; return how often it was amid what, and what is left."""
    child, met = begin(told, place), Counter[str]()
    until(talking, child)
    time.sleep(1.0)
    # a first word in each channel: what comes next is missed by nobody
    talking.speak(told.talker, told.where, "good morning")
    time.sleep(1.0)
    # the server acts at once and answers late: most kills hit in between
    talking.ask("faults", "fail", "slow", times=None, after=_LATE)
    for number in range(kills):
        one = told.scene(told.kinds[number % len(told.kinds)], number)
        talking.let_in(one)
        if one.unheard:
            kill(child)
            play(talking, one, 0.0).join()
            child = begin(told, place)
            time.sleep(chance.uniform(0.5, 4.0))
            kill(child)
        else:
            if one.aims:
                until(talking, child)
            speaking = play(talking, one, 0.01)
            if one.aims:
                what = one.aims[number // len(told.kinds) % len(one.aims)]
                met[what] += aim(told, place, talking, what)
            else:
                time.sleep(chance.uniform(0.05, 4.0))
            kill(child)
            speaking.join()
        child = begin(told, place)
    talking.ask("faults", "mend")
    return met, _come_to_rest(told, place, talking, child)


def _come_to_rest(told: Told, place: Place, talking: Talking, child: int) -> str:
    """Return what is still to be done after a long time; nothing where all is at rest."""
    until(talking, child)
    end = time.monotonic() + _HUNG
    while (left := told.unrest(place, talking)) and time.monotonic() < end:
        talking.pursue()
        time.sleep(0.5)
    os.kill(child, signal.SIGTERM)
    os.waitpid(child, 0)
    return left


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Return 1 when any way of dying changed what comes of it all."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.wire")
    parser.add_argument("--platform", choices=list(PLATFORMS), default="discord")
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", action="store_true", help="leave the folder of the program behind")
    given = parser.parse_args()
    told, folder = PLATFORMS[given.platform], Path(mkdtemp())
    place_folder = folder / "program"
    place_folder.mkdir()
    with server(given.platform, told, folder) as address:
        place = Place(folder=place_folder, address=address)
        told.furnish(place)
        talking = told.talking(address.removeprefix("http://"))
        met, left = tell(told, place, talking, given.kills, random.Random(given.seed))
        wrong = asyncio.run(_complaints(told, place, talking))
        if left:
            wrong.append(f"it never comes to rest: {left}")
        said = len(talking.posted)
    for one in wrong:
        _say(one)
    if given.keep:
        _say(f"left in {folder}")
    else:
        shutil.rmtree(folder)
    where = "".join(f", {count} of them amid {what}" for what, count in sorted(met.items()))
    _say(f"{given.platform}: {said} messages; killed {given.kills} times{where}; {len(wrong)} differences")
    return int(bool(wrong))


async def _complaints(told: Told, place: Place, talking: Talking) -> list[str]:
    return await told.complaints(place, talking)


if __name__ == "__main__":
    sys.exit(main())
