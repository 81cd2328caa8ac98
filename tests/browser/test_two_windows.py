"""Two windows are two people: what one does the other sees, and what both want only one gets."""

import asyncio
import re

from playwright.async_api import expect

from tests.browser.conftest import Opening
from tests.browser.program import Program
from tests.browser.window import Window

_CASE = re.compile(r"\b[0-9A-Z]{6}\b")


async def test_what_one_writes_edits_and_takes_back_the_other_sees_without_a_reload(
    program: Program, opening: Opening
) -> None:
    one, other = await opening(program), await opening(program)
    await asyncio.gather(one.be("limpet", "showcase"), other.be("whelk", "showcase"))
    await one.say("look, my lantern floats")
    post = other.post("my lantern floats")
    await expect(post).to_be_visible()
    await expect(post.locator(".name").first).to_have_text("Limpet")
    number = await post.get_attribute("data-post")
    await other.ask(f"/showcase/posts/{number}/react", sign="⚓")
    await expect(one.post("my lantern floats").locator(".reactions")).to_contain_text("⚓")
    await one.ask(f"/showcase/posts/{number}/edit", text="look, my lantern swims")
    await expect(other.post("my lantern swims").locator(".edited")).to_be_visible()
    await one.ask(f"/showcase/posts/{number}/delete")
    await expect(other.page.locator(f"#post-{number}")).to_have_class(re.compile(r"\bgone\b"))


async def test_what_is_drawn_anew_under_somebodys_hand_still_hears_their_click(
    program: Program, opening: Opening
) -> None:
    one, other = await opening(program), await opening(program)
    await asyncio.gather(one.be("clam", "showcase"), other.be("barnacle", "showcase"))
    await one.say("my boat, at last")
    post = other.post("my boat, at last")
    number = await post.get_attribute("data-post")
    # the button shows where the pointer is
    await post.hover()
    await post.locator("[data-do=menu]").hover()
    await other.page.mouse.down()
    async with other.page.expect_response(lambda answer: "react" in answer.url):
        await other.ask(f"/showcase/posts/{number}/react", sign="⚓")
    await expect(one.post("my boat, at last").locator(".reactions")).to_contain_text("⚓")
    await other.page.mouse.up()
    await expect(other.page.locator("#menu")).to_be_visible()
    await expect(post.locator(".reactions")).to_contain_text("⚓")


async def test_of_two_who_claim_a_case_one_gets_it_and_the_other_is_told_what_happened(
    program: Program, opening: Opening
) -> None:
    member, robin, merle = [await opening(program) for _ in range(3)]
    await asyncio.gather(member.be("urchin", "spielen"), robin.be("nw-17", "spielen"), merle.be("nw-18", "spielen"))
    await asyncio.gather(on_shift(robin), on_shift(merle))
    await member.say("Gratis Nitro für 3 Monate, hier abholen: https://nitro-drop.example/claim")
    await expect(member.page.locator(".post.mine.gone")).to_be_visible()
    await robin.page.locator(".post.gone [data-behind]").last.click()
    shown = robin.page.locator("#behind #link-case")
    await expect(shown).to_contain_text(_CASE)
    case = _CASE.search(await shown.inner_text())
    assert case is not None
    # both look at the same card before either presses
    await asyncio.gather(*(one.command(f"/case show case:{case.group()}") for one in (robin, merle)))
    answers = await asyncio.gather(*(one.press("case.claim", one.answer) for one in (robin, merle)))
    refused = [await one.answer.get_attribute("data-done") == "false" for one in (robin, merle)]
    assert sorted(refused) == [False, True], answers
    late = answers[refused.index(True)]
    assert re.search("Robin|Merle|older than what happened", late), late


async def on_shift(window: Window) -> None:
    await window.command("/shift start")
