"""`locum subject`: what members ask about their data, and what may keep them from being forgotten."""

from collections.abc import Callable, Coroutine
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import click

from bot.cli.keys import database_option, keys_option, opened, run, stop
from bot.cli.language import SpokenGroup, language_of
from bot.cli.subject_shown import hand_out, read_surrogates, show_erased, show_list, show_requests, show_swept
from bot.domain.message import AccountRef, PlatformName
from bot.i18n import LANGUAGES, say
from bot.services.subjects import erasing, exporting, holding
from bot.services.subjects.readable import readable
from bot.services.subjects.requests import Clocked, UnknownSubjectError, list_requests
from bot.store.requests import RequestState
from bot.store.sweeping import Depth, sweep_files

_LATE = 1

community_option = click.option("--community", required=True, help="subject.option_community")


def _account(context: click.Context, _parameter: click.Parameter, value: str) -> AccountRef:
    platform, _, rest = value.partition("/")
    workspace, _, user = rest.rpartition("/")
    if platform not in set(PlatformName) or not workspace or not user:
        raise click.BadParameter(say("subject.not_an_account", language_of(context), found=value))
    return AccountRef(platform=PlatformName(platform), workspace=workspace, user=user)


def _day(context: click.Context, _parameter: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        at = datetime.combine(date.fromisoformat(value), time(), UTC)
    except ValueError:
        at = None
    if at is None or at > datetime.now(UTC):
        raise click.BadParameter(say("subject.not_a_day", language_of(context), found=value))
    return at


account_option = click.option(
    "--account", required=True, metavar="PLATFORM/WORKSPACE/USER", callback=_account, help="subject.option_account"
)
received_option = click.option("--received", metavar="YYYY-MM-DD", callback=_day, help="subject.option_received")
reference_option = click.option("--reference", required=True, help="subject.option_reference")
sweep_option = click.option(
    "--sweep",
    "depth",
    type=click.Choice([depth.value for depth in Depth]),
    default=Depth.FULL.value,
    show_default=True,
    help="subject.option_sweep",
)


@click.group("subject", cls=SpokenGroup, help="subject.help")
def subject() -> None:
    """Hold the commands about members' data."""


@subject.command("export", help="subject.help_export")
@database_option
@keys_option
@community_option
@account_option
@received_option
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="subject.option_out")
@click.option("--json", "as_json", is_flag=True, help="subject.option_json")
@click.option("--language", "theirs", type=click.Choice(LANGUAGES), help="subject.option_language")
@click.pass_context
def export(
    context: click.Context,
    /,
    *,
    database: str | None,
    key_file: Path | None,
    community: str,
    account: AccountRef,
    received: datetime | None,
    out: Path | None,
    as_json: bool,
    theirs: str | None,
) -> None:
    """Print the copy or write it to files that only the operator can read; it is recorded before."""
    language = language_of(context)

    async def work() -> str:
        async with opened(database, key_file, community) as found:
            exported = await exporting.export(found.store, found.keys, found.clock, community, account, received)
            text = readable(exported.bundle, theirs or language)
            said = hand_out(out, exported.bundle.written(), text, language, as_json=as_json)
            await exporting.handed_out(found.store, found.clock, exported)
            return said

    click.echo(_known(work, community, language), nl=False)


@subject.command("erase", help="subject.help_erase")
@database_option
@keys_option
@community_option
@account_option
@received_option
@click.option("--ground", default=erasing.REQUESTED, show_default=True, help="subject.option_ground")
@sweep_option
@click.pass_context
def erase(
    context: click.Context,
    /,
    *,
    database: str | None,
    key_file: Path | None,
    community: str,
    account: AccountRef,
    received: datetime | None,
    ground: str,
    depth: str,
) -> None:
    """Forget a member and sweep the files; who was forgotten before is unknown, and the files are swept again."""
    language = language_of(context)

    async def work() -> str:
        async with opened(database, key_file, community) as found:
            try:
                erased = await erasing.erase(found.store, found.keys, found.clock, community, account, ground, received)
            except UnknownSubjectError:
                # the sweep behind an erasure may have been cut short
                await sweep_files(found.store, Depth(depth))
                raise
            lines = [show_erased(erased, language)]
            if erased.request.state is not RequestState.HELD:
                lines += show_swept(
                    await sweep_files(found.store, Depth(depth)), depth, language, is_sqlite=found.store.is_sqlite
                )
            return "\n".join(lines)

    click.echo(_known(work, community, language))


@subject.command("hold", help="subject.help_hold")
@database_option
@keys_option
@community_option
@account_option
@reference_option
@click.pass_context
def hold(  # noqa: PLR0917 - click passes by name
    context: click.Context,
    database: str | None,
    key_file: Path | None,
    community: str,
    account: AccountRef,
    reference: str,
) -> None:
    """Place a legal hold."""
    language = language_of(context)

    async def work() -> str:
        async with opened(database, key_file, community) as found:
            await holding.hold(found.store, found.keys, found.clock, community, account, reference)
            return say("subject.held", language, reference=reference)

    click.echo(_known(work, community, language))


@subject.command("release", help="subject.help_release")
@database_option
@keys_option
@community_option
@account_option
@reference_option
@click.pass_context
def release(  # noqa: PLR0917 - click passes by name
    context: click.Context,
    database: str | None,
    key_file: Path | None,
    community: str,
    account: AccountRef,
    reference: str,
) -> None:
    """End a legal hold."""
    language = language_of(context)

    async def work() -> str:
        async with opened(database, key_file, community) as found:
            await holding.release(found.store, found.keys, found.clock, community, account, reference)
            return say("subject.released", language, reference=reference)

    click.echo(_known(work, community, language))


@subject.command("holds", help="subject.help_holds")
@database_option
@keys_option
@community_option
@click.pass_context
def holds(context: click.Context, database: str | None, key_file: Path | None, community: str) -> None:
    """List the legal holds, by the surrogate of whose data they keep."""
    language = language_of(context)

    async def work() -> list[str]:
        async with opened(database, key_file, community) as found:
            return [
                say("subject.hold_line", language, at=f"{one.placed_at:%Y-%m-%d}", reference=one.reference,
                    account=one.account)
                for one in await holding.list_holds(found.store, community)
            ]  # fmt: skip

    show_list(run(work(), language), say("subject.no_holds", language))


@subject.command("requests", help="subject.help_requests")
@database_option
@keys_option
@community_option
@click.pass_context
def requests(context: click.Context, database: str | None, key_file: Path | None, community: str) -> None:
    """List every request with its clock."""
    language = language_of(context)
    show_requests(_requests(database, key_file, community, language, pending=False), language)


@subject.command("pending", help="subject.help_pending")
@database_option
@keys_option
@community_option
@click.pass_context
def pending(context: click.Context, database: str | None, key_file: Path | None, community: str) -> None:
    """List what isn't answered; end with 1 when something is late."""
    language = language_of(context)
    found = _requests(database, key_file, community, language, pending=True)
    show_requests(found, language)
    if any(one.late for one in found):
        context.exit(_LATE)


@subject.command("erased", help="subject.help_erased")
@database_option
@keys_option
@community_option
@click.pass_context
def erased_command(context: click.Context, database: str | None, key_file: Path | None, community: str) -> None:
    """Print the surrogates of everybody erased: they say nothing of anybody, and name what a backup must forget."""

    async def work() -> list[str]:
        async with opened(database, key_file, community) as found:
            return await erasing.erased_accounts(found.store, community)

    for surrogate in run(work(), language_of(context)):
        click.echo(surrogate)


@subject.command("reapply", help="subject.help_reapply")
@database_option
@keys_option
@community_option
@click.option(
    "--from", "listed", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="subject.option_from"
)
@sweep_option
@click.pass_context
def reapply(  # noqa: PLR0917 - click passes by name
    context: click.Context, database: str | None, key_file: Path | None, community: str, listed: Path | None, depth: str
) -> None:
    """Erase again whom the ledger or the list says to be erased."""
    language = language_of(context)
    also = read_surrogates(listed, language) if listed is not None else ()

    async def work() -> str:
        async with opened(database, key_file, community) as found:
            count = await erasing.reapply(found.store, found.keys, found.clock, community, also)
            lines = [say("subject.reapplied", language, count=count)]
            if count:
                lines += show_swept(
                    await sweep_files(found.store, Depth(depth)), depth, language, is_sqlite=found.store.is_sqlite
                )
            return "\n".join(lines)

    click.echo(run(work(), language))


@subject.command("sweep", help="subject.help_sweep")
@database_option
@keys_option
@sweep_option
@click.pass_context
def sweep_command(context: click.Context, database: str | None, key_file: Path | None, depth: str) -> None:
    """Make what was deleted disappear from the files."""
    language = language_of(context)

    async def work() -> str:
        async with opened(database, key_file) as found:
            return "\n".join(
                show_swept(
                    await sweep_files(found.store, Depth(depth)), depth, language, is_sqlite=found.store.is_sqlite
                )
            )

    click.echo(run(work(), language))


def _known(work: Callable[[], Coroutine[Any, Any, str]], community: str, language: str) -> str:
    """Return what the work says, or end because nobody is known by that account."""

    async def known() -> str | None:
        try:
            return await work()
        except UnknownSubjectError:
            return None

    said = run(known(), language)
    if said is None:
        stop(say("subject.unknown", language, community=community))
    return said


def _requests(
    database: str | None, key_file: Path | None, community: str, language: str, *, pending: bool
) -> list[Clocked]:
    async def work() -> list[Clocked]:
        async with opened(database, key_file, community) as found:
            return await list_requests(found.store, community, found.clock.now(), pending=pending)

    return run(work(), language)
