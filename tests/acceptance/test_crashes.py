"""Whatever kills the process, and wherever: nothing is lost, nothing is done twice, and the record is true."""

import pytest

from tests.acceptance.conftest import STORIES


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_process_killed_anywhere_loses_nothing_and_does_nothing_twice(
    kind: str, request: pytest.FixtureRequest
) -> None:
    stories = request.config.stash[STORIES]
    if kind not in stories:
        pytest.skip("NO POSTGRESQL ON 127.0.0.1:5432")
    status, said = stories[kind].end()
    assert status == 0, said
    assert " 0 differences" in said
