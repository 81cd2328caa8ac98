"""`locum run`: runs until it is told to stop, and says plainly what it does and what it doesn't."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import Mapping
from typing import Any, NoReturn

import click

from bot.app.app import App
from bot.app.logs import Log, make_log, take_over_libraries
from bot.app.platforms import Entrances
from bot.cli import wrong_settings
from bot.cli.language import language_of
from bot.cli.store_errors import told
from bot.errors import LocumError
from bot.i18n import LANGUAGES, catalogue, say
from bot.settings import Settings, SettingsError, load_settings, unknown_settings
from bot.store.engine import database_url
from bot.store.errors import StoreError

_INCOMPLETE, _UNUSABLE = 1, 2
#: every platform that the program can connect to; none yet
ENTRANCES: Entrances = {}


@click.command("run", help="run.help")
@click.option("--language", type=click.Choice(LANGUAGES), help="cli.language_option")
@click.pass_context
def run_command(context: click.Context, language: str | None) -> None:
    """Run; end with 0 after a clean stop, 1 when a stop wasn't complete, 2 when it can't start."""
    spoken = language or language_of(context)
    settings = read_settings(context, spoken)
    tell = make_log(form=settings.log_format, level=settings.log_level)
    take_over_libraries(tell)
    misspelt = unknown_settings(os.environ)
    for name in misspelt:
        click.echo(say("run.unknown_setting", spoken, variable=name), err=True)
    context.exit(asyncio.run(_run(settings, tell, spoken)))


def read_settings(context: click.Context, language: str) -> Settings:
    """Return the settings, or end with everything that is wrong with them."""
    try:
        return load_settings()
    except SettingsError as error:
        click.echo(wrong_settings.told(error, language), err=True)
        context.exit(_UNUSABLE)


async def _run(settings: Settings, tell: Log, language: str) -> int:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, what: _tell_of(tell, what))
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _signalled, stop, tell, language)
    app = App(settings, tell, entrances=ENTRANCES, language=language)
    click.echo(say("run.starting", language))
    try:
        if not await _started(app, stop):
            click.echo(say("run.called_off", language))
            return 0
    except LocumError as error:
        click.echo(say("run.cannot_start", language, reason=_reason(error, language)), err=True)
        return _UNUSABLE
    except Exception as error:  # noqa: BLE001 - what it says may quote anything; type and place are in the log
        click.echo(say("run.cannot_start", language, reason=type(error).__name__), err=True)
        return _UNUSABLE
    _introduce(app, settings, language)
    await stop.wait()
    click.echo(say("run.stopping", language))
    if not await app.stop():
        click.echo(say("run.incomplete", language), err=True)
        # something hangs in a driver: waiting for it would undo the drain's limits
        _leave(_INCOMPLETE)
    click.echo(say("run.stopped", language))
    return 0


async def _started(app: App, stop: asyncio.Event) -> bool:
    """Return whether the start came to its end before a signal did."""
    starting, stopping = asyncio.create_task(app.start()), asyncio.create_task(stop.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not starting.done():
        starting.cancel()
        await asyncio.wait({starting})
    if starting.cancelled():
        return False
    starting.result()
    return True


def _signalled(stop: asyncio.Event, tell: Log, language: str) -> None:
    if stop.is_set():
        tell.warning("stopped_at_once")
        click.echo(say("run.at_once", language), err=True)
        _leave(_INCOMPLETE)
    stop.set()


def _leave(status: int) -> NoReturn:
    """End now, whatever still runs; what it was about is in the database."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _tell_of(tell: Log, what: Mapping[str, Any]) -> None:
    """Tell of an error that nobody caught."""
    error = what.get("exception")
    if isinstance(error, BaseException):
        tell.error("unexpected", problem=error)
    else:
        tell.error("unexpected")


def _reason(error: LocumError, language: str) -> str:
    if isinstance(error, StoreError):
        return told(error, language)
    key = "run." + re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).lower()
    return say(key, language) if key in catalogue(language) else str(error)


def _introduce(app: App, settings: Settings, language: str) -> None:
    """Say what runs now, and where to look."""
    if not ENTRANCES:
        click.echo(say("run.no_platform", language))
    where = database_url(settings.database.get_secret_value()).render_as_string(hide_password=True)
    click.echo(say("run.communities", language, names=", ".join(one.community for one in app.communities)))
    click.echo(say("run.database", language, database=where))
    if app.address is None:
        click.echo(say("run.report", language, file=str(settings.health_file)))
    else:
        host, port = app.address
        shown = f"[{host}]" if ":" in host else host
        click.echo(say("run.answering", language, address=f"http://{shown}:{port}"))
    click.echo(say("run.how_to_stop", language))
