"""Several ways to one person: all are tried, and one that works is enough."""

from dataclasses import dataclass, field

import pytest

from adapters.pager import MailPager, Security, WebhookPager, several
from bot.domain.action import Answer, Result
from tests.fakes.clock import FakeClock
from tests.fakes.smtp import MailServer
from tests.fakes.webhook import Webhooks

DONE = Result(answer=Answer.DONE, posted="<1@harbour.example>")
WAIT = Result(answer=Answer.RETRY_AFTER, after=30.0, reason="http_503")
LONGER = Result(answer=Answer.RETRY_AFTER, after=60.0, reason="unreachable")
NO = Result(answer=Answer.FORBIDDEN, reason="http_401")
WHO_KNOWS = Result(answer=Answer.UNKNOWN, reason="timeout")


@dataclass
class FakePager:
    """Answers as it is told to."""

    result: Result
    pages: list[tuple[str, str]] = field(default_factory=list)

    async def page(self, text: str, *, key: str, to: str = "") -> Result:
        self.pages.append((text, key))
        return self.result


class BrokenPager:
    """Breaks."""

    async def page(self, text: str, *, key: str, to: str = "") -> Result:
        raise RuntimeError(text)


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([DONE, DONE], Result(answer=Answer.DONE, posted=DONE.posted)),
        ([NO, DONE], Result(answer=Answer.DONE, posted=DONE.posted, reason="http_401")),
        ([WHO_KNOWS, WAIT, DONE], Result(answer=Answer.DONE, posted=DONE.posted, reason="timeout,http_503")),
        ([Result(answer=Answer.ALREADY_SO), NO], Result(answer=Answer.DONE, reason="http_401")),
        ([WAIT, WHO_KNOWS, NO], Result(answer=Answer.UNKNOWN, reason="http_503,timeout,http_401")),
        ([LONGER, WAIT, NO], Result(answer=Answer.RETRY_AFTER, after=30.0, reason="unreachable,http_503,http_401")),
        ([NO, NO], Result(answer=Answer.FORBIDDEN, reason="http_401,http_401")),
        ([NO], NO),
        ([], Result(answer=Answer.FORBIDDEN, reason="no_pager")),
    ],
)
async def test_the_best_that_came_of_it_counts(results: list[Result], expected: Result) -> None:
    pagers = [FakePager(result) for result in results]
    assert await several(pagers).page("x", key="k") == expected
    assert all(pager.pages == [("x", "k")] for pager in pagers)


async def test_one_broken_way_silences_no_other() -> None:
    found = await several([BrokenPager(), FakePager(DONE)]).page("secret", key="k")
    assert (found.answer, found.reason) == (Answer.DONE, "RuntimeError")
    assert (await several([BrokenPager()]).page("secret", key="k")).answer is Answer.UNKNOWN


async def test_real_ones_work_together() -> None:
    with MailServer() as server, Webhooks() as receiver:
        receiver.answer(500)
        webhook = WebhookPager(receiver.url, b"secret", clock=FakeClock())
        mail = MailPager(
            host="127.0.0.1",
            port=server.port,
            tls=Security.PLAIN,
            sender="l@a.example",
            to="a@a.example",
            clock=FakeClock(),
        )
        found = await several([webhook, mail]).page("x", key="k")
    assert (found.answer, found.reason) == (Answer.DONE, "http_500")
    assert len(server.mails) == len(receiver.got) == 1
