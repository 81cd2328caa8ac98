"""A member who was wronged says so in their own window, and somebody else takes it back."""

import asyncio

from playwright.async_api import expect

from tests.browser.conftest import Opening
from tests.browser.program import Program


async def test_an_appeal_is_heard_by_somebody_else_and_the_member_may_write_again(
    program: Program, opening: Opening
) -> None:
    member, buoy, beacon = [await opening(program) for _ in range(3)]
    await asyncio.gather(member.be("cockle", "werkstatt"), buoy.be("hc-3", "werkstatt"), beacon.be("hc-2", "leads"))
    await member.say("Er hat „Arschloch“ zu mir gesagt, kann bitte jemand mit ihm reden?")
    await buoy.command("/shift start")
    done = await buoy.command("/mod timeout @Cockle for:2h guideline:respect why: swearing")
    assert await buoy.answer.get_attribute("data-done") == "true", done
    await expect(member.page.locator("#composer.barred")).to_be_visible()
    # the notice stands where the member still reads and gives commands
    await member.be("cockle", "direct~cockle")
    await expect(member.page.locator("#posts")).to_contain_text("/appeal")
    status, answer = await member.ask("/direct~cockle/say", text="/appeal statement: I only quoted what he said to me")
    assert status == 200
    assert 'data-done="true"' in answer, answer
    card = beacon.card("appeal.lifted")
    await expect(card).to_contain_text("Appeal")
    await expect(card).to_contain_text("I only quoted what he said to me")
    # who decided doesn't hear it
    action = str(await card.locator('button[data-action^="appeal.lifted"]').get_attribute("data-action"))
    _, refused = await buoy.ask("/werkstatt/press", action=action)
    assert 'data-done="false"' in refused
    assert "taken back" in await beacon.press("appeal.lifted", card)
    await member.be("cockle", "werkstatt")
    await expect(member.composer).to_be_enabled()
    await member.say("thank you for looking again")
    await expect(member.post("thank you for looking again")).to_be_visible()
