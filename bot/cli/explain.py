"""`locum explain`: what the policies make of one text, and why."""

import re
import sys
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from bot.cli.language import language_of
from bot.cli.report.explained import show_explanation, show_why
from bot.cli.report.terminal import make_console
from bot.domain.duration import parse_duration
from bot.domain.message import Markup
from bot.i18n import LANGUAGES, say
from bot.policy.problems import closest
from bot.policy.schema.guideline import AttachmentExample, ExampleModel, MentionsExample
from bot.policy.showing import show_problem
from bot.policy.source import community_names
from bot.services.explain import Explained, Explanation, Opened, explain, open_policies

UNUSABLE = 2

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_MOST_TIMES = 1_000


class _UnusableError(Exception):
    """The command can't be carried out."""


def _read(entry: str, reader: Callable[[str], Any]) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Return a callback that reads an option's value or values, and says what they should look like."""

    def read(context: click.Context, _: click.Parameter, value: Any) -> Any:
        try:
            return tuple(map(reader, value)) if isinstance(value, tuple) else None if value is None else reader(value)
        except (ValueError, OverflowError):
            raise click.BadParameter(say(f"explain.{entry}", language_of(context), found=str(value))) from None

    return read


def _formed(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def reader(text: str) -> str:
        if pattern.fullmatch(text) is None:
            raise ValueError(text)
        return text

    return reader


def _invite(text: str) -> tuple[str, str]:
    code, sign, server = text.partition("=")
    if not (code and sign and server):
        raise ValueError(text)
    return code, server


def _pause(text: str) -> timedelta:
    return max(parse_duration(text), timedelta(seconds=1))


_duration = _read("not_a_duration", parse_duration)


@click.command("explain", help="explain.help")
@click.argument("text")
@click.option(
    "--policies", default="policies", show_default=True, type=click.Path(path_type=Path), help="explain.help_policies"
)
@click.option("--community", default="", help="explain.help_community")
@click.option("--why", default="", metavar="RULE", help="explain.help_why")
@click.option("--channel", help="explain.help_channel")
@click.option(
    "--channel-language",
    metavar="CODE",
    callback=_read("not_a_language", _formed(_LANGUAGE)),
    help="explain.help_channel_language",
)
@click.option("--markup", type=click.Choice([form.value for form in Markup]), help="explain.help_markup")
@click.option("--name", help="explain.help_name")
@click.option("--account-age", metavar="DURATION", callback=_duration, help="explain.help_account_age")
@click.option("--member-age", metavar="DURATION", callback=_duration, help="explain.help_member_age")
@click.option("--role", "roles", multiple=True, help="explain.help_role")
@click.option("--earlier-messages", type=click.IntRange(0), metavar="N", help="explain.help_earlier_messages")
@click.option("--mentions", type=click.IntRange(0, 1_000), default=0, metavar="N", help="explain.help_mentions")
@click.option("--everyone", is_flag=True, help="explain.help_everyone")
@click.option("--attachment", "attachments", multiple=True, metavar="FILE", help="explain.help_attachment")
@click.option(
    "--invite", "invites", multiple=True, metavar="CODE=ID", callback=_read("not_an_invite", _invite),
    help="explain.help_invite",
)  # fmt: skip
@click.option("--reply", is_flag=True, help="explain.help_reply")
@click.option("--forwarded", is_flag=True, help="explain.help_forwarded")
@click.option("--join", is_flag=True, help="explain.help_join")
@click.option("--edited", metavar="DURATION", callback=_duration, help="explain.help_edited")
@click.option("--at", metavar="HH:MM", callback=_read("not_an_hour", _formed(_HOUR)), help="explain.help_at")
@click.option("--times", type=click.IntRange(1, _MOST_TIMES), default=1, metavar="N", help="explain.help_times")
@click.option(
    "--every", default="1s", metavar="DURATION", callback=_read("not_a_duration", _pause), help="explain.help_every"
)
@click.option("--language", type=click.Choice(LANGUAGES), help="cli.language_option")
@click.pass_context
def explain_command(
    context: click.Context,
    /,
    *,
    text: str,
    policies: Path,
    community: str,
    why: str,
    language: str | None,
    **given: Any,
) -> None:
    """Judge one described message and show how it was read, what matched, what would follow and what is not known."""
    spoken = language or language_of(context)
    try:
        opened = _open(policies, community, spoken)
        example = _described(_text(text), given, opened, spoken)
        _explain(opened, example, why, spoken)
    except _UnusableError as problem:
        click.echo(str(problem), err=True)
        context.exit(UNUSABLE)


def _explain(opened: Opened, example: ExampleModel, why: str, language: str) -> None:
    if opened.policies is None:
        return
    explanation = explain(opened.draft, opened.policies, example, datetime.now(UTC))
    console = make_console()
    if why:
        show_why(_rule(explanation, why, language), explanation, console, language)
    else:
        show_explanation(explanation, opened.policies.ladder, console, language)


def _open(folder: Path, community: str, language: str) -> Opened:
    """Return the policies, or say each of their errors and give up."""
    names = community_names(folder)
    listed = ", ".join(names)
    if not names:
        raise _UnusableError(say("replay.no_community", language, folder=str(folder)))
    if not community and len(names) > 1:
        raise _UnusableError(say("replay.name_a_community", language, folder=str(folder), names=listed))
    if community and community not in names:
        raise _UnusableError(
            say("replay.no_such_community", language, folder=str(folder), name=community, names=listed)
        )
    opened = open_policies(folder, community or names[0])
    if opened.policies is None:
        errors = [problem for problem in opened.problems if not problem.is_warning]
        for problem in errors:
            click.echo(show_problem(problem, language, folder), err=True)
        raise _UnusableError(say("explain.broken_policies", language, count=len(errors), folder=str(folder)))
    return opened


def _text(given: str) -> str:
    """Return the text, or the standard input's for a dash, without the line feed that ends it."""
    return sys.stdin.buffer.read().decode(errors="surrogateescape").removesuffix("\n") if given == "-" else given


def _described(text: str, given: dict[str, Any], opened: Opened, language: str) -> ExampleModel:
    """Return the message that the options describe; what isn't given is not known."""
    community = opened.draft.community
    _check_names("channel", (given["channel"] or "",), community.channels if community else (), language)
    _check_names("role", given["roles"], community.roles if community else (), language)
    return ExampleModel.model_construct(
        text=text,
        channel=given["channel"] or None,
        language=given["channel_language"],
        markup=Markup(given["markup"]) if given["markup"] else Markup.PLAIN,
        name=given["name"],
        account_age=given["account_age"],
        member_age=given["member_age"],
        roles=tuple(role for role in given["roles"] if role) if given["roles"] else None,
        earlier_messages=given["earlier_messages"],
        mentions=MentionsExample(people=given["mentions"], everyone=given["everyone"]),
        attachments=tuple(AttachmentExample.model_construct(name=name) for name in given["attachments"]),
        invites=dict(given["invites"]),
        reply=given["reply"],
        forwarded=given["forwarded"],
        join=given["join"],
        edited=given["edited"],
        at=given["at"],
        times=given["times"],
        every=given["every"],
    )


def _check_names(kind: str, names: Iterable[str], known: Collection[str], language: str) -> None:
    """Refuse names that `community.yaml` doesn't hold; empty ones name nothing."""
    for name in names:
        if name and name not in known:
            listed = ", ".join(known) or "–"
            raise _UnusableError(say(f"explain.unknown_{kind}", language, name=name, names=listed))


def _rule(explanation: Explanation, wanted: str, language: str) -> Explained:
    """Return the rule of that name, with its guideline or without where only one bears it."""
    named = {one.trace.rule.name: one for one in explanation.rules}
    short = [one for name, one in named.items() if name.partition("/")[2] == wanted]
    if wanted in named:
        return named[wanted]
    if len(short) == 1:
        return short[0]
    several = ", ".join(one.trace.rule.name for one in short)
    known = {part: name for name in named for part in (name.partition("/")[2], name)}
    near = several or known.get(closest(wanted, known), "")
    key = "explain.unknown_rule_near" if near else "explain.unknown_rule"
    raise _UnusableError(say(key, language, name=wanted, near=near))
