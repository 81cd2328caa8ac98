"""Channels: streams, the numbers that stand for them, and marks that never move back."""

from datetime import UTC, datetime, timedelta

from bot.domain.gap import Gap, GapCause, Mark, closed
from bot.domain.message import MessageRef, PlatformName
from bot.domain.place import Stream
from bot.store.channels import add_channels, known_channels, marks, move_marks, streams_of_channels
from bot.store.communities import add_community
from bot.store.engine import Store
from bot.store.gaps import open_gaps, save_gaps
from bot.store.messages import message_refs, message_streams, note_posted

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HELP = Stream(platform=PlatformName.SLACK, workspace="T0", channel="C1")
THREAD = Stream(platform=PlatformName.SLACK, workspace="T0", channel="C1", thread="17.5")


async def _numbers(store: Store) -> dict[Stream, int]:
    async with store.writing() as tx:
        await add_community(tx, "acme", NOON)
        return await add_channels(tx, "acme", [HELP, THREAD], NOON)


async def test_a_channel_and_a_thread_in_it_have_numbers_of_their_own_that_stay(store: Store) -> None:
    numbers = await _numbers(store)
    assert len(set(numbers.values())) == 2
    assert await _numbers(store) == numbers
    async with store.reading() as tx:
        assert await known_channels(tx, "acme", [HELP]) == {HELP: numbers[HELP]}
        assert await streams_of_channels(tx, numbers.values()) == {number: stream for stream, number in numbers.items()}
        assert await streams_of_channels(tx, [10**6]) == {}


async def test_a_mark_moves_forward_and_never_back(store: Store) -> None:
    number = (await _numbers(store))[HELP]
    for moved in (NOON + HOUR, NOON - HOUR):
        async with store.writing() as tx:
            await move_marks(tx, {number: Mark(mark=moved, newest=moved)})
    async with store.reading() as tx:
        assert (await marks(tx, "acme"))[HELP] == (number, Mark(mark=NOON + HOUR, newest=NOON + HOUR))


async def test_a_gap_is_kept_as_it_is_until_it_ends(store: Store) -> None:
    number = (await _numbers(store))[HELP]
    gap = Gap(
        id="0" * 32,
        channel=number,
        after=NOON,
        read_until=NOON,
        cause=GapCause.INTERRUPTED,
        opened_at=NOON,
        due_at=NOON,
    )
    for changed, left in ((gap, [gap]), (closed(gap, NOON), [])):
        async with store.writing() as tx:
            await save_gaps(tx, [changed])
            assert await open_gaps(tx, "acme") == left
            assert await open_gaps(tx, "other") == []


async def test_what_locum_posted_has_one_surrogate(store: Store) -> None:
    await _numbers(store)
    ref = MessageRef(platform=PlatformName.SLACK, workspace="T0", channel="C9", message="m1")
    async with store.writing() as tx:
        first = await note_posted(tx, "acme", ref, NOON)
        assert await note_posted(tx, "acme", ref, NOON) == first
        assert await message_refs(tx, [first]) == {first: ref}
        assert (await message_streams(tx, [first]))[first].channel == "C9"
