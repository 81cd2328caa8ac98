"""What is done on the page is done in the chat, or handed to Locum as any platform hands it over."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from adapters.local.chat.chat import LOCUM
from adapters.local.web.views import TourView
from bot.domain.card import Card
from bot.domain.command import FieldKind, Form, FormField, Invocation, Reply
from bot.domain.message import Member, Message
from bot.domain.outcome import OutcomeKind
from bot.domain.sanction import Standing
from bot.errors import LocumError
from bot.i18n import say
from tests.adapters.local.chat.rooms import full_disk
from tests.adapters.local.web.house import House, house_in

HERE = "/acme/as/u1/help"
MOD = "/acme/as/robin/help"


async def test_what_is_written_stands_in_the_room(house: House) -> None:
    assert (await house.post(f"{HERE}/say", text="ahoy @limpet", files="a.png, b.txt")).status_code == 204
    [post] = house.chat.posts("help")
    assert (post.author, post.text, post.mentions) == ("u1", "ahoy @limpet", ("u2",))
    assert [file.name for file in post.attachments] == ["a.png", "b.txt"]


async def test_an_answer_knows_what_it_answers(house: House) -> None:
    first = house.chat.say("u2", "help", "who is there?")
    elsewhere = house.chat.say("u2", "gaming", "nobody")
    await house.post(f"{HERE}/say", text="me", reply_to=first.id)
    await house.post(f"{HERE}/say", text="me too", reply_to=elsewhere.id)
    assert [post.reply_to for post in house.chat.posts("help")] == ["", first.id, ""]


@pytest.mark.parametrize(("text", "key"), [("", "nothing_said"), ("x" * 2_001, "too_long")])
async def test_what_the_chat_refuses_is_said_to_whoever_wrote_it_alone(house: House, text: str, key: str) -> None:
    answer = await house.post(f"{HERE}/say", text=text)
    assert answer.status_code == 200
    assert say(f"chat.{key}") in answer.text
    assert not house.chat.posts("help")


async def test_whoever_is_in_a_timeout_is_told_until_when(house: House) -> None:
    until = house.chat.now() + timedelta(hours=1)
    house.chat.restrict("u1", OutcomeKind.TIMEOUT, Standing(held=True, until=until), by="a1")
    assert f"{until:%H:%M}" in (await house.post(f"{HERE}/say", text="ahoy")).text
    assert f"{until:%H:%M}" in (await house.get(HERE)).text


async def test_posts_are_edited_reacted_to_and_removed(house: House) -> None:
    post = house.chat.say("u1", "help", "ahoi")
    await house.post(f"{HERE}/posts/{post.id}/edit", text="ahoy")
    await house.post(f"{HERE}/posts/{post.id}/react", sign="⚓")
    changed = house.chat.post(post.id)
    assert changed is not None
    assert (changed.text, changed.reactions) == ("ahoy", (("⚓", ("u1",)),))
    await house.post(f"{HERE}/posts/{post.id}/delete")
    gone = house.chat.post(post.id)
    assert gone is not None
    assert (gone.gone_by, gone.text) == ("u1", "")


async def test_nobody_edits_or_removes_what_somebody_else_wrote(house: House) -> None:
    post = house.chat.say("u2", "help", "mine")
    for deed, fields in (("edit", {"text": "yours"}), ("delete", {})):
        answer = await house.post(f"{HERE}/posts/{post.id}/{deed}", **fields)
        assert say("chat.not_yours") in answer.text.replace("&#39;", "'")
    kept = house.chat.post(post.id)
    assert kept is not None
    assert kept.text == "mine"


async def test_a_thread_leads_to_itself(house: House) -> None:
    post = house.chat.say("u2", "help", "about ropes")
    answer = await house.post(f"{HERE}/posts/{post.id}/thread", name="ropes")
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, f"/acme/as/u1/t~{post.id}")
    assert (await house.get(answer.headers["hx-redirect"])).status_code == 200
    assert f"/acme/as/u1/t~{post.id}" in (await house.get(HERE)).text


@pytest.mark.parametrize("deed", ["", "burn", "edit/more"])
async def test_nothing_else_can_be_done_to_a_post(house: House, deed: str) -> None:
    post = house.chat.say("u1", "help", "ahoy")
    assert (await house.post(f"{HERE}/posts/{post.id}/{deed}")).status_code in (404, 405)


async def test_a_command_arrives_as_any_platforms_would(house: House) -> None:
    house.heard.reply = Reply(text="warned <b>them</b>")
    answer = await house.post(f"{MOD}/say", text="/mod warn @Rollmops guideline:respect why: rude")
    assert "warned &lt;b&gt;them" in answer.text
    [given] = house.heard.given
    assert (given.command, given.community, given.account.user) == ("mod.warn", "acme", "robin")
    assert given.channel is not None
    assert given.channel.id == "help"
    member = given.options["member"]
    assert isinstance(member, Member)
    assert (member.key, member.names, member.created_at is not None) == ("u1", ("Rollmops",), True)
    assert dict(given.options) | {"member": ""} == {"member": "", "guideline": "respect", "why": "rude"}
    assert not house.chat.posts("help")


async def test_a_command_that_isnt_understood_isnt_handed_on(house: House) -> None:
    answer = await house.post(f"{MOD}/say", {"Accept-Language": "de"}, text="/mod warnen @Rollmops")
    assert "/mod warn" in answer.text
    assert not house.heard.given


async def test_somebody_elses_rights_are_a_matter_of_the_core(house: House) -> None:
    house.heard.reply = Reply(text="That isn't yours to do.", done=False)
    answer = await house.post(f"{HERE}/say", text="/mod warn @limpet respect")
    assert 'data-done="false"' in answer.text
    assert [given.account.user for given in house.heard.given] == ["u1"]


async def test_between_somebody_and_locum_there_is_no_channel(house: House) -> None:
    await house.post("/acme/as/u1/direct~u1/say", text="/privacy export")
    assert house.heard.given[0].channel is None


async def test_a_press_says_what_the_button_says(house: House) -> None:
    await house.post(f"{MOD}/press", action="case.timeout:c1:3", value="1h", community="other", member="u2")
    [given] = house.heard.given
    assert (given.command, given.options) == ("case.timeout", {"subject": "c1", "version": "3", "value": "1h"})


async def test_two_presses_are_two_interactions(house: House) -> None:
    for _ in range(2):
        await house.post(f"{MOD}/press", action="case.claim:c1:3")
    first, second = house.heard.given
    assert first.id != second.id


async def test_a_form_that_is_sent_twice_is_one_interaction(house: House) -> None:
    fields = (
        FormField(name="action", label="What", kind=FieldKind.CHOICE, options=(("ban", "Ban"),)),
        FormField(name="why", label="Why"),
    )
    house.heard.reply = Reply(form=Form(action="case.send_ask:c1:3", title="Ask", fields=fields))
    drawn = (await house.post(f"{MOD}/press", action="case.ask_for:c1:3", value="ban")).text
    action = drawn.partition('name="action" value="')[2].partition('"')[0]
    assert action.startswith("case.send_ask:c1:3")
    for who in (MOD, MOD, HERE):
        body = f"action={action.replace('#', '%23')}&action=ban&why=so"
        headers = {"X-CSRF-Token": house.token, "Content-Type": "application/x-www-form-urlencoded"}
        assert (await house.http.post(f"{who}/press", content=body, headers=headers)).status_code == 200
    _, once, twice, other = house.heard.given
    assert once.options == {"subject": "c1", "version": "3", "action": "ban", "why": "so"}
    assert once.id == twice.id
    # and nobody takes somebody else's away
    assert other.id != once.id
    assert len(once.id) <= 64


async def test_a_menu_of_a_post_or_a_member_hands_over_what_it_is_about(house: House) -> None:
    post = house.chat.say("u1", "help", "buy now")
    await house.post(f"{MOD}/menu", command="mod.delete", post=post.id)
    await house.post(f"{MOD}/menu", command="mod.warn", account="u2")
    await house.post(f"{MOD}/menu", command="mod.warn", post=post.id)
    first, second, third = house.heard.given
    message = first.options["message"]
    assert isinstance(message, Message)
    assert (message.text, message.author.key, message.ref.message) == ("buy now", "u1", post.id)
    assert [one.options["member"].key for one in (second, third) if isinstance(one.options["member"], Member)] == [
        "u2",
        "u1",
    ]


async def test_a_menu_offers_nothing_else_and_nothing_that_isnt_there(house: House) -> None:
    hidden = house.chat.say("robin", "leads", "between us")
    for who, fields in (
        (MOD, {"command": "lead.undo", "post": "1"}),
        (MOD, {"command": "mod.delete", "post": "999"}),
        (MOD, {"command": "mod.delete", "post": "x"}),
        (MOD, {"command": "mod.warn", "account": "nobody"}),
        (HERE, {"command": "everyone.report", "post": hidden.id}),
    ):
        assert 'data-done="false"' in (await house.post(f"{who}/menu", **fields)).text
    assert not house.heard.given


async def test_what_everybody_is_to_see_stands_in_the_room(house: House) -> None:
    house.heard.reply = Reply(text="Moin!", public=True)
    assert (await house.post(f"{MOD}/say", text="/team")).status_code == 204
    [post] = house.chat.posts("help")
    assert (post.author, post.text) == (LOCUM, "Moin!")


async def test_a_card_is_shown_to_whoever_asked_alone(house: House) -> None:
    house.heard.reply = Reply(card=Card(title="Case 7"))
    assert "Case 7" in (await house.post(f"{MOD}/say", text="/case show")).text
    assert not house.chat.posts("help")


async def test_while_nobody_listens_and_while_nothing_answers_it_says_so(house: House) -> None:
    async def fails(_: Invocation) -> Reply:
        raise LocumError

    house.heard.answer = fails
    assert say("chat.no_answer") in (await house.post(f"{MOD}/say", text="/team")).text.replace("&#39;", "'")
    house.community.feed = None
    assert say("chat.not_connected") in (await house.post(f"{MOD}/say", text="/team")).text.replace("&#39;", "'")


async def test_a_full_disk_is_no_refusal(house: House) -> None:
    await house.get(HERE)
    with full_disk():
        answer = await house.post(f"{HERE}/say", text="ahoy")
    assert say("chat.no_answer") in unescape(answer.text)
    assert (await house.post(f"{HERE}/say", text="ahoy")).status_code == 204


async def test_whoever_isnt_here_can_come_in(house: House) -> None:
    answer = await house.post("/acme/as/u9/join")
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, "/acme/as/u9/help")
    assert [post.joined for post in house.chat.posts("help")] == [True]


async def test_nobody_comes_in_while_the_doors_are_closed(house: House) -> None:
    house.chat.set_closed(closed=True)
    assert say("chat.closed") in (await house.post("/acme/as/u9/join")).text
    assert not house.chat.posts("help")


@pytest.mark.parametrize("who", ["nobody", LOCUM, "", "u1%00", "../u1"])
async def test_nobody_can_be_somebody_who_isnt_there_or_is_a_program(house: House, who: str) -> None:
    assert (await house.post(f"/acme/as/{who}/help/say", text="ahoy")).status_code in (404, 405)
    assert not house.chat.posts("help")


async def test_a_room_that_somebody_doesnt_see_is_none_for_them(house: House) -> None:
    for room in ("leads", "direct~u2", "nowhere", "t~1"):
        assert (await house.get(f"/acme/as/u1/{room}")).status_code == 404
        assert (await house.post(f"/acme/as/u1/{room}/say", text="ahoy")).status_code == 404
        assert (await house.get(f"/acme/as/u1/{room}/events?after=0")).status_code == 404


@pytest.mark.parametrize(("minutes", "ahead"), [("90", 90), ("0", 0), ("-5", 0), ("x", 0), ("99999999", 0), ("²", 0)])
async def test_time_jumps_ahead_and_never_back(house: House, minutes: str, ahead: int) -> None:
    await house.post("/acme/as/u1/skip", minutes=minutes)
    assert house.backstage.ahead == timedelta(minutes=ahead)


class Life:
    """A life that remembers what it was told."""

    def __init__(self) -> None:
        self.running, self.pace, self.seed, self.scenes = True, 1.0, 7, ("spam", "raid")
        self.begun: list[str] = []

    def go(self) -> None:
        self.running = True

    def pause(self) -> None:
        self.running = False

    def begin(self, scene: str) -> None:
        self.begun.append(scene)

    def again(self, seed: int) -> None:
        self.seed = seed


async def test_life_goes_on_as_it_is_told_to(tmp_path: Path) -> None:
    life = Life()
    async with house_in(tmp_path, life=life) as house:

        async def tell(do: str, value: str = "") -> int:
            return (await house.post("/acme/as/u1/life", do=do, value=value)).status_code

        assert [
            await tell("pause"),
            await tell("pace", "2.5"),
            await tell("scene", "raid"),
            await tell("again", "42"),
        ] == [204] * 4
        assert (life.running, life.pace, life.begun, life.seed) == (False, 2.5, ["raid"], 42)
        wrong = [("pace", "nan"), ("pace", "inf"), ("pace", "1000"), ("scene", "flood"), ("again", "x"), ("stop", "")]
        assert [await tell(*one) for one in wrong] == [200] * len(wrong)
        assert (life.pace, life.begun, life.seed) == (2.5, ["raid"], 42)
        await tell("go")
        assert life.running


class Tour:
    """A tour that remembers what was done."""

    def __init__(self, *, offered: bool = True, href: str = "") -> None:
        self.done: list[str] = []
        self.offered = offered
        self.href = href

    async def view(self, reader: str, language: str) -> TourView | None:
        return TourView(number=1, of=5, title="Look", text="Press", href=self.href) if self.done else None

    async def look(self) -> None:
        return None

    def saw(self, what: str) -> None:
        self.done.append(what)

    def start(self) -> None:
        self.done.append("start")

    def next(self) -> None:
        self.done.append("next")

    def leave(self) -> None:
        self.done.append("leave")


async def test_the_tour_is_begun_left_and_told_what_was_opened(tmp_path: Path) -> None:
    tour = Tour()
    async with house_in(tmp_path, tour=tour) as house:
        post = house.chat.say("u1", "help", "ahoy")
        for do in ("start", "next", "burn"):
            await house.post("/acme/as/u1/tour", do=do)
        await house.get(f"{HERE}/behind/{post.id}")
        await house.post("/acme/as/u1/verify")
        await house.post("/acme/as/u1/tour", do="leave")
    assert tour.done == ["start", "next", "behind", "verified", "leave"]


async def test_the_first_page_begins_the_tour_and_leads_to_whom_it_is_about(tmp_path: Path) -> None:
    tour = Tour(href="/acme/as/u2/help")
    async with house_in(tmp_path, tour=tour) as house:
        page = (await house.get("/acme/")).text
        [begins] = re.findall(r'<form class="begin" method="post" action="([^"]+)"', page)
        # as a form that no script sends
        answer = await house.post(begins, {"HX-Request": ""}, do="start")
        assert tour.done == ["start"], answer.text


async def test_a_tour_that_cannot_be_taken_is_offered_nowhere(tmp_path: Path) -> None:
    async with house_in(tmp_path, tour=Tour(offered=False)) as house:
        assert 'class="begin"' not in (await house.get("/acme/")).text
        page = (await house.get("/acme/as/u1/help")).text
        assert "tour-offer" not in page
        assert "start-tour" not in page
