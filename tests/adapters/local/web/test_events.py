"""An open page hears what happens, and whoever was away catches up."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.local.chat.types import RoomKind
from adapters.local.web import events
from adapters.local.web.views import TourView
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Standing
from bot.services.tracing.chain import Attribution, Chain, EntryShown, Link, LinkKind
from tests.adapters.local.web.house import House, house_in

HERE = "/acme/as/u1/help"


def entry(seq: int) -> EntryShown:
    by = Attribution(kind="automation", who="spam/links")
    return EntryShown(seq=seq, at=datetime.now(UTC), kind="decided", title=f"Entry {seq}", by=by, hash="abcdef")


def state_of(page: str) -> str:
    [state] = re.findall(r'data-state="(\w+)"', page)
    return str(state)


class Tour:
    """A tour that somebody begins."""

    offered = True
    begun = False

    async def view(self, reader: str, language: str) -> TourView | None:
        return TourView(number=1, of=5, title="Look", text="Press") if self.begun else None

    async def look(self) -> None:
        return None

    def saw(self, what: str) -> None:
        return None

    def start(self) -> None:
        self.begun = True

    def next(self) -> None:
        return None

    def leave(self) -> None:
        self.begun = False


async def test_a_post_is_heard_by_everybody_in_the_room_and_nobody_elsewhere(house: House) -> None:
    async with house.listening("u1") as one, house.listening("robin") as two, house.listening("u2", "gaming") as three:
        post = house.chat.say("u2", "help", "ahoy")
        other = house.chat.say("u2", "gaming", "anyone?")
        assert "ahoy" in (await one.posts_until(post.id))[f"post-{post.id}"]
        assert "ahoy" in (await two.posts_until(post.id))[f"post-{post.id}"]
        assert list(await three.posts_until(other.id)) == [f"post-{other.id}"]


async def test_script_is_heard_as_text(house: House) -> None:
    async with house.listening() as stream:
        post = house.chat.say("u2", "help", "<script>alert(1)</script>\n\ndata: x\u202e")
        html = (await stream.posts_until(post.id))[f"post-{post.id}"]
    assert "<script" not in html
    assert "\u202e" not in html


async def test_what_is_edited_or_removed_is_drawn_once_more(house: House) -> None:
    post = house.chat.say("u2", "help", "ahoi")
    async with house.listening() as stream:
        house.chat.edit("u2", post.id, "ahoy")
        assert "ahoy" in (await stream.posts_until(post.id))[f"post-{post.id}"]
        house.chat.remove("u2", post.id)
        assert "ahoy" not in (await stream.posts_until(post.id))[f"post-{post.id}"]


async def test_whoever_was_away_hears_what_came_meanwhile_once(house: House) -> None:
    async with house.listening() as stream:
        first = house.chat.say("u2", "help", "before")
        await stream.posts_until(first.id)
        heard = house.chat.newest
    second = house.chat.say("u2", "help", "meanwhile")
    async with house.listening(after=0, headers={"Last-Event-ID": str(heard)}) as stream:
        assert list(await stream.posts_until(second.id)) == [f"post-{second.id}"]


async def test_of_a_burst_the_newest_are_told(house: House) -> None:
    async with house.listening() as stream:
        posts = [house.chat.say("u1", "help", f"post {number}") for number in range(events.MOST + 30)]
        found = await stream.posts_until(posts[-1].id)
    assert len(found) <= events.MOST
    assert list(found) == [f"post-{post.id}" for post in posts[-len(found) :]]


async def test_whoever_is_too_far_behind_reads_the_page_once_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "BEHIND", 10)
    after = house.chat.newest
    for number in range(20):
        house.chat.say("u1", "help", f"post {number}")
    async with house.listening(after=after) as stream:
        assert (await stream.next("reload")).data == {"newest": house.chat.newest}


async def test_a_number_from_a_chat_that_began_anew_is_read_once_more(house: House) -> None:
    async with house.listening(after=10**9) as stream:
        assert (await stream.next("reload")).id == house.chat.newest


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 40])
async def test_a_number_that_is_none_is_the_beginning(house: House, after: str) -> None:
    async with house.listening(after=after) as stream:
        assert (await stream.next()).name == "hello"


async def test_a_page_that_was_open_over_a_restart_learns_its_new_token(house: House) -> None:
    await house.get("/acme/")
    async with house.listening() as stream:
        assert (await stream.next("hello")).data["csrf"] == house.token


async def test_a_post_is_marked_once_something_follows_from_it(house: House) -> None:
    async with house.listening() as stream:
        post = house.chat.say("u2", "help", "buy cheap ropes")
        before = (await stream.posts_until(post.id))[f"post-{post.id}"]
        house.backstage.chains[post.id] = Chain(links=(Link(kind=LinkKind.DECISION, title="deleted"),))
        house.backstage.ledger.append(entry(1))
        after = (await stream.posts_until(post.id))[f"post-{post.id}"]
    assert "followed" not in before
    assert after != before


async def test_entries_are_heard_as_they_come(house: House) -> None:
    async with house.listening() as stream:
        await stream.next("hello")
        house.backstage.ledger.append(entry(1))
        assert "Entry 1" in (await stream.next("entries")).data["html"]
        house.backstage.ledger.append(entry(2))
        assert "Entry 2" in (await stream.next("entries")).data["html"]


async def test_what_changed_between_the_page_and_its_stream_is_told_at_its_beginning(tmp_path: Path) -> None:
    tour = Tour()
    async with house_in(tmp_path, tour=tour) as house:
        state = state_of((await house.get(HERE)).text)
        # pressed before the page listens: nothing else will ever tell of it
        tour.begun = True
        async with house.listening(state=state) as stream:
            assert "Look" in (await stream.next("tour")).data["html"]


async def test_a_page_that_shows_everything_as_it_is_is_told_nothing_of_it(house: House) -> None:
    state = state_of((await house.get(HERE)).text)
    async with house.listening(state=state) as stream:
        house.backstage.ledger.append(entry(1))
        assert [(await stream.next()).name for _ in range(2)] == ["hello", "entries"]


async def test_rooms_are_heard_of_by_those_who_see_them(house: House) -> None:
    async with house.listening("u1") as member, house.listening("robin") as staff:
        house.chat.make_room("bridge", RoomKind.STAFF)
        house.chat.make_room("galley")
        html = ""
        for stream in (staff, member):
            html = ""
            while "galley" not in html:
                html = (await stream.next("rooms")).data["html"]
        assert "bridge" not in html


async def test_what_changed_between_the_page_and_its_stream_is_heard(house: House) -> None:
    after = house.chat.newest
    house.chat.make_room("galley")
    async with house.listening("u1", after=after) as stream:
        assert "galley" in (await stream.next("rooms")).data["html"]


async def test_what_is_written_elsewhere_is_heard_of_by_those_who_see_the_room(house: House) -> None:
    house.chat.make_room("bridge", RoomKind.STAFF)
    async with house.listening("u1") as stream:
        house.chat.put("bridge", "a card", action="a1")
        post = house.chat.say("u2", "gaming", "anyone?")
        heard: dict[str, str] = {}
        while "gaming" not in heard:
            heard |= (await stream.next("heard")).data
        assert heard == {"gaming": post.id}


async def test_whoever_is_held_back_sees_it_at_once(house: House) -> None:
    async with house.listening("u1") as stream:
        await stream.next("hello")
        house.chat.restrict("u1", OutcomeKind.TIMEOUT, Standing(held=True), by="a1")
        said = (await stream.next("reader")).data["html"]
    assert "timeout" in said.lower()


async def test_whoever_is_banned_hears_no_more_of_the_room(house: House) -> None:
    async with house.listening("u1") as stream:
        first = house.chat.say("u2", "help", "before")
        await stream.posts_until(first.id)
        house.chat.restrict("u1", OutcomeKind.BAN, Standing(held=True), by="a1")
        house.chat.say("u2", "help", "behind closed doors")
        # the rooms that are left are told behind whatever else came with them
        event = await stream.next()
        while event.name != "rooms":
            assert "behind closed doors" not in str(event.data)
            event = await stream.next()
    assert "/acme/as/u1/direct~u1" in event.data["html"]
    assert (await house.get("/acme/as/u1/help")).status_code == 404


async def test_a_jump_of_time_is_heard(house: House) -> None:
    async with house.listening("u1") as stream:
        await stream.next("hello")
        await house.post("/acme/as/u2/skip", minutes="30")
        assert "1800" in (await stream.next("life")).data["html"]


async def test_the_end_of_the_program_ends_every_stream(tmp_path: Path) -> None:
    async with house_in(tmp_path) as house, house.listening("u1") as one, house.listening("u2") as two:
        await one.next()
        await two.next()
        await asyncio.wait_for(house.serving.stop(), 10)
        with pytest.raises(EOFError):
            await one.next("posts")
        with pytest.raises(EOFError):
            await two.next("posts")


async def test_a_reader_who_doesnt_read_stops_nobody_else(house: House) -> None:
    async with house.listening("u1"), house.listening("u2") as other:
        for number in range(400):
            house.chat.say("u1", "help", f"{number} {'x' * 1_500}")
            if number % 50 == 0:
                await asyncio.sleep(0)
        last = house.chat.say("u1", "help", "and that was all")
        await other.posts_until(last.id)
        assert (await house.get("/acme/")).status_code == 200
