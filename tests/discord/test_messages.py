"""Messages: written, edited, deleted, read, called out and hung with files."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO

import discord
import pytest
from aiohttp import ClientSession, FormData

from tests.discord import shapes
from tests.discord.asking import Asker
from tests.discord.harbour import MODERATING, Harbour, harbour
from tests.discord.permissions import Permission
from tests.discord.server import LoopbackDiscord
from tests.discord.world import World


@pytest.fixture
def port(server: LoopbackDiscord) -> Harbour:
    return harbour(server.world)


async def room_of(client: discord.Client, port: Harbour) -> discord.TextChannel:
    found = await client.fetch_channel(int(port.room))
    assert isinstance(found, discord.TextChannel)
    return found


async def test_what_the_library_sends_is_on_the_specification(
    server: LoopbackDiscord, client: discord.Client, port: Harbour
) -> None:
    room = await room_of(client, port)
    quiet = discord.AllowedMentions.none()
    said = await room.send("hello", embed=discord.Embed(title="a"), nonce="1", allowed_mentions=quiet)
    await said.reply("again", allowed_mentions=quiet)
    await said.edit(content="better", allowed_mentions=quiet)
    assert [one.content async for one in room.history(oldest_first=True)] == ["better", "again"]
    await room.delete_messages([said, await room.send("more", allowed_mentions=quiet)])
    await room.edit(slowmode_delay=30, reason="too fast")
    assert port.guild.channels[port.room]["rate_limit_per_user"] == 30
    assert server.record.off == []


async def test_a_card_in_components_is_posted_and_edited_in_place(
    server: LoopbackDiscord, client: discord.Client, port: Harbour
) -> None:
    class Card(discord.ui.LayoutView):
        def __init__(self, text: str) -> None:
            super().__init__(timeout=None)
            row: discord.ui.ActionRow[Card] = discord.ui.ActionRow()
            row.add_item(discord.ui.Button(label="Claim", custom_id="case.claim:1"))
            self.add_item(discord.ui.Container(discord.ui.TextDisplay(text), row))

    room = await room_of(client, port)
    card = await room.send(view=Card("open"))
    await card.edit(view=Card("claimed"))
    shown = server.world.messages[port.room][str(card.id)]
    assert shown["components"][0]["components"][0]["content"] == "claimed"
    assert shown["flags"] & shapes.COMPONENTS_V2
    assert server.record.off == []


async def test_a_card_can_t_have_content_beside_its_components(port: Harbour, ask: Asker) -> None:
    body = {"content": "x", "flags": shapes.COMPONENTS_V2, "components": [{"type": 10, "content": "y"}]}
    assert (await ask("POST", f"/channels/{port.room}/messages", body)).code == 50035


async def test_a_nonce_that_is_enforced_brings_the_first_message_back(
    server: LoopbackDiscord, port: Harbour, ask: Asker
) -> None:
    path = f"/channels/{port.room}/messages"
    first, second = [await ask("POST", path, {"content": "a", "nonce": "n", "enforce_nonce": True}) for _ in range(2)]
    third = await ask("POST", path, {"content": "a", "nonce": "n"})
    assert first.body["id"] == second.body["id"] != third.body["id"]
    assert len(server.record.did("message_created")) == 2


async def test_a_nonce_is_forgotten_after_some_minutes() -> None:
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    world = World(now=lambda: now[0])
    port = harbour(world)
    said = [world.post(port.room, port.bot, "a", nonce="n", enforce_nonce=True)["id"]]
    now[0] += timedelta(minutes=10)
    said.append(world.post(port.room, port.bot, "a", nonce="n", enforce_nonce=True)["id"])
    assert len(set(said)) == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"content": ""}, 50006),
        ({"content": "x" * 2001}, 50035),
        ({"embeds": [{"description": "x" * 4000}, {"description": "x" * 4000}]}, 50035),
        ({"content": "x", "message_reference": {"message_id": "1"}}, 50035),
        ({"content": "x", "nonce": "n" * 26}, 50035),
        ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, 50035),
    ],
)
async def test_what_discord_doesn_t_take_is_refused(port: Harbour, ask: Asker, body: object, code: int) -> None:
    assert (await ask("POST", f"/channels/{port.room}/messages", body)).code == code


async def test_nobody_is_called_whom_allowed_mentions_doesn_t_name(port: Harbour, ask: Asker) -> None:
    text = f"<@{port.member}> <@&{port.member_role}> @everyone"
    path = f"/channels/{port.room}/messages"
    quiet = await ask("POST", path, {"content": text, "allowed_mentions": {"parse": []}})
    assert (quiet.body["mentions"], quiet.body["mention_roles"], quiet.body["mention_everyone"]) == ([], [], False)
    one = await ask("POST", path, {"content": text, "allowed_mentions": {"users": [port.member]}})
    assert [user["id"] for user in one.body["mentions"]] == [port.member]
    loud = await ask("POST", path, {"content": text})
    assert (len(loud.body["mentions"]), loud.body["mention_everyone"]) == (1, False)
    edited = await ask("PATCH", f"{path}/{quiet.body['id']}", {"content": text})
    assert [user["id"] for user in edited.body["mentions"]] == [port.member]


async def test_only_one_s_own_messages_can_be_edited(port: Harbour, ask: Asker, world: World) -> None:
    theirs = world.post(port.room, port.member, "hello")["id"]
    assert (await ask("PATCH", f"/channels/{port.room}/messages/{theirs}", {"content": "x"})).code == 50005
    assert (await ask("PATCH", f"/channels/{port.room}/messages/{theirs}", {"flags": 4})).status == 200


async def test_a_message_is_deleted_once(port: Harbour, ask: Asker, server: LoopbackDiscord) -> None:
    path = f"/channels/{port.room}/messages/{server.world.post(port.room, port.member, 'hello')['id']}"
    assert (await ask("DELETE", path)).status == 204
    assert (await ask("DELETE", path)).code == 10008
    assert len(server.record.did("message_deleted", by=port.bot)) == 1
    assert (await ask("DELETE", "/channels/1/messages/1")).code == 10003


async def test_without_the_right_others_messages_stay(server: LoopbackDiscord, ask: Asker) -> None:
    port = harbour(server.world, MODERATING & ~Permission.MANAGE_MESSAGES)
    said = [server.world.post(port.room, port.member, "hello")["id"] for _ in range(2)]
    assert (await ask("DELETE", f"/channels/{port.room}/messages/{said[0]}")).code == 50013
    assert (await ask("POST", f"/channels/{port.room}/messages/bulk-delete", {"messages": said})).code == 50013


async def test_deletions_in_bulk_pass_over_what_is_gone_and_spare_all_if_one_is_too_old(
    port: Harbour, ask: Asker, server: LoopbackDiscord
) -> None:
    world, path = server.world, f"/channels/{port.room}/messages/bulk-delete"
    said = [world.post(port.room, port.member, "hello")["id"] for _ in range(3)]
    old = world.ids.of(world.now() - timedelta(days=15))
    assert (await ask("POST", path, {"messages": [said[0], old]})).code == 50034
    assert server.record.did("message_deleted") == []
    assert (await ask("POST", path, {"messages": [*said, world.ids.next()]})).status == 204
    assert [one.target for one in server.record.did("message_deleted")] == said
    assert port.guild.audit[-1]["options"] == {"count": "3"}


async def test_history_is_read_from_either_side(port: Harbour, ask: Asker, world: World) -> None:
    ids = [world.post(port.room, port.member, str(number))["id"] for number in range(7)]

    async def read(query: str) -> list[str]:
        return [one["id"] for one in (await ask("GET", f"/channels/{port.room}/messages?{query}")).body]

    assert await read("limit=2") == [ids[6], ids[5]]
    assert await read(f"limit=2&before={ids[4]}") == [ids[3], ids[2]]
    assert await read(f"limit=2&after={ids[1]}") == [ids[3], ids[2]]
    assert await read(f"limit=3&around={ids[3]}") == [ids[4], ids[3], ids[2]]


async def test_without_the_right_to_history_there_is_none(server: LoopbackDiscord, ask: Asker) -> None:
    world = server.world
    guild = world.add_guild("Harbour", permissions=0, everyone=Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES)
    room = guild.add_channel("general")["id"]
    world.post(room, guild.data["owner_id"], "hello")
    assert (await ask("GET", f"/channels/{room}/messages")).body == []


async def test_without_the_intent_messages_of_others_are_read_empty(port: Harbour, ask: Asker, world: World) -> None:
    world.application["flags"] = 0
    call = f"<@{port.bot}> help"
    for author, text, shown in ((port.member, "secret", ""), (port.member, call, call), (port.bot, "own", "own")):
        said = world.post(port.room, author, text)["id"]
        assert (await ask("GET", f"/channels/{port.room}/messages/{said}")).body["content"] == shown


async def test_direct_messages_reach_who_takes_them_and_is_on_a_common_server(
    port: Harbour, ask: Asker, world: World
) -> None:
    opened = await ask("POST", "/users/@me/channels", {"recipient_id": port.member})
    again = await ask("POST", "/users/@me/channels", {"recipient_id": int(port.member)})
    assert opened.body["id"] == again.body["id"]
    path = f"/channels/{opened.body['id']}/messages"
    assert (await ask("POST", path, {"content": "hello"})).status == 200
    world.closed.add(port.member)
    assert (await ask("POST", path, {"content": "hello"})).code == 50007
    world.closed.clear()
    port.guild.leave(port.member)
    assert (await ask("POST", path, {"content": "hello"})).code == 50278


async def test_files_are_kept_and_their_address_ends(
    client: discord.Client, port: Harbour, server: LoopbackDiscord
) -> None:
    room = await room_of(client, port)
    said = await room.send("see", file=discord.File(BytesIO(b"content"), "note.txt"))
    (hung,) = said.attachments
    assert await hung.read() == b"content"
    now = server.world.now()
    server.world.now = lambda: now + timedelta(days=2)
    async with ClientSession() as session, session.get(hung.url) as response:
        assert response.status == 404
    assert server.record.off == []


@pytest.mark.parametrize(
    ("part", "named", "code"),
    [("files[0]", 0, 0), ("files[0]", 1, 50035), ("upload", 0, 50035), ("files[10]", 10, 50035)],
)
async def test_a_file_is_sent_under_the_number_by_which_it_is_named(
    port: Harbour, ask: Asker, part: str, named: int, code: int
) -> None:
    form = FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps({"attachments": [{"id": named, "filename": "a.txt"}]}))
    form.add_field(part, b"x", filename="a.txt", content_type="text/plain")
    path, headers = (
        f"{ask.server.api}/channels/{port.room}/messages",
        {"Authorization": f"Bot {ask.server.world.token}"},
    )
    async with ask.session.post(path, data=form, headers=headers) as response:
        assert (await response.json()).get("code", 0) == code


async def test_what_isn_t_json_is_refused(port: Harbour, server: LoopbackDiscord, ask: Asker) -> None:
    path = f"{server.api}/channels/{port.room}/messages"
    headers = {"Authorization": f"Bot {server.world.token}", "Content-Type": "application/json"}
    async with ask.session.post(path, data="{", headers=headers) as response:
        assert (await response.json())["code"] == 50109


async def test_a_thread_on_a_message_has_its_id_and_is_opened_once(port: Harbour, ask: Asker, world: World) -> None:
    said = world.post(port.room, port.member, "hello")["id"]
    path = f"/channels/{port.room}/messages/{said}/threads"
    opened = await ask("POST", path, {"name": "about it", "auto_archive_duration": 60})
    assert (opened.status, opened.body["id"]) == (201, said)
    assert opened.body["thread_metadata"]["auto_archive_duration"] == 60
    assert (await ask("POST", path, {"name": "again"})).code == 160004
    assert (await ask("POST", f"/channels/{said}/messages", {"content": "within"})).status == 200
    assert world.message(port.room, said)["flags"] & shapes.HAS_THREAD


async def test_archived_threads_are_listed_apart_and_open_when_somebody_writes(
    port: Harbour, ask: Asker, world: World
) -> None:
    thread = (await ask("POST", f"/channels/{port.room}/threads", {"name": "t", "type": 11})).body["id"]
    assert (await ask("PATCH", f"/channels/{thread}", {"archived": True})).status == 200
    active, archived = f"/guilds/{port.guild.id}/threads/active", f"/channels/{port.room}/threads/archived/public"
    assert (await ask("GET", active)).body["threads"] == []
    assert [one["id"] for one in (await ask("GET", archived)).body["threads"]] == [thread]
    assert (await ask("PATCH", f"/channels/{thread}", {"name": "other"})).code == 50083
    world.post(thread, port.member, "awake")
    assert [one["id"] for one in (await ask("GET", active)).body["threads"]] == [thread]
    assert (await ask("GET", archived)).body["threads"] == []


async def test_a_post_of_a_forum_is_a_thread_with_a_message_of_its_id(
    client: discord.Client, port: Harbour, server: LoopbackDiscord
) -> None:
    forum = await client.fetch_channel(int(port.guild.add_channel("forum", 15)["id"]))
    assert isinstance(forum, discord.ForumChannel)
    opened = await forum.create_thread(name="a post", content="hello")
    assert opened.thread.id == opened.message.id
    assert [one.content async for one in opened.thread.history()] == ["hello"]
    assert server.record.off == []
