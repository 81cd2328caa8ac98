"""`locum appeal`: accepts the appeal of somebody who was removed, by the code of their notice."""

import sys
from pathlib import Path

import click

from bot.cli.keys import database_option, keys_option, opened, run, stop
from bot.cli.language import language_of
from bot.commands.options import visible
from bot.domain.actor import OPERATOR
from bot.i18n import say
from bot.services.appeals.opening import LONGEST, AppealError, appeal_by_code
from bot.services.policies.keeping import load_version
from bot.services.work import begin_work
from bot.store.policies import active_policy


@click.command("appeal", help="appeal.help")
@click.argument("code")
@database_option
@keys_option
@click.option("--community", required=True, help="appeal.option_community")
@click.option("--statement", default="-", show_default=True, help="appeal.option_statement")
@click.pass_context
def appeal_command(  # noqa: PLR0917 - click passes by name
    context: click.Context, code: str, database: str | None, key_file: Path | None, community: str, statement: str
) -> None:
    """Open the appeal, or say in one sentence why that can't be done."""
    language = language_of(context)
    said = _statement(statement, language)

    async def work() -> str:
        async with opened(database, key_file, community) as found, found.store.writing() as tx:
            policies = await load_version(tx, community, await active_policy(tx, community))
            working = await begin_work(tx, found.keys, policies, found.clock.now())
            appeal = await appeal_by_code(working, OPERATOR, code, said)
            await working.finish()
            within = working.governance.appealing.resolve_within
        return say("appeal.accepted", language, appeal=appeal, within=within)

    async def answered() -> str | AppealError:
        try:
            return await work()
        except AppealError as error:
            return error

    answer = run(answered(), language)
    if isinstance(answer, AppealError):
        stop(answer.said.say(language))
    click.echo(answer)


def _statement(given: str, language: str) -> str:
    """Return what the member says, as it was given or from the standard input; end where it can't be kept."""
    text = sys.stdin.buffer.read().decode("utf-8", errors="replace") if given == "-" else given
    said = visible(text.strip())
    if not said:
        stop(say("appeal.no_statement", language))
    if len(said) > LONGEST:
        stop(say("appeal.long_statement", language, length=len(said), limit=LONGEST))
    return said
