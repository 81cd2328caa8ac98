"""`locum keys`: shows, rotates and drops the keys that are kept outside the database; never prints one."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from adapters.keyfile import (
    GivenKeys,
    Kept,
    KeyFile,
    KeyFileMissingError,
    fresh_contents,
    open_key_file,
    read_given_keys,
    write_contents,
)
from adapters.slack.tokens import seal_anew, sealed_under
from bot.app.clock import machine_clock
from bot.cli import wrong_settings
from bot.cli.language import SpokenGroup, language_of
from bot.cli.store_errors import told
from bot.errors import LocumError
from bot.i18n import catalogue, say
from bot.ports import Clock
from bot.services import rotating
from bot.settings import Settings, SettingsError, load_settings
from bot.store.communities import community_names
from bot.store.engine import Store, database_url, open_store
from bot.store.errors import NoDatabaseError, StoreError
from bot.store.migrate import check_schema

_UNUSABLE = 2
_T = TypeVar("_T")
_Option = Callable[[Any], Any]

database_option: _Option = click.option("--database", help="subject.option_database")
keys_option: _Option = click.option(
    "--keys", "key_file", type=click.Path(path_type=Path, dir_okay=False), help="subject.option_keys"
)


class NoKeysYetError(LocumError):
    """There are no keys yet, and nothing is stored that would need any: the first `locum run` makes them."""


class UnknownCommunityError(LocumError):
    """Nothing is stored about this community: its name may be misspelt."""


class StillSealedError(LocumError):
    """Tokens of Slack workspaces are still sealed under that key: run `locum keys rewrap` first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """What a command works on."""

    #: the database
    store: Store
    #: the keys that belong to it
    keys: KeyFile | GivenKeys
    #: the time
    clock: Clock
    #: the file with the tokens of Slack workspaces, which may not be there
    tokens: Path


@asynccontextmanager
async def opened(database: str | None, key_file: Path | None, community: str | None = None) -> AsyncIterator[Opened]:
    """Open database and keys, which must be there; a program that runs on the same database isn't disturbed.

    What isn't named on the command line is named by the settings. A community that is named must be known: nobody is
    to read in an empty answer that all is well.
    """
    settings, clock = load_settings(), machine_clock()
    store = open_store(existing(database), alone=False)
    try:
        await check_schema(store)
        keys = await _keys(settings, key_file, clock, store)
        await rotating.check_keys(store, keys)
        if community is not None:
            async with store.reading() as tx:
                if community not in await community_names(tx):
                    raise UnknownCommunityError
        yield Opened(store=store, keys=keys, clock=clock, tokens=settings.slack_tokens)
    finally:
        await store.close()


def run(work: Coroutine[Any, Any, _T], language: str) -> _T:
    """Return what the work comes to, or end with what is wrong."""
    try:
        return asyncio.run(work)
    except LocumError as error:
        stop(_wrong(error, language))


def _wrong(error: LocumError, language: str) -> str:
    """Return what is wrong, in the language spoken where there are words for it."""
    if isinstance(error, StoreError):
        return told(error, language)
    if isinstance(error, SettingsError):
        return wrong_settings.told(error, language)
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).lower()
    key = f"keys.wrong_{name}"
    return say(key, language) if key in catalogue(language) and not error.args else str(error)


def stop(message: str) -> NoReturn:
    """End with the message: nothing was done."""
    click.echo(message, err=True)
    sys.exit(_UNUSABLE)


@click.group("keys", cls=SpokenGroup, help="keys.help")
def keys() -> None:
    """Hold the commands about keys."""


@keys.command("show", help="keys.help_show")
@database_option
@keys_option
@click.pass_context
def show(context: click.Context, database: str | None, key_file: Path | None) -> None:
    """Print which keys there are, since when, and how much stands under each."""
    language = language_of(context)

    async def work() -> None:
        async with opened(database, key_file) as found:
            counts = await rotating.wrapped_under(found.store)
            contents = found.keys.contents
            for key in contents.wrapping:
                line = say("keys.wrapping", language, id=key.id, at=_day(key), count=counts.get(key.id, 0))
                click.echo(line)
            for origin, signing in sorted(contents.signing.items()):
                for key in signing:
                    click.echo(say("keys.signing", language, origin=origin, id=key.id, at=_day(key)))
            for id_, count in sealed_under(found.tokens).items():
                click.echo(say("keys.tokens", language, id=id_, count=count))
            click.echo(say("keys.digests", language, id=contents.digests.id, at=_day(contents.digests)))

    run(work(), language)


@keys.group("rotate", cls=SpokenGroup, help="keys.help_rotate")
def rotate() -> None:
    """Hold the two kinds of rotation."""


@rotate.command("wrapping", help="keys.help_wrapping")
@database_option
@keys_option
@click.pass_context
def rotate_wrapping(context: click.Context, database: str | None, key_file: Path | None) -> None:
    """Make a new wrapping key and move every subject's key under it."""
    language = language_of(context)

    async def work() -> tuple[rotating.Rewrapped, int]:
        async with opened(database, key_file) as found:
            # what can't be sealed anew is found before there is a key under which it would have to be
            sealed_under(found.tokens)
            return await rotating.rotate_wrapping(found.store, found.keys, found.clock), _sealed_anew(found)

    done = run(work(), language)
    _show_rewrapped(done, language)


@rotate.command("signing", help="keys.help_signing")
@database_option
@keys_option
@click.option("--community", required=True, help="subject.option_community")
@click.pass_context
def rotate_signing(context: click.Context, database: str | None, key_file: Path | None, community: str) -> None:
    """Make a new signing key for one community's ledger, and sign a checkpoint with it."""
    language = language_of(context)

    async def work() -> rotating.NewSigning:
        async with opened(database, key_file) as found:
            # who signed until now vouches for the new key: without that key this would be a stranger's
            await rotating.check_signing(found.store, found.keys.contents.signing)
            return await rotating.rotate_signing(found.store, found.keys, found.clock, community)

    done = run(work(), language)
    click.echo(done.verifier)
    key = "keys.signed" if done.signed.now else "keys.signed_next"
    click.echo(say(key, language, size=done.signed.size), err=True)


@keys.command("rewrap", help="keys.help_rewrap")
@database_option
@keys_option
@click.pass_context
def rewrap(context: click.Context, database: str | None, key_file: Path | None) -> None:
    """Go on with a rotation that was cut short."""
    language = language_of(context)

    async def work() -> tuple[rotating.Rewrapped, int]:
        async with opened(database, key_file) as found:
            return await rotating.rewrap_all(found.store, found.keys, found.clock), _sealed_anew(found)

    done = run(work(), language)
    _show_rewrapped(done, language)


@keys.command("drop-old", help="keys.help_drop_old")
@database_option
@keys_option
@click.pass_context
def drop_old(context: click.Context, database: str | None, key_file: Path | None) -> None:
    """Take every wrapping key but the newest out of the file."""
    language = language_of(context)

    async def work() -> list[str]:
        async with opened(database, key_file) as found:
            newest, *older = found.keys.contents.wrapping
            for key in older:
                if sealed_under(found.tokens).get(key.id):
                    raise StillSealedError
                await rotating.drop_old(found.store, found.keys, found.clock, key.id, newest.made_at)
            return [key.id for key in older]

    for key_id in run(work(), language):
        click.echo(say("keys.dropped", language, id=key_id))


@keys.command("new", help="keys.help_new")
@click.option("--origin", "origins", multiple=True, help="keys.option_origin")
@click.pass_context
def new(context: click.Context, origins: tuple[str, ...]) -> None:
    """Print fresh keys as the text that a secret store keeps: the one command whose output is secret."""
    language = language_of(context)
    if sys.stdout.isatty():
        stop(say("keys.to_a_terminal", language))
    try:
        made = fresh_contents(rotating.new_signing_key, origins, machine_clock().now())
    except LocumError as error:
        stop(_wrong(error, language))
    click.echo(write_contents(made), nl=False)


def existing(database: str | None) -> str:
    """Return where the database is, which the settings say otherwise.

    Raises NoDatabaseError for a file that isn't there: opening would make it.
    """
    found = database or load_settings().database.get_secret_value()
    url = database_url(found)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise NoDatabaseError
    return found


async def _keys(settings: Settings, key_file: Path | None, clock: Clock, store: Store) -> KeyFile | GivenKeys:
    if key_file is None and settings.keys is not None:
        return read_given_keys(settings.keys.get_secret_value())
    try:
        return open_key_file(key_file or settings.key_file, clock, rotating.new_signing_key, make=False)
    except KeyFileMissingError:
        if await rotating.needs_older_keys(store):
            raise
        # nothing is lost: nobody is sent to look for a backup
        raise NoKeysYetError from None


def _sealed_anew(found: Opened) -> int:
    """Seal the tokens of Slack workspaces under the newest key, and return of how many they are."""
    return seal_anew(found.tokens, found.keys.wrapping())


def _show_rewrapped(done: tuple[rotating.Rewrapped, int], language: str) -> None:
    moved, tokens = done
    click.echo(say("keys.rewrapped", language, id=moved.key, count=moved.subjects))
    if tokens:
        click.echo(say("keys.resealed", language, count=tokens))


def _day(key: Kept) -> str:
    return f"{key.made_at:%Y-%m-%d}"
