"""What is wrong with the settings, in the language spoken."""

import click

from bot.i18n import catalogue, say
from bot.settings import Settings, SettingsError, load_settings

_UNUSABLE = 2


def read_settings(context: click.Context, language: str, *, trial: bool = True) -> Settings:
    """Return the settings, or end with everything that is wrong with them; `trial` as `load_settings` has it."""
    try:
        return load_settings(trial=trial)
    except SettingsError as error:
        click.echo(told(error, language), err=True)
        context.exit(_UNUSABLE)


def told(error: SettingsError, language: str) -> str:
    """Return a line for each setting that is wrong; never its value."""
    lines = []
    for one in error.wrong:
        key = f"run.wrong_{one.code}"
        reason = say(key, language) if key in catalogue(language) else one.message
        lines.append(say("run.wrong_setting", language, variable=one.variable, reason=reason))
    return "\n".join(lines)
