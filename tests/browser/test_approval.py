"""What takes somebody else's yes: it waits, something milder holds meanwhile, and nobody presses for themselves."""

import asyncio

from playwright.async_api import expect

from tests.browser.conftest import Opening
from tests.browser.program import Program


async def test_a_ban_waits_for_the_lead_while_something_milder_holds(program: Program, opening: Opening) -> None:
    member, robin, beacon = [await opening(program) for _ in range(3)]
    await asyncio.gather(member.be("mussel", "market"), robin.be("nw-17", "market"), beacon.be("hc-2", "leads"))
    await member.say("does anybody need a spare anchor?")
    await robin.command("/shift start")
    asked = await robin.command("/mod ban @Mussel guideline:spam")
    assert "Asked" in asked
    # at once, and before anybody answered
    await expect(member.page.locator("#composer.barred")).to_be_visible()
    card = beacon.card("approval.approve")
    await expect(card).to_be_visible()
    action = await card.locator('button[data-action^="approval.approve"]').get_attribute("data-action")
    # whoever asked can't say yes: the page would let them, and the core doesn't
    _, refused = await robin.ask("/market/press", action=str(action))
    assert 'data-done="false"' in refused
    await expect(member.page.locator("#present")).to_contain_text("Mussel")
    await beacon.picture("approval")
    assert "Approved" in await beacon.press("approval.approve", card)
    await expect(beacon.page.locator("#present").get_by_text("Mussel", exact=True)).to_have_count(0)
    # and once more, on a card that is older than what happened
    _, stale = await beacon.ask("/leads/press", action=str(action))
    assert 'data-done="false"' in stale


async def test_a_member_who_reaches_for_a_moderators_rights_is_refused_by_the_core(
    program: Program, opening: Opening
) -> None:
    member = await opening(program)
    await member.be("shrimp", "market")
    for path, fields in (
        ("/market/menu", {"command": "mod.warn", "account": "hc-3"}),
        ("/market/press", {"action": "case.claim:0:1"}),
        ("/market/say", {"text": "/mod ban @Buoy guideline:spam"}),
    ):
        status, text = await member.ask(path, **fields)
        assert status < 500
        assert 'data-done="false"' in text or status == 404, (path, text)
