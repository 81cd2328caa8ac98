"""Asking a witness: what it says is mapped to the port's two errors, and nothing else ever comes."""

import socket
import ssl
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web import AddressError
from adapters.witness import HttpWitness
from adapters.witness.client import LARGEST
from bot.ledger import tree, witness
from bot.ledger.witness import Request
from bot.ports import OutsideError, WitnessRefusedError, WitnessUnreachableError
from tests.fakes.webhook import Raw, Webhooks, certificates
from tests.fakes.witness import LoopbackWitness
from tests.ledger.make import LOG, WITNESS, Ledger, ledger
from tests.ports import free_port

MADE, FORKED = ledger(40), ledger(40, what="dismiss")
LINES = "— w.example AAAA\n".encode()


def request(old: int, new: int, made: Ledger = MADE) -> bytes:
    path = tuple(tree.consistency(old, new, made.node)) if old <= new else ()
    return witness.write_request(Request(old=old, path=path, checkpoint=made.checkpoint(new)))


async def refused(asked: HttpWitness, data: bytes) -> tuple[int, int | None]:
    with pytest.raises(WitnessRefusedError) as caught:
        await asked.cosign(data)
    return caught.value.status, caught.value.size


async def unreachable(asked: HttpWitness) -> str:
    with pytest.raises(WitnessUnreachableError) as caught:
        await asked.cosign(b"old 0\n\n")
    assert "s3cret" not in str(caught.value)
    return str(caught.value)


async def test_a_real_witness_cosigns_and_refuses(tmp_path: Path) -> None:
    with LoopbackWitness(tmp_path, [LOG.verifier], signer=WITNESS) as running:
        asked = HttpWitness(running.url)
        lines = await asked.cosign(request(0, 7))
        assert witness.accept(MADE.checkpoint(7), lines, [LOG.verifier], WITNESS.verifier)
        assert await refused(asked, request(0, 9)) == (409, 7)
        assert await refused(asked, request(7, 9, FORKED)) == (422, None)
        assert await refused(asked, b"rubbish") == (400, None)


async def test_a_path_before_the_protocols_own_is_kept() -> None:
    with Webhooks() as receiver:
        receiver.answer(200, body=LINES)
        await HttpWitness(receiver.url.partition("/page")[0] + "/a/b/").cosign(b"x")
    assert receiver.got[0].path == "/a/b/add-checkpoint"
    assert receiver.got[0].body == b"x"


@pytest.mark.parametrize("status", [400, 403, 404, 422])
async def test_a_refusal_has_its_status(status: int) -> None:
    with Webhooks() as receiver:
        receiver.answer(status, body=b"7\n")
        assert await refused(HttpWitness(receiver.url.partition("/page")[0]), b"x") == (status, None)


@pytest.mark.parametrize(
    ("kind", "body", "size"),
    [
        ("text/x.tlog.size", b"7\n", 7),
        ("Text/X.tlog.size; charset=utf-8", b"0\n", 0),
        ("text/x.tlog.size", b"9223372036854775807\n", 2**63 - 1),
        ("text/x.tlog.size", b"9223372036854775808\n", None),
        ("text/x.tlog.size", b"07\n", None),
        ("text/x.tlog.size", b"-7\n", None),
        ("text/x.tlog.size", b"", None),
        ("text/x.tlog.size", "٣\n".encode(), None),
        ("text/x.tlog.size", b"\xff\n", None),
        ("text/plain", b"7\n", None),
    ],
)
async def test_the_size_is_taken_only_where_it_is_one(kind: str, body: bytes, size: int | None) -> None:
    with Webhooks() as receiver:
        receiver.answer(409, {"Content-Type": kind}, body)
        assert await refused(HttpWitness(receiver.url.partition("/page")[0]), b"x") == (409, size)


@pytest.mark.parametrize("status", [201, 301, 302, 307, 401, 405, 413, 429, 500, 503])
async def test_any_other_answer_is_none(status: int) -> None:
    with Webhooks() as receiver:
        receiver.answer(status, {"Location": "/elsewhere"}, LINES)
        assert f"http_{status}" in await unreachable(HttpWitness(receiver.url.partition("/page")[0]))
    assert len(receiver.got) == 1


@pytest.mark.parametrize("body", [b"", b"\n", b"hello\n", "— no newline".encode(), LINES + b"\n", b"\xff\n"])
async def test_what_are_no_signature_lines_is_no_answer(body: bytes) -> None:
    with Webhooks() as receiver:
        receiver.answer(200, body=body)
        assert "not_a_witness" in await unreachable(HttpWitness(receiver.url.partition("/page")[0]))


async def test_nobody_there_is_unreachable() -> None:
    assert "unreachable" in await unreachable(HttpWitness(f"http://127.0.0.1:{free_port()}/s3cret"))


async def test_who_never_comes_to_an_end_is_left_in_time() -> None:
    over = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        while not over.wait(0.05):
            connection.sendall(b"x")

    with Raw(drip) as listening:
        assert "timeout" in await unreachable(HttpWitness(listening.url, seconds=0.4))
        over.set()


async def test_an_answer_without_end_is_left() -> None:
    def flood(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(LARGEST):
            connection.sendall(LINES * 100)

    with Raw(flood) as listening:
        assert "dropped" in await unreachable(HttpWitness(listening.url))


@given(
    data=st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=100).map(lambda rest: b"HTTP/1.1 200 OK\r\n" + rest),
        st.binary(max_size=100).map(lambda rest: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + rest),
        st.binary(max_size=100).map(lambda rest: b"HTTP/1.1 100 Continue\r\n\r\n" + rest),
    )
)
async def test_whatever_comes_back_nothing_but_the_ports_errors_is_raised(data: bytes) -> None:
    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(data)

    with Raw(answer) as listening:
        try:
            text = await HttpWitness(listening.url, seconds=5).cosign(b"x")
        except (WitnessRefusedError, WitnessUnreachableError):
            return
        assert text.startswith("— ")


async def test_tls_is_spoken_to_whom_it_trusts_and_to_nobody_else(tmp_path: Path) -> None:
    server, client = certificates(tmp_path)
    with Webhooks(server) as receiver:
        url = receiver.url.partition("/page")[0]
        receiver.answer(200, body=LINES)
        assert await HttpWitness(url, trusted=client).cosign(b"x") == LINES.decode()
        assert "tls" in await unreachable(HttpWitness(url, trusted=ssl.create_default_context()))
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "witness.example",
        "http://witness.example",
        "http://192.0.2.1",
        "http://10.0.0.1",
        "ftp://witness.example",
        "file:///etc/passwd",
        "https://",
        "https://user:s3cret@witness.example",
        "https://witness.example/s3 cret",
        "https://witness.example/s3\ncret",
        "https://witness.example/#s3cret",
        "https://witness.example:0/",
        "https://witness.example:99999/",
        "https://[::1/",
        "https://" + "a" * 300 + ".example",
        "http://localhost.witness.example",
        "http://127.0.0.1.witness.example",
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(AddressError) as caught:
        HttpWitness(url)
    assert "s3cret" not in str(caught.value)
    assert isinstance(caught.value, OutsideError)


@pytest.mark.parametrize(
    "url",
    ["https://witness.example", "http://localhost:1", "http://127.3.2.1", "http://[::1]:2", "https://bücher.example/w"],
)
def test_an_address_that_can_be_meant_is_taken(url: str) -> None:
    assert isinstance(HttpWitness(url), HttpWitness)
