"""A file that staff open reaches them alone, covered, and whole."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from adapters.discord.responding import body_of
from bot.domain.command import File, Invocation, Reply
from tests.adapters.discord.ground import DiscordGround, discord_ground
from tests.adapters.discord.listening import Ear, heard, until_told
from tests.discord.interactions import Answer

PICTURE = File(name="k7q2mx-1.png", data=b"\x89PNG\r\n\x1a\n" + bytes(200_000), picture=True)
WORDS = File(name="k7q2mx-2.txt", data=b"words")


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[DiscordGround]:
    async with discord_ground() as made:
        yield made


@pytest_asyncio.fixture
async def ear(ground: DiscordGround) -> AsyncIterator[Ear]:
    async with heard(ground) as listening:
        await until_told(ground)
        yield listening


@pytest.mark.parametrize("files", [(PICTURE,), (WORDS,), (PICTURE, WORDS)])
async def test_a_file_is_handed_over_whole_to_whoever_asked_alone(
    ground: DiscordGround, ear: Ear, files: tuple[File, ...]
) -> None:
    async def hand_over(_invocation: Invocation) -> Reply:
        return Reply(text="Here.", files=files)

    ear.answer = hand_over
    asked = ground.server.hands.give(ground.place.member, ground.place.room, "mod may")
    await asked.settled()
    assert asked.answer is Answer.DEFERRED
    seen = ground.server.hands.sees(ground.place.member, ground.place.room)
    (shown,) = [one for one in seen if one["id"] in set(asked.messages)]
    held = ground.server.world.files
    paths = [str(one["url"]).split("?", maxsplit=1)[0].partition("/attachments/")[2] for one in shown["attachments"]]
    assert [held[f"attachments/{path}"] for path in paths] == [one.data for one in files]
    assert not ground.server.hands.sees(ground.place.staff, ground.place.room)


def test_every_file_is_covered_and_none_is_ever_public() -> None:
    body: dict[str, Any] = body_of(Reply(text="Here.", files=(PICTURE, WORDS), public=True), "en")
    picture, words = body["components"][-2:]
    assert picture["items"][0]["spoiler"] is True
    assert words["spoiler"] is True
    assert body["flags"] & 1 << 6
