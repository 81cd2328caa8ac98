"""The language that the command line speaks: `--language`, then `LOCUM_LANG`, then English."""

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from bot.cli.mistakes import show_mistake
from bot.i18n import LANGUAGES, catalogue, say

VARIABLE = "LOCUM_LANG"

#: what click says by itself, and our own entry for it
_CLICKS_WORDS = {
    "Options": "cli.options",
    "Commands": "cli.commands",
    "Show this message and exit.": "cli.help_option",
    "Show the version and exit.": "cli.version_option",
}


def language_of(context: click.Context) -> str:
    """Return the language to speak; `--help` may come before the option was read, so the variable counts as well."""
    chosen = context.find_root().obj
    if isinstance(chosen, str):
        return chosen
    return _default_language()


def _default_language() -> str:
    wanted = os.environ.get(VARIABLE, "")
    return wanted if wanted in LANGUAGES else "en"


class SpokenFormatter(click.HelpFormatter):
    """Help whose texts may be catalogue keys, shown in one language."""

    def __init__(self, language: str, width: int | None, max_width: int | None) -> None:
        super().__init__(width=width, max_width=max_width)
        self._language = language

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line under our own word for it."""
        super().write_usage(prog, args, prefix or say("cli.usage", self._language) + " ")

    def write_heading(self, heading: str) -> None:
        """Write a heading in the language spoken."""
        super().write_heading(self._spoken(heading))

    def write_text(self, text: str) -> None:
        """Write a paragraph in the language spoken."""
        super().write_text(self._spoken(text))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write options or commands with what each is for, one sentence each."""
        spoken = [(name, self._spoken(text).partition("\n")[0]) for name, text in rows]
        super().write_dl(spoken, col_max, col_spacing)

    def _spoken(self, text: str) -> str:
        """Return the text with a leading catalogue key replaced; click puts defaults behind two spaces."""
        first, gap, rest = text.partition("  ")
        key = _CLICKS_WORDS.get(first, first)
        for word in ("default", "required"):
            if rest.startswith(f"[{word}"):
                rest = f"[{say(f'cli.{word}', self._language)}{rest[len(word) + 1 :]}"
        return catalogue(self._language).get(key, first) + gap + rest


class SpokenContext(click.Context):
    """A context whose help is shown in the language chosen."""

    def make_formatter(self) -> click.HelpFormatter:
        """Return the formatter that every help page of this context goes through."""
        return SpokenFormatter(language_of(self), self.terminal_width, self.max_content_width)


class SpokenGroup(click.Group):
    """A group that lets every command added to it speak the language chosen."""

    context_class = SpokenContext

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT002 - as click declares it
        **extra: Any,
    ) -> Any:
        """Run the command and end the process; mistakes are explained in the language spoken."""
        try:
            status = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.ClickException as mistake:
            if not standalone_mode:
                raise
            context = mistake.ctx if isinstance(mistake, click.UsageError) else None
            if isinstance(mistake, click.exceptions.NoArgsIsHelpError):
                mistake.show()
            else:
                show_mistake(mistake, _default_language() if context is None else language_of(context))
            sys.exit(mistake.exit_code)
        except click.Abort:
            if not standalone_mode:
                raise
            click.echo(say("cli.aborted", _default_language()), err=True)
            sys.exit(1)
        if not standalone_mode:
            return status
        sys.exit(status if isinstance(status, int) else 0)

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Add a command whose help texts may be catalogue keys."""
        cmd.context_class = SpokenContext
        super().add_command(cmd, name)
