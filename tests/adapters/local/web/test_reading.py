"""What the page shows: rooms and posts to whoever sees them, and what is behind each."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from adapters.local.chat.types import Account
from adapters.local.web.completing import MOST as WAYS
from adapters.local.web.page import MOST
from bot.domain.command import Suggestion
from bot.domain.message import AccountRef
from bot.errors import LocumError
from bot.i18n import say
from bot.services.tracing.chain import Chain, Link, LinkKind, Seen, Verified
from tests.adapters.local.web.house import MODERATOR, House, house_in

HERE = "/acme/as/u1/help"
MOD = "/acme/as/robin/help"


async def test_the_way_in_leads_to_the_first_community_and_a_person_to_their_first_room(house: House) -> None:
    assert (await house.get("/")).headers["location"] == "/acme/"
    assert (await house.get("/acme")).headers["location"] == "/acme/"
    for path in ("/acme/as/u1/", "/acme/as/u1"):
        assert (await house.get(path)).headers["location"] == HERE
    welcome = (await house.get("/acme/")).text
    assert all(f"/acme/as/{who}" in welcome for who in ("u1", "u9", "robin"))
    assert "/acme/as/locum" not in welcome


async def test_a_page_shows_its_room_and_what_its_reader_sees(house: House) -> None:
    house.chat.say("u2", "help", "who has a <rope>?")
    member, staff = (await house.get(HERE)).text, (await house.get(MOD)).text
    assert "who has a &lt;rope&gt;?" in member
    assert "/acme/as/u1/leads" not in member
    assert "/acme/as/robin/leads" in staff


async def test_what_somebody_may_be_offered_depends_on_who_they_are(house: House) -> None:
    assert "mod.delete" not in (await house.get(HERE)).text
    assert "mod.delete" in (await house.get(MOD)).text


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("de", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("en;q=0.3, de;q=0.9", "de"),
        ("fr,de;q=0.1", "de"),
        ("fr", "en"),
        (",;=", "en"),
        ("de;q=0", "en"),
    ],
)
async def test_the_page_speaks_what_the_browser_asks_for(house: House, wanted: str, language: str) -> None:
    assert f'lang="{language}"' in (await house.get("/acme/", headers={"Accept-Language": wanted})).text


async def test_a_language_that_was_chosen_stays(house: House) -> None:
    answer = await house.get(f"{HERE}?language=de&x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}?x=1")
    assert 'lang="de"' in (await house.get(HERE)).text
    assert (await house.get(f"{HERE}?language=tlh")).status_code == 200


async def test_earlier_posts_are_read_in_pieces(house: House) -> None:
    posts = [house.chat.say("u1", "help", f"number {number}.") for number in range(MOST + 5)]
    page = (await house.get(HERE)).text
    assert "number 5." in page
    assert "number 4." not in page
    more = await house.get(HERE, params={"before": posts[5].id}, headers={"HX-Request": "true"})
    assert [f"number {number}." in more.text for number in range(6)] == [True] * 5 + [False]


async def test_what_is_behind_a_post_shows_the_offending_words(house: House) -> None:
    post = house.chat.say("u2", "help", "buy <cheap> ropes")
    chain = Chain(marks=((4, 11),), links=(Link(kind=LinkKind.FINDING, title="spam/links"),))
    house.backstage.chains[post.id] = chain
    text = (await house.get(f"{MOD}/behind/{post.id}")).text
    assert "<mark>&lt;cheap&gt;</mark>" in text
    assert "spam/links" in text


async def test_what_the_chat_no_longer_has_is_shown_from_the_record(house: House) -> None:
    post = house.chat.say("u2", "help", "buy cheap ropes")
    house.chat.remove("u2", post.id)
    house.backstage.chains[post.id] = Chain(text="buy cheap ropes", marks=((4, 9),))
    assert "<mark>cheap</mark>" in (await house.get(f"{MOD}/behind/{post.id}")).text


async def test_nothing_is_shown_of_posts_that_the_reader_doesnt_see(house: House) -> None:
    hidden = house.chat.say("robin", "leads", "between us")
    for post in (hidden.id, "999", "x", "9" * 40):
        answer = await house.get(f"{HERE}/behind/{post}")
        assert answer.status_code == 404
        assert "between us" not in answer.text


async def test_a_person_is_shown_with_what_can_be_done_about_them(house: House) -> None:
    house.backstage.who["robin"] = Seen(role="moderator", hindered="frozen", audiences=MODERATOR.audiences)
    assert "mod.warn" in (await house.get(f"{MOD}/person/u2")).text
    assert "mod.warn" not in (await house.get(f"{HERE}/person/u2")).text
    robin = (await house.get(f"{HERE}/person/robin")).text
    assert "moderator · Nightwatch" in robin
    assert "frozen" in robin
    assert (await house.get(f"{HERE}/person/nobody")).status_code == 404


async def test_names_are_shown_as_text(house: House) -> None:
    at = house.chat.now()
    house.chat.enrol(Account(id="u7", name="<img src=x>", created_at=at, joined_at=at))
    house.chat.say("u7", "help", "ahoy")
    for path in ("/acme/", HERE, f"{HERE}/person/u7"):
        assert "<img src=x" not in (await house.get(path)).text


async def test_a_verification_says_what_it_came_to(house: House) -> None:
    house.backstage.verified = Verified(sound=False, size=12, findings=("entry <7> differs",))
    text = (await house.post("/acme/as/u1/verify")).text
    assert "entry &lt;7&gt; differs" in text


async def test_completion_knows_who_is_typing(house: House) -> None:
    house.backstage.suggestions = [Suggestion(value="respect", label="Be respectful")]

    async def ways(path: str, text: str) -> Sequence[str]:
        answer = await house.get(f"{path}/complete", params={"text": text})
        return [one["insert"] for one in answer.json()]

    assert "/mod " not in await ways(HERE, "/")
    assert "/mod " in await ways(MOD, "/")
    assert await ways(MOD, "/mod warn @lim") == ["/mod warn @limpet "]
    assert "/mod warn @limpet respect " in await ways(MOD, "/mod warn @limpet re")
    [(asked, option, typed)] = house.backstage.completed
    assert (asked.command, asked.account.user, option, typed) == ("mod.warn", "robin", "guideline", "re")
    assert await ways(HERE, "") == []
    assert len(await ways(MOD, "/lead ")) <= WAYS


async def test_who_was_never_here_isnt_mentioned_and_can_be_dealt_with(house: House) -> None:
    async def labels(text: str) -> list[str]:
        return [one["label"] for one in (await house.get(f"{MOD}/complete", params={"text": text})).json()]

    assert await labels("hello @Drift") == []
    assert await labels("/mod ban @Drift") == ["@Driftwood"]


async def test_while_the_database_doesnt_answer_the_page_says_so(house: House) -> None:
    async def fails(account: AccountRef, language: str) -> Seen:
        raise LocumError

    house.backstage.seen = fails  # type: ignore[method-assign]  # the one answer that is to fail
    answer = await house.get(HERE)
    assert (answer.status_code, answer.text) == (503, say("chat.no_answer"))


async def test_an_address_that_leads_nowhere_says_so(house: House) -> None:
    nobody = ("/acme/as/nobody/help", "/acme/as/locum/help", "/acme/as/u1/nowhere")
    for path in ("/nowhere/", *nobody, "/login", "/static/base.css", "/-/login", "/a/b/c"):
        assert (await house.get(path)).status_code == 404


async def test_a_page_that_nobody_looked_at_stops_all_the_same(tmp_path: Path) -> None:
    async with house_in(tmp_path) as house, asyncio.timeout(20):
        await house.serving.stop()
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "templates"]


async def test_a_page_that_stopped_gives_its_address_back(tmp_path: Path) -> None:
    async with house_in(tmp_path) as house:
        port = int(house.host.rpartition(":")[2])
        await house.serving.stop()
        folder = tmp_path / "second"
        folder.mkdir()
        async with house_in(folder, port=port) as again:
            assert (await again.get("/acme/")).status_code == 200
