"""Texts and names: whatever comes is kept and comes back, and mentions are found as people mean them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.local.chat.types import NothingSaidError, TooLongError
from adapters.local.chat.words import LONGEST, called, mentioned, sound
from tests.adapters.local.chat.rooms import SECOND, Place, furnished

#: everything that a program can be given, halves of characters and NUL among it
ANYTHING = st.text(st.characters(codec=None, categories=None), max_size=60)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    place = furnished(tmp_path_factory.mktemp("chat"))
    yield place
    place.chat.close()


@given(ANYTHING)
def test_what_is_sound_can_be_kept_and_stays_so(text: str) -> None:
    once = sound(text)
    once.encode()
    assert "\0" not in once
    assert sound(once) == once
    if "\0" not in text and "\r\n" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text):
        assert once == text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ANYTHING, room=ANYTHING, name=ANYTHING)
def test_any_text_is_said_as_it_is_or_refused_by_name(place: Place, text: str, room: str, name: str) -> None:
    place.enrol("dab", name=name, language=name)
    dab = place.chat.account("dab")
    assert dab is not None
    assert 0 < len(dab.name) <= 64
    assert place.chat.account(text) is None or text in {one.id for one in place.chat.accounts()}
    assert place.chat.posts(room) == [] or place.chat.room(room) is not None
    place.chat.note(name, text)
    assert place.chat.noted(name) == sound(text)
    try:
        post = place.chat.say("dab", "help", text)
    except NothingSaidError:
        assert not text.strip()
        return
    assert post.text == sound(text)
    assert place.chat.post(post.id) == post


@given(
    st.integers(min_value=LONGEST - 2, max_value=LONGEST + 2), st.sampled_from(["x", "ß", "⚓", "\U0001f980", "\x07"])
)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_limit_counts_characters(place: Place, length: int, sign: str) -> None:
    try:
        assert len(place.chat.say("limpet", "gaming", sign * length).text) == length <= LONGEST
    except TooLongError:
        assert length > LONGEST


@pytest.mark.parametrize(
    ("text", "people", "everyone"),
    [
        ("ahoy @limpet", ["limpet"], False),
        ("@LIMPET, @Limpet!", ["limpet"], False),
        ("(@Old Salt)", ["salt"], False),
        ("@Old Salt Junior and @old salt", ["junior", "salt"], False),
        ("@Old Salty", [], False),
        ("mail limpet@limpet.example", [], False),
        ("@@limpet", ["limpet"], False),
        ("@Große Möwe and @GROSSE MÖWE", ["gull"], False),
        ("@everyone look", [], True),
        ("@ALL of you, and @limpet", ["limpet"], True),
        ("@allison @everyones", [], False),
        ("@gone @nobody @", [], False),
        ("@<script>", ["script"], False),
    ],
)
def test_a_mention_is_the_longest_name_that_fits(tmp_path: Path, text: str, people: list[str], everyone: bool) -> None:
    place = furnished(tmp_path)
    names = {"salt": "Old Salt", "junior": "Old Salt Junior", "gull": "Große Möwe", "script": "<script>", "x": "all"}
    for account, name in names.items():
        place.enrol(account, name=name)
    place.enrol("gone", here=False)
    post = place.chat.say("whelk", "help", text)
    assert (list(post.mentions), post.everyone) == (people, everyone)
    place.chat.close()


def test_of_two_with_one_name_the_older_account_is_meant(tmp_path: Path) -> None:
    place = furnished(tmp_path)
    place.enrol("second", name="Dab")
    place.clock.jump(timedelta(days=-1))
    place.enrol("first", name="Dab")
    place.clock.move(timedelta(days=1) + SECOND)
    assert place.chat.say("whelk", "help", "@dab").mentions == ("first",)
    place.chat.leave("first")
    assert place.chat.say("whelk", "help", "@dab").mentions == ("second",)
    place.chat.close()


@given(ANYTHING, st.lists(ANYTHING, max_size=6))
def test_looking_for_mentions_never_fails_and_finds_only_who_is_there(text: str, names: list[str]) -> None:
    from_names = called([])
    assert mentioned(text, from_names)[0] == ()
    assert isinstance(mentioned("@".join([text, *names]), from_names)[1], bool)
