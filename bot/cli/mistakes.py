"""What is wrong with a command line, said in the language spoken: click's own words are English."""

import re

import click

from bot.i18n import say

#: what click says of a value → our own entry; both name the same parts
_SAID = (
    (re.compile(r"'(?P<found>.*)' is not one of (?P<expected>.+)\.", re.DOTALL), "not_a_choice"),
    (re.compile(r"'(?P<found>.*)' is not a valid integer(?: range)?\.", re.DOTALL), "not_a_whole_number"),
    (re.compile(r"'(?P<found>.*)' is not a valid float(?: range)?\.", re.DOTALL), "not_a_number"),
    (re.compile(r"(?P<found>\S+) is not in the range (?P<range>.+)\."), "not_in_range"),
    (re.compile(r"\w+ '(?P<found>.*)' does not exist\.", re.DOTALL), "no_such_path"),
    (re.compile(r"Option '(?P<name>.*)' requires (?:an argument|\d+ arguments)\.", re.DOTALL), "option_needs_value"),
    (re.compile(r"Option '(?P<name>.*)' does not take a value\.", re.DOTALL), "option_takes_no_value"),
    (re.compile(r"Got unexpected extra arguments? \((?P<found>.*)\)", re.DOTALL), "unexpected_arguments"),
)


def show_mistake(mistake: click.ClickException, language: str) -> None:
    """Print how the command is called, where its help is, and what is wrong."""
    context = mistake.ctx if isinstance(mistake, click.UsageError) else None
    if context is not None:
        click.echo(context.get_usage(), err=True)
        option = max(context.help_option_names, key=len)
        click.echo(say("cli.try_help", language, command=context.command_path, option=option), err=True)
        click.echo(err=True)
    click.echo(say("cli.error", language, message=told(mistake, language)), err=True)


def told(mistake: click.ClickException, language: str) -> str:
    """Return what is wrong; what we have no words for is said in click's."""
    match mistake:
        case click.MissingParameter(param=click.Parameter() as parameter):
            kind = "missing_option" if isinstance(parameter, click.Option) else "missing_argument"
            return say(f"cli.{kind}", language, name=_name(parameter))
        case click.NoSuchOption(option_name=name):
            return _near(say("cli.no_such_option", language, name=name), mistake.possibilities, language)
        case click.BadParameter(param=click.Parameter() as parameter):
            said = _translated(mistake.message, language)
            return say("cli.invalid", language, name=_name(parameter), message=said)
        case _:
            command: str | None = getattr(mistake, "command_name", None)  # click before 8.4 has no class for it
            if command is not None:
                known: list[str] | None = getattr(mistake, "possibilities", None)
                return _near(say("cli.no_such_command", language, name=command), known, language)
            return _translated(mistake.message, language)


def _name(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return parameter.make_metavar(click.get_current_context(silent=True) or click.Context(click.Command(None)))


def _near(message: str, names: list[str] | None, language: str) -> str:
    if not names:
        return message
    listed = ", ".join(say("cli.quoted", language, name=name) for name in sorted(names))
    return say("cli.did_you_mean", language, message=message, names=listed)


def _translated(message: str, language: str) -> str:
    for form, entry in _SAID:
        found = form.fullmatch(message)
        if found is not None:
            parts = found.groupdict()
            if "expected" in parts:
                parts["expected"] = parts["expected"].replace("'", "")
            return say(f"cli.{entry}", language, **parts)
    return message
