"""`locum migrate`: brings the database to this version's schema, and gives a role what a running program needs."""

import asyncio

import click

from bot.cli import wrong_settings
from bot.cli.language import language_of
from bot.cli.store_errors import told
from bot.i18n import say
from bot.settings import SettingsError, load_settings
from bot.store.engine import open_store
from bot.store.errors import StoreError
from bot.store.migrate import migrate
from bot.store.roles import grant

_UNUSABLE = 2


@click.command("migrate", help="migrate.help")
@click.option(
    "--database",
    help="migrate.option_database",
)
@click.option("--role", help="migrate.option_role")
@click.pass_context
def migrate_command(context: click.Context, database: str | None, role: str | None) -> None:
    """Print from which version to which; end with 2 when something stands in the way."""
    language = language_of(context)
    try:
        before, after = asyncio.run(_migrate(_named(database), role))
    except SettingsError as error:
        click.echo(wrong_settings.told(error, language), err=True)
        context.exit(_UNUSABLE)
    except StoreError as error:
        click.echo(told(error, language), err=True)
        context.exit(_UNUSABLE)
    if before == after:
        click.echo(say("migrate.already", language, after=after))
    elif before is None:
        click.echo(say("migrate.made", language, after=after))
    else:
        click.echo(say("migrate.moved", language, before=before, after=after))
    if role is not None:
        click.echo(say("migrate.granted", language, role=role))


def _named(database: str | None) -> str:
    return database or load_settings().database.get_secret_value()


async def _migrate(database: str, role: str | None) -> tuple[str | None, str]:
    store = open_store(database)
    try:
        versions = await migrate(store)
        if role is not None:
            await grant(store, role)
        return versions
    finally:
        await store.close()
