"""Seen: what is remembered of every judged message, and given back to windows as it was."""

from datetime import UTC, datetime, timedelta

from bot.domain.judgement import Features
from bot.domain.message import PlatformName
from bot.domain.place import Connection, Stream
from bot.store.channels import add_channels
from bot.store.communities import add_community
from bot.store.engine import Store
from bot.store.seen import (
    Seen,
    already_seen,
    features_since,
    first_features,
    put_seen,
    seen_row,
    settle,
    waiting,
)

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
STREAM = Stream(platform=PlatformName.DISCORD, workspace="W", channel="C1")
FULL = Features(
    at=NOON.timestamp(), message="C1/m1", member="a" * 32, channel="C1", joined=False, account_age=3.25, mentions=2,
    links=3, attachments=4, skeleton=-(2**63), shingles=b"\x00\xff", counted=(("c", "b" * 32), ("d", "")),
)  # fmt: skip


async def _channel(store: Store) -> int:
    async with store.writing() as tx:
        await add_community(tx, "acme", NOON)
        return (await add_channels(tx, "acme", [STREAM], NOON))[STREAM]


async def _put(store: Store, number: int, *features: Features, digest: bytes = b"d", awaited: bool = False) -> None:
    rows = [
        seen_row(
            (number, one.message.removeprefix("C1/")),
            one,
            digest=digest,
            at=datetime.fromtimestamp(one.at, UTC),
            edited_at=None,
            judged_at=NOON,
            waiting=awaited,
        )
        for one in features
    ]
    async with store.writing() as tx:
        await put_seen(tx, rows)


async def test_features_come_back_as_they_were(store: Store) -> None:
    await _put(store, await _channel(store), FULL)
    async with store.reading() as tx:
        assert await features_since(tx, "acme", NOON - SECOND) == [FULL]
        assert await features_since(tx, "acme", NOON) == []
        assert await features_since(tx, "other", NOON - SECOND) == []


async def test_a_later_judgement_takes_the_place_of_an_earlier_one(store: Store) -> None:
    number = await _channel(store)
    await _put(store, number, FULL, digest=b"1", awaited=True)
    await _put(store, number, FULL._replace(links=9), digest=b"2")
    async with store.reading() as tx:
        found = await already_seen(tx, [(number, "m1"), (number, "m2")])
        assert found == {(number, "m1"): Seen(digest=b"2", edited_at=None, waiting=False)}
        assert [one.links for one in await features_since(tx, "acme", NOON - SECOND)] == [9]


async def test_of_a_members_messages_the_first_are_told(store: Store) -> None:
    number = await _channel(store)
    later = [FULL._replace(message=f"C1/m{n}", at=FULL.at + n) for n in range(5)]
    await _put(store, number, *reversed(later), FULL._replace(message="C1/x", member="c" * 32))
    async with store.reading() as tx:
        assert [one.message for one in await first_features(tx, "acme", NOON - SECOND, 2)] == ["C1/m0", "C1/x", "C1/m1"]


async def test_what_awaits_an_answer_is_found_until_it_is_settled(store: Store) -> None:
    number = await _channel(store)
    await _put(store, number, FULL, FULL._replace(message="C1/m2"), awaited=True)
    through = Connection(platform=PlatformName.DISCORD, workspace="W")
    async with store.writing() as tx:
        found = await waiting(tx, "acme", through, since=NOON, limit=10)
        assert [(one.stream, one.ref.message) for one in found] == [(STREAM, "m1"), (STREAM, "m2")]
        await settle(tx, [(number, "m1")])
        assert [one.ref.message for one in await waiting(tx, "acme", through, since=NOON, limit=10)] == ["m2"]
        elsewhere = Connection(platform=PlatformName.DISCORD, workspace="V")
        assert await waiting(tx, "acme", elsewhere, since=NOON, limit=10) == []
