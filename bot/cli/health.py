"""`locum health`: asks the running program how it is; for people, and for containers that want a status."""

import http.client
import json
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from bot.cli.language import language_of
from bot.cli.wrong_settings import read_settings
from bot.i18n import LANGUAGES, catalogue, say
from bot.settings import Place, Settings

_FAILING = 1
_SECONDS = 5.0
#: seconds after which a written report says nothing any more
_OLD = 30.0
_LARGEST = 1_000_000
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what was bound to everything is asked on loopback


@click.command("health", help="health.help")
@click.option("--json", "as_json", is_flag=True, help="health.option_json")
@click.option("--language", type=click.Choice(LANGUAGES), help="cli.language_option")
@click.pass_context
def health_command(context: click.Context, as_json: bool, language: str | None) -> None:
    """Print how the program is; end with 0 when it works, 1 when it doesn't or doesn't answer."""
    spoken = language or language_of(context)
    settings = read_settings(context, spoken)
    report = _report(settings)
    if report is None:
        click.echo('{"health": "absent", "reasons": []}' if as_json else say("health.absent", spoken))
        context.exit(_FAILING)
    if as_json:
        click.echo(json.dumps(report))
    else:
        _show(report, spoken)
    context.exit(_FAILING if report["health"] == "failing" else 0)


def _report(settings: Settings) -> dict[str, Any] | None:
    """Return what the program says, or None when it says nothing; without an address it leaves a file."""
    asked = settings.metrics is not None and settings.metrics.port
    try:
        said = _asked(settings.metrics) if asked and settings.metrics is not None else _read(settings.health_file)
        found = json.loads(said)
    except (OSError, http.client.HTTPException, ValueError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("reasons"), list) and "health" in found else None


def _asked(place: Place) -> bytes:
    host = _EVERYWHERE.get(place.host, place.host)
    with closing(http.client.HTTPConnection(host, place.port, timeout=_SECONDS)) as line:
        line.request("GET", "/health")
        return line.getresponse().read(_LARGEST)


def _read(file: Path) -> bytes:
    if abs(time.time() - file.stat().st_mtime) > _OLD:
        # whoever wrote it is gone, or stuck
        raise FileNotFoundError
    return file.read_bytes()[:_LARGEST]


def _show(report: dict[str, Any], language: str) -> None:
    entry = f"health.state_{report['health']}"
    click.echo(say(entry, language) if entry in catalogue(language) else str(report["health"]))
    for reason in report["reasons"]:
        key = f"health.{reason['code']}"
        if key in catalogue(language):
            said = say(key, language, about=str(reason["about"]), value=int(reason["value"]))
        else:
            said = f"{reason['code']} {reason['about']}".strip()
        click.echo(f"- {said}")
