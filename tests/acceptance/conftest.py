"""Stories of people who moderate are told by two doors: through any adapter's, and through the page of our own chat."""

from collections.abc import Iterator

import pytest

from tests.acceptance.stages import DOOR


@pytest.fixture
def door(request: pytest.FixtureRequest) -> Iterator[str]:
    """Set by which door people come in; `BY_BOTH_DOORS` says which door meets which database."""
    DOOR["door"] = request.param
    yield request.param
    DOOR["door"] = "core"
