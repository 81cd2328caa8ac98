"""A program on a Slack workspace: how soon a message is gone, and whether ten busy minutes pass without a loss."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import Process
from collections import Counter
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from pydantic import SecretStr

from adapters.keyfile import open_key_file
from adapters.slack.access import Access
from adapters.slack.tokens import keep
from benchmarks.crowding import crowd, go_on, line
from benchmarks.slack_crowd import AGAIN, CHANNELS, DELETED, LEADS, WORKSPACE
from bot.app.app import App
from bot.app.clock import machine_clock
from bot.app.logs import make_log
from bot.app.slack import slack_platform
from bot.domain.judgement import Mode
from bot.services.rotating import new_signing_key
from bot.settings import Settings
from tests.crash.wire.program import Place
from tests.crash.wire.stored import judged, rows

#: seconds for which nothing more was judged until nothing more will be
_NO_MORE = 90.0
#: seconds for which a program that was killed is missing
_MISSING = 3.0
_COMMUNITY = f"""\
community: acme
zone: UTC
languages: [en]
mode: live
slack: {WORKSPACE}
channels:
{"".join(f"  room-{number}: {{slack: {WORKSPACE}/{id_}}}" + chr(10) for number, id_ in enumerate(CHANNELS))}\
  leads: {{slack: {WORKSPACE}/{LEADS}}}
automation: {{may: [delete]}}
"""
_RULES = f"""\
guideline: respect
title: {{en: Be respectful}}
text: {{en: Be kind}}
rules:
  - {{id: plain, when: {{regex: {DELETED}}}, severity: low, then: [delete]}}
"""


def slack_paced(rate: float, seconds: float) -> dict[str, float]:
    """Return what passes from a message on Slack to the request that deletes it, life going on beside it."""
    return asyncio.run(_told("paced", members=200, rate=rate, seconds=seconds))


def slack_flood(rate: float, seconds: float) -> dict[str, float]:
    """Return what is lost or doubled of many messages, the program being killed and its socket cut meanwhile."""
    return asyncio.run(_told("flood", members=200, rate=rate, seconds=seconds))


async def _told(name: str, **given: float) -> dict[str, float]:
    """Run a program in a workspace with a crowd, and return what both of them say."""
    with TemporaryDirectory() as folder:
        async with crowd("benchmarks.slack_crowd", name, **given) as people:
            place = _furnished(Path(folder), Access(**json.loads(await line(people))))
            program = await _begun(place)
            try:
                await go_on(people)
                while (said := await line(people)) == AGAIN:
                    program.send_signal(signal.SIGKILL)
                    await program.wait()
                    await asyncio.sleep(_MISSING)
                    program = await _begun(place)
                figures: dict[str, float] = json.loads(said)
                return {**figures, **await _judged(place, int(figures["posted"]))}
            finally:
                with suppress(ProcessLookupError):
                    program.terminate()
                await program.wait()


async def _judged(place: Place, wanted: int) -> dict[str, float]:
    """Return what was never judged, and what was decided on twice, once all is judged or no more came for a while."""
    begun = since = perf_counter()
    found: list[tuple[str, str]] = []
    while perf_counter() - since < _NO_MORE:
        now = [one for one in await asyncio.to_thread(judged, place) if one[0] in CHANNELS]
        if len(now) != len(found):
            found, since = now, perf_counter()
        if len(found) >= wanted:
            break
        await asyncio.sleep(1.0)
    decided = Counter(one for (one,) in rows(place, "SELECT message FROM decisions WHERE message IS NOT NULL"))
    return {
        "lost": wanted - len(found), "doubled": sum(count - 1 for count in decided.values()),
        "decided": len(decided), "open gaps": _open(place), "caught up s": since - begun,
    }  # fmt: skip


def _open(place: Place) -> int:
    return int(rows(place, "SELECT count(*) FROM gaps WHERE state = 'open'")[0][0])


def _furnished(folder: Path, access: Access) -> Place:
    """Write policies, and keep the tokens as `locum setup slack` does: sealed, in a file of their own."""
    home = folder / "policies" / "acme"
    (home / "guidelines").mkdir(parents=True)
    (home / "community.yaml").write_text(_COMMUNITY, encoding="utf-8")
    (home / "guidelines" / "respect.yaml").write_text(_RULES, encoding="utf-8")
    keys = open_key_file(folder / "keys.json", machine_clock(), new_signing_key, make=True)
    keep(folder / "slack.json", keys.wrapping(), access)
    return Place(folder=folder, address=access.api)


async def _begun(place: Place) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.slack", str(place.folder), place.address
    )


async def live(place: Place) -> None:
    """Run until told to stop."""
    folder = place.folder
    nothing: dict[str, Any] = {"_env_file": None}
    settings = Settings(
        **nothing, database=SecretStr(str(place.database)), key_file=folder / "keys.json",
        policies=folder / "policies", health_file=folder / "health.json", metrics=None,
        slack_tokens=folder / "slack.json", slack_api=place.address,
    )  # fmt: skip
    tell = make_log(form="json", level="error")
    app = App(settings, tell, platforms=[slack_platform(settings, tell)], trusting=True, first=Mode.LIVE)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    await app.start()
    await stopped.wait()
    await app.stop()


if __name__ == "__main__":
    asyncio.run(live(Place(folder=Path(sys.argv[1]), address=sys.argv[2])))
