"""Beyond this machine the page asks for a password, and whoever guesses waits."""

from pathlib import Path

import httpx
import pytest

from adapters.local.web.entering import Door
from adapters.local.web.server import AddressTakenError, NeedsPasswordError, Serving
from adapters.local.web.sessions import Sessions
from tests.adapters.local.web.house import House, house_in

#: what must be known
PHRASE = "lantern-over-the-quay"


async def enter(house: House, password: str) -> httpx.Response:
    await house.get("/-/login")
    return await house.http.post("/-/login", data={"password": password, "csrf": house.token})


async def test_without_the_password_nothing_is_shown(tmp_path: Path) -> None:
    async with house_in(tmp_path, password=PHRASE) as house:
        page = await house.get("/acme/as/u1/help")
        assert (page.status_code, page.headers["location"]) == (303, "/-/login")
        assert (await house.get("/acme/as/u1/help/events")).status_code == 403
        await house.get("/-/login")
        sent = await house.post("/acme/as/u1/help/say", text="ahoy")
        assert (sent.status_code, sent.headers["hx-redirect"]) == (403, "/-/login")
        assert not house.chat.posts("help")


@pytest.mark.parametrize("name", ["login-quay", "loginacme", "login", "static", "staticacme"])
async def test_no_community_is_open_for_being_called_like_the_door(tmp_path: Path, name: str) -> None:
    async with house_in(tmp_path, password=PHRASE) as house:
        page = await house.get(f"/{name}/as/u1/help")
        assert (page.status_code, page.headers["location"]) == (303, "/-/login")


@pytest.mark.parametrize("name", ["login", "static", "_"])
async def test_a_community_may_be_called_like_the_door_and_can_be_looked_at(tmp_path: Path, name: str) -> None:
    async with house_in(tmp_path, name=name, password=PHRASE) as house:
        await enter(house, PHRASE)
        first = await house.get(f"/{name}")
        assert (first.status_code, first.headers["location"]) == (303, f"/{name}/")
        for path in (f"/{name}/", f"/{name}/as/u1/help", "/-/static/base.css"):
            assert (await house.get(path)).status_code == 200
        assert (await house.post(f"/{name}/as/u1/help/say", text="ahoy")).status_code == 204


async def test_with_the_password_everything_is_as_without_one(tmp_path: Path) -> None:
    async with house_in(tmp_path, password=PHRASE) as house:
        assert (await house.get("/-/login")).status_code == 200
        before = dict(house.http.cookies)
        assert (await enter(house, PHRASE)).status_code == 303
        # a session that somebody planted doesn't come in with its owner
        assert dict(house.http.cookies) != before
        assert (await house.get("/acme/")).status_code == 200
        assert (await house.post("/acme/as/u1/help/say", text="ahoy")).status_code == 204


@pytest.mark.parametrize("wrong", ["", "lantern", PHRASE.upper(), f"{PHRASE} ", "ü" * 30])
async def test_a_wrong_password_opens_nothing(tmp_path: Path, wrong: str) -> None:
    async with house_in(tmp_path, password=PHRASE) as house:
        answer = await enter(house, wrong)
        assert answer.status_code == 403
        assert PHRASE not in answer.text
        assert (await house.get("/acme/")).status_code == 303


async def test_a_session_that_was_in_before_the_program_began_anew_is_out(tmp_path: Path) -> None:
    old = Sessions(cookie="x", password=PHRASE)
    assert old.is_in(old.admitted())
    assert not Sessions(cookie="x", password=PHRASE).is_in(old.admitted())


async def test_whoever_guesses_waits_longer_each_time() -> None:
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    door = Door(sessions=Sessions(cookie="x", password=PHRASE), pause=pause)
    assert [await door._admits("guess") for _ in range(7)] == [False] * 7
    assert waited == sorted(waited)
    assert waited[0] < waited[-1] <= 8
    assert await door._admits(PHRASE)
    waited.clear()
    assert await door._admits(PHRASE)
    assert not waited


async def test_the_password_stands_in_no_text_about_what_holds_it() -> None:
    assert PHRASE not in repr(Sessions(cookie="x", password=PHRASE))


async def test_beyond_this_machine_there_is_no_page_without_a_password() -> None:
    with pytest.raises(NeedsPasswordError):
        Serving({}, host="0.0.0.0")  # noqa: S104 - it isn't taken


async def test_an_address_that_is_taken_is_said_to_be(house: House) -> None:
    with pytest.raises(AddressTakenError):
        Serving({}, port=int(house.host.rpartition(":")[2]))
