"""Pages for named people go where the environment says, and the heartbeat only counts when somebody takes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from adapters.pager import Directory, Heartbeat, HeartbeatError, WebhookPager
from adapters.web import read_address
from bot.domain.action import Answer, Result
from bot.ports import Pager
from tests.fakes.clock import FakeClock
from tests.fakes.webhook import Webhooks

ADDRESSES = {"ADA_PAGER": "https://pager.example/ada", "ADA_MAIL": "ada@example.org", "BAD": "nonsense", "EMPTY": " "}


@dataclass
class Line:
    """Keeps what is paged."""

    address: str
    pages: list[tuple[str, str]] = field(default_factory=list)

    async def page(self, text: str, *, key: str, to: str = "") -> Result:
        self.pages.append((text, key))
        return Result(answer=Answer.DONE, posted=self.address)


def webhook(address: str) -> Pager:
    read_address(address)
    return Line(address)


def directory(default: Pager | None = None, addresses: Mapping[str, str] = ADDRESSES) -> Directory:
    return Directory(default=default, making={"webhook": webhook, "email": Line}, addresses=addresses)


@pytest.mark.parametrize(
    ("to", "address"), [("webhook:ADA_PAGER", "https://pager.example/ada"), ("email:ADA_MAIL", "ada@example.org")]
)
async def test_a_reference_leads_to_its_address(to: str, address: str) -> None:
    found = await directory().page("x", key="k", to=to)
    assert (found.answer, found.posted) == (Answer.DONE, address)
    assert directory().knows(to)


@pytest.mark.parametrize("to", ["webhook:NOBODY", "webhook:BAD", "webhook:EMPTY", "fax:ADA_PAGER", "ADA_PAGER", ":"])
async def test_what_leads_nowhere_is_known_before_and_refused_without_a_word_of_any_address(to: str) -> None:
    assert not directory().knows(to)
    found = await directory(Line("default")).page("x", key="k", to=to)
    assert (found.answer, found.reason) == (Answer.FORBIDDEN, "no_address")


async def test_a_page_for_nobody_in_particular_goes_to_the_installations_own() -> None:
    assert (await directory(Line("default")).page("x", key="k")).posted == "default"
    assert (await directory().page("x", key="k")).reason == "no_pager"


def test_addresses_are_never_shown() -> None:
    assert "example" not in repr(directory())


async def test_a_named_webhook_is_signed_and_sent_like_any_other() -> None:
    with Webhooks() as receiver:
        named = Directory(
            default=None,
            making={"webhook": lambda url: WebhookPager(url, b"secret", clock=FakeClock())},
            addresses={"ADA": receiver.url},
        )
        assert (await named.page("x", key="k", to="webhook:ADA")).answer is Answer.DONE
    assert len(receiver.got) == 1


async def test_the_heart_beats_where_somebody_takes_it() -> None:
    with Webhooks() as receiver:
        await Heartbeat(receiver.url).beat()
        receiver.answer(500)
        with pytest.raises(HeartbeatError, match="http_500"):
            await Heartbeat(receiver.url).beat()
    assert len(receiver.got) == 2
    with pytest.raises(HeartbeatError):
        await Heartbeat(receiver.url, seconds=1.0).beat()
