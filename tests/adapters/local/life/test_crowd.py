"""A crowd writes as much as it was asked to, and stops."""

import asyncio
from pathlib import Path

import pytest

from adapters.local.chat.types import RoomKind
from adapters.local.life.crowd import Crowd, CrowdTooLargeError, lines, write
from tests.adapters.local.life.telling import Telling, open_telling


@pytest.fixture
def telling(tmp_path: Path) -> Telling:
    return open_telling(tmp_path)


async def test_a_crowd_writes_every_post_it_was_asked_for_and_stops(telling: Telling) -> None:
    wrote = await write(telling.community, Crowd(members=50, rate=500, seconds=0.4))
    assert len(wrote.posts) == 200
    assert wrote.refused == 0
    assert len({post.author for post in telling.said()}) == 50
    assert [post.id for post in telling.said()] == list(wrote.posts)


async def test_a_crowd_writes_nothing_where_only_staff_write(telling: Telling) -> None:
    await write(telling.community, Crowd(members=5, rate=1000, seconds=0.1))
    assert {room.kind for post in telling.said() if (room := telling.chat.room(post.room))} == {RoomKind.OPEN}


async def test_a_crowd_that_is_called_off_stops(telling: Telling) -> None:
    task = asyncio.create_task(write(telling.community, Crowd(members=5, rate=100, seconds=3600)))
    await telling.chat.changed(telling.chat.newest)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    before = telling.chat.newest
    await asyncio.sleep(0.05)
    assert telling.chat.newest == before


def test_the_same_seed_gives_the_same_crowd(telling: Telling) -> None:
    assert lines(3, telling.scenery, 300) == lines(3, telling.scenery, 300)
    assert lines(3, telling.scenery, 300) != lines(4, telling.scenery, 300)
    assert len(lines(3, telling.scenery, 300)) == 300


@pytest.mark.parametrize("wrong", [{"members": 0}, {"members": 1001}, {"rate": 2001.0}, {"seconds": 3601.0}])
def test_a_crowd_has_its_bounds(wrong: dict[str, float]) -> None:
    with pytest.raises(CrowdTooLargeError):
        Crowd(**wrong)  # type: ignore[arg-type]  # one field at a time, whatever its type
