"""`locum doctor`: looks at everything that Locum needs, and says what is missing, each with its remedy."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

import click

from bot.app.checkup import Examined, examine
from bot.cli.language import language_of
from bot.cli.report.visible import visible
from bot.cli.wrong_settings import read_settings
from bot.domain.capability import Capability
from bot.domain.checkup import Point, State
from bot.i18n import LANGUAGES, Phrase, catalogue, phrase, say

_ILL = 1
_MARKS = {State.GOOD: "✓", State.LACKS: "–", State.WRONG: "✗", State.UNKNOWN: "?"}
_COLOURS = {State.GOOD: "green", State.LACKS: "yellow", State.WRONG: "red", State.UNKNOWN: "red"}


@click.command("doctor", help="doctor.help")
@click.option("--json", "as_json", is_flag=True, help="doctor.option_json")
@click.option("--language", type=click.Choice(LANGUAGES), help="cli.language_option")
@click.pass_context
def doctor_command(context: click.Context, as_json: bool, language: str | None) -> None:
    """Print what was looked at; end with 0 when nothing is wrong, 1 when something is or couldn't be looked at."""
    spoken = language or language_of(context)
    found = asyncio.run(examine(read_settings(context, spoken)))
    if as_json:
        click.echo(json.dumps(plain(found, spoken), ensure_ascii=False, indent=2))
    else:
        _show(found, spoken)
    context.exit(0 if found.well else _ILL)


def plain(found: Examined, language: str) -> dict[str, Any]:
    """Return what was looked at as JSON has it."""
    return {
        "well": found.well,
        "points": [
            {
                "code": one.code,
                "state": one.state.value,
                "about": one.about,
                "says": one.says.say(language),
                "remedy": "" if one.remedy is None else one.remedy.say(language),
            }
            for one in found.points
        ],
        "capabilities": {
            connection: [
                {
                    "ability": one.ability.value,
                    "way": one.way.value,
                    "cause": one.cause,
                    "remedy": "" if not one.cause else _cause(one).say(language),
                }
                for one in known
            ]
            for connection, known in found.capabilities.items()
        },
    }


def _show(found: Examined, language: str) -> None:
    for about, points in groupby(found.points, key=lambda one: one.about):
        click.echo(click.style(about or say("doctor.whole", language), bold=True))
        _points(points, language)
        if about in found.capabilities:
            _matrix(found.capabilities[about], language)
        click.echo()
    _summary(found, language)


def _points(points: Iterable[Point], language: str) -> None:
    for one in points:
        click.echo(f"  {click.style(_MARKS[one.state], fg=_COLOURS[one.state])} {visible(one.says.say(language))}")
        if one.remedy is not None:
            click.echo(f"    {say('doctor.do', language, remedy=visible(one.remedy.say(language)))}")


def _matrix(known: Sequence[Capability], language: str) -> None:
    if not known:
        return
    click.echo(f"  {say('doctor.can', language)}")
    wide = max(len(say(f"doctor.ability_{one.ability.value}", language)) for one in known)
    for one in known:
        name = say(f"doctor.ability_{one.ability.value}", language).ljust(wide)
        way = say(f"doctor.way_{one.way.value}", language)
        told = f"{way} {say('doctor.do', language, remedy=_cause(one))}" if one.cause else way
        click.echo(f"    {name}   {told}")


def _cause(one: Capability) -> Phrase:
    """Return what is to be done so that something can be done."""
    if not one.about:
        return phrase(f"doctor.cause_{one.cause}")
    # permissions have names for people, scopes go by their own
    need = f"discord.need_{one.about}"
    return phrase(f"doctor.cause_{one.cause}", permission=phrase(need) if need in catalogue("en") else one.about)


def _summary(found: Examined, language: str) -> None:
    ill = sum(one.state in (State.WRONG, State.UNKNOWN) for one in found.points)
    less = sum(one.state is State.LACKS for one in found.points)
    words = [say("doctor.summary_ill", language, count=ill) if ill else say("doctor.summary_well", language)]
    if less:
        words.append(say("doctor.summary_less", language, count=less))
    click.echo(" ".join(words))
