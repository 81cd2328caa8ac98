"""Files of messages are read from Discord's own addresses alone, anew each time, and no further than allowed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from yarl import URL

from adapters.discord.fetching import is_own
from bot.domain.evidence import Missing
from bot.domain.message import AccountRef, MessageRef
from bot.domain.place import Stream
from tests.adapters.discord.ground import DiscordGround, discord_ground

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 1_000


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[DiscordGround]:
    async with discord_ground() as ground:
        yield ground


def say(ground: DiscordGround, who: AccountRef, where: Stream, **more: Any) -> MessageRef:
    place = where.thread or where.channel
    return ground.ref(where, ground.server.hands.say(who.user, place, "look", **more))


async def files_of(ground: DiscordGround, ref: MessageRef, where: Stream | None = None) -> list[str]:
    (message,) = await ground.platform.read([(where or ground.help, ref)])
    assert message is not None
    return [one.id for one in message.attachments]


@pytest.mark.parametrize("where", ["help", "thread"])
async def test_a_file_is_fetched_wherever_its_message_stands(ground: DiscordGround, where: str) -> None:
    stream: Stream = getattr(ground, where)
    said = say(ground, ground.join("ann"), stream, files={"a.png": PICTURE, "b.txt": b"words"})
    first, second = await files_of(ground, said, stream)
    assert await ground.platform.fetch(stream, said, {first: len(PICTURE), second: 5}) == {
        first: PICTURE, second: b"words",
    }  # fmt: skip


async def test_no_more_is_read_of_a_file_than_is_allowed(ground: DiscordGround) -> None:
    said = say(ground, ground.join("ann"), ground.help, files={"a.png": PICTURE})
    (name,) = await files_of(ground, said)
    assert await ground.platform.fetch(ground.help, said, {name: len(PICTURE) - 1}) == {name: Missing.TOO_LARGE}


async def test_what_is_gone_has_nothing_to_fetch(ground: DiscordGround) -> None:
    said = say(ground, ground.join("ann"), ground.help, files={"a.png": PICTURE})
    (name,) = await files_of(ground, said)
    ground.server.world.files.clear()
    assert await ground.platform.fetch(ground.help, said, {name: len(PICTURE)}) == {name: Missing.GONE}
    ground.erase(said)
    assert await ground.platform.fetch(ground.help, said, {name: len(PICTURE)}) == {}


async def test_of_a_sticker_there_is_a_name_alone(ground: DiscordGround) -> None:
    said = say(ground, ground.join("ann"), ground.help, sticker="wave")
    (name,) = await files_of(ground, said)
    assert await ground.platform.fetch(ground.help, said, {name: 10}) == {name: Missing.NAMES_ONLY}


async def test_an_address_that_is_not_discords_is_never_asked(ground: DiscordGround) -> None:
    said = say(ground, ground.join("ann"), ground.help, files={"a.png": PICTURE})
    message = ground.server.world.message(ground.help.channel, said.message)
    message["attachments"][0]["url"] = "https://198.51.100.1/attachments/1/2/a.png"
    (name,) = await files_of(ground, said)
    assert await ground.platform.fetch(ground.help, said, {name: len(PICTURE)}) == {name: Missing.STRANGE_ADDRESS}


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("https://cdn.discordapp.com/attachments/1/2/a.png?ex=1", True),
        ("https://media.discordapp.net/attachments/1/2/a.png", True),
        ("http://cdn.discordapp.com/attachments/1/2/a.png", False),
        ("https://cdn.discordapp.com:8443/attachments/1/2/a.png", False),
        ("https://cdn.discordapp.com.example.org/a.png", False),
        ("https://cdn.discordapp.com@example.org/a.png", False),
        ("https://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
    ],
)
def test_only_discords_hosts_for_files_are_asked(address: str, own: bool) -> None:
    assert is_own(URL(address)) is own
