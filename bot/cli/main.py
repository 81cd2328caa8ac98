"""The `locum` program: one group, one command a module."""

import click

from bot import __version__
from bot.cli.check import check
from bot.cli.explain import explain_command
from bot.cli.health import health_command
from bot.cli.keys import keys
from bot.cli.language import VARIABLE, SpokenGroup
from bot.cli.migrate import migrate_command
from bot.cli.prove import prove_command
from bot.cli.replay import replay
from bot.cli.run import run_command
from bot.cli.schema import schema
from bot.cli.subject import subject
from bot.cli.verify import verify_command
from bot.cli.witness import witness
from bot.i18n import LANGUAGES


def _choose(context: click.Context, _parameter: click.Parameter, language: str) -> str:
    context.obj = language
    return language


@click.group(cls=SpokenGroup, help="cli.help", context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    envvar=VARIABLE,
    default="en",
    show_default=True,
    is_eager=True,
    expose_value=False,
    callback=_choose,
    help="cli.language_option",
)
@click.version_option(__version__, "-V", "--version", prog_name="locum", message="%(prog)s %(version)s")
def main() -> None:
    """Hold the commands; each is a module of this package."""


for _command in (
    check,
    replay,
    explain_command,
    schema,
    run_command,
    health_command,
    witness,
    subject,
    keys,
    migrate_command,
    verify_command,
    prove_command,
):
    main.add_command(_command)
