"""Answers to interactions: the first one, and what follows within a quarter of an hour."""

from collections.abc import Mapping

from aiohttp import web

from tests.discord import components, shapes
from tests.discord.errors import Refused, invalid
from tests.discord.guild import JSON
from tests.discord.interactions import ANSWERS, BOOK, LOADING, Answer, Interaction, Interactions, Kind, Private
from tests.discord.rest.access import Handler, bot
from tests.discord.rest.composing import composed
from tests.discord.rest.messages import allowed
from tests.discord.rest.reading import Body, answer, body_of, nothing
from tests.discord.world import World

#: what a completion may offer
MOST_CHOICES = 25


async def callback(world: World, request: web.Request) -> web.Response:
    """Take the first answer to an interaction."""
    book = request.app[BOOK]
    interaction = book.to_answer(request.match_info["interaction_id"], request.match_info["interaction_token"])
    body = await body_of(request)
    kind = _possible(interaction, body.json["type"])
    _answer(book, interaction, kind, Body(kind=body.kind, json=body.json.get("data") or {}, files=body.files))
    interaction.answer = kind
    interaction.happened()
    if request.query.get("with_response", "false") not in {"true", "1"}:
        return nothing()
    return answer(_response(book, interaction))


def _possible(interaction: Interaction, kind: int) -> Answer:
    """Return what an answer is; raise 50035 if it can't answer this: only where a message is, one can be changed."""
    allowed_here = ANSWERS[interaction.kind]
    if interaction.source is None:
        allowed_here -= {Answer.UPDATE, Answer.DEFERRED_UPDATE}
    if kind not in allowed_here:
        raise invalid("type", f'Value of field "type" can\'t answer this interaction: {kind}.', "ENUM_TYPE_COERCE")
    return Answer(kind)


def _answer(book: Interactions, interaction: Interaction, kind: Answer, body: Body) -> None:
    match kind:
        case Answer.MESSAGE | Answer.DEFERRED:
            interaction.loading = kind == Answer.DEFERRED
            interaction.original = _say(book, interaction, body)["id"]
        case Answer.UPDATE | Answer.DEFERRED_UPDATE:
            assert interaction.source is not None
            interaction.original = interaction.source["id"]
            if kind == Answer.UPDATE:
                _edit(book, interaction, interaction.source["id"], body)
        case Answer.CHOICES:
            interaction.choices = _choices(body.json.get("choices") or [])
        case Answer.FORM:
            components.check_modal(body.json)
            interaction.form = body.json | {"components": components.numbered(body.json["components"])}


def _response(book: Interactions, interaction: Interaction) -> JSON:
    """Return what the bot is told of its own answer if it asks for that."""
    told: JSON = {"id": interaction.id, "type": int(interaction.kind)}
    if interaction.original is None:
        return {"interaction": told}
    shown = book.message(interaction.channel_id, interaction.original)
    told |= {
        "response_message_id": shown["id"],
        "response_message_loading": interaction.loading,
        "response_message_ephemeral": bool(shown["flags"] & shapes.EPHEMERAL),
    }
    if interaction.answer is Answer.DEFERRED_UPDATE:
        return {"interaction": told}
    return {"interaction": told, "resource": {"type": int(interaction.answer or 0), "message": shown}}


def _choices(choices: list[JSON]) -> list[JSON]:
    if len(choices) > MOST_CHOICES:
        raise invalid("data.choices", f"Must be {MOST_CHOICES} or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    for index, one in enumerate(choices):
        for name in ("name", "value"):
            if isinstance(one[name], str) and not 1 <= len(one[name]) <= 100:
                raise invalid(f"data.choices.{index}.{name}", "Must be between 1 and 100 in length.")
    return choices


def _say(book: Interactions, interaction: Interaction, body: Body) -> JSON:
    """Make a message for an interaction: in the channel, or for the one who asked alone."""
    world, asked = book.world, body.json
    guild, channel = world.place(interaction.channel_id)
    if interaction.loading:
        fields: JSON = {"flags": LOADING}
    else:
        # who is answered hasn't to be written to: rights in the channel don't count
        fields = composed(world, None, channel, body)
    fields |= _origin(world, interaction)
    if not int(asked.get("flags") or 0) & shapes.EPHEMERAL:
        named = allowed(world, guild, channel, asked)
        message = world.post(
            channel["id"], bot(world), reference=_reference(book, interaction), allowed=named, **fields
        )
    else:
        flags = fields.pop("flags") | shapes.EPHEMERAL
        text = fields.pop("content", "")
        kind = fields.pop("kind")
        message = shapes.message(world.ids.next(), channel["id"], world.bot, text, kind=kind, flags=flags) | fields
        book.private[message["id"]] = Private(user_id=interaction.user_id, message=message)
        guild_id = None if guild is None else guild.id
        world.note("message_shown", message["id"], bot(world), guild_id, to=interaction.user_id)
    interaction.messages.append(message["id"])
    return message


def _origin(world: World, interaction: Interaction) -> JSON:
    """Return what a message says of the interaction that it answers."""
    menu = interaction.data.get("type") in {2, 3}
    home = "0" if interaction.guild_id is None else interaction.guild_id
    return {
        "kind": 23 if menu else 20 if interaction.kind is Kind.COMMAND else 0,
        "application_id": world.application_id,
        "webhook_id": world.application_id,
        "interaction_metadata": {
            "id": interaction.id,
            "type": int(interaction.kind),
            "user": world.users[interaction.user_id],
            "authorizing_integration_owners": {"0": home},
        },
    }


def _reference(book: Interactions, interaction: Interaction) -> JSON | None:
    """Return the message that is replied to: the one whose button was pressed, or the first answer."""
    before = interaction.original or (interaction.source or {}).get("id")
    if before is None or before not in book.world.messages.get(interaction.channel_id, {}):
        return None
    return {"channel_id": interaction.channel_id, "message_id": before}


def _edit(book: Interactions, interaction: Interaction, message_id: str, body: Body) -> JSON:
    guild, channel = book.world.place(interaction.channel_id)
    old = book.message(channel["id"], message_id)
    said = old | {"flags": old["flags"] & ~LOADING}
    fields = composed(book.world, None, channel, body, said)
    fields.setdefault("flags", said["flags"])
    if message_id == interaction.original:
        interaction.loading = False
    return book.edit(channel["id"], message_id, allowed(book.world, guild, channel, body.json), fields)


async def follow(world: World, request: web.Request) -> web.Response:
    """Say more; where the bot was thinking, the first thing that it says stands there."""
    book = request.app[BOOK]
    interaction = _going_on(book, request)
    body = await body_of(request)
    if interaction.loading and interaction.original is not None:
        made = _edit(book, interaction, interaction.original, body)
    else:
        made = _say(book, interaction, body)
    interaction.happened()
    return answer(made)


async def show(world: World, request: web.Request) -> web.Response:
    """Show one of the messages that were made for an interaction."""
    book = request.app[BOOK]
    interaction = _going_on(book, request)
    return answer(book.message(interaction.channel_id, _message_id(interaction, request)))


async def edit(world: World, request: web.Request) -> web.Response:
    """Change one of them, or the one whose button was pressed."""
    book = request.app[BOOK]
    interaction = _going_on(book, request)
    made = _edit(book, interaction, _message_id(interaction, request), await body_of(request))
    interaction.happened()
    return answer(made)


async def delete(world: World, request: web.Request) -> web.Response:
    """Take one of them away."""
    book = request.app[BOOK]
    interaction = _going_on(book, request)
    message_id = _message_id(interaction, request)
    book.message(interaction.channel_id, message_id)
    book.delete(interaction.channel_id, message_id)
    interaction.loading = interaction.loading and message_id != interaction.original
    interaction.happened()
    return nothing()


def _going_on(book: Interactions, request: web.Request) -> Interaction:
    return book.going_on(request.match_info["webhook_id"], request.match_info["webhook_token"])


def _message_id(interaction: Interaction, request: web.Request) -> str:
    """Return the id of a message of this interaction; raise 10008 for any other."""
    asked = request.match_info.get("message_id")
    if asked is None:
        asked = interaction.original
    if asked is None or asked not in {*interaction.messages, interaction.original}:
        raise Refused(10008)
    return asked


_HOOK = "/webhooks/{webhook_id}/{webhook_token}"
ROUTES: Mapping[tuple[str, str], Handler] = {
    ("POST", "/interactions/{interaction_id}/{interaction_token}/callback"): callback,
    ("POST", _HOOK): follow,
    ("GET", f"{_HOOK}/messages/@original"): show,
    ("PATCH", f"{_HOOK}/messages/@original"): edit,
    ("DELETE", f"{_HOOK}/messages/@original"): delete,
    ("GET", f"{_HOOK}/messages/{{message_id}}"): show,
    ("PATCH", f"{_HOOK}/messages/{{message_id}}"): edit,
    ("DELETE", f"{_HOOK}/messages/{{message_id}}"): delete,
}
