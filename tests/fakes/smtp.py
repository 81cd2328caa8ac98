"""A mail server on loopback: speaks SMTP, keeps what it takes, and refuses or hangs up where it is told to."""

import socketserver
import ssl
import threading
from base64 import b64decode
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Mail:
    """One mail as it was taken."""

    sender: str
    to: str
    data: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.data.replace(b"\r\n", b"\n"), policy=default)


class MailServer:
    """Takes mail; `replies` maps a command to another answer than the usual one.

    Commands are `CONNECT`, `EHLO`, `AUTH`, `MAIL`, `RCPT`, `DATA` and `END`. An empty answer hangs up instead; at
    `END` that is after the mail was taken.
    """

    def __init__(
        self, *, offers: ssl.SSLContext | None = None, at_once: bool = False, user: str = "", password: str = ""
    ) -> None:
        self.mails: list[Mail] = []
        self.said: list[str] = []
        self.replies: dict[str, str] = {}
        self.offers, self.at_once, self.user, self.password = offers, at_once, user, password
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                session = _Session(server, self)
                try:
                    session.run()
                except OSError:
                    return
                finally:
                    session.close()

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def port(self) -> int:
        port: int = self._server.server_address[1]
        return port

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Session:
    """One conversation."""

    def __init__(self, server: MailServer, handler: socketserver.StreamRequestHandler) -> None:
        self.server = server
        self.connection = handler.connection
        self.secure = False
        self.sender = self.to = ""
        self.reader = self.connection.makefile("rb")

    def close(self) -> None:
        self.reader.close()
        self.connection.close()

    def run(self) -> None:
        if self.server.at_once:
            self._secure()
        if not self._reply("CONNECT", "220 loopback"):
            return
        while line := self.reader.readline():
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            self.server.said.append(text)
            if not self._heard(text):
                return

    def _heard(self, text: str) -> bool:
        command = text[:4].upper()
        if command == "EHLO":
            more = [] if self.server.offers is None or self.secure else ["250-STARTTLS"]
            more += ["250-AUTH PLAIN"] if self.server.user else []
            return self._reply("EHLO", "\r\n".join(["250-loopback", *more, "250 8BITMIME"]))
        if command == "STAR":
            self._send("220 go on")
            self._secure()
            return True
        if command == "AUTH":
            given = b64decode(text.rsplit(maxsplit=1)[-1]).decode().split("\0")[1:]
            right = given == [self.server.user, self.server.password]
            return self._reply("AUTH", "235 welcome" if right else "535 who?")
        if command == "MAIL":
            self.sender = text.partition("<")[2].partition(">")[0]
            return self._reply("MAIL", "250 ok")
        if command == "RCPT":
            self.to = text.partition("<")[2].partition(">")[0]
            return self._reply("RCPT", "250 ok")
        if command == "DATA":
            return self._reply("DATA", "354 go on") and ("DATA" in self.server.replies or self._take())
        self._send("221 bye" if command == "QUIT" else "250 ok")
        return command != "QUIT"

    def _take(self) -> bool:
        lines = []
        while (line := self.reader.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        reply = self.server.replies.get("END", "250 taken")
        if line and not reply.startswith(("4", "5")):
            self.server.mails.append(Mail(self.sender, self.to, b"".join(lines)))
        return self._reply("END", "250 taken")

    def _reply(self, command: str, usual: str) -> bool:
        reply = self.server.replies.get(command, usual)
        if reply:
            self._send(reply)
        return bool(reply)

    def _send(self, text: str) -> None:
        self.connection.sendall(f"{text}\r\n".encode())

    def _secure(self) -> None:
        assert self.server.offers is not None
        self.reader.close()
        self.connection = self.server.offers.wrap_socket(self.connection, server_side=True)
        self.reader = self.connection.makefile("rb")
        self.secure = True
