"""`locum run`: the one command for everything; runs until it is told to stop, and says plainly what it does."""

import asyncio
import gc
import os
import re
import signal
import sys
from functools import partial
from typing import NoReturn

import click

from bot.app.alone import Alone, RunsAlreadyError, hold_data
from bot.app.building import BrokenPoliciesError
from bot.app.installation import Installation, install
from bot.app.logs import Log, make_log, take_over_libraries, take_over_loop
from bot.cli.introduction import introduce, page_of
from bot.cli.lacking import show_lacking
from bot.cli.language import language_of
from bot.cli.saved import SavedPolicies, show_errors
from bot.cli.store_errors import told
from bot.cli.wrong_settings import read_settings
from bot.errors import LocumError
from bot.i18n import LANGUAGES, catalogue, say
from bot.settings import Settings, unknown_settings
from bot.store.errors import StoreError

_INCOMPLETE, _UNUSABLE = 1, 2
#: objects that a start makes between two collections: nearly all of them stay
_MADE_BETWEEN = 100_000


@click.command("run", help="run.help")
@click.option("--open", "browse", is_flag=True, help="run.option_open")
@click.option("--language", type=click.Choice(LANGUAGES), help="cli.language_option")
@click.pass_context
def run_command(context: click.Context, browse: bool, language: str | None) -> None:
    """Run; end with 0 after a clean stop, 1 when a stop wasn't complete, 2 when it can't start."""
    spoken = language or language_of(context)
    settings = read_settings(context, spoken)
    tell = make_log(form=settings.log_format, level=_level(settings))
    take_over_libraries(tell)
    misspelt = unknown_settings(os.environ)
    for name in misspelt:
        click.echo(say("run.unknown_setting", spoken, variable=name), err=True)
    try:
        alone = hold_data(settings)
    except LocumError as error:
        click.echo(say("run.cannot_start", spoken, reason=_reason(error, spoken)), err=True)
        context.exit(_UNUSABLE)
    try:
        context.exit(asyncio.run(_run(settings, tell, spoken, alone, browse=browse)))
    finally:
        alone.release()


def _level(settings: Settings) -> str:
    """Return the least that is logged: whoever tries Locum in a terminal is to find the introduction in it."""
    tries = settings.rehearses and settings.log_format == "auto" and sys.stderr.isatty()
    return "error" if tries and "log_level" not in settings.model_fields_set else settings.log_level


async def _run(settings: Settings, tell: Log, language: str, alone: Alone, *, browse: bool) -> int:
    loop = asyncio.get_running_loop()
    take_over_loop(tell, loop)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _signalled, stop, tell, language)
    click.echo(say("run.starting", language))
    usual = gc.get_threshold()
    gc.set_threshold(_MADE_BETWEEN, *usual[1:])
    saved = SavedPolicies(folder=settings.policies, language=language)
    try:
        lacking = partial(show_lacking, language)
        installation = install(settings, tell, language=language, looked=saved.tell, lacking=lacking)
        if not await _started(installation, stop):
            click.echo(say("run.called_off", language))
            return 0
    except LocumError as error:
        if isinstance(error, BrokenPoliciesError):
            show_errors(error.problems, settings.policies, language)
        click.echo(say("run.cannot_start", language, reason=_reason(error, language)), err=True)
        return _UNUSABLE
    except Exception as error:  # noqa: BLE001 - what it says may quote anything; type and place are in the log
        click.echo(say("run.cannot_start", language, reason=type(error).__name__), err=True)
        return _UNUSABLE
    # what a start leaves stays until the end: no collection is to walk through it
    gc.freeze()
    gc.set_threshold(*usual)
    alone.tell(page_of(installation))
    introduce(installation, settings, language)
    saved.begin()
    if browse and installation.local is not None:
        # whatever opens it may take its time, or not be there
        await asyncio.to_thread(click.launch, page_of(installation))
    await stop.wait()
    click.echo(say("run.stopping", language))
    if not await installation.stop():
        click.echo(say("run.incomplete", language), err=True)
        # something hangs in a driver: waiting for it would undo the drain's limits
        _leave(_INCOMPLETE)
    click.echo(say("run.stopped", language))
    return 0


async def _started(installation: Installation, stop: asyncio.Event) -> bool:
    """Return whether the start came to its end before a signal did."""
    starting, stopping = asyncio.create_task(installation.start()), asyncio.create_task(stop.wait())
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


def _reason(error: LocumError, language: str) -> str:
    if isinstance(error, StoreError):
        return told(error, language)
    if isinstance(error, RunsAlreadyError):
        return _first(error, language)
    key = "run." + re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).lower()
    return say(key, language) if key in catalogue(language) else str(error)


def _first(error: RunsAlreadyError, language: str) -> str:
    """Return who runs already, and where that can be looked at, as far as it has said."""
    if error.process is None:
        return say("run.runs_already", language)
    process = str(error.process)
    if not error.address:
        return say("run.runs_already_as", language, process=process)
    return say("run.runs_already_at", language, process=process, address=error.address)
