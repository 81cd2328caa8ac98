"""Answers as a witness over HTTP/1.1: two addresses, small requests, and patience that ends."""

import io
import socket
import sys
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore
from typing import Any

from adapters.web import Within
from bot.services.witnessing import Answer

#: bytes of a request's body; a checkpoint with a hundred signatures stays below it
LARGEST = 256 * 1024
#: bytes of a request's first line and headers
_HEAD = 64 * 1024
#: seconds in which a whole request must arrive, or the next one on the same connection begin
PATIENCE = 20.0
#: connections at a time; whoever comes beyond is turned away, so that waiting ones can't use up the machine
MOST = 64

_PATHS = {"/add-checkpoint": "POST", "/key": "GET"}


class WitnessServer(ThreadingHTTPServer):
    """Listens from the moment it is made; `serve_forever` answers until `shutdown`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        *,
        key: str,
        answer: Callable[[bytes], Answer],
        patience: float = PATIENCE,
        most: int = MOST,
    ) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        #: the witness's public key, as a line
        self.key = key
        #: what a request is answered with
        self.answer = answer
        #: see PATIENCE
        self.patience = patience
        self._free = BoundedSemaphore(most)
        super().__init__(address, _Handler)

    @property
    def url(self) -> str:
        """Return where ledgers find it."""
        host, port = self.server_address[:2]
        name = host.decode() if isinstance(host, bytes | bytearray) else str(host)
        return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"

    def server_bind(self) -> None:
        """Bind without asking name servers for this machine's name."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give the connection a thread, or turn it away when there are too many."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a lost connection go without a word, and name anything else; never what was sent."""
        error = sys.exception()
        if not isinstance(error, OSError):
            sys.stderr.write(f"{type(error).__name__}\n")


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: WitnessServer
    protocol_version = "HTTP/1.1"
    server_version = "locum"
    sys_version = ""

    def setup(self) -> None:
        """Read through what counts time and bytes."""
        super().setup()
        self.rfile.close()
        self._within = Within(self.connection, self.server.patience, _HEAD + LARGEST)
        self.rfile = io.BufferedReader(self._within)

    def handle_one_request(self) -> None:
        """Answer one request, which has a time and a size of its own."""
        self._within.allow(self.server.patience, _HEAD + LARGEST)
        super().handle_one_request()

    def do_GET(self) -> None:
        """Say which key the cosignatures are to be checked with."""
        if self._expected("GET") and self._body() is not None:
            self._send(200, f"{self.server.key}\n".encode())

    def do_POST(self) -> None:
        """Cosign a checkpoint, or say why not."""
        if not self._expected("POST"):
            return
        body = self._body()
        if body is not None:
            given = self.server.answer(body)
            self._send(given.status, given.body, given.kind)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Say the status in plain words that repeat nothing of the request; the rest of it isn't read as another."""
        self.close_connection = True
        self._send(code, f"{HTTPStatus(code).phrase}\n".encode())
        self._drain()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the standard library calls it
        """Log nothing: what matters is told by whoever answers."""

    def _expected(self, method: str) -> bool:
        wanted = _PATHS.get(self.path)
        if wanted == method:
            return True
        self.send_error(405 if wanted else 404)
        return False

    def _body(self) -> bytes | None:
        """Return the whole body; None after an answer that says what is wrong with it."""
        lengths = self.headers.get_all("Content-Length", [])
        text = lengths[0] if lengths else "0" if self.command == "GET" else ""
        if "Transfer-Encoding" in self.headers or not text:
            self.send_error(411)
        elif len(lengths) > 1 or not (text.isascii() and text.isdigit()):
            self.send_error(400)
        elif len(text) > 9 or int(text) > LARGEST:
            self.send_error(413)
        else:
            body = self.rfile.read(int(text))
            if len(body) == int(text):
                return body
            self.close_connection = True
        return None

    def _send(self, status: int, body: bytes, kind: str = "text/plain; charset=utf-8") -> None:
        self.connection.settimeout(self.server.patience)
        self.send_response_only(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        if status == 405:
            self.send_header("Allow", _PATHS[self.path])
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _drain(self) -> None:
        """Read on for a moment: closing over unread bytes would take the answer back."""
        try:
            self.connection.shutdown(socket.SHUT_WR)
            self._within.allow(min(self.server.patience, 2.0), 4 * LARGEST)
            while self._within.read(64 * 1024):
                pass
        except OSError:
            return
