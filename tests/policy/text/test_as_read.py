"""The text that patterns search once it is folded."""

from hypothesis import given
from hypothesis import strategies as st

from bot.policy.text.as_read import as_read, origins, shown
from bot.policy.text.fold import fold


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_the_short_way_for_plain_text_reads_the_same(text: str) -> None:
    assert as_read(text) == fold(shown(text))


@given(st.text())
def test_every_character_has_an_origin(text: str) -> None:
    assert len(origins(text)) == len(as_read(text)) + 1
