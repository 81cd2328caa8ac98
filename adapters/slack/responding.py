"""Answers on the wire: within the acknowledgement where there is time, else where Slack takes them afterwards.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp

from adapters.slack.calls import CallError, Json, called
from adapters.slack.cards import Block, blocks, instead_of, words
from adapters.slack.forms import SAID, modal, view
from adapters.slack.interactions import Asked, Kind
from adapters.slack.posting import AS_WRITTEN
from adapters.slack.text import fitted
from bot.domain.command import Reply
from bot.i18n import say

if TYPE_CHECKING:
    from adapters.slack.connected import WorkspaceConnected

#: seconds for one answer
_PATIENCE = 8.0
_INSTEAD = 300
_DONE = "✓"


def body_of(reply: Reply, language: str) -> dict[str, Any]:
    """Return a reply as a message: its words, its card, and what it can't hand over."""
    found: list[Block] = words(reply.text)
    if reply.files:
        found += words(say("slack.no_files", language))
    if reply.card is not None:
        found += blocks(reply.card, language, most=50 - len(found))
    text = reply.text or ("" if reply.card is None else instead_of(reply.card, language))
    return {"text": fitted(text, _INSTEAD) or _DONE, "blocks": found or words(_DONE)}


async def answer_in_time(workspace: "WorkspaceConnected", wanted: Asked, reply: Reply, language: str) -> Json | None:
    """Say an answer while Slack waits for it, and return what the acknowledgement says. Raises CallError."""
    if reply.form is not None:
        form = modal(reply.form, language, kept_of(wanted))
        return await open_modal(workspace, wanted, form)
    if wanted.kind is Kind.TYPED:
        kind = "in_channel" if reply.public and not reply.files else "ephemeral"
        return {"response_type": kind, **body_of(reply, language), **AS_WRITTEN}
    shown_to_all = reply.public and bool(wanted.respond or wanted.channel)
    if not shown_to_all and (wanted.in_modal or not wanted.respond):
        return await open_modal(workspace, wanted, said(reply, language, wanted))
    workspace.begin(answer_later(workspace, wanted, reply, language))
    return None


async def answer_later(workspace: "WorkspaceConnected", wanted: Asked, reply: Reply, language: str) -> None:
    """Say an answer after the acknowledgement, so that only whoever asked sees it. Raises CallError."""
    if reply.form is not None:
        # what opens a modal is over by now
        reply = Reply(text=say("slack.once_more", language), done=False)
    body = body_of(reply, language)
    if wanted.respond:
        kind = "in_channel" if reply.public and not reply.files else "ephemeral"
        where = {"thread_ts": wanted.thread} if wanted.thread else {}
        said_so = {"response_type": kind, "replace_original": False, **where, **body, **AS_WRITTEN}
        if await _posted(workspace, wanted.respond, said_so):
            return
    if wanted.channel:
        try:
            await called(
                workspace.door, "chat.postEphemeral", channel=wanted.channel, user=wanted.user,
                thread_ts=wanted.thread or None, parse="none", link_names=False, **body,
            )  # fmt: skip
        except CallError:
            # we aren't there: it is said in a direct message
            pass
        else:
            return
    direct = await called(workspace.door, "conversations.open", users=wanted.user)
    await called(workspace.door, "chat.postMessage", channel=str(direct["channel"]["id"]), **body, **AS_WRITTEN)


async def open_modal(workspace: "WorkspaceConnected", wanted: Asked, shown: Block) -> Json | None:
    """Show a modal, in place of the one that was sent, or above the one that is open; return what is acknowledged.

    Raises CallError.
    """
    if wanted.kind is Kind.SENT:
        return {"response_action": "update", "view": shown}
    method = "views.push" if wanted.in_modal else "views.open"
    await called(workspace.door, method, trigger_id=wanted.trigger, view=shown)
    return None


def said(reply: Reply, language: str, wanted: Asked) -> Block:
    """Return an answer as a modal, where there is no message to answer with."""
    title = reply.card.title if reply.card is not None else "Locum"
    return view(SAID, title, language, body_of(reply, language)["blocks"], kept_of(wanted))


def kept_of(wanted: Asked) -> dict[str, str]:
    """Return what a modal keeps: where it was asked for, and where an answer is seen."""
    return {"channel": wanted.channel, "thread": wanted.thread, "respond": wanted.respond}


async def _posted(workspace: "WorkspaceConnected", address: str, body: dict[str, Any]) -> bool:
    """Return whether an answer was taken where Slack said that it takes them."""
    try:
        async with asyncio.timeout(_PATIENCE), workspace.door.web.post(address, json=body) as response:
            return response.status == 200
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError):
        # it may be there or not: an answer that stands twice is better than none
        return False
