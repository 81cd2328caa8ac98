"""Answers questions about the program over HTTP, on the program's own loop: one that hangs doesn't answer."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.app.health import Report, State

_LARGEST = 8 * 1024
_SECONDS = 5.0
_JSON, _NUMBERS, _TEXT = "application/json", "text/plain; version=0.0.4; charset=utf-8", "text/plain; charset=utf-8"
_SAID = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 503: "Service Unavailable"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What is answered."""

    #: status of HTTP
    status: int
    #: what the body is
    kind: str
    #: the body
    body: bytes


async def answer_at(host: str, port: int, report: Callable[[], Report], numbers: Callable[[], bytes]) -> asyncio.Server:
    """Return the listening server; raise OSError when the address is taken, or isn't this machine's."""

    def reply(line: bytes) -> Reply:
        return _reply(line, report, numbers)

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(_SECONDS):
                request = await reader.readuntil(b"\r\n\r\n")
                writer.write(_written(reply(request.split(b"\r\n", 1)[0])))
                await writer.drain()
        writer.close()

    return await asyncio.start_server(converse, host, port, limit=_LARGEST)


def _reply(line: bytes, report: Callable[[], Report], numbers: Callable[[], bytes]) -> Reply:
    method, _, rest = line.partition(b" ")
    path, _, version = rest.partition(b" ")
    if not version.startswith(b"HTTP/1."):
        return Reply(status=400, kind=_TEXT, body=b"HTTP/1 is spoken here.\n")
    if method != b"GET":
        return Reply(status=405, kind=_TEXT, body=b"Only GET is answered.\n")
    match path.partition(b"?")[0]:
        case b"/health":
            told = report()
            status = 503 if told.state is State.FAILING else 200
            return Reply(status=status, kind=_JSON, body=json.dumps(told.plain()).encode() + b"\n")
        case b"/metrics":
            return Reply(status=200, kind=_NUMBERS, body=numbers())
        case _:
            return Reply(status=404, kind=_TEXT, body=b"There are /health and /metrics.\n")


def _written(reply: Reply) -> bytes:
    head = (
        f"HTTP/1.1 {reply.status} {_SAID[reply.status]}\r\nContent-Type: {reply.kind}\r\n"
        f"Content-Length: {len(reply.body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + reply.body
