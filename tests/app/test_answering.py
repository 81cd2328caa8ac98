"""Questions about the program over HTTP, asked well and badly."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app.answering import _reply, answer_at
from bot.app.health import Reason, Report, State


class Said:
    """What is to be reported."""

    def __init__(self) -> None:
        self.report = Report(state=State.OK, reasons=())


@pytest.fixture
def said() -> Said:
    return Said()


@pytest_asyncio.fixture
async def ask(said: Said) -> AsyncIterator[Callable[[bytes], "asyncio.Future[tuple[bytes, bytes]]"]]:
    server = await answer_at("127.0.0.1", 0, lambda: said.report, lambda: b"locum_up 1\n")
    port = server.sockets[0].getsockname()[1]

    async def asked(request: bytes) -> tuple[bytes, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        answer = await asyncio.wait_for(reader.read(), 120)
        writer.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        return head.split(b"\r\n")[0], body

    yield lambda request: asyncio.ensure_future(asked(request))
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    ("state", "status"),
    [(State.OK, b"200"), (State.DEGRADED, b"200"), (State.FAILING, b"503")],
)
async def test_health_is_told_with_its_status(
    ask: Callable[[bytes], "asyncio.Future[tuple[bytes, bytes]]"], said: Said, state: State, status: bytes
) -> None:
    said.report = Report(state=state, reasons=(Reason(code="gaps_open", about="acme", value=2),))
    line, body = await ask(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    assert status in line
    assert json.loads(body) == said.report.plain()


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /metrics HTTP/1.1\r\n\r\n", b"200 OK"),
        (b"GET /metrics?x=1 HTTP/1.0\r\n\r\n", b"200 OK"),
        (b"GET / HTTP/1.1\r\n\r\n", b"404"),
        (b"GET /../etc/passwd HTTP/1.1\r\n\r\n", b"404"),
        (b"POST /health HTTP/1.1\r\n\r\n", b"405"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"\r\n\r\n", b"400"),
        (b"GET " + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", b""),
    ],
)
async def test_other_questions_get_a_short_answer_or_none(
    ask: Callable[[bytes], "asyncio.Future[tuple[bytes, bytes]]"], request_bytes: bytes, status: bytes
) -> None:
    line, _ = await ask(request_bytes)
    assert status in line


async def test_many_can_ask_at_once_and_one_that_says_nothing_holds_nobody_up(
    ask: Callable[[bytes], "asyncio.Future[tuple[bytes, bytes]]"],
) -> None:
    silent = ask(b"GET /health")
    answers = await asyncio.gather(*(ask(b"GET /health HTTP/1.1\r\n\r\n") for _ in range(20)))
    assert all(b"200" in line for line, _ in answers)
    assert not silent.done()
    assert await silent == (b"", b"")


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rubbish_is_answered_and_breaks_nothing(line: bytes) -> None:
    reply = _reply(line, lambda: Report(state=State.OK, reasons=()), lambda: b"")
    assert reply.status in {200, 400, 404, 405}
