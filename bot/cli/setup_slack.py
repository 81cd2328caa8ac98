"""`locum setup slack`: the app's manifest and each step, its tokens tried and kept, a draft, and what is left."""

import asyncio
import json
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from adapters.slack.access import Access
from adapters.slack.tokens import TokensBrokenError, TokensSealedError, bound, forget, keep, kept_for
from bot.app.keys_at_hand import keys_at_hand
from bot.cli.drafted import communities, keep_draft, owner_of, show_left
from bot.cli.given_tokens import Given, UnreadableLineError, read_tokens
from bot.cli.language import language_of
from bot.cli.report.visible import visible
from bot.cli.store_errors import told
from bot.cli.wrong_settings import read_settings
from bot.domain.message import PlatformName
from bot.errors import LocumError
from bot.i18n import LANGUAGES, catalogue, say
from bot.ports import PlatformUnavailableError
from bot.settings import Settings
from bot.store.errors import StoreError

if TYPE_CHECKING:
    from adapters.slack.probing import Probe, Seen

_UNUSABLE = 2
#: where the manifest goes that is to be printed and nothing else
_PRINTED = "-"
#: what is left to do: what it is called → the points that say how far it is
_LEFT = {
    "slack_scopes": ("slack_scope", "slack_scope_more", "slack_scope_unsaid"),
    "slack_way": ("slack_socket", "slack_other_app", "slack_events", "slack_way"),
    "slack_admin": (
        "slack_admin", "slack_admin_gone", "slack_admin_other", "slack_admin_rank", "slack_admin_scope",
        "slack_admin_scope_more", "slack_admin_scope_unsaid",
    ),
    "slack_channels": ("slack_channel", "slack_channel_gone", "slack_channel_archived", "slack_channel_out"),
    "slack_private": (),
    "slack_leads": ("slack_leads", "slack_leads_public", "slack_leads_shared"),
    "slack_people": ("slack_people", "slack_guests"),
}  # fmt: skip


class WrongTokenError(LocumError):
    """A token isn't what it was given for, and nothing was kept: `setup.wrong_CODE` says which, and why."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What the command line asks for."""

    #: the workspace, where tokens of several are kept
    workspace: str
    #: the community that is to be on it; empty for the one that names it, or a new one
    community: str
    #: the admin's token is bound to whoever it is of now
    binds: bool


@click.command("slack", help="setup.help_slack")
@click.option("--manifest", metavar="FILE", help="setup.option_manifest")
@click.option("--events", metavar="URL", default="", help="setup.option_events")
@click.option("--workspace", metavar="ID", default="", help="setup.option_workspace")
@click.option("--community", metavar="NAME", default="", help="setup.option_slack_community")
@click.option("--bind", is_flag=True, help="setup.option_bind")
@click.option("--forget", "gone", metavar="ID", default="", help="setup.option_forget")
@click.option("--language", type=click.Choice(LANGUAGES), help="cli.language_option")
@click.pass_context
def slack_command(
    context: click.Context, *, manifest: str | None, events: str, workspace: str, community: str, bind: bool,
    gone: str, language: str | None,
) -> None:  # fmt: skip
    """Print each step, ask for tokens, try and keep them, draft a community's policies, and say what is left."""
    spoken = language or language_of(context)
    settings = read_settings(context, spoken, trial=False)
    try:
        if gone:
            context.exit(_forgotten(settings, gone, spoken))
        if manifest == _PRINTED:
            click.echo(_manifest(events, spoken))
            context.exit(0)
        _check_names(settings, events, community)
        if manifest is not None:
            _write(manifest, events, spoken)
        if sys.stdin.isatty() or not settings.slack_tokens.exists():
            _show_steps(events, spoken)
        wants_events = bool(events) or settings.slack_events is not None
        given = read_tokens(spoken, wanted=("bot", "app", *(("signing",) if wants_events else ()), "admin"))
        wanted = Wanted(workspace=workspace, community=community, binds=bind)
        context.exit(asyncio.run(_connected(settings, given, wanted, spoken)))
    except (LocumError, OSError) as error:
        click.echo(_wrong(error, spoken), err=True)
        context.exit(_UNUSABLE)


def _check_names(settings: Settings, events: str, community: str) -> None:
    if events and not re.fullmatch(r"https://\S{1,500}", events):
        raise WrongTokenError("events")
    if community and community not in communities(settings.policies):
        raise WrongTokenError("community", community=community)


def _wrong(error: LocumError | OSError, language: str) -> str:
    """Return what is wrong, in the language spoken; nothing of a token."""
    if isinstance(error, StoreError):
        return told(error, language)
    if isinstance(error, UnreadableLineError):
        return say("setup.wrong_line", language, number=error.number)
    if isinstance(error, WrongTokenError):
        return say(
            f"setup.wrong_{error.code}", language, **{one: visible(value) for one, value in error.values.items()}
        )
    if isinstance(error, PlatformUnavailableError):
        return say("setup.wrong_no_answer", language)
    if isinstance(error, OSError):
        return say("setup.wrong_file", language)
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).lower()
    return say(f"run.{name}", language) if f"run.{name}" in catalogue(language) else str(error)


def _forgotten(settings: Settings, workspace: str, language: str) -> int:
    if not forget(settings.slack_tokens, workspace):
        click.echo(say("setup.nothing_kept", language, workspace=visible(workspace)), err=True)
        return _UNUSABLE
    click.echo(say("setup.forgotten", language, workspace=workspace))
    return 0


def _manifest(events: str, language: str) -> str:
    from adapters.slack.manifest import manifest  # noqa: PLC0415 - a second that only this command waits for

    return json.dumps(manifest(events=events, language=language), ensure_ascii=False, indent=2)


def _write(file: str, events: str, language: str) -> None:
    Path(file).write_text(_manifest(events, language) + "\n", encoding="utf-8")
    click.echo(say("setup.manifest_written", language, file=file))


def _show_steps(events: str, language: str) -> None:
    """Print what is done on Slack's pages before there are tokens."""
    way = "events" if events else "socket"
    steps = ("step_create", "step_install", f"step_{way}", "step_admin", "step_invite")
    for number, step in enumerate(steps, start=1):
        click.echo(f"{number}. {say(f'setup.{step}', language)}")
    click.echo()


async def _connected(settings: Settings, given: Given, wanted: Wanted, language: str) -> int:
    from adapters.slack.probing import probing  # noqa: PLC0415 - a second that only this command waits for

    path = settings.slack_tokens
    known = bound(path)
    if given.is_nothing and not known:
        click.echo(say("setup.no_tokens", language))
        return 0
    empty = Access(workspace="", bot="", api=settings.slack_api)
    if given.bot:
        async with probing(given.over(empty)) as probe:
            workspace = await _workspace_of(probe, wanted)
    else:
        workspace = wanted.workspace or (next(iter(known)) if len(known) == 1 else "")
        if workspace not in known:
            raise WrongTokenError("which", workspaces=", ".join(known) or "–")
    # made, where there are none, before anything is asked: what was asked for is to be kept
    keys = await keys_at_hand(settings)
    try:
        before = kept_for(path, keys.wrapping(), workspace, api=settings.slack_api)
    except (TokensBrokenError, TokensSealedError):
        if not given.bot:
            raise
        # what can't be opened any more is given anew
        before = None
    owner = known.get(workspace, "")
    access = given.over(before or replace(empty, workspace=workspace, admin_user=owner))
    async with probing(access) as probe:
        access = await _tried(probe, given, access, "" if wanted.binds else owner)
        if access != before:
            keep(path, keys.wrapping(), access)
            click.echo(say("setup.tokens_kept", language, workspace=visible(workspace), file=str(path)))
        probe.access = access
        return await _drafted(settings, probe, wanted, language)


async def _workspace_of(probe: "Probe", wanted: Wanted) -> str:
    """Return the workspace of the bot's token that was given; raise WrongTokenError, PlatformUnavailableError."""
    found = await probe.bot()
    if not found.good:
        raise WrongTokenError("bot")
    if not (found.bot and found.workspace):
        raise WrongTokenError("not_a_bots")
    if wanted.workspace and found.workspace != wanted.workspace:
        raise WrongTokenError("workspace", found=found.workspace, wanted=wanted.workspace)
    return found.workspace


async def _tried(probe: "Probe", given: Given, access: Access, owner: str) -> Access:
    """Return what is to be kept, once what was given was tried; raise WrongTokenError, PlatformUnavailableError.

    `owner` is whom the admin's token is bound to; empty where anybody's is taken who administers the workspace.
    """
    from adapters.slack.members import administers  # noqa: PLC0415 - likewise

    if given.app and not await probe.socket():
        raise WrongTokenError("app")
    if given.app or (given.bot and access.app):
        bot, socket = await probe.apps((await probe.bot()).bot)
        if bot and socket and bot != socket:
            raise WrongTokenError("other_app", bot=bot, socket=socket)
    if not given.admin:
        return access
    found = await probe.admin()
    if found is None or not found.good:
        raise WrongTokenError("admin")
    if found.bot or not found.user or found.workspace != access.workspace:
        raise WrongTokenError("not_a_persons")
    if owner and found.user != owner:
        raise WrongTokenError("other_admin", bound=owner, found=found.user)
    if not administers(await probe.person(found.user) or {}):
        raise WrongTokenError("rank", user=found.user)
    return replace(access, admin_user=found.user)


async def _drafted(settings: Settings, probe: "Probe", wanted: Wanted, language: str) -> int:
    """Draft the community, say what is left, and return the status."""
    from adapters.slack.checking import accounts, check_workspace  # noqa: PLC0415 - likewise
    from adapters.slack.drafting import draft  # noqa: PLC0415 - likewise

    access = probe.access
    seen = await probe.seen()
    _check_open(access, seen)
    own = owner_of(settings.policies, PlatformName.SLACK, access.workspace)
    others = communities(settings.policies)
    drafted = draft(
        access.workspace, seen.bot.name or access.workspace, seen.channels or (), seen.groups or (), language,
        people=await probe.crowd(), community=own or wanted.community, taken=others,
    )  # fmt: skip
    beside = "" if own or not wanted.community else access.workspace
    policies = keep_draft(settings.policies, drafted, language, beside=beside)
    if policies is None:
        return _UNUSABLE
    seen = replace(seen, people=await probe.people(accounts(policies)))
    points = check_workspace(policies, access, seen, events=settings.slack_events is not None)
    show_left(points, _LEFT, drafted.community, language)
    return 0


def _check_open(access: Access, seen: "Seen") -> None:
    """Raise WrongTokenError where what was kept doesn't open the workspace any more."""
    if not seen.bot.good:
        raise WrongTokenError("bot")
    if seen.bot.workspace != access.workspace:
        raise WrongTokenError("workspace", found=seen.bot.workspace, wanted=access.workspace)
