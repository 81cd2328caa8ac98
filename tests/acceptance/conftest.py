"""Stories of people who moderate are told by every door: any adapter's, the page of our own chat, Discord's wire."""

from collections.abc import Iterator

import pytest

from tests.acceptance.stages import DOOR


@pytest.fixture
def door(request: pytest.FixtureRequest) -> Iterator[str]:
    """Set by which door people come in; `BY_EVERY_DOOR` says which door meets which database."""
    DOOR["door"] = request.param
    yield request.param
    DOOR["door"] = "core"
