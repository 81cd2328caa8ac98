"""Pages by e-mail: one recognisable mail, and every answer of a mail server mapped to what it means."""

import socket
import ssl
import threading
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.pager import MailPager, Security
from adapters.pager.mail import AFTER, LoginError, MailboxError, UnsafeMailError
from bot.domain.action import Answer, Result
from tests.fakes.clock import START, FakeClock
from tests.fakes.smtp import MailServer
from tests.fakes.webhook import Raw, certificates
from tests.ports import free_port

SENDER, TO = "locum@harbour.example", "ada@harbour.example"
RIGHT, WRONG = "pass word", "s3cret"


def pager(
    port: int,
    *,
    tls: Security = Security.PLAIN,
    user: str = "",
    password: str = "",
    language: str = "en",
    seconds: float = 20.0,
    trusted: ssl.SSLContext | None = None,
) -> MailPager:
    return MailPager(
        host="127.0.0.1",
        port=port,
        tls=tls,
        sender=SENDER,
        to=TO,
        clock=FakeClock(),
        user=user,
        password=password,
        language=language,
        seconds=seconds,
        trusted=trusted,
    )


async def test_a_page_becomes_one_mail() -> None:
    with MailServer() as server:
        result = await pager(server.port).page("Case 7 waits.\nNobody is on duty.", key="page:case:7")
    (mail,) = server.mails
    message = mail.message
    assert (mail.sender, mail.to) == (SENDER, TO)
    assert (message["From"], message["To"]) == (SENDER, TO)
    assert message["Subject"] == "[Locum] Case 7 waits."
    assert parsedate_to_datetime(message["Date"]) == START
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().startswith("Case 7 waits.\nNobody is on duty.\n")
    assert "page:case:7" in message.get_content()
    assert result == Result(answer=Answer.DONE, posted=message["Message-ID"])


async def test_a_second_mail_with_the_same_key_has_the_same_message_id_and_another_key_another() -> None:
    with MailServer() as server:
        for text, key in (("x", "page:a:1"), ("y", "page:a:1"), ("x", "page:a:2")):
            await pager(server.port).page(text, key=key)
    first, second, other = (mail.message["Message-ID"] for mail in server.mails)
    assert first == second != other
    assert first.endswith("@harbour.example>")


async def test_the_frame_of_a_mail_is_in_the_readers_language() -> None:
    with MailServer() as server:
        await pager(server.port, language="de").page("Fall 7 wartet – dringend.", key="k")
    message = server.mails[0].message
    assert "Von Locum gesendet" in message.get_content()
    assert message["Subject"] == "[Locum] Fall 7 wartet – dringend."


@pytest.mark.parametrize(
    "text", ["a\r\nBcc: eve@evil.example\r\n\r\nhello", "a\nBcc: eve@evil.example", "a\rBcc: e@e.e"]
)
async def test_a_text_cannot_become_a_header_or_another_mail(text: str) -> None:
    with MailServer() as server:
        await pager(server.port).page(text, key="k\r\nBcc: eve@evil.example")
    (mail,) = server.mails
    assert mail.message["Bcc"] is None
    assert mail.to == TO
    assert len([line for line in server.said if line.upper().startswith("RCPT")]) == 1


async def test_a_line_with_one_full_stop_does_not_end_the_mail() -> None:
    with MailServer() as server:
        await pager(server.port).page("one\n.\n..two\r\n.\r\nMAIL FROM:<eve@evil.example>", key="k")
    (mail,) = server.mails
    assert mail.message.get_content().startswith("one\n.\n..two\n.\nMAIL FROM:<eve@evil.example>\n")


@given(text=st.text(max_size=200), key=st.text(max_size=40))
async def test_any_text_is_one_mail_in_which_everything_is_in_sight(text: str, key: str) -> None:
    with MailServer() as server:
        result = await pager(server.port).page(text, key=key)
    assert result.answer is Answer.DONE
    (mail,) = server.mails
    content = mail.message.get_content()
    assert all(mark.isprintable() or mark == "\n" or mark.isspace() for mark in content + mail.message["Subject"])
    assert all(len(line) <= 998 for line in mail.data.split(b"\r\n"))
    assert b"\n" not in mail.data.replace(b"\r\n", b"")


@pytest.mark.parametrize("command", ["CONNECT", "MAIL", "RCPT", "DATA", "END"])
@pytest.mark.parametrize(
    ("code", "answer"), [(451, Answer.RETRY_AFTER), (421, Answer.RETRY_AFTER), (550, Answer.FORBIDDEN)]
)
async def test_a_refusal_is_for_now_or_for_good_wherever_it_comes(command: str, code: int, answer: Answer) -> None:
    with MailServer() as server:
        server.replies[command] = f"{code} no"
        result = await pager(server.port).page("x", key="k")
    assert result == Result(answer=answer, after=AFTER if answer is Answer.RETRY_AFTER else 0.0, reason=f"smtp_{code}")
    assert not server.mails


@pytest.mark.parametrize("command", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"])
async def test_a_connection_that_drops_before_the_page_was_handed_over_sent_nothing(command: str) -> None:
    with MailServer() as server:
        server.replies[command] = ""
        result = await pager(server.port).page("x", key="k")
    assert result == Result(answer=Answer.RETRY_AFTER, after=AFTER, reason="unreachable")


async def test_a_connection_that_drops_after_the_page_was_handed_over_leaves_it_unknown() -> None:
    with MailServer() as server:
        server.replies["END"] = ""
        result = await pager(server.port).page("x", key="k")
    assert result == Result(answer=Answer.UNKNOWN, reason="dropped")
    assert len(server.mails) == 1


async def test_nonsense_after_the_page_was_handed_over_leaves_it_unknown() -> None:
    with MailServer() as server:
        server.replies["END"] = "hello?"
        result = await pager(server.port).page("x", key="k")
    assert result.answer is Answer.UNKNOWN


async def test_nobody_there_means_that_nothing_was_sent() -> None:
    result = await pager(free_port()).page("x", key="k")
    assert result == Result(answer=Answer.RETRY_AFTER, after=AFTER, reason="unreachable")


async def test_a_server_that_never_comes_to_an_end_is_left_in_time() -> None:
    over = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"220")
        while not over.wait(0.05):
            connection.sendall(b"-")

    with Raw(drip) as listening:
        result = await pager(listening.port, seconds=0.4).page("x", key="k")
        over.set()
    assert result == Result(answer=Answer.RETRY_AFTER, after=AFTER, reason="unreachable")


@given(data=st.binary(max_size=100))
async def test_whatever_a_server_says_is_a_result(data: bytes) -> None:
    def babble(connection: socket.socket) -> None:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(65536)

    with Raw(babble) as listening:
        result = await pager(listening.port, seconds=5).page("x", key="k")
    assert result.answer in {Answer.RETRY_AFTER, Answer.FORBIDDEN}


@pytest.mark.parametrize("tls", [Security.STARTTLS, Security.TLS])
async def test_with_tls_the_password_and_the_page_arrive(tmp_path: Path, tls: Security) -> None:
    offers, trusted = certificates(tmp_path)
    at_once = tls is Security.TLS
    with MailServer(offers=offers, at_once=at_once, user="locum", password=RIGHT) as server:
        result = await pager(server.port, tls=tls, user="locum", password=RIGHT, trusted=trusted).page("x", key="k")
    assert result.answer is Answer.DONE
    assert len(server.mails) == 1


@pytest.mark.parametrize("tls", [Security.STARTTLS, Security.TLS])
async def test_a_server_that_cannot_prove_who_it_is_gets_nothing(tmp_path: Path, tls: Security) -> None:
    offers, _ = certificates(tmp_path)
    with MailServer(offers=offers, at_once=tls is Security.TLS, user="locum", password=RIGHT) as server:
        result = await pager(server.port, tls=tls, user="locum", password=RIGHT).page("x", key="k")
    assert result == Result(answer=Answer.RETRY_AFTER, after=AFTER, reason="tls")
    assert not server.mails
    assert not [line for line in server.said if line.startswith("AUTH")]


async def test_a_server_without_starttls_gets_nothing() -> None:
    with MailServer(user="locum", password=RIGHT) as server:
        result = await pager(server.port, tls=Security.STARTTLS, user="locum", password=RIGHT).page("x", key="k")
    assert result == Result(answer=Answer.FORBIDDEN, reason="smtp_unsupported")
    assert not [line for line in server.said if line.startswith(("AUTH", "MAIL"))]


async def test_a_wrong_password_is_for_good_and_is_never_shown() -> None:
    with MailServer(user="locum", password=RIGHT) as server:
        paging = pager(server.port, user="locum", password=WRONG)
        result = await paging.page("x", key="k")
    assert result == Result(answer=Answer.FORBIDDEN, reason="smtp_535")
    assert WRONG not in repr(paging) + repr(result)


@pytest.mark.parametrize(
    "mailbox",
    [
        "",
        "ada",
        "ada@",
        "@harbour.example",
        "Ada <ada@harbour.example>",
        "ada@harbour.example, eve@evil.example",
        "ada@harbour.example\r\nBcc: eve@evil.example",
        "ada@harbour.example\n",
        "ada @harbour.example",
        "ådå@harbour.example",
        "ada@harbour.example>",
    ],
)
@pytest.mark.parametrize("place", ["sender", "to"])
def test_what_is_no_single_mailbox_is_refused(mailbox: str, place: str) -> None:
    sender, to = (mailbox, TO) if place == "sender" else (SENDER, mailbox)
    with pytest.raises(MailboxError):
        MailPager(host="127.0.0.1", port=25, tls=Security.PLAIN, sender=sender, to=to, clock=FakeClock())


@pytest.mark.parametrize("host", ["mail.example", "10.0.0.1", "localhost.mail.example"])
def test_nothing_is_sent_in_the_clear_to_another_machine(host: str) -> None:
    with pytest.raises(UnsafeMailError):
        MailPager(host=host, port=25, tls=Security.PLAIN, sender=SENDER, to=TO, clock=FakeClock())


def test_a_password_that_mail_servers_do_not_agree_on_is_refused() -> None:
    with pytest.raises(LoginError) as caught:
        pager(25, user="locum", password="pässword")  # noqa: S106 - nobody's
    assert "pässword" not in str(caught.value)
