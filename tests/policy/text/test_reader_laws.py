"""What holds for the reader on any text whatever."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.policy.text.disguise import HOWS
from bot.policy.text.readings import readings
from bot.policy.text.render import render
from bot.policy.text.views import views
from tests.policy.text.readers import READER, TERMS, reader_of

_SIGNS = "*.-_'\"!|@$()[]{}<>/\\#%&;:+=~^`1034578 \n\t\u200b\u00ad\u202e\u202c\u0308"
_LETTERS = "abcdefghiklmnoprstuvwxyzäöüßABCSTUаеоѕсрԁнийпתקⓕ𝔣ｆ🅵🇫ɟʞɯﬀİ😀"
_PIECES = st.one_of(
    st.sampled_from([*TERMS, "explains", "blieb", "zu", "f", "u", "c", "k", "hello", "[x](", "%66", "&#102;"])
)
_ODD_TEXTS = st.lists(
    st.one_of(_PIECES, st.sampled_from(_SIGNS), st.text(_LETTERS + _SIGNS, max_size=6)), max_size=14
).map("".join)
_TEXTS = st.one_of(st.text(), _ODD_TEXTS, st.text(st.integers(0, 0x10FFFF).map(chr), max_size=60))
_MESSAGES = st.lists(st.lists(_ODD_TEXTS, max_size=5).map(" ".join), min_size=1, max_size=6)
_LAW = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_LAW
@given(_TEXTS)
def test_every_span_lies_in_the_text_and_is_not_empty(text: str) -> None:
    for hit in READER.find(text):
        assert 0 <= hit.span.start < hit.span.end <= len(text)
        assert hit.span.how in HOWS


@_LAW
@given(_MESSAGES)
def test_what_is_found_in_a_message_never_depends_on_messages_before(messages: list[str]) -> None:
    warm = reader_of(*TERMS)
    for message in messages:
        warm.find(message)
    for message in reversed(messages):
        assert warm.find(message) == reader_of(*TERMS).find(message) == warm.find(message)


@_LAW
@given(st.lists(_ODD_TEXTS, min_size=1, max_size=5))
def test_a_chunk_is_seen_alone_whatever_stands_beside_it(chunks: list[str]) -> None:
    words = [word for chunk in chunks for word in chunk.split()]
    alone = {word: reader_of(*TERMS).chunks.look_at([word]) for word in words}
    together = reader_of(*TERMS).chunks.look_at(words)
    for word in words:
        assert together.get(word) == alone[word].get(word)


@_LAW
@given(_TEXTS)
def test_rendering_keeps_the_length(text: str) -> None:
    assert len(render(text)) == len(text)


@_LAW
@given(_TEXTS)
def test_a_reading_traced_is_the_reading(text: str) -> None:
    for reading in readings(text):
        assert "".join(character for character, _ in reading.trace(text)) == reading.read(text)


@_LAW
@given(_TEXTS)
def test_each_view_differs_from_those_before(text: str) -> None:
    shown = [text, *(view.text for view in views(text))]
    assert len(set(shown)) == len(shown)


def _naively_found(text: str) -> set[str]:
    """Return the terms that stand in ASCII text as whole words, or that lean on signs and just stand there."""
    return {
        term for term in TERMS
        if term.isascii() and re.search(rf"(?<![^\W_]){re.escape(term)}(?![^\W_])", text.lower())
    }  # fmt: skip


@_LAW
@given(st.lists(st.one_of(_PIECES, st.sampled_from(" .,!?-:;\n\"'()/")), max_size=20).map("".join))
def test_what_stands_there_plainly_is_never_lost(text: str) -> None:
    found = {READER.lexicon.literals[hit.literal].text for hit in READER.find(text)}
    assert _naively_found(text) <= found


def test_a_huge_text_is_read() -> None:
    for text in ("f.u" * 30_000, "<http:" * 8_000, "](" * 20_000, "<@a|" * 10_000, "fu ck " * 8_000, "\ud800" * 1_000):
        READER.find(text)
