"""Between the chat and the core nothing is lost: whatever ends whenever, every post is judged as it stands."""

import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from adapters.local.chat.types import ChatError
from adapters.local.community import NotConnectedError
from bot.domain.command import Invocation
from bot.domain.outcome import OutcomeKind
from bot.services.intake.settings import Limits
from bot.store.engine import Store
from tests.adapters.local.connected_house import CONNECTION, Harbour, build

MINUTE = timedelta(minutes=1)


@pytest_asyncio.fixture
async def harbour(store: Store, tmp_path: Path) -> AsyncIterator[Harbour]:
    harbour = await build(store, tmp_path)
    yield harbour
    await harbour.crash()
    harbour.place.chat.close()


async def test_every_post_and_edit_of_members_is_judged_as_it_comes(harbour: Harbour) -> None:
    chat = harbour.place.chat
    await harbour.start()
    post = chat.say("limpet", "help", "ahoy")
    chat.say("whelk", chat.open_thread("whelk", post.id, "knots").id, "aye")
    chat.say("lee", "leads", "all quiet")
    await harbour.settle()
    assert await harbour.unjudged() == []
    harbour.place.clock.move(MINUTE)
    chat.edit("limpet", post.id, "ahoy there")
    await harbour.settle()
    assert await harbour.unjudged() == []


async def test_whoever_joins_is_judged_too(harbour: Harbour) -> None:
    await harbour.start()
    harbour.place.enrol("dab", here=False)
    harbour.place.chat.join("dab", "help")
    await harbour.settle()
    assert await harbour.unjudged() == []


async def test_posts_that_go_and_members_who_leave_are_told_of(
    harbour: Harbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.local.connected._AGAIN", 0.01)
    chat = harbour.place.chat
    await harbour.start()
    post, secret = chat.say("limpet", "help", "ahoy"), chat.say("limpet", chat.direct("limpet").id, "a secret")
    answer = chat.say("whelk", chat.open_thread("whelk", post.id, "knots").id, "aye")
    harbour.failing = 2
    for who, one in (("whelk", answer), ("limpet", post), ("limpet", secret)):
        chat.remove(who, one.id)
    chat.leave("whelk")
    chat.say("limpet", "help", "the last")
    await harbour.until(lambda: harbour.offered[-1:] == ["the last"])
    assert [(stream.channel, stream.thread != "", one) for stream, one in harbour.gone] == [
        ("help", True, answer.id), ("help", False, post.id),
    ]  # fmt: skip
    assert harbour.left == ["whelk"]


async def test_neither_locums_own_posts_nor_direct_rooms_reach_the_core(harbour: Harbour) -> None:
    chat = harbour.place.chat
    await harbour.start()
    chat.say("limpet", chat.direct("limpet").id, "a secret")
    chat.put("help", "a word of Locum's", action="a1")
    chat.say("limpet", "help", "ahoy")
    await harbour.settle()
    assert harbour.offered == ["ahoy"]


async def test_streams_are_named_before_it_is_said_that_all_is_live(harbour: Harbour) -> None:
    await harbour.start()
    assert harbour.said == ["expect", "resumed"]
    harbour.place.chat.make_room("market")
    await harbour.settle()
    assert harbour.said == ["expect", "resumed", "expect"]


async def test_commands_reach_the_core_while_it_listens_and_no_longer(harbour: Harbour) -> None:
    invocation = Invocation(
        community="acme", id="i1", account=harbour.community.account_ref("lee"), command="shift.start",
        connection=CONNECTION,
    )  # fmt: skip
    with pytest.raises(NotConnectedError):
        await harbour.community.give(invocation)
    await harbour.start()
    assert (await harbour.community.give(invocation)).text == "shift.start was given"
    await harbour.crash()
    with pytest.raises(NotConnectedError):
        await harbour.community.give(invocation)


async def test_what_was_written_while_nobody_listened_is_judged_afterwards(harbour: Harbour) -> None:
    chat = harbour.place.chat
    await harbour.start()
    first = chat.say("limpet", "help", "ahoy")
    await harbour.settle()
    await harbour.crash()
    for number in range(5):
        harbour.place.clock.move(7 * MINUTE)
        chat.say("whelk", "help", f"nobody hears {number}")
    chat.say("whelk", chat.open_thread("whelk", first.id, "knots").id, "nor here")
    chat.make_room("market")
    chat.say("limpet", "market", "nor in a room that nobody knows")
    harbour.restart_chat()
    await harbour.start()
    await harbour.settle()
    assert len(harbour.posts()) == 8
    assert await harbour.unjudged() == []


async def test_an_old_post_that_was_edited_while_nobody_listened_is_judged_anew(harbour: Harbour) -> None:
    chat = harbour.place.chat
    await harbour.start()
    old = chat.say("limpet", "help", "an innocent word")
    harbour.place.clock.move(timedelta(days=1))
    chat.say("limpet", "help", "much later")
    await harbour.settle()
    await harbour.crash()
    harbour.place.clock.move(MINUTE)
    chat.edit("limpet", old.id, "blockhead")
    harbour.restart_chat()
    await harbour.start()
    await harbour.settle()
    assert await harbour.unjudged() == []


async def test_what_was_handed_over_and_never_stored_is_judged_after_the_first_start_already(harbour: Harbour) -> None:
    intake = await harbour.start()
    await harbour.crash()
    # a core that takes everything in and stores nothing: it is killed before its first batch
    harbour.feed(intake).resumed(harbour.place.clock.now())
    harbour.place.chat.say("limpet", "help", "said to nobody")
    harbour.place.clock.move(timedelta(hours=1))
    harbour.restart_chat()
    await harbour.start()
    await harbour.settle()
    assert await harbour.unjudged() == []


async def test_what_was_handed_over_long_ago_is_not_handed_over_again(store: Store, tmp_path: Path) -> None:
    harbour = await build(store, tmp_path, sure=0.0)
    chat = harbour.place.chat
    await harbour.start()
    for text in ("long ago", "a while ago"):
        chat.say("limpet", "help", text)
        await harbour.settle()
    await harbour.crash()
    chat.say("limpet", "help", "unheard")
    harbour.offered.clear()
    await harbour.start()
    await harbour.settle()
    assert harbour.offered == ["unheard"]
    assert await harbour.unjudged() == []
    await harbour.crash()
    chat.close()


async def test_a_queue_that_is_full_loses_nothing(store: Store, tmp_path: Path) -> None:
    harbour = await build(store, tmp_path, limits=Limits(first_wait=0.001, longest_wait=0.01, queue=8, batch=4))
    intake = await harbour.start()
    chat = harbour.place.chat
    posts = [chat.say("limpet", ("help", "gaming")[number % 2], f"number {number}") for number in range(120)]
    chat.edit("limpet", posts[3].id, "changed in the crowd")
    await harbour.settle()
    assert intake.health().dropped > 0
    assert await harbour.unjudged() == []
    await harbour.crash()
    chat.close()


@pytest.mark.parametrize("seed", range(6))
async def test_nothing_is_lost_whenever_the_core_or_the_whole_program_dies(harbour: Harbour, seed: int) -> None:
    chance = random.Random(seed)
    await harbour.start()
    for number in range(60):
        chat = harbour.place.chat
        mine = [post for post in harbour.posts() if post.author == "limpet"]
        match chance.choice(["say"] * 6 + ["edit"] * 3 + ["remove", "thread", "wait", "settle", "crash", "die"]):
            case "say":
                chat.say("limpet", chance.choice(["help", "gaming", "calm"]), f"number {number}")
            case "edit" if mine:
                chat.edit("limpet", chance.choice(mine).id, f"edited {number}")
            case "remove" if mine:
                chat.remove("limpet", chance.choice(mine).id)
            case "thread" if mine:
                begins = chance.choice(mine)
                if not begins.room.startswith("t~"):
                    chat.say("limpet", chat.open_thread("limpet", begins.id, "knots").id, f"below {number}")
            case "wait":
                harbour.place.clock.move(chance.choice([MINUTE, timedelta(hours=3)]))
            case "settle":
                await harbour.settle()
            case "crash" | "die" as how:
                await harbour.crash()
                for more in range(chance.randint(0, 3)):
                    chat.say("limpet", "help", f"unheard {number} {more}")
                if how == "die":
                    harbour.restart_chat()
                await harbour.start()
    await harbour.crash()
    harbour.restart_chat()
    await harbour.start()
    await harbour.settle()
    assert await harbour.unjudged() == []


async def test_a_violation_is_gone_from_the_chat_and_its_author_told_why(harbour: Harbour) -> None:
    chat = harbour.place.chat
    await harbour.start()
    begins = chat.say("whelk", "gaming", "a quarrel begins")
    thread = chat.open_thread("whelk", begins.id, "knots")
    posts = [chat.say("limpet", room, "you blockhead") for room in ("help", thread.id)]
    await harbour.settle()
    await harbour.perform()
    shown = [chat.post(post.id) for post in posts]
    assert [post.gone_by for post in shown if post is not None] == ["locum", "locum"]
    (notice,) = chat.posts(chat.direct("limpet").id)
    assert notice.author == "locum"
    assert [post.card.title for post in chat.posts("leads") if post.card is not None] != []


async def test_who_is_timed_out_writes_again_once_it_is_over(harbour: Harbour) -> None:
    chat = harbour.place.chat
    await harbour.start()
    chat.say("limpet", "help", "you nitwit")
    await harbour.settle()
    await harbour.perform()
    assert chat.held("limpet", OutcomeKind.TIMEOUT).standing.held
    with pytest.raises(ChatError):
        chat.say("limpet", "help", "but why")
    harbour.place.clock.move(11 * MINUTE)
    assert chat.say("limpet", "help", "sorry").text == "sorry"
