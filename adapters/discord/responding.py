"""Answers to interactions on the wire: first of all one within three seconds, and then what is to be said."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import discord
from discord.webhook.async_ import async_context

from adapters.discord.calls import ACKNOWLEDGED, CallError, called, payload
from adapters.discord.cards import COMPONENTS, components, count_of, words_of
from adapters.discord.forms import modal
from adapters.discord.text import cut, fitted
from adapters.discord.translate import Json
from bot.domain.action import Answer
from bot.domain.command import File, Form, Reply, Suggestion

#: https://docs.discord.com/developers/interactions/receiving-and-responding
_MESSAGE, _LATER, _COMPLETION, _MODAL = 4, 5, 8, 9
_EPHEMERAL = 1 << 6
#: components: pictures, and one file
_GALLERY, _FILE = 12, 13
#: characters of an answer, and of its words where a card stands beside them
_CHARACTERS, _BESIDE = 3_900, 1_000
_NAME, _CHOICES = 100, 25
_DONE = "✓"
#: from this status on it is Discord that failed
_FAILED = 500
#: seconds for one answer: what takes longer comes too late
_PATIENCE = 10.0
#: seconds for one with files
_PATIENCE_FOR_FILES = 60.0


def body_of(reply: Reply, language: str, *, server: str = "") -> dict[str, Any]:
    """Return a reply as the body of a message; only whoever asked sees it unless it is public. Pings nobody.

    In a direct message, `server` says which server its buttons are about.
    """
    room = _CHARACTERS if reply.card is None else _BESIDE
    text = fitted(reply.text, room)
    found = words_of(text, room)
    shown = [_shown(one) for one in reply.files]
    if reply.card is not None:
        beside = count_of([*found, *shown])
        found += components(reply.card, language, server=server, room=_CHARACTERS - len(text), beside=beside)
    # what is handed over is never anybody else's to see
    flags = COMPONENTS if reply.public and not reply.files else COMPONENTS | _EPHEMERAL
    body = {"flags": flags, "components": [*(found or words_of(_DONE, 1)), *shown], "allowed_mentions": {"parse": []}}
    named = [{"id": number, "filename": one.name} for number, one in enumerate(reply.files)]
    return body | ({"attachments": named} if named else {})


def _shown(file: File) -> dict[str, Any]:
    """Return the component of a file, covered until whoever reads it presses it."""
    address = {"url": f"attachment://{file.name}"}
    if file.picture:
        return {"type": _GALLERY, "items": [{"media": address, "spoiler": True}]}
    return {"type": _FILE, "file": address, "spoiler": True}


async def respond(client: discord.Client, data: Json, body: dict[str, Any]) -> None:
    """Answer with a message."""
    await _call_back(client, data, {"type": _MESSAGE, "data": body})


async def ask_form(client: discord.Client, data: Json, form: Form, *, server: str = "") -> None:
    """Answer with a form."""
    await _call_back(client, data, {"type": _MODAL, "data": modal(form, server=server)})


async def offer(client: discord.Client, data: Json, found: tuple[Suggestion, ...]) -> None:
    """Answer with what could be taken."""
    choices = [
        {"name": cut(one.label, _NAME) or one.value, "value": one.value}
        for one in found if 0 < len(one.value) <= _NAME
    ]  # fmt: skip
    await _call_back(client, data, {"type": _COMPLETION, "data": {"choices": choices[:_CHOICES]}})


async def ask_for_time(client: discord.Client, data: Json) -> None:
    """Say that an answer comes; only whoever asked sees it."""
    await _call_back(client, data, {"type": _LATER, "data": {"flags": _EPHEMERAL}})


async def respond_later(client: discord.Client, data: Json, body: dict[str, Any], files: Sequence[File] = ()) -> None:
    """Answer after time was asked for; an answer for everybody stands beside the first one.

    What is said first after a promise takes its place, and is seen by whom that was: so it is said that it is done.
    https://docs.discord.com/developers/interactions/receiving-and-responding#create-followup-message
    """
    application, token = int(data["application_id"]), str(data["token"])
    own = {key: value for key, value in body.items() if key != "flags"} | {"flags": COMPONENTS}
    private = bool(body["flags"] & _EPHEMERAL)
    first = own if private else own | {"components": words_of(_DONE, 1)}
    session, adapter = _session(client), async_context.get()
    await called(
        adapter.edit_original_interaction_response(application, token, session=session, **_sent(first, files)),
        patience=_PATIENCE if not files else _PATIENCE_FOR_FILES,
    )
    if private:
        return
    once: Any = _Once(session=session)
    try:
        await called(
            adapter.execute_webhook(application, token, session=once, payload=own, wait=True), patience=_PATIENCE
        )
    except CallError as error:
        if error.result.answer is not Answer.UNKNOWN:
            raise
        # it may stand there or not, and isn't said twice: whoever asked reads it in any case
        await called(
            adapter.edit_original_interaction_response(application, token, session=session, payload=own),
            patience=_PATIENCE,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Once:
    """The library's connections for what may not be said twice: it repeats by itself what Discord failed at."""

    #: the connections
    session: Any

    @asynccontextmanager
    async def request(self, *asked: Any, **more: Any) -> AsyncIterator[Any]:
        """Ask once; raise where Discord failed, and may have done it."""
        async with self.session.request(*asked, **more) as response:
            if response.status >= _FAILED:
                raise discord.DiscordServerError(response, None)
            yield response


def _sent(body: dict[str, Any], files: Sequence[File]) -> dict[str, Any]:
    """Return a body as the library takes it, in parts where files go with it."""
    if not files:
        return {"payload": body}
    handed = [discord.File(BytesIO(one.data), filename=one.name) for one in files]
    parts: list[dict[str, Any]] = [{"name": "payload_json", "value": json.dumps(body)}]
    parts += [
        {
            "name": f"files[{number}]", "value": one.fp, "filename": one.filename,
            "content_type": "application/octet-stream",
        }
        for number, one in enumerate(handed)
    ]  # fmt: skip
    return {"multipart": parts, "files": handed}


async def _call_back(client: discord.Client, data: Json, answer: dict[str, Any]) -> None:
    call = async_context.get().create_interaction_response(
        int(data["id"]), str(data["token"]), session=_session(client), params=payload(answer)
    )
    try:
        await called(call, patience=_PATIENCE)
    except CallError as error:
        # the library says it once more where no answer to it came: then it was heard the first time
        if error.result.reason != ACKNOWLEDGED:
            raise


def _session(client: discord.Client) -> Any:
    """Return the connections that the library keeps: answers to interactions go past its pacing, as Discord wants."""
    return client.http._HTTPClient__session  # type: ignore[attr-defined]  # noqa: SLF001 - it has no other name
