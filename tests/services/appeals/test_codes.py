"""Codes are typed by people, derived from a key that isn't in the database, and stored as digests alone."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.services.appeals.codes import appeal_code, digest_of
from tests.fakes.keys import FakeKeys

KEYS = FakeKeys()


@given(st.text(alphabet="0123456789abcdef", min_size=32, max_size=32))
def test_a_code_is_three_groups_of_four_that_nobody_misreads(decision: str) -> None:
    code = appeal_code(KEYS, decision)
    assert re.fullmatch(r"[2-9A-HJKMNP-TV-Z]{4}(-[2-9A-HJKMNP-TV-Z]{4}){2}", code), code
    assert not set(code) & set("01ILOU")


def test_the_same_decision_has_the_same_code_and_another_key_another_one() -> None:
    assert appeal_code(KEYS, "d" * 32) == appeal_code(KEYS, "d" * 32)
    assert appeal_code(KEYS, "d" * 32) != appeal_code(KEYS, "e" * 32)
    assert appeal_code(KEYS, "d" * 32) != appeal_code(FakeKeys(), "d" * 32)


@given(st.sampled_from(["-", " ", "", "–", "\t"]), st.booleans())
def test_however_a_code_is_typed_it_is_the_same_code(dash: str, small: bool) -> None:
    code = appeal_code(KEYS, "d" * 32)
    typed = code.replace("-", dash)
    assert digest_of(typed.lower() if small else typed) == digest_of(code)
