"""Somebody may be in danger: the path goes its steps as time goes on, until somebody says that they look after it."""

import asyncio

from playwright.async_api import expect

from tests.browser.conftest import Opening
from tests.browser.program import Program


async def test_an_escalation_goes_through_its_steps_until_somebody_looks_after_it(
    own_program: Program, opening: Opening
) -> None:
    member, buoy, beacon = [await opening(own_program) for _ in range(3)]
    await asyncio.gather(member.be("squid", "lobby"), buoy.be("hc-3", "kneipe"), beacon.be("hc-2", "leads"))
    await buoy.command("/shift start")
    await member.say("i know where you live")
    await expect(member.page.locator(".post.mine.gone")).to_be_visible()
    number = await beacon.card("escalation.acknowledge").locator("xpath=ancestor::article").get_attribute("data-post")
    card = beacon.page.locator(f"#post-{number} .card")
    due = [str(await card.locator("time[data-due]").get_attribute("data-due"))]
    await beacon.picture("escalation")
    # the first step tells who is on duty, and waits five minutes; the last tells the same person every hour
    await expect(card).to_contain_text("Buoy")
    for minutes in (6, 61):
        await beacon.skip(minutes)
        await expect(card.locator("time[data-due]")).not_to_have_attribute("data-due", due[-1])
        due.append(str(await card.locator("time[data-due]").get_attribute("data-due")))
    assert due == sorted(set(due))
    await expect(beacon.page.locator("#entries")).to_contain_text("scalation")
    answer = await beacon.press("escalation.acknowledge", card)
    assert await beacon.answer.get_attribute("data-done") == "true", answer
    await expect(card).to_contain_text("Beacon")
    await expect(card.locator('button[data-action^="escalation.acknowledge"]')).to_have_count(0)
