"""Whoever writes the policies saves a file: it becomes a proposal, and a lead's press makes it hold."""

import asyncio
import re

from playwright.async_api import expect

from tests.browser.conftest import Opening
from tests.browser.program import Program

_RULE = """guideline: lanterns
title: {en: No open flames, de: Kein offenes Feuer}
text: {en: Wood and tar burn well., de: Holz und Teer brennen gut.}
rules:
  - id: flames
    when: {words: [open flame]}
    severity: low
    then: [delete, notice]
    examples: {match: [{text: "an open flame", language: en}], pass: [{text: "a lamp", language: en}]}
"""


async def test_a_saved_file_becomes_a_proposal_and_holds_once_a_lead_applies_it(
    own_program: Program, opening: Opening
) -> None:
    member, beacon = await opening(own_program), await opening(own_program)
    await asyncio.gather(member.be("whelk", "lobby"), beacon.be("hc-2", "leads"))
    (own_program.policies / "guidelines" / "lanterns.yaml").write_text(_RULE, encoding="utf-8")
    card = beacon.card("policy.apply")
    await expect(card).to_contain_text("lanterns", timeout=40_000)
    # saving alone changes nothing
    await member.say("I like an open flame")
    await expect(member.post("I like an open flame")).to_be_visible()
    await beacon.picture("proposal")
    answer = await beacon.press("policy.apply", card)
    assert await beacon.answer.get_attribute("data-done") == "true", answer
    await expect(beacon.page.locator("#posts")).to_contain_text("applied")
    await own_program.says(re.compile("policies_swapped"))
    await member.say("and another open flame")
    await expect(member.page.locator(".post.mine.gone")).to_be_visible()


async def test_a_broken_file_shows_its_errors_with_their_place_there_and_in_the_terminal(
    own_program: Program, opening: Opening
) -> None:
    beacon = await opening(own_program)
    await beacon.be("hc-2", "leads")
    broken = _RULE.replace("words: [open flame]", "wrods: [open flame]")
    (own_program.policies / "guidelines" / "lanterns.yaml").write_text(broken, encoding="utf-8")
    place = re.compile(r"lanterns\.yaml:6:\d+")
    card = beacon.page.locator("#posts .card").filter(has_text=place).last
    await expect(card).to_be_visible(timeout=40_000)
    await expect(card).to_contain_text("words")
    await expect(card).to_contain_text("what was active stays active")
    await own_program.says(place)
