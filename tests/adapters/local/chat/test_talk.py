"""Posts: written, answered, edited, removed, reacted to, and read back in their order."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.local.chat.chat import LOCUM
from adapters.local.chat.types import (
    ChangeKind,
    ChatError,
    NotHereError,
    NothingSaidError,
    NotYoursError,
    RoomKind,
    SlowedError,
    TooLongError,
)
from bot.domain.card import Card, Quote
from bot.domain.message import AccountRef, Attachment, PlatformName
from bot.domain.severity import Severity
from tests.adapters.local.chat.rooms import SECOND, Place, furnished


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = furnished(tmp_path)
    yield place
    place.chat.close()


def test_a_post_stands_in_its_room_and_nowhere_else(place: Place) -> None:
    post = place.chat.say("limpet", "help", "ahoy")
    assert [one.text for one in place.chat.posts("help")] == ["ahoy"]
    assert place.chat.posts("gaming") == []
    assert place.chat.post(post.id) == post
    assert (post.author, post.at, post.edited_at) == ("limpet", place.clock.now(), None)


def test_ids_are_digits_that_grow_even_over_a_restart(place: Place) -> None:
    first = place.chat.say("limpet", "help", "one")
    place.restart()
    second = place.chat.say("limpet", "gaming", "two")
    assert first.id.isdecimal()
    assert int(second.id) > int(first.id)


@pytest.mark.parametrize("id", ["", "0", "-1", "01", "x", "٣", "1" * 40, "1.0", "\ud800", "999"])
def test_what_is_no_id_names_no_post(place: Place, id: str) -> None:
    place.chat.say("limpet", "help", "one")
    assert place.chat.post(id) is None
    with pytest.raises(NotHereError):
        place.chat.remove("limpet", id)


def test_a_post_has_at_most_two_thousand_characters_and_not_bytes(place: Place) -> None:
    assert len(place.chat.say("limpet", "help", "ß" * 2_000).text) == 2_000
    with pytest.raises(TooLongError):
        place.chat.say("limpet", "help", "ß" * 2_001)
    with pytest.raises(TooLongError):
        place.chat.edit("limpet", place.chat.posts("help")[-1].id, "x" * 2_001)


@pytest.mark.parametrize("text", ["", "  \n\t "])
def test_a_post_says_something_or_carries_a_file(place: Place, text: str) -> None:
    with pytest.raises(NothingSaidError):
        place.chat.say("limpet", "help", text)
    file = Attachment(id="f1", name="knot.png")
    assert place.chat.say("limpet", "help", text, attachments=[file]).attachments == (file,)


@pytest.mark.parametrize(("account", "room"), [("nobody", "help"), ("limpet", "nowhere"), ("limpet", "leads")])
def test_nobody_writes_where_they_are_not(place: Place, account: str, room: str) -> None:
    with pytest.raises(NotHereError):
        place.chat.say(account, room, "ahoy")
    assert not place.chat.posts(room)


def test_staff_write_in_the_room_of_the_staff(place: Place) -> None:
    assert place.chat.say("lee", "leads", "ahoy").room == "leads"


def test_an_answer_names_a_post_of_its_room(place: Place) -> None:
    first, other = place.chat.say("limpet", "help", "one"), place.chat.say("limpet", "gaming", "two")
    assert place.chat.say("whelk", "help", "aye", reply_to=first.id).reply_to == first.id
    with pytest.raises(NotHereError):
        place.chat.say("whelk", "help", "aye", reply_to=other.id)


def test_an_answer_to_what_is_gone_meanwhile_is_a_post_like_any_other(place: Place) -> None:
    first = place.chat.say("limpet", "help", "one")
    place.chat.remove("limpet", first.id)
    assert place.chat.say("whelk", "help", "aye", reply_to=first.id).reply_to == ""


def test_only_the_author_edits_a_post(place: Place) -> None:
    post = place.chat.say("limpet", "help", "one")
    place.clock.move(SECOND)
    edited = place.chat.edit("limpet", post.id, "one and a half")
    assert (edited.text, edited.at, edited.edited_at) == ("one and a half", post.at, place.clock.now())
    assert place.chat.post(post.id) == edited
    for other in ("whelk", LOCUM):
        with pytest.raises(NotYoursError):
            place.chat.edit(other, post.id, "mine")


def test_an_edit_that_changes_nothing_is_none(place: Place) -> None:
    post, number = place.chat.say("limpet", "help", "one"), place.chat.newest
    assert place.chat.edit("limpet", post.id, "one") == post
    assert place.chat.newest == number


def test_of_what_is_gone_only_that_it_was_there_is_kept(place: Place) -> None:
    file = Attachment(id="f1", name="knot.png")
    post = place.chat.say("limpet", "help", "ahoy @whelk @all", attachments=[file])
    place.chat.react("whelk", post.id, "⚓")
    place.chat.remove("limpet", post.id)
    gone = place.chat.post(post.id)
    assert gone is not None
    assert (gone.text, gone.attachments, gone.mentions, gone.everyone, gone.reactions) == ("", (), (), False, ())
    assert (gone.author, gone.at, gone.gone_at, gone.gone_by) == ("limpet", post.at, place.clock.now(), "limpet")
    for again in (lambda: place.chat.remove("limpet", post.id), lambda: place.chat.edit("limpet", post.id, "back")):
        with pytest.raises(NotHereError):
            again()


def test_a_removed_text_is_no_longer_in_the_file(place: Place) -> None:
    post = place.chat.say("limpet", "help", "my number is four eight fifteen")
    place.chat.remove(LOCUM, post.id)
    place.chat.close()
    assert b"four eight fifteen" not in place.file.read_bytes()
    place.chat = type(place.chat)(place.file, place.clock.now)


def test_locum_removes_whatever_there_is_and_others_only_their_own(place: Place) -> None:
    post = place.chat.say("limpet", "help", "one")
    with pytest.raises(NotYoursError):
        place.chat.remove("lee", post.id)
    place.chat.remove(LOCUM, post.id)
    gone = place.chat.post(post.id)
    assert gone is not None
    assert gone.gone_by == LOCUM


def test_reactions_come_and_go_in_their_order(place: Place) -> None:
    post = place.chat.say("limpet", "help", "one")
    for account, sign in (("whelk", "⚓"), ("limpet", "👍"), ("rollmops", "⚓"), ("whelk", "👍")):
        place.chat.react(account, post.id, sign)
    assert place.chat.react("whelk", post.id, "👍").reactions == (("⚓", ("whelk", "rollmops")), ("👍", ("limpet",)))
    assert place.chat.react("limpet", post.id, "👍").reactions == (("⚓", ("whelk", "rollmops")),)


@pytest.mark.parametrize("sign", ["", "  ", "x" * 17, "\u202e", "a\nb", "\x07", "\u200d", "\u200b"])
def test_what_is_no_sign_is_no_reaction(place: Place, sign: str) -> None:
    with pytest.raises(ChatError):
        place.chat.react("whelk", place.chat.say("limpet", "help", "one").id, sign)


def test_a_post_has_a_bounded_number_of_signs(place: Place) -> None:
    post = place.chat.say("limpet", "help", "one")
    for number in range(20):
        place.chat.react("whelk", post.id, f"s{number}")
    with pytest.raises(ChatError):
        place.chat.react("whelk", post.id, "one more")
    assert len(place.chat.react("limpet", post.id, "s3").reactions) == 20


def test_slow_mode_lets_an_account_wait_and_nobody_else(place: Place) -> None:
    place.chat.set_slow("help", 30)
    place.chat.say("limpet", "help", "one")
    place.clock.move(10 * SECOND)
    with pytest.raises(SlowedError) as slowed:
        place.chat.say("limpet", "help", "two")
    assert slowed.value.seconds == 20
    place.chat.say("whelk", "help", "aye")
    place.chat.say("limpet", "gaming", "elsewhere")
    place.clock.move(20 * SECOND)
    assert place.chat.say("limpet", "help", "two").text == "two"


def test_who_removes_a_post_waits_all_the_same(place: Place) -> None:
    place.chat.set_slow("help", 30)
    place.chat.remove("limpet", place.chat.say("limpet", "help", "one").id)
    with pytest.raises(SlowedError):
        place.chat.say("limpet", "help", "two")


def test_slow_mode_holds_in_threads_too_and_leaves_staff_alone(place: Place) -> None:
    place.chat.set_slow("help", 30)
    thread = place.chat.open_thread("whelk", place.chat.say("limpet", "help", "one").id, "knots")
    place.chat.say("whelk", thread.id, "one")
    with pytest.raises(SlowedError):
        place.chat.say("whelk", thread.id, "two")
    for text in ("one", "two"):
        place.chat.say("lee", "help", text)


def test_posts_are_read_page_by_page_from_the_newest_back(place: Place) -> None:
    for number in range(7):
        place.chat.say("limpet", "help", str(number))
    last = place.chat.posts("help", most=3)
    assert [one.text for one in last] == ["4", "5", "6"]
    assert [one.text for one in place.chat.posts("help", before=last[0].id, most=3)] == ["1", "2", "3"]
    assert place.chat.posts("help", before="nonsense") == []


def test_what_was_written_in_a_time_is_read_from_the_oldest_on(place: Place) -> None:
    said = []
    for number in range(6):
        said.append(place.chat.say("limpet", "help", str(number)))
        place.clock.move(SECOND)
    place.chat.put("help", "a word of Locum's", action="a1")
    place.chat.remove("limpet", said[3].id)
    found = place.chat.written("help", said[1].at, said[4].at)
    assert [one.text for one in found] == ["1", "2", "4"]
    beyond = place.chat.written("help", said[0].at, place.clock.now(), beyond=said[2].id, most=1)
    assert [one.text for one in beyond] == ["4"]


def test_posts_keep_their_order_even_when_the_clock_runs_back(place: Place) -> None:
    first = place.chat.say("limpet", "help", "one")
    place.clock.jump(timedelta(hours=-1))
    place.restart()
    assert place.chat.say("limpet", "help", "two").at == first.at


def test_one_action_makes_one_post(place: Place) -> None:
    card = Card(
        title="A case", severity=Severity.HIGH, due_at=place.clock.now(), quotes=(Quote(author="m1", text="x"),)
    )
    post = place.chat.put("leads", "", action="a1", card=card)
    place.restart()
    assert place.chat.put("leads", "", action="a1", card=Card(title="Another")) == post
    assert post.card == card
    assert [one.id for one in place.chat.posts("leads")] == [post.id]
    assert place.chat.put_by("a1") == post
    assert place.chat.put_by("a2") is None


def test_what_is_gone_can_be_posted_anew_for_the_same_action(place: Place) -> None:
    first = place.chat.put("leads", "", action="a1", card=Card(title="A case"))
    place.chat.remove(LOCUM, first.id)
    second = place.chat.put("leads", "", action="a1", card=Card(title="A case"))
    assert second.id != first.id
    assert place.chat.put_by("a1") == second


def test_a_card_is_changed_in_its_place(place: Place) -> None:
    post = place.chat.put("leads", "", action="a1", card=Card(title="A case"))
    assert place.chat.redraw(post.id, "", action="a2", card=Card(title="A case, claimed", version=2))
    shown = place.chat.post(post.id)
    assert shown is not None
    assert shown.card == Card(title="A case, claimed", version=2)
    assert shown.edited_at is None
    assert place.chat.put_by("a2") == place.chat.put_by("a1") == shown


def test_neither_what_is_gone_nor_what_others_wrote_is_changed(place: Place) -> None:
    gone, other = place.chat.put("leads", "", action="a1"), place.chat.say("limpet", "help", "one")
    place.chat.remove(LOCUM, gone.id)
    for post in (gone.id, other.id, "999"):
        assert not place.chat.redraw(post, "x", action="a2", card=None)
    assert place.chat.put_by("a2") is None


def test_locum_mentions_those_whom_a_card_names_and_nobody_by_its_words(place: Place) -> None:
    named = AccountRef(platform=PlatformName.LOCAL, workspace="harbour", user="lee")
    post = place.chat.put("leads", "@everyone @whelk", action="a1", card=Card(title="A case", mentions=(named, named)))
    assert (post.mentions, post.everyone) == (("lee",), False)


def test_halves_of_characters_in_a_card_are_replaced(place: Place) -> None:
    post = place.chat.put(
        "leads", "\ud83d", action="a1", card=Card(title="A case", quotes=(Quote(author="m", text="\ud83d\0"),))
    )
    place.restart()
    shown = place.chat.post(post.id)
    assert shown is not None
    assert shown.card is not None
    assert shown.card.quotes[0].text == "\ufffd\ufffd"


def test_a_thread_hangs_at_its_post_and_there_is_one(place: Place) -> None:
    post = place.chat.say("limpet", "help", "how do I tie this?")
    thread = place.chat.open_thread("whelk", post.id, "#knots")
    assert (thread.id, thread.name, thread.kind) == (f"t~{post.id}", "knots", RoomKind.THREAD)
    assert (thread.parent, thread.began_at) == ("help", post.id)
    assert place.chat.open_thread("limpet", post.id, "another") == thread
    assert place.chat.say("limpet", thread.id, "aye").room == thread.id
    assert [one.id for one in place.chat.posts("help")] == [post.id]


def test_nothing_hangs_under_a_thread_or_without_a_name(place: Place) -> None:
    post = place.chat.say("limpet", "help", "one")
    with pytest.raises(NothingSaidError):
        place.chat.open_thread("limpet", post.id, " # ")
    thread = place.chat.open_thread("limpet", post.id, "knots")
    with pytest.raises(NotHereError):
        place.chat.open_thread("limpet", place.chat.say("limpet", thread.id, "two").id, "deeper")


def test_every_change_has_a_number_and_outlives_a_restart(place: Place) -> None:
    number = place.chat.newest
    post = place.chat.say("limpet", "help", "one")
    place.chat.edit("limpet", post.id, "two")
    place.chat.open_thread("limpet", post.id, "knots")
    place.chat.remove("limpet", post.id)
    place.restart()
    found = place.since(number)
    assert [one.kind for one in found] == [
        ChangeKind.POSTED, ChangeKind.EDITED, ChangeKind.ROOM, ChangeKind.REMOVED,
    ]  # fmt: skip
    assert [one.number for one in found] == list(range(number + 1, number + 5))
    assert {one.post for one in found} == {post.id}
    assert place.chat.newest == number + 4
    assert place.chat.changes(number, most=2) == found[:2]


async def test_whoever_waits_for_a_change_is_woken_by_it(place: Place) -> None:
    waiting = [asyncio.create_task(place.chat.changed(place.chat.newest)) for _ in range(3)]
    await asyncio.sleep(0)
    place.chat.say("limpet", "help", "one")
    await asyncio.wait_for(asyncio.gather(*waiting), 120)
    await asyncio.wait_for(place.chat.changed(place.chat.newest - 1), 120)


async def test_what_is_refused_wakes_nobody_and_leaves_nothing(place: Place) -> None:
    number = place.chat.newest
    waiting = asyncio.create_task(place.chat.changed(number))
    with pytest.raises(NotHereError):
        place.chat.join("limpet-the-second", "help")
    await asyncio.sleep(0)
    assert (place.chat.newest, waiting.done()) == (number, False)
    waiting.cancel()


def test_notes_are_kept(place: Place) -> None:
    assert place.chat.noted("tour") == ""
    place.chat.note("tour", "1")
    place.chat.note("tour", "2")
    place.restart()
    assert place.chat.noted("tour") == "2"
