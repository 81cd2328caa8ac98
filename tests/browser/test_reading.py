"""Everybody can read and use the page: in German, by keyboard alone, on a phone, with whatever helps them read."""

import asyncio
import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.browser.conftest import Opening
from tests.browser.program import Program
from tests.browser.window import Window

#: views by name: who, and where
_VIEWS = {"room": ("nw-17", "lobby"), "leads": ("hc-2", "leads"), "direct": ("scholle", "direct~scholle")}
_PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
_SERIOUS = {"serious", "critical"}


async def test_a_german_browser_sees_german_and_gives_german_commands(program: Program, opening: Opening) -> None:
    window = await opening(program, locale="de-DE")
    await window.be("hc-4", "kneipe")
    await expect(window.page.locator("html")).to_have_attribute("lang", "de")
    await expect(window.page.locator("#ledger h2")).to_contain_text("Protokoll")
    assert "Schicht" in await window.command("/schicht beginnen")
    # and whoever would rather read English does, from then on
    await window.be("hc-4", "kneipe", language="en")
    await expect(window.page.locator("html")).to_have_attribute("lang", "en")
    await window.be("hc-4", "kneipe")
    await expect(window.page.locator("html")).to_have_attribute("lang", "en")
    await window.command("/shift end")


async def test_everything_can_be_done_by_keyboard_alone(program: Program, opening: Opening) -> None:
    window = await opening(program)
    page = window.page
    await window.be("sprotte", "help")
    # whoever comes in can write at once
    await expect(window.composer).to_be_focused()
    await page.keyboard.type("free nitro for 3 months, claim it here: https://nitro-drop.example/claim")
    await page.keyboard.press("Enter")
    behind = page.locator(".post.mine.gone [data-behind]")
    await expect(behind).to_be_visible()
    for _ in range(30):
        if await behind.evaluate("one => one === document.activeElement"):
            break
        await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#behind .chain")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#behind")).to_be_hidden()
    await expect(behind).to_be_focused()
    # what opened is closed from within, and one is back where one was
    more = page.locator("[data-do=ledger]")
    await more.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#ledger")).to_have_class(re.compile("open"))
    await page.keyboard.press("Tab")
    await page.keyboard.press("Escape")
    await expect(page.locator("#ledger")).not_to_have_class(re.compile("open"))
    await expect(more).to_be_focused()
    # a suggestion is taken with the arrows
    await window.be("hc-2", "help")
    await window.composer.focus()
    await page.keyboard.type("/ca")
    await expect(page.locator("#complete [role=option]").first).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(window.composer).to_have_value(re.compile("^/case"))


async def test_on_a_phone_nothing_is_wider_than_the_screen_and_rooms_are_a_drawer(
    program: Program, opening: Opening
) -> None:
    window = await opening(program, **_PHONE)
    page = window.page
    for who, room in _VIEWS.values():
        await window.be(who, room)
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (who, room)
        await expect(window.page.locator("#composer")).to_be_in_viewport()
    await window.be("heilbutt", "help")
    await page.locator("[data-drawer=rail]").click()
    await expect(page.locator("#rooms")).to_be_in_viewport()
    await window.picture("phone-rooms")
    await page.locator("#rooms a", has_text="showcase").click()
    await expect(page.locator("h1")).to_contain_text("showcase")
    await window.say("sent from a boat")
    await expect(window.post("sent from a boat")).to_be_in_viewport()
    await window.picture("phone")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_serious_stands_in_the_way_of_whoever_reads_otherwise(
    program: Program, opening: Opening, scheme: str
) -> None:
    window = await opening(program, color_scheme=scheme)
    await window.go("/harbour/")
    await found_well(window, "welcome", scheme)
    for name, (who, room) in _VIEWS.items():
        await window.be(who, room)
        await found_well(window, name, scheme)
    who = "krabbe" if scheme == "light" else "rollmops"
    await window.be(who, "werkstatt")
    await window.say("Gratis Nitro für 3 Monate, hier abholen: https://nitro-drop.example/claim")
    await window.page.locator(".post.mine.gone [data-behind]").click()
    await expect(window.page.locator("#behind .chain")).to_be_visible()
    await found_well(window, "behind", scheme)


async def found_well(window: Window, name: str, scheme: str) -> None:
    """Keep a picture of a view, and look for what axe calls serious."""
    await window.picture(f"{name}-{scheme}")
    results = await Axe().run(window.page)
    serious = [
        (one["id"], one["impact"], [node["target"] for node in one["nodes"]][:3])
        for one in results.response["violations"]
        if one["impact"] in _SERIOUS
    ]
    assert serious == [], (name, scheme)


async def test_markup_in_names_and_messages_is_text_and_nothing_runs(program: Program, opening: Opening) -> None:
    knave, reader = await opening(program), await opening(program)
    await asyncio.gather(knave.be("zander", "gaming"), reader.be("limpet", "gaming"))
    said = []
    for window in (knave, reader):
        window.page.on("dialog", lambda dialog: said.append(dialog.message))
    markup = "<script>window.hit = 1</script><img src=x onerror=alert(1)>"
    await knave.say(f"{markup} \u202edesrever {{{{ 7 * 7 }}}} [a](javascript:alert(1))")
    post = reader.post("window.hit")
    await expect(post.locator(".text")).to_contain_text("<script>window.hit = 1</script>")
    await expect(post.locator(".text")).to_contain_text("\\u202e")
    await expect(post.locator(".text")).to_contain_text("{{ 7 * 7 }}")
    await expect(post.locator(".name").first).to_contain_text("<b>!</b>")
    await expect(post.locator("script, .text img, .name img, .name b")).to_have_count(0)
    await expect(post.locator('a[href^="javascript"]')).to_have_count(0)
    await expect(reader.page.locator("#present")).to_contain_text("<b>!</b>")
    await reader.page.reload()
    await expect(reader.post("window.hit")).to_be_visible()
    assert await reader.page.evaluate("window.hit === undefined")
    assert said == []
