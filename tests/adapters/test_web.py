"""Which addresses a request may go to, and what is sent there."""

import time

import pytest

from adapters.web import AddressError, NoAnswerError, _connect, _is_public, post, read_address
from tests.fakes.webhook import Webhooks
from tests.ports import free_port


@pytest.mark.parametrize(
    ("number", "public"),
    [
        ("1.1.1.1", True),
        ("2606:4700:4700::1111", True),
        ("::ffff:1.1.1.1", True),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - nobody binds to it here
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("ff02::1", False),
        ("somewhere", False),
    ],
)
def test_only_numbers_of_the_open_internet_are_public(number: str, public: bool) -> None:
    assert _is_public(number) is public


def test_a_name_that_stands_for_a_private_number_is_not_followed_unless_that_was_meant() -> None:
    # this is no number as we read it, and resolves to loopback without anybody being asked
    with pytest.raises(NoAnswerError) as caught:
        _connect(read_address("https://127.1"), time.monotonic() + 5, None)
    assert (caught.value.reason, caught.value.sent) == ("private", False)
    with pytest.raises(ConnectionRefusedError):
        _connect(read_address(f"https://127.1:{free_port()}", private=True), time.monotonic() + 5, None)


async def test_a_number_that_is_written_out_is_meant() -> None:
    with Webhooks() as receiver:
        reply = await post(read_address(receiver.url), b"x", {}, seconds=5, most=1000)
    assert reply.status == 204


async def test_a_header_cannot_hold_a_line_break() -> None:
    with pytest.raises(ValueError, match="header"):
        await post(read_address("http://127.0.0.1:1"), b"", {"X": "a\r\nY: b"}, seconds=5, most=1000)


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("https://a.example", "a.example", 443, "/"),
        ("https://A.example:8443/x?y=z", "a.example", 8443, "/x?y=z"),
        ("https://a.example?y", "a.example", 443, "/?y"),
        ("http://127.0.0.1", "127.0.0.1", 80, "/"),
        ("http://[::1]:99/x", "::1", 99, "/x"),
        ("https://bücher.example", "xn--bcher-kva.example", 443, "/"),
    ],
)
def test_an_address_is_taken_apart(url: str, host: str, port: int, path: str) -> None:
    address = read_address(url)
    assert (address.host, address.port, address.path) == (host, port, path)


@pytest.mark.parametrize("host", ["127.0.0.1.", "0x7f000001", "127.1", "2130706433", "localhost.", "::ffff:7f00:1"])
def test_odd_spellings_of_this_machine_are_not_this_machine(host: str) -> None:
    with pytest.raises(AddressError):
        read_address(f"http://[{host}]" if ":" in host else f"http://{host}")


def test_a_path_is_never_shown() -> None:
    assert "s3cret" not in repr(read_address("https://a.example/s3cret"))
