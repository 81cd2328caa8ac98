"""Files: shared, shown, fetched, handed over and deleted."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.clients import calling, refusal
from tests.slack.harbour import SCOPES, Harbour
from tests.slack.server import LoopbackSlack
from tests.slack.things import File


@pytest.fixture
def file(place: Harbour) -> File:
    found = place.workspace.add_file(place.kim, "x.png", b"png")
    place.workspace.post(place.room, place.kim, files=[found.id], subtype="file_share")
    return found


@pytest_asyncio.fixture
async def bot(server: LoopbackSlack, place: Harbour) -> AsyncIterator[AsyncWebClient]:
    server.world.install(place.app, place.workspace.id, scopes=SCOPES | {"files:write"})
    async with calling(server, place.token) as client:
        yield client


async def fetched(url: str, token: str | None) -> tuple[int, bytes]:
    head = {} if token is None else {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession() as session, session.get(url, headers=head) as response:
        return response.status, await response.read()


async def test_a_file_s_bytes_are_for_those_with_a_token(bot: AsyncWebClient, place: Harbour, file: File) -> None:
    shown = (await bot.files_info(file=file.id))["file"]
    assert (shown["name"], shown["size"], shown["channels"]) == ("x.png", 3, [place.room])
    assert await fetched(shown["url_private"], place.token) == (200, b"png")
    status, page = await fetched(shown["url_private"], None)
    assert (status, b"Sign in" in page) == (200, True)


async def test_a_deleted_file_is_a_tombstone_in_its_message(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour, file: File
) -> None:
    place.app.bot_events.add("file_deleted")
    url = server.world.host + file.path
    assert await refusal(bot.files_delete(file=file.id)) == "cant_delete_file"
    scopes = {"files:write"}
    token = server.world.authorise(place.app, place.workspace.id, place.admin, scopes=scopes).text
    async with calling(server, token) as admin:
        await admin.files_delete(file=file.id)
    assert server.world.published[-1].event["type"] == "file_deleted"
    assert await refusal(bot.files_info(file=file.id)) == "file_deleted"
    (message,) = (await bot.conversations_history(channel=place.room))["messages"]
    assert message["files"] == [{"id": file.id, "mode": "tombstone"}]
    assert (await fetched(url, place.token))[0] == 404


async def test_a_file_where_nobody_of_the_app_is_can_t_be_seen(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:
    hidden = place.workspace.add_channel("hidden", is_private=True, members=[place.kim])
    file = place.workspace.add_file(place.kim, "secret.txt", b"x")
    place.workspace.post(hidden.id, place.kim, files=[file.id], subtype="file_share")
    assert await refusal(bot.files_info(file=file.id)) == "file_not_found"
    assert (await fetched(server.world.host + file.path, place.token))[0] == 404


async def test_the_library_hands_a_file_over_in_three_steps(
    server: LoopbackSlack, bot: AsyncWebClient, place: Harbour
) -> None:
    await bot.files_upload_v2(channel=place.room, content="a,b\n1,2\n", filename="x.csv", initial_comment="Here")
    (message,) = place.workspace.channels[place.room].messages.values()
    (file,) = message.files
    assert (message.text, place.workspace.files[file].content) == ("Here", b"a,b\n1,2\n")
    assert server.record.off == []


async def test_a_file_of_another_length_than_announced_is_not_taken(bot: AsyncWebClient, place: Harbour) -> None:
    begun = await bot.files_getUploadURLExternal(filename="x.txt", length=3)
    async with aiohttp.ClientSession() as session, session.post(str(begun["upload_url"]), data=b"four") as response:
        assert response.status == 400
    wrong = bot.files_completeUploadExternal(files=[{"id": str(begun["file_id"])}], channel_id=place.room)
    assert await refusal(wrong) == "file_not_found"
    assert not place.workspace.channels[place.room].messages
