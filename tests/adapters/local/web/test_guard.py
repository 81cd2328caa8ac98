"""Nothing gets in from elsewhere: neither by a name that leads here, nor by a form of another site."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from adapters.local.web.guard import LARGEST, loopback_hosts
from tests.adapters.local.web.house import House, house_in

SAY = "/acme/as/u1/help/say"


def said(house: House) -> list[str]:
    return [post.text for post in house.chat.posts("help")]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}"]
)
async def test_a_name_that_leads_here_but_isnt_ours_is_misdirected(house: House, host: str) -> None:
    port = house.host.rpartition(":")[2]
    answer = await house.get("/acme/", headers={"Host": host.format(port=port)})
    assert answer.status_code == 421
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
async def test_every_name_of_loopback_is_ours(house: House, name: str) -> None:
    answer = await house.get("/acme/", headers={"Host": f"{name}:{house.host.rpartition(':')[2]}"})
    assert answer.status_code == 200


async def test_two_hosts_in_one_request_are_none(house: House) -> None:
    answer = await asyncio.to_thread(
        _raw, house, f"GET /acme/ HTTP/1.1\r\nHost: {house.host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    )
    assert b" 200 " not in answer.splitlines()[0]


def _raw(house: House, request: str) -> bytes:
    name, _, port = house.host.rpartition(":")
    with socket.create_connection((name, int(port)), 10) as connection:
        connection.sendall(request.encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


async def test_a_host_that_was_allowed_is_ours(tmp_path: Path) -> None:
    async with house_in(tmp_path, hosts=["chat.example"]) as house:
        answers = [await house.get("/acme/", headers={"Host": host}) for host in ("chat.example", "other.example")]
    assert [answer.status_code for answer in answers] == [200, 421]


def test_browsers_leave_the_usual_port_away() -> None:
    assert {"localhost", "localhost:80"} <= loopback_hosts("127.0.0.1", 80)
    assert "localhost" not in loopback_hosts("127.0.0.1", 8484)


async def test_a_form_of_our_own_page_is_taken(house: House) -> None:
    assert (await house.post(SAY, text="ahoy")).status_code == 204
    assert said(house) == ["ahoy"]


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1", "https://[", "file://"])
async def test_a_form_of_another_site_isnt_taken_even_with_the_right_token(house: House, origin: str) -> None:
    assert (await house.post(SAY, {"Origin": origin}, text="ahoy")).status_code == 403
    assert said(house) == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_request_that_the_browser_says_comes_from_another_site_isnt_answered(house: House, site: str) -> None:
    assert (await house.post(SAY, {"Sec-Fetch-Site": site}, text="ahoy")).status_code == 403
    elsewhere = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
    assert (await house.get("/acme/as/u1/help/events", headers=elsewhere)).status_code == 403
    assert said(house) == []


async def test_a_link_on_another_site_leads_here_without_a_new_session(house: House) -> None:
    linked = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    answer = await house.get("/acme/", headers=linked)
    assert (answer.status_code, answer.headers["refresh"]) == (200, "0")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("token", ["", "0" * 64, "ü"])
async def test_a_form_without_its_token_isnt_taken(house: House, token: str) -> None:
    await house.get("/acme/")
    answer = await house.http.post(SAY, data={"text": "ahoy", "csrf": token})
    assert (answer.status_code, answer.headers["hx-refresh"]) == (403, "true")
    assert said(house) == []


async def test_a_token_of_another_session_isnt_taken(house: House) -> None:
    await house.get("/acme/")
    other = house.token
    async with httpx.AsyncClient(base_url=house.serving.address) as stranger:
        await stranger.get("/acme/")
        answer = await stranger.post(SAY, data={"text": "ahoy", "csrf": other})
    assert answer.status_code == 403
    assert said(house) == []


async def test_a_session_that_somebody_made_up_is_none(house: House) -> None:
    answer = await house.http.post(
        SAY, data={"text": "ahoy"}, headers={"Cookie": f"{house.serving._site.sessions.cookie}=x"}
    )
    assert answer.status_code == 403


async def test_the_token_can_stand_in_the_form_itself(house: House) -> None:
    await house.get("/acme/")
    answer = await house.http.post(SAY, data={"text": "ahoy", "csrf": house.token})
    # whoever runs no scripts is led back to the room
    assert (answer.status_code, answer.headers["location"]) == (303, "/acme/as/u1/help")
    assert said(house) == ["ahoy"]


async def test_a_form_that_is_too_large_isnt_read(house: House) -> None:
    assert (await house.post(SAY, text="x" * LARGEST)).status_code == 413
    assert said(house) == []


async def test_a_body_that_doesnt_say_how_large_it_is_is_read_as_far_as_it_may_be(house: House) -> None:
    await house.get("/acme/")

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"text=" + b"x" * 1_000 + b"&"

    headers = {"X-CSRF-Token": house.token, "Content-Type": "application/x-www-form-urlencoded"}
    answer = await house.http.post(SAY, content=endless(), headers=headers)
    assert answer.status_code == 413
    assert said(house) == []


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=x"])
async def test_only_plain_forms_are_read(house: House, kind: str) -> None:
    assert (await house.post(SAY, {"Content-Type": kind}, text="ahoy")).status_code == 415
    assert said(house) == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
async def test_no_other_method_is_answered(house: House, method: str) -> None:
    assert (await house.http.request(method, SAY)).status_code == 405


@pytest.mark.parametrize("path", ["", "../views.py", "%2e%2e/views.py", "..%2fviews.py", "%2fetc/passwd"])
async def test_no_path_leads_out_of_what_may_be_read(house: House, path: str) -> None:
    answer = await asyncio.to_thread(
        _raw, house, f"GET /-/static/{path} HTTP/1.1\r\nHost: {house.host}\r\nConnection: close\r\n\r\n"
    )
    assert b" 404 " in answer.splitlines()[0]


async def test_every_answer_says_what_a_browser_may_do_with_it(house: House) -> None:
    for path in ("/acme/", "/-/static/htmx.min.js", "/nothing/here"):
        headers = (await house.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == ("no-cache" if path.startswith("/-/static/") else "no-store")


async def test_the_session_is_read_by_no_script_and_sent_to_nobody_else(house: House) -> None:
    cookie = (await house.get("/acme/")).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert house.host.rpartition(":")[2] in cookie.partition("=")[0]
    assert "set-cookie" not in (await house.get("/acme/")).headers


async def test_an_address_without_slashes_at_its_beginning_can_lead_nowhere_else(house: House) -> None:
    answer = await asyncio.to_thread(
        _raw, house, f"GET //evil.example/?language=de HTTP/1.1\r\nHost: {house.host}\r\nConnection: close\r\n\r\n"
    )
    assert b"evil.example" not in b"".join(line for line in answer.splitlines() if line.startswith(b"location: //"))
