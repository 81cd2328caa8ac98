"""The program ends in the middle of things: pages say so, come back by themselves, and miss nothing."""

import asyncio
import re

from playwright.async_api import expect

from tests.browser.conftest import Opening
from tests.browser.program import Program


async def test_after_a_power_cut_the_page_says_so_comes_back_and_catches_up(
    own_program: Program, opening: Opening
) -> None:
    one, other = await opening(own_program), await opening(own_program)
    await asyncio.gather(one.be("otter", "quay"), other.be("seal", "quay"))
    await one.say("before the cut")
    await expect(other.post("before the cut")).to_be_visible()
    await own_program.kill()
    for window in (one, other):
        await expect(window.page.locator("#connection")).to_be_visible()
        await expect(window.page.locator("#connection")).not_to_be_empty()
    await one.picture("lost-connection")
    await own_program.start()
    for window in (one, other):
        await expect(window.page.locator("#connection")).to_be_hidden(timeout=40_000)
    await one.page.reload()
    await one.say("after the cut")
    # without a reload, on a page that was opened before
    await expect(other.post("after the cut")).to_be_visible()
    await expect(other.post("before the cut")).to_have_count(1)
    # and what breaks a rule is handled as ever
    await one.say("free nitro for 3 months, claim it here: https://nitro-drop.example/claim")
    await expect(other.page.locator("#posts .post.gone")).to_be_visible()
    await other.page.locator("#ledger [data-do=verify]").click()
    await expect(other.page.locator("#verified .sound")).to_be_visible()


async def test_what_was_half_written_is_still_there_after_a_reload(program: Program, opening: Opening) -> None:
    window = await opening(program)
    await window.be("barnacle", "quay")
    await window.composer.press_sequentially("I was about to say")
    await window.page.reload()
    await expect(window.composer).to_have_value("I was about to say")


async def test_a_clean_stop_ends_although_pages_are_open(own_program: Program, opening: Opening) -> None:
    window = await opening(own_program)
    await window.be("clam", "quay")
    assert await own_program.stop() == 0
    await expect(window.page.locator("#connection")).to_have_text(re.compile(r"\w"))
