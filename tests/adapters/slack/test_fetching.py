"""Files come from Slack's own addresses alone, no larger than allowed, and whatever is missing says why."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from yarl import URL

from adapters.slack.fetching import is_own
from bot.domain.evidence import Missing
from bot.domain.message import MessageRef
from tests.adapters.slack.ground import SlackGround, slack_ground


@pytest_asyncio.fixture
async def ground() -> AsyncIterator[SlackGround]:
    async with slack_ground() as found:
        yield found


def shared(ground: SlackGround, content: bytes) -> tuple[MessageRef, str]:
    kim = ground.join("kim")
    said = ground.server.hands.say(kim.user, ground.help.channel, "look", files={"a.txt": content})
    ref = ground.ref(ground.help, said)
    return ref, ground.place.workspace.message(ref.channel, ref.message).files[0]


async def test_a_file_comes_whole_or_not_at_all(ground: SlackGround) -> None:
    ref, file = shared(ground, b"x" * 1_000)
    assert await ground.platform.fetch(ground.help, ref, {file: 1_000}) == {file: b"x" * 1_000}
    assert await ground.platform.fetch(ground.help, ref, {file: 999}) == {file: Missing.TOO_LARGE}


async def test_of_a_message_that_is_gone_nothing_comes(ground: SlackGround) -> None:
    ref, file = shared(ground, b"x")
    ground.erase(ref)
    assert await ground.platform.fetch(ground.help, ref, {file: 10}) == {}


@pytest.mark.parametrize(
    "address",
    [
        "https://files.slack.com.example.org/a", "http://files.slack.com/a", "https://files.slack.com:8443/a",
        "https://example.org/files.slack.com", "file:///etc/passwd", "https://user@example.org/a",
    ],
)  # fmt: skip
async def test_the_token_goes_to_no_strange_address(ground: SlackGround, address: str) -> None:
    assert not is_own(ground.connected.door, URL(address))


async def test_slack_s_own_addresses_are_known(ground: SlackGround) -> None:
    assert is_own(ground.connected.door, URL("https://files.slack.com/files-pri/T1-F1/a.txt"))
