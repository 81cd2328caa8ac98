"""Interactions from beginning to end: what is named is looked up, the core decides, and whoever asked is answered."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.slack.calls import CallError, Json
from adapters.slack.cards import options
from adapters.slack.interactions import Asked, Kind, asked
from adapters.slack.languages import spoken_by
from adapters.slack.members import account_ref
from adapters.slack.naming import NotFoundError, options_of
from adapters.slack.questions import question
from adapters.slack.responding import answer_in_time, answer_later, kept_of, open_modal
from adapters.slack.typed import Typed, row_of, rows_under, typed, usage
from bot.commands.command import Command
from bot.domain.card import Card, Quote
from bot.domain.command import Invocation, Option, OptionValue, Reply
from bot.errors import LocumError
from bot.i18n import say
from bot.ports import Feed

if TYPE_CHECKING:
    from adapters.slack.connected import WorkspaceConnected

#: seconds after which it is acknowledged without an answer, and those that a modal may take to open: Slack waits for
#: three, and the first things are to be looked up
_SOON, _OPENING = 1.4, 0.7
#: seconds for what is offered while somebody types, and for a reader's language
_OFFERED, _SPOKEN = 2.0, 0.5


async def answer(workspace: "WorkspaceConnected", feed: Feed, body: Json) -> Json | None:
    """Answer one interaction, and return what the acknowledgement says."""
    wanted = asked(body)
    if wanted is None:
        return None
    language = await language_of(workspace, wanted.user)
    if wanted.kind is Kind.TYPING:
        return await _offer(workspace, feed, wanted, language)
    work = asyncio.create_task(_reply(workspace, feed, wanted, language))
    done, _ = await asyncio.wait({work}, timeout=_SOON)
    if not done:
        workspace.begin(_later(workspace, wanted, work, language))
        return None
    opening = asyncio.create_task(_in_time(workspace, wanted, work.result(), language))
    opened, _ = await asyncio.wait({opening}, timeout=_OPENING)
    if opened:
        return opening.result()
    # it goes on by itself, and what comes of it can't be said in the acknowledgement any more
    workspace.begin(_kept(opening))
    return None


async def _kept(task: "asyncio.Task[Json | None]") -> None:
    await task


async def _later(
    workspace: "WorkspaceConnected", wanted: Asked, work: "asyncio.Task[Reply | Typed]", language: str
) -> None:  # fmt: skip
    reply = await work
    # what opens a modal is over by now
    missed = reply if isinstance(reply, Reply) else Reply(text=say("slack.once_more", language), done=False)
    await answer_later(workspace, wanted, missed, language)


async def _in_time(
    workspace: "WorkspaceConnected", wanted: Asked, reply: "Reply | Typed", language: str
) -> Json | None:  # fmt: skip
    try:
        if isinstance(reply, Typed):
            shown = question(reply.row, language, reply.given, kept_of(wanted))
            return await open_modal(workspace, wanted, shown)
        return await answer_in_time(workspace, wanted, reply, language)
    except CallError as error:
        # a modal that didn't open: whoever asked is told so, and what was asked for is done all the same
        workspace.door.home.tell(error)
        missed = (
            reply if isinstance(reply, Reply) and reply.form is None else Reply(text=say("slack.once_more", language))
        )
        workspace.begin(answer_later(workspace, wanted, missed, language))
        return None


async def _reply(workspace: "WorkspaceConnected", feed: Feed, wanted: Asked, language: str) -> "Reply | Typed":
    """Return the core's answer, or what is to be asked for first; what can't be said now is said as such."""
    try:
        match wanted.kind:
            case Kind.REVEAL:
                quote = Quote(author="", text=wanted.text)
                return Reply(card=Card(title=say("slack.reveal", language), quotes=(quote,)))
            case Kind.TYPED:
                return await _typed(workspace, feed, wanted, language)
            case Kind.SHORTCUT if wanted.row is not None and not wanted.given:
                return Typed(row=wanted.row)
            case _:
                return await _given(workspace, feed, wanted, language)
    except NotFoundError as error:
        return Reply(text=str(error), done=False)
    except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked is answered
        workspace.door.home.tell(error)
        return Reply(text=say("slack.no_answer", language), done=False)


async def _typed(workspace: "WorkspaceConnected", feed: Feed, wanted: Asked, language: str) -> "Reply | Typed":
    """Return the answer to a command that was typed: how it is written, where that isn't understood."""
    row, rest = row_of(wanted.command, wanted.text)
    if row is None:
        return Reply(text=_help(wanted, language), done=False)

    async def knows(option: Option, word: str) -> bool:
        invocation = _invocation(workspace, replace(wanted, command=row.name), language, {})
        return any(
            one.value.casefold() == word.casefold() for one in await feed.complete(invocation, option.name, word)
        )

    found = await typed(row, rest, knows)
    if found.unclear:
        unclear = say("slack.unclear", language, given=found.unclear)
        return Reply(text=f"{unclear}\n{say('slack.usage', language, usage=usage(row, language))}", done=False)
    if found.missing:
        return found
    return await _given(workspace, feed, replace(wanted, command=row.name, row=row, given=found.given), language)


def _help(wanted: Asked, language: str) -> str:
    """Return the commands that stand under a first word, each with what it does."""
    rows = rows_under(wanted.command)
    if not rows:
        return say("commands.unknown", language)
    lines = [
        say("slack.described", language, usage=usage(row, language), help=_helped(row, language)) for row in rows
    ]  # fmt: skip
    unclear = [say("slack.unclear", language, given=wanted.text.split()[0])] if wanted.text.split() else []
    return "\n".join([*unclear, say("slack.words", language, word=wanted.command), *lines])


def _helped(row: Command, language: str) -> str:
    return say(f"{row.group}.help_{row.word}", language)


async def _given(workspace: "WorkspaceConnected", feed: Feed, wanted: Asked, language: str) -> Reply:
    found = await options_of(workspace, wanted, language)
    return await feed.give(_invocation(workspace, wanted, language, found))


def _invocation(
    workspace: "WorkspaceConnected", wanted: Asked, language: str, given: Mapping[str, OptionValue]
) -> Invocation:  # fmt: skip
    home = workspace.door.home
    return Invocation(
        community=home.community,
        id=wanted.id,
        account=account_ref(home.workspace, wanted.user),
        command=wanted.command,
        options=given,
        channel=workspace.channels.place(wanted.channel, wanted.thread) if wanted.channel else None,
        connection=home.connection,
        language=language,
    )


async def _offer(workspace: "WorkspaceConnected", feed: Feed, wanted: Asked, language: str) -> Json:
    """Return what could be taken, as an acknowledgement says it."""
    given = {name: value for name, value in wanted.given.items() if isinstance(value, str) and name != wanted.option}
    invocation = _invocation(workspace, wanted, language, given)
    try:
        async with asyncio.timeout(_OFFERED):
            found = [(one.value, one.label) for one in await feed.complete(invocation, wanted.option, wanted.text)]
    except (LocumError, TimeoutError):
        found = []
    if not found and wanted.text.strip():
        # what isn't known is taken as it was typed: the command says what is wrong with it
        found = [(wanted.text.strip(), wanted.text.strip())]
    return {"options": options(found)}


async def language_of(workspace: "WorkspaceConnected", user: str) -> str:
    """Return the reader's language, as far as we have it; the community's where Slack doesn't say it in time."""
    try:
        async with asyncio.timeout(_SPOKEN):
            person = await workspace.people.person(user)
    except (LocumError, TimeoutError):
        return workspace.door.home.language
    return spoken_by(person, workspace.door.home.language)
