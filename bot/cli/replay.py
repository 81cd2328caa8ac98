"""`locum replay`: what a community's policies would have done to the messages of an export."""

import gc
import json
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import click
from rich.console import Console

from adapters.archive import Archive, open_archive
from adapters.archive.errors import ArchiveError
from bot import __version__
from bot.cli.language import language_of
from bot.cli.report.numbers import number
from bot.cli.report.page import render
from bot.cli.report.rows import Labels
from bot.cli.report.terminal import make_console, show
from bot.cli.watching import watched
from bot.i18n import LANGUAGES, say
from bot.policy.load import load_policies
from bot.policy.policy_set import PolicySet
from bot.policy.problems import has_errors
from bot.policy.showing import show_problem
from bot.policy.source import community_names
from bot.services.replay.judging import judge_by, namer_of, zone_of
from bot.services.replay.run import Replay, judge_all, new_replay
from bot.services.replay.summary import summary

INCOMPLETE, UNUSABLE = 1, 2


@dataclass(frozen=True, kw_only=True, slots=True)
class _Order:
    """What the command line asks for."""

    inputs: tuple[Path, ...]
    policies: Path
    community: str
    against: Path | None
    page: Path | None
    lines: str | None
    members: int
    bots: bool
    language: str

    def say(self, entry: str, **values: str | int) -> str:
        return say(f"replay.{entry}", self.language, **values)


@click.command("replay", help="replay.help")
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--policies", default="policies", show_default=True, type=click.Path(path_type=Path), help="replay.help_policies"
)
@click.option("--community", default="", help="replay.help_community")
@click.option("--against", type=click.Path(path_type=Path), help="replay.help_against")
@click.option("--html", "page", type=click.Path(path_type=Path, dir_okay=False), help="replay.help_html")
@click.option("--json", "lines", type=click.Path(dir_okay=False, allow_dash=True), help="replay.help_json")
@click.option(
    "--limit-members",
    "members",
    default=10,
    show_default=True,
    type=click.IntRange(0, 1000),
    help="replay.help_members",
)
@click.option("--bots", is_flag=True, help="replay.help_bots")
@click.option("--language", type=click.Choice(LANGUAGES), help="replay.help_language")
@click.pass_context
def replay(
    context: click.Context,
    *,
    inputs: tuple[Path, ...],
    policies: Path,
    community: str,
    against: Path | None,
    page: Path | None,
    lines: str | None,
    members: int,
    bots: bool,
    language: str | None,
) -> None:
    """Judge every message of the inputs and show what would have followed."""
    order = _Order(
        inputs=inputs,
        policies=policies,
        community=community,
        against=against,
        page=page,
        lines=lines,
        members=members,
        bots=bots,
        language=language or language_of(context),
    )
    try:
        context.exit(_run(order))
    except _UnusableError as problem:
        click.echo(str(problem), err=True)
        context.exit(UNUSABLE)


class _UnusableError(Exception):
    """The command can't be carried out, so nothing was run."""


def _run(order: _Order) -> int:
    _check_targets(order)
    policies = _load(order, order.policies, _community(order, order.policies))
    against = _load(order, order.against, policies.community) if order.against else None
    archives = _open(order)
    found = new_replay(
        zone_of(policies),
        policies.ladder,
        comparing=against is not None,
        ladder_against=against.ladder if against else None,
        name_of=namer_of(policies),
        bots=order.bots,
    )
    # what was loaded stays: without this, every collection would walk through all compiled policies
    gc.collect()
    gc.freeze()
    console = make_console(stderr=order.lines == "-")
    with ExitStack() as stack:
        items = watched(archives, stack, order.language)
        lines = judge_all(items, judge_by(policies), found, judge_by(against) if against else None)
        sink = stack.enter_context(click.open_file(order.lines, "w", encoding="utf-8")) if order.lines else None
        for line in lines:
            if sink is not None:
                _write(sink, line)
        found.tallies.odd = sum((Counter(archive.odd_fields()) for archive in archives), Counter())
        if sink is not None:
            version = against.version if against else ""
            told = summary(
                found, community=policies.community, version=policies.version, against=version, members=order.members
            )
            _write(sink, {"summary": told})
    labels = Labels(
        community=policies.community,
        version=policies.version,
        policies=str(order.policies),
        zone=str(zone_of(policies)),
        against=str(order.against or ""),
        against_version=against.version if against else "",
        members=order.members,
        language=order.language,
    )
    return _report(order, found, labels, console)


def _report(order: _Order, found: Replay, labels: Labels, console: Console) -> int:
    show(found, labels, console)
    if order.page is not None:
        text = render(found, labels, program=__version__, written=datetime.now().astimezone())
        order.page.write_text(text, encoding="utf-8", errors="backslashreplace")
        click.echo(order.say("page_written", file=str(order.page)), err=True)
    if found.complete:
        return 0
    if found.tallies.first is None and not found.tallies.skipped_count:
        click.echo(order.say("nothing_judged"), err=True)
        return INCOMPLETE
    failures = found.tallies.failures.total() + (found.comparison.failures if found.comparison else 0)
    skipped = number(found.tallies.skipped_count, order.language)
    click.echo(order.say("incomplete", skipped=skipped, failures=number(failures, order.language)), err=True)
    return INCOMPLETE


def _write(sink: IO[str], line: dict[str, object]) -> None:
    sink.write(json.dumps(line, ensure_ascii=True, separators=(", ", ": ")) + "\n")


def _check_targets(order: _Order) -> None:
    """Refuse a target that can't be written before an hour is spent on what goes there."""
    targets = [order.page, Path(order.lines) if order.lines and order.lines != "-" else None]
    for target in targets:
        if target is not None and not target.absolute().parent.is_dir():
            raise _UnusableError(order.say("no_folder_for", folder=str(target.parent), name=target.name))


def _community(order: _Order, folder: Path) -> str:
    names = community_names(folder)
    listed = ", ".join(names)
    if not names:
        raise _UnusableError(order.say("no_community", folder=str(folder)))
    if not order.community and len(names) > 1:
        raise _UnusableError(order.say("name_a_community", folder=str(folder), names=listed))
    if order.community and order.community not in names:
        raise _UnusableError(order.say("no_such_community", folder=str(folder), name=order.community, names=listed))
    return order.community or names[0]


def _load(order: _Order, folder: Path, community: str) -> PolicySet:
    if community not in (names := community_names(folder)):
        missing = order.say("no_such_community", folder=str(folder), name=community, names=", ".join(names))
        raise _UnusableError(missing if names else order.say("no_community", folder=str(folder)))
    loaded = load_policies(folder, community, live=True)
    if loaded.policies is not None and not has_errors(loaded.problems):
        return loaded.policies
    errors = [problem for problem in loaded.problems if not problem.is_warning]
    for problem in errors:
        click.echo(show_problem(problem, order.language, folder), err=True)
    raise _UnusableError(order.say("broken_policies", count=len(errors), folder=str(folder)))


def _open(order: _Order) -> list[Archive]:
    try:
        return [open_archive(path) for path in order.inputs]
    except ArchiveError as error:
        raise _UnusableError(error.reason.say(order.language)) from error
