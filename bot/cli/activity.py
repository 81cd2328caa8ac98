"""`locum report activity`: what every organisation and person did, for whom, and what came of it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import click

from bot.cli.keys import database_option, keys_option, opened, run, stop
from bot.cli.language import SpokenGroup, language_of
from bot.cli.report.visible import visible
from bot.domain.governance import Governance
from bot.i18n import catalogue, say
from bot.policy.load import load_policies
from bot.policy.source import community_names
from bot.services.activity.reporting import activity
from bot.services.activity.rows import Activity
from bot.services.activity.writing import FIELDS, as_csv, as_json, cells
from bot.services.staff.governing import govern
from bot.settings import load_settings
from bot.store.engine import Store

_DAY = timedelta(days=1)
#: columns whose cells are codes with a word of their own
_SPOKEN = {"by": "by", "deed": "deed", "result": "result"}


def _day(context: click.Context, _parameter: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(value), time(), UTC)
    except ValueError:
        raise click.BadParameter(say("activity.not_a_day", language_of(context), found=value)) from None


@click.group("report", cls=SpokenGroup, help="activity.help_report")
def report() -> None:
    """Hold the reports."""


@report.command("activity", help="activity.help")
@database_option
@keys_option
@click.option("--community", required=True, help="activity.option_community")
@click.option("--since", required=True, metavar="YYYY-MM-DD", callback=_day, help="activity.option_since")
@click.option("--until", metavar="YYYY-MM-DD", callback=_day, help="activity.option_until")
@click.option("--organisation", default="", help="activity.option_organisation")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="activity.option_format",
)
@click.option("--policies", type=click.Path(path_type=Path, file_okay=False), help="activity.option_policies")
@click.pass_context
def activity_command(
    context: click.Context,
    /,
    *,
    database: str | None,
    key_file: Path | None,
    community: str,
    since: datetime,
    until: datetime | None,
    organisation: str,
    form: str,
    policies: Path | None,
) -> None:
    """Print the report; days are whole, both inclusive."""
    language = language_of(context)

    async def work() -> Activity:
        async with opened(database, key_file, community) as found:
            end = (until or datetime.combine(found.clock.now(), time(), UTC)) + _DAY
            if end <= since:
                stop(say("activity.wrong_days", language))
            governance = await _governance(found.store, community, policies)
            async with found.store.reading() as tx:
                return await activity(tx, community, since, end, governance=governance, organisation=organisation)

    done = run(work(), language)
    match form:
        case "csv":
            click.echo(as_csv(done), nl=False)
        case "json":
            click.echo(as_json(done))
        case _:
            for line in table(done, language):
                click.echo(line)


async def _governance(store: Store, community: str, policies: Path | None) -> Governance | None:
    """Return who is called what; None where there are no policies to say so: then ids stand for people."""
    folder = policies or load_settings().policies
    if not folder.is_dir() or community not in community_names(folder):
        return None
    loaded = load_policies(folder, community).policies
    if loaded is None:
        return None
    async with store.reading() as tx:
        return await govern(tx, loaded)


def table(found: Activity, language: str) -> Sequence[str]:
    """Return the report as lines for a terminal; a column in which nothing stands is left out."""
    if not found.rows:
        return [say("activity.empty", language)]
    lines = [[_cell(name, cell, language) for name, cell in zip(FIELDS, cells(row), strict=True)] for row in found.rows]
    kept = [place for place in range(len(FIELDS)) if any(line[place] for line in lines)]
    head = [say(f"activity.column_{name}", language) for name in FIELDS]
    wide = {place: max(len(line[place]) for line in (head, *lines)) for place in kept}
    return ["  ".join(line[place].ljust(wide[place]) for place in kept).rstrip() for line in (head, *lines)]


def _cell(name: str, cell: str | int, language: str) -> str:
    key = f"activity.{_SPOKEN.get(name, '')}_{cell}"
    return say(key, language) if name in _SPOKEN and key in catalogue(language) else visible(str(cell))
