"""Patterns of file names mean what they mean in a shell, and take linear time whatever name a member picks."""

import time
from fnmatch import fnmatchcase

from hypothesis import example, given
from hypothesis import strategies as st

from bot.policy.signals.globs import one_of

NAMES = st.text(alphabet="ab.[]!-^\\\n*é", max_size=12)


def fits(glob: str, name: str) -> bool:
    faulty: list[int] = []
    found = one_of((glob,), faulty.append)(name)
    assert not faulty
    return found


@given(glob=st.text(alphabet="ab.*?\\^+(|é", max_size=8), name=NAMES)
@example(glob="[ab]?.exe", name="ax.exe")
@example(glob="[!ab]*", name="b.exe")
@example(glob="[]a]", name="]")
@example(glob="[!]", name="[!]")
@example(glob="[a-b]", name="b")
@example(glob="[^a]", name="^")
@example(glob="a[", name="a[")
def test_a_pattern_fits_what_a_shell_would_take(glob: str, name: str) -> None:
    assert fits(glob, name) == fnmatchcase(name, glob)


def test_names_with_half_characters_are_judged() -> None:
    assert fits("*.exe", "\ud800.exe")


def test_a_crafted_name_takes_no_longer_than_any_other() -> None:
    start = time.process_time()
    assert not fits("*a" * 60 + "b", "a" * 20_000)
    assert time.process_time() - start < 5


def test_a_range_that_runs_backwards_is_told_of() -> None:
    faulty: list[int] = []
    one_of(("*.exe", "[b-a]"), faulty.append)
    assert faulty == [1]
