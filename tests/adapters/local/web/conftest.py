"""What tests of the page stand on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.adapters.local.web.house import House, house_in


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Serve the page of one community."""
    async with house_in(tmp_path) as found:
        yield found
