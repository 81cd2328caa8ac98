"""People: they come and go, are held back, and see what is theirs to see."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.local.chat.chat import LOCUM
from adapters.local.chat.types import ChangeKind, ChatError, ClosedError, Held, HeldBackError, NotHereError, RoomKind
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import FREE
from tests.adapters.local.chat.rooms import HELD, SECOND, Place, furnished

TIMEOUT, QUARANTINE, BAN = OutcomeKind.TIMEOUT, OutcomeKind.QUARANTINE, OutcomeKind.BAN


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = furnished(tmp_path)
    yield place
    place.chat.close()


def test_an_account_is_as_it_was_enrolled_and_times_stay(place: Place) -> None:
    made = place.enrol("nw-17", name="Robin", roles=frozenset({"moderators"}), language="de")
    place.clock.move(SECOND)
    place.enrol("nw-17", name="Robin the Second", roles=frozenset({"staff"}), here=False)
    place.restart()
    assert place.chat.account("nw-17") == replace(
        made, name="Robin the Second", roles=frozenset({"staff"}), language="en"
    )  # fmt: skip


def test_who_is_enrolled_again_without_a_change_changes_nothing(place: Place) -> None:
    made, number = place.enrol("dab"), place.chat.newest
    place.chat.enrol(made)
    assert place.chat.newest == number


@pytest.mark.parametrize("id", ["", "\ud800", "a\0b"])
def test_an_account_needs_an_id_that_can_be_kept(place: Place, id: str) -> None:
    with pytest.raises(ChatError):
        place.enrol(id, name="dab")


def test_accounts_are_named_in_order_and_locum_is_one_of_them(place: Place) -> None:
    place.enrol("z", name="Anchovy")
    assert [one.name for one in place.chat.accounts()] == ["Anchovy", "lee", "limpet", "Locum", "rollmops", "whelk"]
    locum = place.chat.account(LOCUM)
    assert locum is not None
    assert locum.bot


def test_who_joins_is_there_from_then_on_and_a_note_says_so(place: Place) -> None:
    place.enrol("dab", here=False)
    assert not place.chat.sees("dab", place.chat.make_room("help"))
    place.clock.move(SECOND)
    note = place.chat.join("dab", "help")
    dab = place.chat.account("dab")
    assert dab is not None
    assert dab.joined_at == place.clock.now()
    assert (note.joined, note.author, note.text, note.room) == (True, "dab", "", "help")
    assert place.chat.posts("help") == [note]
    with pytest.raises(ChatError):
        place.chat.join("dab", "help")


def test_nobody_joins_in_a_room_that_is_not_open_or_not_there(place: Place) -> None:
    place.enrol("dab", here=False)
    for room in ("leads", "nowhere", place.chat.direct("dab").id):
        with pytest.raises(NotHereError):
            place.chat.join("dab", room)


def test_nobody_joins_while_the_doors_are_closed(place: Place) -> None:
    place.enrol("dab", here=False)
    assert place.chat.set_closed(closed=True)
    assert not place.chat.set_closed(closed=True)
    place.restart()
    with pytest.raises(ClosedError):
        place.chat.join("dab", "help")
    assert place.chat.set_closed(closed=False)
    assert place.chat.join("dab", "help").joined


def test_who_leaves_leaves_their_posts_behind(place: Place) -> None:
    post = place.chat.say("limpet", "help", "goodbye")
    place.chat.leave("limpet")
    place.chat.leave("limpet")
    assert place.chat.post(post.id) == post
    with pytest.raises(NotHereError):
        place.chat.say("limpet", "help", "still here")
    with pytest.raises(NotHereError):
        place.chat.leave("nobody")


def test_a_timeout_ends_by_itself(place: Place) -> None:
    place.hold("limpet", TIMEOUT)
    with pytest.raises(HeldBackError) as held:
        place.chat.say("limpet", "calm", "but why")
    assert (held.value.sanction, held.value.until) == (TIMEOUT, place.clock.now() + timedelta(minutes=10))
    place.clock.move(timedelta(minutes=10))
    assert place.chat.held("limpet", TIMEOUT) == Held(standing=FREE, by="a1")
    assert place.chat.say("limpet", "help", "ahoy").text == "ahoy"


@pytest.mark.parametrize("sanction", [QUARANTINE, BAN])
def test_nothing_else_ends_by_itself(place: Place, sanction: OutcomeKind) -> None:
    place.chat.restrict("limpet", sanction, replace(HELD, until=place.clock.now() + SECOND), by="a1")
    place.clock.move(timedelta(days=400))
    place.restart()
    assert place.chat.held("limpet", sanction) == Held(standing=HELD, by="a1")
    place.free("limpet", sanction)
    assert place.chat.held("limpet", sanction) == Held(standing=FREE, by="a2")


def test_who_is_held_neither_writes_edits_reacts_nor_begins_a_thread_but_may_take_back(place: Place) -> None:
    mine, other = place.chat.say("limpet", "help", "one"), place.chat.say("whelk", "help", "two")
    place.hold("limpet", TIMEOUT)
    for attempt in (
        lambda: place.chat.say("limpet", "help", "three"),
        lambda: place.chat.edit("limpet", mine.id, "three"),
        lambda: place.chat.react("limpet", other.id, "⚓"),
        lambda: place.chat.open_thread("limpet", other.id, "knots"),
    ):
        with pytest.raises(HeldBackError):
            attempt()
    place.chat.remove("limpet", mine.id)
    assert [one.text for one in place.chat.posts("help")] == ["", "two"]


def test_who_is_in_quarantine_reads_and_writes_only_where_help_is(place: Place) -> None:
    place.hold("limpet", QUARANTINE)
    gaming = place.chat.room("gaming")
    assert gaming is not None
    assert place.chat.sees("limpet", gaming)
    with pytest.raises(HeldBackError):
        place.chat.say("limpet", "gaming", "ahoy")
    for room in ("help", "calm"):
        post = place.chat.say("limpet", room, "what did I do?")
        assert place.chat.say("limpet", place.chat.open_thread("limpet", post.id, "me").id, "hello").text == "hello"


def test_a_ban_removes_somebody_and_only_their_direct_room_is_left(place: Place) -> None:
    direct = place.chat.direct("limpet")
    place.hold("limpet", BAN)
    limpet = place.chat.account("limpet")
    assert limpet is not None
    assert limpet.joined_at is None
    assert [room.id for room in [*place.chat.rooms(), direct] if place.chat.sees("limpet", room)] == [direct.id]
    with pytest.raises(HeldBackError):
        place.chat.join("limpet", "help")
    with pytest.raises(HeldBackError):
        place.chat.say("limpet", "help", "hey")
    assert place.chat.say("limpet", direct.id, "I appeal").room == direct.id
    place.free("limpet", BAN)
    assert place.chat.join("limpet", "help").joined


def test_a_ban_takes_recent_posts_along_once(place: Place) -> None:
    place.chat.say("limpet", "help", "old")
    place.clock.move(timedelta(minutes=10))
    for room in ("help", "gaming"):
        place.chat.say("limpet", room, "new")
    place.chat.say("whelk", "help", "not mine")
    place.hold("limpet", BAN, purge=300)
    assert [one.text for one in place.chat.posts("gaming")] == [""]
    assert [one.text for one in place.chat.posts("help")] == ["old", "", "not mine"]
    number = place.chat.newest
    place.hold("limpet", BAN, purge=86_400)
    assert [one.kind for one in place.since(number)] == [ChangeKind.STANDING]
    assert place.chat.posts("help")[0].text == "old"


def test_what_somebody_was_under_holds_when_they_come_back(place: Place) -> None:
    place.hold("limpet", QUARANTINE)
    place.chat.leave("limpet")
    place.chat.join("limpet", "help")
    with pytest.raises(HeldBackError):
        place.chat.say("limpet", "gaming", "back again")


def test_a_channel_that_is_called_like_a_direct_room_is_none(place: Place) -> None:
    place.chat.make_room("direct-limpet")
    assert place.chat.direct("limpet").kind is RoomKind.DIRECT


def test_everybody_has_one_direct_room_that_nobody_else_sees(place: Place) -> None:
    room = place.chat.direct("limpet")
    assert (room.id, room.kind, room.account) == ("direct~limpet", RoomKind.DIRECT, "limpet")
    assert place.chat.direct("limpet") == room
    assert place.chat.sees("limpet", room)
    assert place.chat.sees(LOCUM, room)
    assert not place.chat.sees("lee", room)
    assert room not in place.chat.rooms()
    assert place.chat.room(room.id) == room
    with pytest.raises(NotHereError):
        place.chat.say("lee", room.id, "psst")
    with pytest.raises(NotHereError):
        place.chat.direct("nobody")


def test_a_thread_is_seen_by_who_sees_what_it_hangs_under(place: Place) -> None:
    thread = place.chat.open_thread("lee", place.chat.say("lee", "leads", "one").id, "knots")
    assert place.chat.sees("lee", thread)
    assert not place.chat.sees("limpet", thread)
    with pytest.raises(NotHereError):
        place.chat.react("limpet", place.chat.say("lee", thread.id, "two").id, "⚓")


def test_rooms_stand_in_the_order_in_which_they_were_made_and_are_brought_up_to_date(place: Place) -> None:
    place.chat.set_slow("gaming", 5)
    place.chat.make_room("#gaming", RoomKind.STAFF, languages=["en"])
    place.restart()
    assert [room.id for room in place.chat.rooms()] == ["help", "gaming", "calm", "leads"]
    room = place.chat.room("gaming")
    assert room is not None
    assert (room.kind, room.languages, room.slow) == (RoomKind.STAFF, frozenset({"en"}), 5)
    number = place.chat.newest
    assert place.chat.make_room("gaming", RoomKind.STAFF, languages=["en"]) == room
    assert place.chat.newest == number


def test_no_room_is_made_in_the_place_of_a_thread_or_without_a_name(place: Place) -> None:
    thread = place.chat.open_thread("whelk", place.chat.say("limpet", "help", "one").id, "knots")
    for name, kind in ((thread.id, RoomKind.OPEN), ("", RoomKind.OPEN), ("x", RoomKind.DIRECT)):
        with pytest.raises(ChatError):
            place.chat.make_room(name, kind)


def test_slow_mode_is_set_once(place: Place) -> None:
    assert place.chat.set_slow("help", 30)
    assert not place.chat.set_slow("help", 30)
    assert place.chat.set_slow("help", 0)
    with pytest.raises(NotHereError):
        place.chat.set_slow("nowhere", 30)
