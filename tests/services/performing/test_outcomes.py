"""What a platform gives as its reason is kept as a code, whatever it says."""

from hypothesis import given
from hypothesis import strategies as st

from bot.services.performing.outcomes import code_of


def test_a_code_stays_what_it_is() -> None:
    assert code_of("http_500") == "http_500"


def test_a_sentence_with_control_characters_becomes_a_short_code() -> None:
    assert code_of("Missing\0 Permissions:\n50013") == "Missing_Permissions:_50013"


@given(st.text(max_size=300))
def test_every_database_can_store_it(reason: str) -> None:
    code = code_of(reason)
    assert code.isascii()
    assert "\0" not in code
    assert len(code) <= 64
