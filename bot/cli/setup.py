"""`locum setup`: connects a platform step by step: how the bot is invited, a draft to begin with, and what is left."""

import asyncio
from collections.abc import Mapping

import click

from bot.cli.drafted import communities, keep_draft, owner_of, show_left
from bot.cli.language import SpokenGroup, language_of
from bot.cli.report.visible import visible
from bot.cli.setup_slack import slack_command
from bot.cli.wrong_settings import read_settings
from bot.domain.message import PlatformName
from bot.i18n import LANGUAGES, say
from bot.ports import ConnectionRevokedError, PlatformUnavailableError
from bot.settings import Settings, is_set

_UNUSABLE = 2
#: what is left to do by hand: what it is called → the points that say how far it is, the first of them asked first
_LEFT = {
    "intents": ("discord_content", "discord_members"),
    "permissions": ("discord_permission", "discord_administrator"),
    "height": ("discord_height",),
    "leads": ("discord_leads_public", "discord_leads"),
    "quarantine": ("discord_quarantine_height", "discord_quarantine_open", "discord_quarantine"),
    "shown": ("discord_shown",),
}


@click.group("setup", cls=SpokenGroup, help="setup.help")
def setup() -> None:
    """Hold one command a platform."""


@setup.command("discord", help="setup.help_discord")
@click.option("--server", metavar="ID", help="setup.option_server")
@click.option("--language", type=click.Choice(LANGUAGES), help="cli.language_option")
@click.pass_context
def discord_command(context: click.Context, server: str | None, language: str | None) -> None:
    """Print how the bot is invited, draft a community's policies where it is on a server, and say what is left."""
    spoken = language or language_of(context)
    settings = read_settings(context, spoken)
    if not is_set(settings.discord_token):
        click.echo(say("setup.no_token", spoken), err=True)
        context.exit(_UNUSABLE)
    try:
        context.exit(asyncio.run(_discord(settings, server or "", spoken)))
    except ConnectionRevokedError:
        click.echo(say("setup.bad_token", spoken), err=True)
    except PlatformUnavailableError:
        click.echo(say("setup.no_answer", spoken), err=True)
    context.exit(_UNUSABLE)


async def _discord(settings: Settings, wanted: str, language: str) -> int:
    from adapters.discord.checking import (  # noqa: PLC0415 - a second that only this command waits for
        accounts,
        check_application,
        check_server,
        places,
    )
    from adapters.discord.drafting import draft  # noqa: PLC0415 - likewise
    from adapters.discord.permissions import NEEDS, invite_link, said  # noqa: PLC0415 - likewise
    from adapters.discord.probing import probing  # noqa: PLC0415 - likewise
    from bot.app.discord import access_of  # noqa: PLC0415 - likewise

    async with probing(access_of(settings)) as probe:
        click.echo(say("setup.invite", language, name=str(probe.application.get("name") or probe.id)))
        click.echo(f"\n  {invite_link(probe.id, wanted if wanted.isdecimal() else '')}\n")
        click.echo(say("setup.needs", language, count=len(NEEDS)))
        for need in NEEDS:
            click.echo(f"  - {said(need).say(language)}")
        click.echo()
        servers = {str(one["id"]): str(one["name"]) for one in await probe.servers()}
        chosen = wanted or (next(iter(servers)) if len(servers) == 1 else "")
        if chosen not in servers:
            return _not_chosen(servers, wanted, language)
        seen = await probe.server(chosen)
        if seen.server is None or seen.channels is None:
            raise PlatformUnavailableError
        own = owner_of(settings.policies, PlatformName.DISCORD, chosen)
        others = communities(settings.policies)
        drafted = draft(seen.server, seen.channels, language, community=own, taken=others)
        policies = keep_draft(settings.policies, drafted, language)
        if policies is not None:
            seen = await probe.server(chosen, accounts(policies), places(policies))
            points = [*check_application(probe.application), *check_server(policies, seen, probe.id)]
            show_left(points, _LEFT, drafted.community, language)
    return 0 if policies is not None else _UNUSABLE


def _not_chosen(servers: Mapping[str, str], wanted: str, language: str) -> int:
    """Say which servers there are to choose from, and return the status."""
    if wanted:
        click.echo(say("setup.not_there", language, server=visible(wanted)), err=True)
    elif not servers:
        click.echo(say("setup.nowhere", language))
    else:
        click.echo(say("setup.several", language))
    for id_, name in servers.items():
        click.echo(f"  {id_}  {visible(name)}")
    return _UNUSABLE if wanted else 0


setup.add_command(slack_command)
