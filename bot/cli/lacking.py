"""What the terminal says of a platform on which Locum can't do everything."""

from collections.abc import Sequence

import click

from bot.domain.capability import Capability
from bot.i18n import say
from bot.services.lacking import SEEING


def show_lacking(language: str, connection: str, missing: Sequence[Capability]) -> None:
    """Print what Locum doesn't see, and in one line whatever else it can't do."""
    for one in missing:
        if one.ability in SEEING:
            says = say(f"lacking.{one.ability.value}", language)
            click.echo(say("lacking.seeing", language, connection=connection, says=says))
    others = [say(f"doctor.ability_{one.ability.value}", language) for one in missing if one.ability not in SEEING]
    if others:
        click.echo(say("lacking.doing", language, connection=connection, abilities=", ".join(others)))
