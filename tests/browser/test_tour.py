"""The guided tour: done by the visitor's own clicks, and by nothing else."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Opening
from tests.browser.program import Program
from tests.browser.window import Window


async def begin(window: Window, who: str = "limpet") -> None:
    await window.be(who, "quay")
    await window.page.locator(".start-tour button").click()


async def at(window: Window, number: int) -> None:
    """Wait until the tour is at a step."""
    steps = window.page.locator("#tour .steps i")
    await expect(steps.nth(number - 1)).to_have_class("here")


async def become(window: Window) -> None:
    # as somebody would, only once the page is there
    async with window.page.expect_navigation(wait_until="load"):
        await window.page.locator("#tour a.button.good").click()


async def send_example(window: Window) -> None:
    await window.page.locator("#tour [data-do=example]").click()
    await expect(window.composer).not_to_have_value("")
    await window.composer.press("Escape")
    await window.composer.press("Enter")


@pytest.mark.parametrize("language", ["en", "de"])
async def test_the_tour_leads_through_everything_by_the_visitors_own_clicks(
    own_program: Program, opening: Opening, language: str
) -> None:
    window = await opening(own_program, locale=language)
    page = window.page
    await begin(window)
    await at(window, 1)
    await become(window)
    await send_example(window)
    await at(window, 2)
    gone = page.locator(".post.gone").last
    await gone.locator("[data-behind]").click()
    await expect(page.locator("#behind .chain")).to_be_visible()
    await expect(page.locator("#behind mark").first).to_be_visible()
    await window.picture(f"chain-{language}")
    await at(window, 3)
    await become(window)
    await send_example(window)
    await at(window, 4)
    await send_example(window)
    await at(window, 5)
    await send_example(window)
    await at(window, 6)
    await send_example(window)
    await expect(page.locator("#answers .refused")).to_be_visible()
    await at(window, 7)
    await become(window)
    await window.picture(f"leads-{language}")
    await window.press("approval.approve")
    await at(window, 8)
    await page.locator("#ledger [data-do=verify]").click()
    await expect(page.locator("#verified .sound")).to_be_visible()
    await expect(page.locator("#tour .over")).to_be_visible()
    await page.locator("#tour button[value=leave]").click()
    await expect(page.locator("#tour .over")).to_have_count(0)


async def test_a_step_can_be_left_out_and_the_tour_be_left_and_begun_again(program: Program, opening: Opening) -> None:
    window = await opening(program)
    await begin(window)
    await at(window, 1)
    await window.page.locator("#tour button[value=next]").click()
    # nothing was removed that one could look behind
    await at(window, 3)
    await window.page.locator("#tour button[value=leave]").click()
    await expect(window.page.locator("#tour .tour")).to_have_count(0)
    await window.page.locator(".start-tour button").click()
    await at(window, 1)
    await window.page.locator("#tour button[value=leave]").click()
    await expect(window.page.locator("#tour .tour")).to_have_count(0)


async def test_a_post_that_breaks_no_rule_takes_nobody_on(program: Program, opening: Opening) -> None:
    window = await opening(program)
    await begin(window)
    await become(window)
    await window.say("hello, is there tea left on the pier?")
    await expect(window.post("tea left on the pier")).to_be_visible()
    await at(window, 1)
    await window.page.locator("#tour button[value=leave]").click()
