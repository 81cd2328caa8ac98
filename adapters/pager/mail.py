"""Pages by e-mail."""

import re
import smtplib
import socket
import ssl
from asyncio import to_thread
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from hashlib import sha256
from threading import Event, Thread

from adapters.pager.visible import first_line, visible
from adapters.web import is_loopback
from bot.domain.action import Answer, Result
from bot.i18n import say
from bot.ports import Clock, OutsideError

#: seconds until the next attempt; servers that hold unknown senders off want minutes
AFTER = 60.0

# what every server takes; names in other scripts would need extensions that few have
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")


class MailboxError(OutsideError):
    """This is no mailbox: write name@host, without display name, in plain letters."""


class UnsafeMailError(OutsideError):
    """A password and pages would travel in the clear: use `starttls` or `tls`, plain only on this machine."""


class LoginError(OutsideError):
    """User and password of a mail server must be plain ASCII: mail servers agree on nothing else."""


class Security(StrEnum):
    """How the way to the mail server is protected."""

    #: TLS from the first byte, usually port 465
    TLS = "tls"
    #: TLS before anything that matters, usually port 587; without it nothing is sent
    STARTTLS = "starttls"
    #: none, for a server on this machine
    PLAIN = "plain"


@dataclass(slots=True)
class _Progress:
    """How far a conversation came."""

    #: the whole page was handed over; no answer means that nobody knows
    handed_over: bool = False


class MailPager:
    """Sends pages from one mailbox to another; answers to the port `Pager`."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        tls: Security,
        sender: str,
        to: str,
        clock: Clock,
        user: str = "",
        password: str = "",
        language: str = "en",
        seconds: float = 20.0,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        if not (_MAILBOX.fullmatch(sender) and _MAILBOX.fullmatch(to)):
            raise MailboxError
        if tls is Security.PLAIN and not is_loopback(host):
            raise UnsafeMailError
        if not (user + password).isascii():
            raise LoginError
        self._host, self._port, self._tls = host, port, tls
        self._sender, self._to = sender, to
        self._user, self._password = user, password
        self._clock, self._language, self._seconds, self._trusted = clock, language, seconds, trusted

    async def page(self, text: str, *, key: str, to: str = "") -> Result:
        """Send a page, and return what became of it. A second one has the same Message-ID."""
        message = self.message(text, key)
        return await to_thread(self._send, message)

    def message(self, text: str, key: str) -> EmailMessage:
        """Return the mail; its Message-ID follows from the key alone."""
        domain = self._sender.partition("@")[2]
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = self._to
        message["Subject"] = say("pager.subject", self._language, line=first_line(text))
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{sha256(key.encode(errors='surrogatepass')).hexdigest()[:40]}@{domain}>"
        # nobody's absence is answered to a machine
        message["Auto-Submitted"] = "auto-generated"
        message["Importance"] = "high"
        footer = say("pager.footer", self._language, number=visible(key).replace("\n", " "))
        message.set_content(f"{visible(text)}\n\n-- \n{footer}\n", cte="quoted-printable")
        return message

    def _send(self, message: EmailMessage) -> Result:
        progress = _Progress()
        try:
            return self._converse(message, progress)
        except smtplib.SMTPAuthenticationError as error:
            return _answered(error.smtp_code)
        except smtplib.SMTPNotSupportedError:
            return Result(answer=Answer.FORBIDDEN, reason="smtp_unsupported")
        except ssl.SSLError:
            return _interrupted(progress, "tls")
        except smtplib.SMTPResponseException as error:
            return _interrupted(progress, "dropped") if progress.handed_over else _answered(error.smtp_code)
        except (smtplib.SMTPException, OSError, ValueError):
            return _interrupted(progress, "dropped" if progress.handed_over else "unreachable")

    def _converse(self, message: EmailMessage, progress: _Progress) -> Result:
        with self._connected() as server:
            server.ehlo_or_helo_if_needed()
            if self._tls is Security.STARTTLS:
                server.starttls(context=self._trusted or ssl.create_default_context())
                server.ehlo_or_helo_if_needed()
            if self._user:
                server.login(self._user, self._password)
            for code, _ in self._steps(server):
                if code not in {250, 251, 354}:
                    return _answered(code)
            progress.handed_over = True
            server.send(_escaped(message.as_bytes()))
            code, _ = server.getreply()
            if code != 250:
                # less than 200 is no answer at all
                return _answered(code) if code >= 200 else _interrupted(progress, "dropped")
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
            return Result(answer=Answer.DONE, posted=str(message["Message-ID"]))

    def _steps(self, server: smtplib.SMTP) -> Iterator[tuple[int, bytes]]:
        yield server.mail(self._sender)
        yield server.rcpt(self._to)
        yield server.docmd("DATA")

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """Open a conversation that ends in time, even with a server that answers one byte a minute."""
        domain = self._sender.partition("@")[2]
        server: smtplib.SMTP
        if self._tls is Security.TLS:
            context = self._trusted or ssl.create_default_context()
            server = smtplib.SMTP_SSL(local_hostname=domain, timeout=self._seconds, context=context)
        else:
            server = smtplib.SMTP(local_hostname=domain, timeout=self._seconds)
        # whom TLS expects; only a constructor that connects at once would say it
        server._host = self._host  # type: ignore[attr-defined]  # noqa: SLF001 - as said; the stub hides it
        over = Event()
        Thread(target=_watch, args=(server, over, self._seconds), daemon=True).start()
        try:
            code, _ = server.connect(self._host, self._port)
            if code != 220:
                raise smtplib.SMTPConnectError(code, b"")
            yield server
        finally:
            over.set()
            server.close()


def _watch(server: smtplib.SMTP, over: Event, seconds: float) -> None:
    """End a conversation from outside once it lasts too long; who waits in it finds it dropped."""
    patience = seconds
    while not over.wait(patience):
        # there may be no connection yet: looking up a name knows no deadline
        patience = 0.1
        if isinstance(server.sock, socket.socket):
            with suppress(OSError):
                # a TLS socket's own `shutdown` would pull the ground from under who reads
                socket.socket.shutdown(server.sock, socket.SHUT_RDWR)


def _escaped(data: bytes) -> bytes:
    """Return the mail as `DATA` takes it: lines that begin with a full stop get another."""
    return re.sub(rb"(?m)^\.", b"..", data.rstrip(b"\r\n")) + b"\r\n.\r\n"


def _interrupted(progress: _Progress, reason: str) -> Result:
    if progress.handed_over:
        return Result(answer=Answer.UNKNOWN, reason=reason)
    return Result(answer=Answer.RETRY_AFTER, after=AFTER, reason=reason)


def _answered(code: int) -> Result:
    """Return what a refusal means: 4xx is for now, everything else for good."""
    if 400 <= code < 500:
        return Result(answer=Answer.RETRY_AFTER, after=AFTER, reason=f"smtp_{code}")
    return Result(answer=Answer.FORBIDDEN, reason=f"smtp_{code}")
