"""The `locum` program: one group, one command a module, loaded when it is asked for."""

import gc
from collections.abc import Mapping
from importlib import import_module

import click

from bot import __version__
from bot.cli.language import VARIABLE, SpokenGroup
from bot.i18n import LANGUAGES

#: each command's module in this package, and the command's name there: none waits for what another needs
_COMMANDS: Mapping[str, tuple[str, str]] = {
    "appeal": ("appeal", "appeal_command"),
    "check": ("check", "check"),
    "doctor": ("doctor", "doctor_command"),
    "escalation": ("escalation", "escalation"),
    "explain": ("explain", "explain_command"),
    "health": ("health", "health_command"),
    "keys": ("keys", "keys"),
    "migrate": ("migrate", "migrate_command"),
    "prove": ("prove", "prove_command"),
    "replay": ("replay", "replay"),
    "report": ("activity", "report"),
    "run": ("run", "run_command"),
    "schema": ("schema", "schema"),
    "setup": ("setup", "setup"),
    "subject": ("subject", "subject"),
    "verify": ("verify", "verify_command"),
    "witness": ("witness", "witness"),
}


class _Main(SpokenGroup):
    """The group of all commands, each of which stands for itself by name until somebody asks for it."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loaded; None where there is none of that name."""
        if cmd_name in _COMMANDS:
            module, name = _COMMANDS[cmd_name]
            self.add_command(_loaded(module, name), cmd_name)
        return super().get_command(ctx, cmd_name)


def _loaded(module: str, name: str) -> click.Command:
    """Return what a module calls so. Nothing that is loaded ever goes: no collection is to walk through it."""
    collects = gc.isenabled()
    gc.disable()
    try:
        found: click.Command = getattr(import_module(f"bot.cli.{module}"), name)
    finally:
        gc.freeze()
        if collects:
            gc.enable()
    return found


def _choose(context: click.Context, _parameter: click.Parameter, language: str) -> str:
    context.obj = language
    return language


@click.group(cls=_Main, help="cli.help", context_settings={"help_option_names": ["-h", "--help"]})
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


for _name in _COMMANDS:
    main.add_command(click.Command(_name))
