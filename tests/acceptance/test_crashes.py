"""Whatever kills the process, and wherever: nothing is lost, nothing is done twice, and the record is true."""

import pytest

from tests.conftest import postgresql_answers
from tests.crash.telling import STORIES, end_of


@pytest.mark.parametrize("kind", STORIES)
def test_a_process_killed_anywhere_loses_nothing_and_does_nothing_twice(kind: str) -> None:
    if kind == "postgresql" and not postgresql_answers():
        pytest.skip("NO POSTGRESQL ON 127.0.0.1:5432")
    end = end_of(kind)
    if end is None:
        pytest.skip("THE CRASH STORIES ARE ONLY TOLD WHERE NO TESTS ARE CHOSEN BY WORD")
    status, said = end
    assert status == 0, said
    assert " 0 differences" in said
