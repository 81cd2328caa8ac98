"""`locum prove`: writes the files with which anybody checks one entry offline."""

import os
from pathlib import Path

import click

from bot.cli.keys import database_option, keys_option, opened, run, stop
from bot.cli.language import language_of
from bot.cli.report.visible import visible
from bot.i18n import say
from bot.ledger.errors import UnprovenError
from bot.services.ledger.proving import NoOpeningError, NoSuchEntryError, Proved, prove
from bot.services.ledger.verifying import ledgers

_BROKEN = 1
_SUFFIX = ".tlog-proof"


@click.command("prove", help="prove.help")
@click.argument("entry", type=click.IntRange(min=0))
@database_option
@keys_option
@click.option("--community", help="prove.option_community")
@click.option("--opening", "fields", multiple=True, metavar="FIELD", help="prove.option_opening")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="prove.option_out")
@click.pass_context
def prove_command(
    context: click.Context,
    /,
    *,
    entry: int,
    database: str | None,
    key_file: Path | None,
    community: str | None,
    fields: tuple[str, ...],
    out: Path | None,
) -> None:
    """Write proof, entry and openings; end with 1 when the entry can't be proved, 2 when nothing could be tried."""
    language = language_of(context)
    target = out or Path(f"entry-{entry}{_SUFFIX}")

    async def work() -> Proved | str:
        async with opened(database, key_file) as found:
            there = await ledgers(found.store)
            chosen = community or (next(iter(there)) if len(there) == 1 else "")
            if chosen not in there:
                return say("prove.which", language, names=", ".join(there) or "-")
            try:
                return await prove(found.store, found.keys, found.clock, community=chosen, seq=entry, fields=fields)
            except NoSuchEntryError:
                return say("prove.no_entry", language, seq=entry)
            except NoOpeningError:
                return say("prove.no_opening", language, fields=", ".join(map(visible, fields)))
            except UnprovenError:
                return ""

    made = run(work(), language)
    if made == "":
        click.echo(say("prove.broken", language, seq=entry), err=True)
        context.exit(_BROKEN)
    if isinstance(made, str):
        stop(made)
    _write(made, target, language)


def _write(made: Proved, target: Path, language: str) -> None:
    """Write the files, and say how they are checked."""
    stem = target.name.removesuffix(_SUFFIX)
    entry = target.with_name(f"{stem}.json")
    openings = {target.with_name(f"{stem}.{field}.opening.json"): data for field, data in made.openings.items()}
    try:
        for path, data in ((target, made.proof), (entry, made.entry)):
            path.write_bytes(data)
        for path, data in openings.items():
            _write_alone(path, data)
    except OSError as error:
        stop(say("prove.cannot_write", language, path=str(target), reason=error.strerror or type(error).__name__))
    if made.signed:
        click.echo(say("prove.signed", language, size=made.size))
    click.echo(say("prove.written", language, seq=made.seq, size=made.size, proof=str(target), entry=str(entry)))
    for path in openings:
        click.echo(say("prove.opened", language, path=str(path)))
    for witness in made.witnesses:
        click.echo(say("prove.witness", language, witness=visible(witness)))
    if not made.witnesses:
        click.echo(say("prove.unwitnessed", language))


def _write_alone(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read: it holds a personal value."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)
        file.write(data)
