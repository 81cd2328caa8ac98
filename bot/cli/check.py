"""`locum check`: every problem of every policy file at once, each with its place."""

from pathlib import Path

import click

from adapters.slack.capabilities import expected
from bot.cli.language import language_of
from bot.domain.capability import Way
from bot.domain.message import PlatformName
from bot.domain.outcome import OutcomeKind
from bot.i18n import LANGUAGES, say
from bot.policy.checking import Checked, check_policies
from bot.policy.showing import show_problem
from bot.policy.source import community_names

_BROKEN = 1


@click.command("check", help="check.command_check")
@click.option("--strict", is_flag=True, help="check.option_strict")
@click.option(
    "--policies", default="policies", show_default=True, type=click.Path(path_type=Path), help="check.option_policies"
)
@click.option("--community", default="", help="check.option_community")
@click.option("--bot-only", is_flag=True, help="check.option_bot_only")
@click.option("--language", type=click.Choice(LANGUAGES), help="cli.language_option")
@click.pass_context
def check(
    context: click.Context, *, strict: bool, policies: Path, community: str, bot_only: bool, language: str | None
) -> None:
    """Print every problem and a summary; end with 1 when there is an error, with `--strict` also on a warning."""
    language = language or language_of(context)
    names = _communities(policies, community, language)
    checked = check_policies(policies, names, {PlatformName.SLACK: _ways(admin=not bot_only)})
    for problem in checked.problems:
        click.echo(show_problem(problem, language, policies))
    click.echo(_summary(checked, names, language))
    if checked.errors or (strict and checked.warnings):
        context.exit(_BROKEN)


def _ways(*, admin: bool) -> dict[OutcomeKind, Way]:
    """Return how Slack does what rules ask for."""
    kinds = OutcomeKind.__members__.values()
    ways = {one.ability.value: one.way for one in expected(admin=admin)}
    return {kind: ways[kind.value] for kind in kinds if kind.value in ways}


def _communities(policies: Path, wanted: str, language: str) -> tuple[str, ...]:
    """Return the communities to check, or end with a usage error that says which there are."""
    if not policies.is_dir():
        raise click.UsageError(say("check.no_such_folder", language, folder=str(policies)))
    names = community_names(policies)
    if not names:
        raise click.UsageError(say("check.no_community", language, folder=str(policies)))
    if wanted and wanted not in names:
        listed = ", ".join(names)
        raise click.UsageError(
            say("check.no_such_community", language, name=wanted, folder=str(policies), names=listed)
        )
    return (wanted,) if wanted else names


def _summary(checked: Checked, names: tuple[str, ...], language: str) -> str:
    examples = say("check.examples", language, count=checked.examples)
    if checked.untried:
        examples = say("check.untried", language, examples=examples, count=checked.untried)
    return say(
        "check.summary",
        language,
        communities=", ".join(names),
        rules=say("check.rules", language, count=checked.rules),
        examples=examples,
        errors=say("check.errors", language, count=checked.errors),
        warnings=say("check.warnings", language, count=checked.warnings),
    )
