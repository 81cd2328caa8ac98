"""Answers to interactions on the wire: first of all one within three seconds, and then what is to be said."""

from typing import Any

from discord.webhook.async_ import async_context

from adapters.discord.calls import called, payload
from adapters.discord.cards import COMPONENTS, components
from adapters.discord.door import Door
from adapters.discord.forms import modal
from adapters.discord.text import cut
from adapters.discord.translate import Json
from bot.domain.command import Form, Reply, Suggestion

#: https://docs.discord.com/developers/interactions/receiving-and-responding
_MESSAGE, _LATER, _COMPLETION, _MODAL = 4, 5, 8, 9
_EPHEMERAL = 1 << 6
_TEXT = 10
_CHARACTERS, _NAME, _CHOICES = 3_900, 100, 25
#: seconds for one answer: what takes longer comes too late
_PATIENCE = 10.0


def body_of(reply: Reply, language: str) -> dict[str, Any]:
    """Return a reply as the body of a message; only whoever asked sees it unless it is public. Pings nobody."""
    found: list[dict[str, Any]] = []
    if reply.text:
        found.append({"type": _TEXT, "content": cut(reply.text, _CHARACTERS if reply.card is None else 1_000)})
    if reply.card is not None:
        found += components(reply.card, language, room=_CHARACTERS - 1_000 if reply.text else _CHARACTERS)
    flags = COMPONENTS if reply.public else COMPONENTS | _EPHEMERAL
    return {"flags": flags, "components": found, "allowed_mentions": {"parse": []}}


async def respond(door: Door, data: Json, body: dict[str, Any]) -> None:
    """Answer with a message."""
    await _call_back(door, data, {"type": _MESSAGE, "data": body})


async def ask_form(door: Door, data: Json, form: Form) -> None:
    """Answer with a form."""
    await _call_back(door, data, {"type": _MODAL, "data": modal(form)})


async def offer(door: Door, data: Json, found: tuple[Suggestion, ...]) -> None:
    """Answer with what could be taken."""
    choices = [{"name": cut(one.label, _NAME), "value": one.value[:_NAME]} for one in found[:_CHOICES]]
    await _call_back(door, data, {"type": _COMPLETION, "data": {"choices": choices}})


async def ask_for_time(door: Door, data: Json) -> None:
    """Say that an answer comes; only whoever asked sees it."""
    await _call_back(door, data, {"type": _LATER, "data": {"flags": _EPHEMERAL}})


async def respond_later(door: Door, data: Json, body: dict[str, Any]) -> None:
    """Answer after time was asked for; an answer for everybody stands beside the first one."""
    application, token = str(data["application_id"]), str(data["token"])
    own = {key: value for key, value in body.items() if key != "flags"} | {"flags": COMPONENTS}
    session, adapter = _session(door), async_context.get()
    if body["flags"] & _EPHEMERAL:
        await called(
            adapter.edit_original_interaction_response(
                int(application), token, session=session, payload=own
            ), patience=_PATIENCE,
        )  # fmt: skip
        return
    await called(
        adapter.execute_webhook(int(application), token, session=session, payload=own, wait=True), patience=_PATIENCE
    )
    await called(adapter.delete_original_interaction_response(int(application), token, session=session))


async def _call_back(door: Door, data: Json, answer: dict[str, Any]) -> None:
    await called(
        async_context.get().create_interaction_response(
            int(data["id"]), str(data["token"]), session=_session(door), params=payload(answer)
        ),
        patience=_PATIENCE,
    )


def _session(door: Door) -> Any:
    """Return the connections that the library keeps: answers to interactions go past its pacing, as Discord wants."""
    return door.client.http._HTTPClient__session  # type: ignore[attr-defined]  # noqa: SLF001 - it has no other name
