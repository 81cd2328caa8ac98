"""A community goes on by itself: the same for the same seed, at any pace, over a restart, whatever is refused."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.local.chat.chat import Chat
from adapters.local.chat.types import Account, RoomKind
from adapters.local.community import LocalCommunity
from adapters.local.life import Life, NoSuchSceneError
from adapters.local.life.act import Act, ActKind
from adapters.local.life.acting import Memory, account_of, carry_out
from adapters.local.life.life import FASTEST, SLOWEST
from adapters.local.life.scenery import Place, Scenery
from adapters.local.life.script import chapter
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Standing
from tests.adapters.local.life.telling import EVENING, Telling, open_telling

ATTIC = Scenery(
    places=(Place(room="attic", subject="talk", languages=frozenset({"en"})), Place(room="hafen", subject="games")),
    rules=frozenset({"spam/copies", "spam/flood"}),
)


@pytest.fixture
def telling(tmp_path: Path) -> Telling:
    return open_telling(tmp_path)


@asynccontextmanager
async def living(life: Life) -> AsyncIterator[Life]:
    task = asyncio.create_task(life.run())
    try:
        yield life
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(telling: Telling, true: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not true():
            await telling.chat.changed(telling.chat.newest)


@given(seed=st.integers(), number=st.integers(min_value=0, max_value=10_000))
def test_the_same_seed_gives_the_same_acts(seed: int, number: int) -> None:
    told = chapter.__wrapped__(seed, number, ATTIC)
    assert told == chapter.__wrapped__(seed, number, ATTIC)
    assert list(told.acts) == sorted(told.acts, key=lambda act: act.at)
    assert told.length >= max(act.at for act in told.acts if not act.scene)


@given(seed=st.integers(), number=st.integers(min_value=1, max_value=1_000))
def test_everybody_is_there_before_they_do_something_and_answers_come_after_what_they_answer(
    seed: int, number: int
) -> None:
    there, said = set[str](), set[str]()
    for act in chapter.__wrapped__(seed, number, ATTIC).acts:
        there |= {act.who} if act.kind is ActKind.ENROL else set()
        assert act.who in there or f"-{number}" not in act.who
        assert {act.to, act.within} - {""} <= said
        said |= {act.name} if act.kind is ActKind.SAY else set()


def test_another_seed_gives_another_story() -> None:
    assert chapter(1, 1, ATTIC) != chapter(2, 1, ATTIC)


async def test_the_rooms_are_filled_at_a_first_start(telling: Telling) -> None:
    life = Life(telling.community, seed=1)
    life.pace = FASTEST
    async with living(life):
        await until(telling, lambda: len(telling.said()) >= 50)
    assert len({post.room for post in telling.said()}) >= 10


async def test_nothing_is_written_where_only_staff_write(telling: Telling) -> None:
    life = Life(telling.community, seed=1)
    life.pace = FASTEST
    async with living(life):
        await until(telling, lambda: len(telling.said()) >= 50)
    open_rooms = {room.id for room in telling.chat.rooms() if room.kind is not RoomKind.STAFF}
    assert {post.room for post in telling.said()} <= open_rooms


async def test_a_community_that_stands_still_writes_nothing_until_it_goes_on(telling: Telling) -> None:
    life = Life(telling.community, seed=1)
    life.pause()
    async with living(life):
        await asyncio.sleep(0.1)
        assert not telling.said()
        assert not life.running
        life.go()
        await until(telling, lambda: bool(telling.said()))
        assert life.running


async def test_a_restart_goes_on_where_it_was_left(telling: Telling) -> None:
    whole = [act.text for act in chapter(1, 0, telling.scenery).acts if act.kind is ActKind.SAY]
    for enough in (15, 30, len(whole)):
        life = Life(telling.community, seed=1)
        life.pace = FASTEST
        async with living(life):
            await until(telling, lambda enough=enough: len(telling.said()) >= enough)  # type: ignore[misc]  # bound at once
    edited = {act.text for act in chapter(1, 0, telling.scenery).acts if act.kind is ActKind.EDIT}
    said = [post.text for post in telling.said() if not post.edited_at][: len(whole) - len(edited)]
    assert [text for text in whole if text in said] == said


async def test_pace_seed_and_standing_still_outlive_a_restart(telling: Telling) -> None:
    life = Life(telling.community, seed=1)
    life.pace = 4
    life.again(99)
    life.pause()
    after = Life(telling.community, seed=1)
    assert (after.pace, after.seed, after.running) == (4, 99, False)


async def test_a_start_with_another_seed_begins_anew(telling: Telling) -> None:
    Life(telling.community, seed=1).again(99)
    assert Life(telling.community, seed=2).seed == 2


async def test_what_was_kept_and_cannot_be_read_is_begun_anew(telling: Telling) -> None:
    for broken in ("{", "[]", '{"seed": 1}', '{"count": "x"}', "null"):
        telling.chat.note("life", broken)
        life = Life(telling.community, seed=7)
        assert life.seed == 7


@pytest.mark.parametrize(
    ("asked", "given_"), [(0, SLOWEST), (1000, FASTEST), (2.5, 2.5), (float("nan"), 1.0), (-3, SLOWEST)]
)
async def test_the_pace_keeps_within_its_bounds(telling: Telling, asked: float, given_: float) -> None:
    life = Life(telling.community, seed=1)
    life.pace = asked
    assert life.pace == given_


async def test_a_scene_can_be_begun_at_any_time(telling: Telling) -> None:
    life = Life(telling.community, seed=1)
    life.pace = FASTEST
    async with living(life):
        life.begin("distress")
        await until(telling, lambda: any("live anymore" in post.text for post in telling.said()))


async def test_beginning_a_scene_lets_a_community_that_stands_still_go_on(telling: Telling) -> None:
    life = Life(telling.community, seed=1)
    life.pause()
    life.begin("spam")
    assert life.running


async def test_a_scene_that_there_is_not_cannot_be_begun(telling: Telling) -> None:
    with pytest.raises(NoSuchSceneError):
        Life(telling.community, seed=1).begin("tea party")


async def test_a_scene_that_was_begun_goes_on_after_a_restart(telling: Telling) -> None:
    life = Life(telling.community, seed=1)
    life.pace = FASTEST
    async with living(life):
        life.begin("raid")
        await until(telling, lambda: any(account.id.endswith("-x1") for account in telling.chat.accounts()))
    async with living(Life(telling.community, seed=1)):
        await until(telling, lambda: any(post.author.endswith("-x1") and "@" in post.text for post in telling.said()))


async def test_who_passes_through_comes_as_somebody_new_in_a_story_told_again() -> None:
    first, second = Memory(take=1), Memory(take=2)
    assert account_of("zz-top-3", first, ATTIC) == "zz-top-3"
    assert account_of("zz-top-3", second, ATTIC) == "zz-top-3-2"
    assert account_of("limpet", second, ATTIC) == "limpet"


# --- what is refused


def said(who: str, text: str = "hello out there", **more: str) -> Act:
    return Act(at=0, kind=ActKind.SAY, who=who, room=more.pop("room", "lobby"), text=text, **more)  # type: ignore[arg-type]  # texts alone


async def test_who_is_in_quarantine_says_so_where_they_still_can_and_only_once(telling: Telling) -> None:
    telling.chat.restrict("limpet", OutcomeKind.QUARANTINE, Standing(held=True), by="")
    for _ in range(3):
        await telling.tell([said("limpet")])
    assert [(post.room, post.author) for post in telling.said()] == [("help", "limpet")]


async def test_who_is_timed_out_says_nothing_and_writes_again_once_it_is_over(telling: Telling) -> None:
    end = EVENING + timedelta(minutes=10)
    telling.chat.restrict("limpet", OutcomeKind.TIMEOUT, Standing(held=True, until=end), by="")
    await telling.tell([said("limpet")])
    assert not telling.said()
    telling.behind.at = end + timedelta(seconds=1)
    await telling.tell([said("limpet")])
    assert [post.author for post in telling.said()] == ["limpet"]


async def test_who_has_hardly_been_there_goes_when_they_are_timed_out(telling: Telling) -> None:
    young = Account(id="zz-1", name="zz_1", created_at=EVENING - timedelta(days=1), joined_at=EVENING)
    telling.chat.enrol(young)
    telling.chat.restrict("zz-1", OutcomeKind.TIMEOUT, Standing(held=True, until=EVENING + timedelta(hours=1)), by="")
    await telling.tell([said("zz-1")])
    gone = telling.chat.account("zz-1")
    assert gone is not None
    assert gone.joined_at is None


async def test_nothing_that_the_chat_refuses_ends_the_story(telling: Telling) -> None:
    telling.chat.restrict("limpet", OutcomeKind.BAN, Standing(held=True), by="")
    telling.chat.set_closed(closed=True)
    telling.chat.set_slow("lobby", 60)
    refused = [
        said("limpet"), said("nobody at all"), said("rivet", room="no such room"), said("rivet", text="x" * 3000),
        said("rivet", text="one"), said("rivet", text="two, at once"), said("rivet", to="7"),
        Act(at=0, kind=ActKind.JOIN, who="limpet", room="quay"), Act(at=0, kind=ActKind.LEAVE, who="nobody at all"),
        Act(at=0, kind=ActKind.EDIT, who="rivet", text="x", to="7"),
        Act(at=0, kind=ActKind.REACT, who="rivet", text="👍", to="7"),
        Act(at=0, kind=ActKind.GIVE, who="rivet", room="lobby", text="everyone.appeal", name="1"),
    ]  # fmt: skip
    await telling.tell(refused)
    assert [post.text for post in telling.said()] == ["one"]


async def test_an_answer_to_what_is_gone_is_just_said(telling: Telling) -> None:
    await telling.tell([said("rivet", name="1")])
    telling.chat.remove("rivet", telling.memory.posts["1"])
    await telling.tell([said("limpet", "an answer", to="1")])
    assert [(post.text, post.reply_to) for post in telling.said() if post.gone_at is None] == [("an answer", "")]


async def test_a_community_without_rooms_waits_for_them(tmp_path: Path) -> None:
    telling = open_telling(tmp_path)
    bare = LocalCommunity(chat=Chat(tmp_path / "bare.sqlite", telling.behind.now), backstage=telling.behind)
    bare_one = Telling(chat=bare.chat, behind=telling.behind, community=bare)
    life = Life(bare, seed=1)
    life.pace = FASTEST
    async with living(life):
        await asyncio.sleep(0.02)
        bare.chat.make_room("attic")
        await until(bare_one, lambda: bool(bare.chat.posts("attic")))


async def test_posts_are_remembered_up_to_a_bound(telling: Telling) -> None:
    for number in range(250):
        await carry_out(telling.community, said("rivet", name=str(number)), telling.memory, telling.scenery)
    assert len(telling.memory.posts) == 200
    assert "0" not in telling.memory.posts
