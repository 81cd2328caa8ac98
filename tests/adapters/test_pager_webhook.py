"""Pages by webhook: signed, recognisable, and every answer mapped to what it means."""

import hashlib
import hmac
import json
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.pager import WebhookPager
from adapters.pager.webhook import AFTER, LARGEST
from adapters.web import AddressError
from bot.domain.action import Answer, Result
from tests.fakes.clock import START, FakeClock
from tests.fakes.webhook import Got, Raw, Webhooks, certificates
from tests.ports import free_port

SECRET = b"a secret that both sides know"


def pager(url: str, seconds: float = 10.0, trusted: ssl.SSLContext | None = None) -> WebhookPager:
    return WebhookPager(url, SECRET, clock=FakeClock(), seconds=seconds, trusted=trusted)


def verified(got: Got) -> bool:
    """Verify as the document tells receivers to."""
    stamp, given = got.headers["locum-timestamp"], got.headers["locum-signature"]
    expected = "v1=" + hmac.new(SECRET, stamp.encode() + b"." + got.body, hashlib.sha256).hexdigest()
    fresh = abs(int(stamp) - START.timestamp()) < 300
    return fresh and hmac.compare_digest(expected, given)


async def test_a_page_arrives_signed_with_its_text_key_and_time() -> None:
    with Webhooks() as receiver:
        result = await pager(receiver.url).page("Case 7 waits.", key="page:case:7")
    (got,) = receiver.got
    assert result == Result(answer=Answer.DONE)
    assert json.loads(got.body) == {"text": "Case 7 waits.", "key": "page:case:7", "at": START.isoformat()}
    assert (got.path, got.headers["content-type"]) == ("/page?token=s3cret", "application/json")
    assert got.headers["idempotency-key"] == "page:case:7"
    assert verified(got)


async def test_the_five_lines_of_the_document_verify_a_page() -> None:
    document = (Path(__file__).parents[2] / "docs" / "how-to-be-paged.md").read_text(encoding="utf-8")
    code = document.partition("```python\n")[2].partition("```")[0]
    given: dict[str, Any] = {"hmac": hmac, "hashlib": hashlib, "time": time}
    exec(code, given)  # noqa: S102 - what stands in the document is what is tested
    with Webhooks() as receiver:
        await WebhookPager(receiver.url, SECRET, clock=FakeClock(datetime.now(UTC))).page("x", key="k")
    (got,) = receiver.got
    headers = {name: got.headers[name.lower()] for name in ("Locum-Timestamp", "Locum-Signature")}
    assert given["genuine"](SECRET, headers, got.body)
    assert not given["genuine"](b"another", headers, got.body)
    assert not given["genuine"](SECRET, headers, got.body + b" ")


async def test_another_body_does_not_fit_the_signature() -> None:
    with Webhooks() as receiver:
        await pager(receiver.url).page("Case 7 waits.", key="k")
    (got,) = receiver.got
    assert not verified(Got(got.path, got.headers, got.body.replace(b"7", b"8")))
    assert not verified(Got(got.path, {**got.headers, "locum-timestamp": "1"}, got.body))


async def test_the_secret_is_never_sent_or_shown() -> None:
    with Webhooks() as receiver:
        paging = pager(receiver.url)
        await paging.page("x", key="k")
    assert SECRET.decode() not in repr(receiver.got)
    assert SECRET.decode() not in repr(paging)
    assert "s3cret" not in repr(paging)


async def test_a_second_page_with_the_same_key_is_recognisable() -> None:
    with Webhooks() as receiver:
        for _ in range(2):
            await pager(receiver.url).page("x", key="page:a:1")
    assert [got.headers["idempotency-key"] for got in receiver.got] == ["page:a:1"] * 2


@given(text=st.text(max_size=60), key=st.text(max_size=30))
async def test_any_text_and_key_arrive_with_everything_in_sight(text: str, key: str) -> None:
    with Webhooks() as receiver:
        result = await pager(receiver.url).page(text, key=key)
    (got,) = receiver.got
    said = json.loads(got.body)
    assert result.answer is Answer.DONE
    assert verified(got)
    assert all(mark.isprintable() or mark == "\n" or mark.isspace() for mark in said["text"] + said["key"])
    assert got.headers["idempotency-key"].isascii()


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, Answer.DONE),
        (202, Answer.DONE),
        (204, Answer.DONE),
        (301, Answer.FORBIDDEN),
        (307, Answer.FORBIDDEN),
        (400, Answer.FORBIDDEN),
        (401, Answer.FORBIDDEN),
        (403, Answer.FORBIDDEN),
        (404, Answer.FORBIDDEN),
        (408, Answer.RETRY_AFTER),
        (410, Answer.FORBIDDEN),
        (429, Answer.RETRY_AFTER),
        (500, Answer.RETRY_AFTER),
        (503, Answer.RETRY_AFTER),
        (599, Answer.RETRY_AFTER),
    ],
)
async def test_each_status_has_its_meaning(status: int, answer: Answer) -> None:
    with Webhooks() as receiver:
        receiver.answer(status, {"Location": "/elsewhere"})
        result = await pager(receiver.url).page("x", key="k")
    assert result.answer is answer
    assert result.reason == ("" if answer is Answer.DONE else f"http_{status}")
    assert result.after == (AFTER if answer is Answer.RETRY_AFTER else 0.0)
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0),
        ("0", 1.0),
        ("999999999999999999999", 3600.0),
        (format_datetime(START + timedelta(seconds=90)), 90.0),
        (format_datetime(START - timedelta(days=1)), 1.0),
        ("Tue, 03 Mar 2026 12:00:20 -0000", 20.0),
        ("soon", AFTER),
        ("-5", AFTER),
        ("1e3", AFTER),
        ("٣", AFTER),
        ("Thu, 99 Foo 0000 99:99:99 GMT", AFTER),
        ("", AFTER),
    ],
)
async def test_the_wait_that_is_asked_for_is_kept_within_reason(said: str, seconds: float) -> None:
    with Webhooks() as receiver:
        receiver.answer(429, {"Retry-After": said.encode().decode("latin-1")})
        result = await pager(receiver.url).page("x", key="k")
    assert (result.answer, result.after) == (Answer.RETRY_AFTER, seconds)


async def test_nobody_there_means_that_nothing_was_sent() -> None:
    result = await pager(f"http://127.0.0.1:{free_port()}").page("x", key="k")
    assert result == Result(answer=Answer.RETRY_AFTER, after=AFTER, reason="unreachable")


async def test_silence_after_the_page_was_sent_leaves_it_unknown() -> None:
    over = threading.Event()

    def keep_silent(connection: socket.socket) -> None:
        connection.recv(1)
        over.wait(10)

    with Raw(keep_silent) as listening:
        result = await pager(listening.url, seconds=0.3).page("x", key="k")
        over.set()
    assert result == Result(answer=Answer.UNKNOWN, reason="timeout")


async def test_a_connection_that_is_dropped_leaves_it_unknown() -> None:
    def drop(connection: socket.socket) -> None:
        connection.recv(65536)

    with Raw(drop) as listening:
        assert await pager(listening.url).page("x", key="k") == Result(answer=Answer.UNKNOWN, reason="dropped")


async def test_an_answer_without_end_leaves_it_unknown() -> None:
    def flood(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(2 * LARGEST))

    with Raw(flood) as listening:
        assert (await pager(listening.url).page("x", key="k")).answer is Answer.UNKNOWN


@given(data=st.one_of(st.binary(max_size=100), st.binary(max_size=100).map(lambda rest: b"HTTP/1.1 200 OK\r\n" + rest)))
async def test_whatever_comes_back_is_a_result(data: bytes) -> None:
    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(data)

    with Raw(answer) as listening:
        result = await pager(listening.url, seconds=5).page("x", key="k")
    assert isinstance(result, Result)


async def test_a_receiver_that_cannot_prove_who_it_is_gets_nothing(tmp_path: Path) -> None:
    server, client = certificates(tmp_path)
    with Webhooks(server) as receiver:
        stranger = await pager(receiver.url, trusted=ssl.create_default_context()).page("x", key="k")
        assert stranger == Result(answer=Answer.RETRY_AFTER, after=AFTER, reason="tls")
        assert not receiver.got
        assert (await pager(receiver.url, trusted=client).page("x", key="k")).answer is Answer.DONE


@pytest.mark.parametrize("url", ["", "http://pager.example/x", "http://10.0.0.1/x", "https://u:p@pager.example/"])
def test_pages_leave_this_machine_by_https_alone(url: str) -> None:
    with pytest.raises(AddressError):
        pager(url)


def test_a_webhook_without_a_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="secret"):
        WebhookPager("https://pager.example", b"", clock=FakeClock())
