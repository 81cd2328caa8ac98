"""What is in memory is what is in the file, whatever happened, and a transaction is whole or not at all."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.local.chat.chat import LOCUM
from adapters.local.chat.types import ChatError, RoomKind, UnavailableError
from bot.domain.card import Card
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import FREE, Standing
from tests.adapters.local.chat.rooms import Place, full_disk, furnished

PEOPLE = st.sampled_from(["limpet", "rollmops", "whelk", "lee", "dab", LOCUM, "nobody"])
ROOMS = st.sampled_from(["help", "gaming", "leads", "direct~limpet", "t~1", "t~2", "nowhere"])
POSTS = st.integers(min_value=0, max_value=12).map(str)
SANCTIONS = st.sampled_from([OutcomeKind.TIMEOUT, OutcomeKind.QUARANTINE, OutcomeKind.BAN])
TEXTS = st.sampled_from(["ahoy", "@whelk", "", "@all hands", "x" * 2_001])
DOINGS = st.one_of(
    st.tuples(st.just("say"), PEOPLE, ROOMS, TEXTS),
    st.tuples(st.just("edit"), PEOPLE, POSTS, TEXTS),
    st.tuples(st.just("remove"), PEOPLE, POSTS),
    st.tuples(st.just("react"), PEOPLE, POSTS, st.sampled_from(["⚓", "👍", ""])),
    st.tuples(st.just("open_thread"), PEOPLE, POSTS, TEXTS),
    st.tuples(st.just("join"), PEOPLE, ROOMS),
    st.tuples(st.just("leave"), PEOPLE),
    st.tuples(st.just("direct"), PEOPLE),
    st.tuples(st.just("restrict"), PEOPLE, SANCTIONS, st.sampled_from([FREE, Standing(held=True)]), POSTS),
    st.tuples(st.just("put"), ROOMS, TEXTS, POSTS),
    st.tuples(st.just("redraw"), POSTS, TEXTS, POSTS),
    st.tuples(st.just("set_slow"), ROOMS, st.sampled_from([0, 30])),
    st.tuples(st.just("set_closed"), st.booleans()),
    st.tuples(st.just("make_room"), ROOMS, st.sampled_from([RoomKind.OPEN, RoomKind.STAFF])),
    st.tuples(st.just("wait"), st.sampled_from([1, 60, 3_600])),
)


def do(place: Place, what: str, *given: object) -> None:
    """Do something that may be refused."""
    if what == "wait":
        place.clock.move(timedelta(seconds=int(str(given[0]))))
        return
    named: dict[str, object] = {}
    match what, given:
        case "restrict", (*first, action):
            given, named = tuple(first), {"by": action, "purge": 60}
        case "put", (*first, action):
            given, named = tuple(first), {"action": action, "card": Card(title="A case")}
        case "redraw", (*first, action):
            given, named = tuple(first), {"action": action, "card": Card(title="Another case")}
        case "set_closed", (closed,):
            given, named = (), {"closed": closed}
    with suppress(ChatError):
        getattr(place.chat, what)(*given, **named)


def seen(place: Place) -> list[object]:
    """Return everything that can be seen of a chat."""
    chat = place.chat
    people = chat.accounts()
    rooms = [*chat.rooms(), *(room for one in people if (room := chat.room(f"direct~{one.id}")) is not None)]
    return [
        people, rooms, chat.closed, chat.newest, chat.now(),
        [list(chat.posts(room.id, most=1_000)) for room in rooms],
        [chat.held(one.id, sanction) for one in people for sanction in OutcomeKind],
        [chat.sees(one.id, room) for one in people for room in rooms],
        [chat.put_by(str(number)) for number in range(13)],
        list(chat.changes(0)),
    ]  # fmt: skip


@settings(max_examples=60)
@given(st.lists(DOINGS, max_size=30))
def test_after_a_restart_everything_is_as_it_was(doings: list[tuple[object, ...]]) -> None:
    with TemporaryDirectory() as folder:
        place = furnished(Path(folder))
        place.enrol("dab", here=False)
        for what, *rest in doings:
            do(place, str(what), *rest)
        before = seen(place)
        place.restart()
        assert seen(place) == before
        place.chat.close()


@settings(max_examples=60)
@given(st.lists(DOINGS, max_size=30))
def test_times_and_numbers_only_grow_and_what_is_gone_is_empty(doings: list[tuple[object, ...]]) -> None:
    with TemporaryDirectory() as folder:
        place = furnished(Path(folder))
        for what, *rest in doings:
            do(place, str(what), *rest)
        rooms = [room.id for room in place.chat.rooms()]
        posts = sorted((post for room in rooms for post in place.chat.posts(room)), key=lambda post: int(post.id))
        assert [post.at for post in posts] == sorted(post.at for post in posts)
        for post in posts:
            if post.gone_at is not None:
                assert (post.text, post.mentions, post.reactions, post.card) == ("", (), (), None)
        for room in rooms:
            span = (posts[0].at, posts[-1].at) if posts else (place.clock.now(), place.clock.now())
            written = place.chat.written(room, *span)
            assert [post.id for post in written] == [
                post.id for post in place.chat.posts(room) if post.gone_at is None and post.author != LOCUM
            ]
        place.chat.close()


def test_what_cannot_be_stored_did_not_happen(tmp_path: Path) -> None:
    place = furnished(tmp_path)
    place.enrol("dab", here=False)
    post = place.chat.say("limpet", "help", "one")
    before = seen(place)
    with full_disk():
        for attempt in (
            lambda: place.chat.say("limpet", "help", "two"),
            lambda: place.chat.join("dab", "help"),
            lambda: place.chat.open_thread("limpet", post.id, "knots"),
            lambda: place.hold("limpet", OutcomeKind.BAN, purge=60),
            lambda: place.chat.remove(LOCUM, post.id),
            lambda: place.chat.set_closed(closed=True),
        ):
            with pytest.raises(UnavailableError):
                attempt()
    assert seen(place) == before
    place.restart()
    assert seen(place) == before
    assert place.chat.say("limpet", "help", "two").text == "two"
    place.chat.close()


def test_a_file_of_another_form_is_left_alone(tmp_path: Path) -> None:
    place = furnished(tmp_path)
    place.chat.close()
    whole = place.file.read_bytes()
    # the form stands at a fixed place of every SQLite file
    other = whole[:60] + (99).to_bytes(4, "big") + whole[64:]
    place.file.write_bytes(other)
    with pytest.raises(UnavailableError):
        Place(file=place.file)
    assert place.file.read_bytes()[60:64] == other[60:64]


def test_what_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "chat.sqlite"
    file.write_bytes(b"a letter to grandmother, and no database at all" * 100)
    with pytest.raises(UnavailableError):
        Place(file=file)
    assert file.read_bytes().startswith(b"a letter to grandmother")


def test_changes_that_are_forgotten_leave_the_numbers_as_they_were(tmp_path: Path) -> None:
    place = furnished(tmp_path)
    newest = place.chat.newest
    place.chat.forget_changes(newest)
    assert [one.number for one in place.chat.changes(0)] == [newest]
    place.chat.close()
    chat = Place(file=place.file).chat
    assert chat.newest == newest
    chat.say("limpet", "help", "after that")
    assert [one.number for one in chat.changes(newest)] == [newest + 1]
    chat.close()
