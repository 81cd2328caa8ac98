"""One HTTP request to one address, within a time and a size: what every adapter that calls out shares."""

import errno
import io
import ipaddress
import os
import re
import socket
import ssl
import time
from asyncio import timeout, to_thread
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

from bot.ports import OutsideError

_PATH = re.compile(r"/[!-~]*")


class AddressError(OutsideError):
    """This address can't be used: write https://host/path, http only for this machine, without user name or blanks."""


class NoAnswerError(OutsideError):
    """Nobody answered as HTTP wants it."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__()
        #: a short code: `unreachable`, `private`, `tls`, `timeout`, `dropped`
        self.reason = reason
        #: whether the other side may have the request all the same
        self.sent = sent


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where requests go. A path may hold a secret: it is never shown."""

    #: name or number of the host, as TLS expects it
    host: str
    #: port
    port: int
    #: path and query
    path: str = field(repr=False)
    #: whether TLS is spoken
    secure: bool
    #: whether a name may stand for a private address; a number that is written out is meant
    private: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What came back."""

    #: HTTP status
    status: int
    #: headers by name in lower case; of repeated ones the last
    headers: Mapping[str, str]
    #: the whole body
    body: bytes


@dataclass(slots=True)
class _Progress:
    """How far a request came."""

    #: the other side may have it
    sent: bool = False


class Within(io.RawIOBase):
    """A socket's bytes, no later than a moment and no more than so many: a slow or endless sender ends by itself."""

    def __init__(self, connection: socket.socket, seconds: float, most: int) -> None:
        self._connection = connection
        self.allow(seconds, most)

    def allow(self, seconds: float, most: int) -> None:
        """Begin to count anew, from now on."""
        self._until = time.monotonic() + seconds
        self._left = most

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # whoever calls hands over nothing wider
        """Read what has come; TimeoutError when it is too late, another OSError when it is too much."""
        patience = self._until - time.monotonic()
        if patience <= 0:
            raise TimeoutError
        if self._left <= 0:
            raise OSError(errno.EMSGSIZE, os.strerror(errno.EMSGSIZE))
        self._connection.settimeout(patience)
        read = self._connection.recv_into(buffer[: self._left])
        self._left -= read
        return read


def read_address(url: str, *, private: bool = False) -> Address:
    """Return where the URL points; AddressError, which never repeats it, for one that can't be used."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        raise AddressError from None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    secure = parts.scheme == "https"
    strange = not host or "@" in parts.netloc or parts.fragment or not _PATH.fullmatch(path) or port == 0
    # `urlsplit` takes line breaks and tabs out without a word
    if strange or not url.isprintable() or not (secure or (parts.scheme == "http" and is_loopback(host))):
        raise AddressError
    return Address(host=host, port=port or (443 if secure else 80), path=path, secure=secure, private=private)


def is_loopback(host: str) -> bool:
    """Tell whether the host is this machine, by its name or number."""
    number = _number(host)
    return host == "localhost" or (number is not None and number.is_loopback)


async def post(
    address: Address,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float,
    most: int,
    trusted: ssl.SSLContext | None = None,
) -> Reply:
    """Return the answer to one POST; a redirect is an answer, and isn't followed.

    Raises NoAnswerError when none comes in time, and when it is larger than `most` bytes. Headers are the caller's own.
    """
    progress = _Progress()
    try:
        # looking up a name knows no deadline; whoever does it still stops before anything is sent too late
        async with timeout(seconds + 1):
            return await to_thread(
                _post, address, body, headers, progress=progress, seconds=seconds, most=most, trusted=trusted
            )
    except TimeoutError:
        raise NoAnswerError("timeout", sent=progress.sent) from None


def _post(
    address: Address,
    body: bytes,
    headers: Mapping[str, str],
    *,
    progress: _Progress,
    seconds: float,
    most: int,
    trusted: ssl.SSLContext | None,
) -> Reply:
    until = time.monotonic() + seconds
    head = _head(address, len(body), headers)
    try:
        with _connect(address, until, trusted) as connection:
            connection.settimeout(_left(until))
            progress.sent = True
            connection.sendall(head + body)
            return _read(connection, until, most)
    except TimeoutError:
        raise NoAnswerError("timeout", sent=progress.sent) from None
    except ssl.SSLError:
        raise NoAnswerError("tls", sent=progress.sent) from None
    except (OSError, HTTPException, ValueError):
        raise NoAnswerError("dropped" if progress.sent else "unreachable", sent=progress.sent) from None


def _connect(address: Address, until: float, trusted: ssl.SSLContext | None) -> socket.socket:
    """Return a connection to a number that was looked up once and judged before it is used."""
    found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    plain = address.private or address.host == "localhost" or _number(address.host) is not None
    allowed = [one for one in found if plain or _is_public(str(one[4][0]))]
    if not allowed:
        raise NoAnswerError("private", sent=False)
    connection = _open([(str(one[4][0]), address.port) for one in allowed], until)
    if not address.secure:
        return connection
    try:
        connection.settimeout(_left(until))
        return (trusted or ssl.create_default_context()).wrap_socket(connection, server_hostname=address.host)
    except BaseException:
        connection.close()
        raise


def _open(places: list[tuple[str, int]], until: float) -> socket.socket:
    """Return a connection to the first of the places that takes one."""
    for place in places[:-1]:
        try:
            return socket.create_connection(place, _left(until))
        except OSError:
            continue
    return socket.create_connection(places[-1], _left(until))


def _read(connection: socket.socket, until: float, most: int) -> Reply:
    response = HTTPResponse(_Source(connection, until, most), method="POST")  # type: ignore[arg-type]  # it only makes a file of it
    with response:
        response.begin()
        body = response.read()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Reply(status=response.status, headers=headers, body=body)


class _Source:
    """A connection as `HTTPResponse` wants it, whose bytes end in time."""

    def __init__(self, connection: socket.socket, until: float, most: int) -> None:
        self._within = Within(connection, _left(until), most)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return what is read from."""
        return io.BufferedReader(self._within)


def _head(address: Address, length: int, headers: Mapping[str, str]) -> bytes:
    host = f"[{address.host}]" if ":" in address.host else address.host
    shown = host if address.port == (443 if address.secure else 80) else f"{host}:{address.port}"
    own = {"Host": shown, "Content-Length": str(length), "Connection": "close", "User-Agent": "locum"}
    lines = [f"{name}: {value}" for name, value in (own | dict(headers)).items()]
    if not all(line.isascii() and line.isprintable() for line in lines):
        raise ValueError("a header can't hold that")
    return "\r\n".join((f"POST {address.path} HTTP/1.1", *lines, "", "")).encode("ascii")


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_public(host: str) -> bool:
    """Tell whether the number is one of the open internet."""
    number = _number(host.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address):
        number = number.ipv4_mapped or number
    return number is not None and number.is_global and not number.is_multicast
