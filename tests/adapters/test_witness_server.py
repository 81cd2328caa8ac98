"""The witness's HTTP face: two addresses, and patience with nobody."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.witness import server as limits
from bot.ledger import tree, witness
from bot.ledger.witness import Request
from tests.fakes.witness import LoopbackWitness
from tests.ledger.make import LOG, WITNESS, Ledger, ledger

MADE, FORKED = ledger(40), ledger(40, what="dismiss")


def request(old: int, new: int, made: Ledger = MADE) -> bytes:
    path = tuple(tree.consistency(old, new, made.node)) if old <= new else ()
    return witness.write_request(Request(old=old, path=path, checkpoint=made.checkpoint(new)))


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackWitness]:
    with LoopbackWitness(tmp_path_factory.mktemp("witness"), [LOG.verifier], signer=WITNESS) as running:
        yield running


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[LoopbackWitness]:
    with LoopbackWitness(tmp_path, [LOG.verifier], signer=WITNESS, patience=0.3, most=2) as running:
        yield running


def place(running: LoopbackWitness) -> tuple[str, int]:
    host, _, port = running.url.removeprefix("http://").rpartition(":")
    return host, int(port)


def ask(running: LoopbackWitness, method: str, path: str, body: bytes | None = None) -> tuple[int, str, bytes]:
    with closing(http.client.HTTPConnection(*place(running), timeout=10)) as connection:
        connection.request(method, path, body)
        reply = connection.getresponse()
        return reply.status, reply.headers["Content-Type"], reply.read()


def raw(running: LoopbackWitness, data: bytes) -> bytes:
    """Return everything that comes back to some bytes, up to the end of the connection."""
    with socket.create_connection(place(running), timeout=10) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        found = b""
        try:
            while part := connection.recv(4096):
                found += part
        except ConnectionResetError:
            return found
        return found


def test_a_checkpoint_is_cosigned(fresh: LoopbackWitness) -> None:
    status, _, body = ask(fresh, "POST", "/add-checkpoint", request(0, 7))
    assert status == 200
    assert witness.accept(MADE.checkpoint(7), body.decode(), [LOG.verifier], WITNESS.verifier)


def test_the_size_to_start_from_comes_in_its_own_media_type(fresh: LoopbackWitness) -> None:
    ask(fresh, "POST", "/add-checkpoint", request(0, 7))
    assert ask(fresh, "POST", "/add-checkpoint", request(3, 9)) == (409, "text/x.tlog.size", b"7\n")
    assert ask(fresh, "POST", "/add-checkpoint", request(7, 9, FORKED))[0] == 422


def test_one_connection_serves_many_requests(serving: LoopbackWitness) -> None:
    with closing(http.client.HTTPConnection(*place(serving), timeout=10)) as connection:
        for _ in range(3):
            connection.request("GET", "/key")
            assert connection.getresponse().read() == f"{WITNESS.verifier}\n".encode()
            connection.request("POST", "/add-checkpoint", b"rubbish")
            reply = connection.getresponse()
            assert (reply.status, reply.version, reply.getheader("Connection")) == (400, 11, None)
            reply.read()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/../etc/passwd", 404),
        ("GET", "/key/", 404),
        ("GET", "/key?x", 404),
        ("POST", "/", 404),
        ("POST", "/sign-subtree", 404),
        ("GET", "/add-checkpoint", 405),
        ("POST", "/key", 405),
        ("PUT", "/add-checkpoint", 501),
        ("DELETE", "/key", 501),
    ],
)
def test_there_is_nothing_else_to_be_had(serving: LoopbackWitness, method: str, path: str, status: int) -> None:
    found, kind, body = ask(serving, method, path, b"" if method != "GET" else None)
    assert (found, kind) == (status, "text/plain; charset=utf-8")
    assert path not in body.decode() or path == "/"


def test_what_was_sent_is_never_repeated_in_an_answer(serving: LoopbackWitness) -> None:
    for line in (b"<script> /key HTTP/1.1", b"GET /<script> HTTP/1.1", b"GET /key <script>", b"<script>"):
        assert b"script" not in raw(serving, line + b"\r\n\r\n")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("", 411),
        ("Content-Length: x\r\n", 400),
        ("Content-Length: -1\r\n", 400),
        ("Content-Length: 1_0\r\n", 400),
        ("Content-Length: ٣\r\n", 400),
        ("Content-Length: 3\r\nContent-Length: 3\r\n", 400),
        ("Transfer-Encoding: chunked\r\n", 411),
        ("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", 411),
        (f"Content-Length: {limits.LARGEST + 1}\r\n", 413),
        ("Content-Length: 99999999999999999999\r\n", 413),
        ("X: y\r\n" * 200, 431),
        (f"X: {'y' * 70_000}\r\n", 431),
    ],
)
def test_a_body_has_one_plain_length_within_the_limit(serving: LoopbackWitness, head: str, status: int) -> None:
    found = raw(serving, f"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\n{head}\r\nabc".encode())
    assert found.startswith(f"HTTP/1.1 {status} ".encode())
    assert found.count(b"HTTP/1.1 ") == 1


def test_the_rest_of_a_refused_request_is_not_another_request(serving: LoopbackWitness) -> None:
    hidden = b"GET /key HTTP/1.1\r\nHost: x\r\n\r\n"
    found = raw(serving, b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n" + hidden)
    assert found.count(b"HTTP/1.1 ") == 1


def test_whoever_sends_too_much_still_gets_the_answer(serving: LoopbackWitness) -> None:
    assert ask(serving, "POST", "/add-checkpoint", bytes(limits.LARGEST + 1))[0] == 413
    assert ask(serving, "POST", "/add-checkpoint", bytes(limits.LARGEST))[0] == 400


def test_a_body_that_ends_early_is_not_answered(serving: LoopbackWitness) -> None:
    before = len(serving.refusals)
    assert raw(serving, b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nold") == b""
    assert len(serving.refusals) == before


@pytest.mark.parametrize(
    "beginning", [b"", b"POST /add-ch", b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 9\r\n\r\n"]
)
def test_who_dawdles_is_dropped_however_steadily_bytes_come(fresh: LoopbackWitness, beginning: bytes) -> None:
    over = threading.Event()
    with socket.create_connection(place(fresh), timeout=30) as connection:
        connection.sendall(beginning)

        def drip() -> None:
            while not over.wait(0.05):
                try:
                    connection.send(b"x")
                except OSError:
                    return

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            assert connection.recv(1) == b""
        except ConnectionResetError:
            pass
        finally:
            over.set()
            dripping.join()


def test_when_all_places_are_taken_others_are_turned_away_until_those_who_wait_are_dropped(
    fresh: LoopbackWitness,
) -> None:
    with socket.create_connection(place(fresh)) as one, socket.create_connection(place(fresh)) as other:
        assert raw(fresh, b"") == b""
        assert one.recv(1) == other.recv(1) == b""
    # a place is given back a moment after its connection was closed
    for _ in range(1000):
        try:
            assert ask(fresh, "GET", "/key")[0] == 200
        except (ConnectionError, http.client.HTTPException):
            continue
        return
    pytest.fail("never served again")


def test_many_at_once_get_one_history(tmp_path: Path) -> None:
    found: list[tuple[int, Ledger]] = []
    with LoopbackWitness(tmp_path, [LOG.verifier]) as running:

        def go(made: Ledger) -> None:
            for new in range(1, 8):
                old = 0
                for _ in range(20):
                    status, _, body = ask(running, "POST", "/add-checkpoint", request(old, new, made))
                    if status == 200:
                        found.append((new, made))
                    if status != 409 or int(body) > new:
                        break
                    old = int(body)

        threads = [threading.Thread(target=go, args=(made,)) for made in (MADE, FORKED) * 4]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found
    assert len({id(made) for _, made in found}) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400))
def test_rubbish_as_a_request_is_answered_as_one(serving: LoopbackWitness, data: bytes) -> None:
    assert ask(serving, "POST", "/add-checkpoint", data)[0] in {400, 404}


@given(
    old=st.one_of(st.integers(-3, 2**70).map(str), st.text(max_size=5)),
    proof=st.lists(st.one_of(st.binary(max_size=40).map(lambda part: part.hex()), st.text(max_size=50)), max_size=70),
    rest=st.one_of(st.just(MADE.checkpoint(7)), st.binary(max_size=200), st.text(max_size=200).map(str.encode)),
)
def test_whatever_looks_like_a_request_is_answered(
    serving: LoopbackWitness, old: str, proof: list[str], rest: bytes
) -> None:
    head = "\n".join([f"old {old}", *proof]).encode(errors="surrogatepass")
    status, _, body = ask(serving, "POST", "/add-checkpoint", head + b"\n\n" + rest)
    assert status in {200, 400, 404, 409, 422}
    assert status == 200 or len(body) < 300


@given(data=st.one_of(st.binary(max_size=200), st.text(alphabet="GETPOS /key:HTTP1.\r\n", max_size=80).map(str.encode)))
def test_rubbish_instead_of_http_leaves_the_witness_as_it_was(serving: LoopbackWitness, data: bytes) -> None:
    raw(serving, data)
    assert ask(serving, "GET", "/key")[0] == 200


def test_nothing_that_was_sent_reaches_the_terminal(
    serving: LoopbackWitness, capfd: pytest.CaptureFixture[str]
) -> None:
    raw(serving, b"GET /secret HTTP/1.1\r\nAuthorization: secret\r\n\r\n")
    ask(serving, "POST", "/add-checkpoint", b"secret")
    assert "secret" not in json.dumps(capfd.readouterr())
