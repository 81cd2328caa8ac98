"""One glance shows what happened and why: the picture that stands in the README."""

from playwright.async_api import expect

from tests.browser.conftest import Opening
from tests.browser.program import Program

_TALK = (
    ("whelk", "the new crane lights are up, come and have a look tonight"),
    ("limpet", "did you solder them yourself? the old ones were dead for months"),
    ("whelk", "yes, two evenings and a lot of tea"),
    ("otter", "lovely. is there room for a second lantern on the pier?"),
    ("seal", "free nitro for 3 months, claim it here: https://nitro-drop.example/claim"),
    ("otter", "that was quick"),
)


async def test_one_glance_shows_the_message_the_rule_the_decision_and_who_answers_for_it(
    program: Program, opening: Opening
) -> None:
    window = await opening(program)
    for who, text in _TALK:
        await window.be(who, "workshop")
        await window.say(text)
        # the order is that of the talk, and what breaks a rule is gone before somebody answers
        await expect(window.page.locator(".post.mine").last).to_be_visible()
    await window.be("nw-17", "workshop")
    declined = window.page.locator("#tour [data-do=decline]")
    if await declined.is_visible():
        await declined.click()
    gone = window.page.locator(".post.gone").filter(has_text="Seal").last
    await gone.locator("[data-behind]").click()
    chain = window.page.locator("#behind .chain")
    await expect(chain.locator("#link-message mark").first).to_be_visible()
    for stage in ("rule", "decision", "action", "case"):
        await expect(chain.locator(f"#link-{stage}")).to_be_attached()
    await expect(chain.locator("#link-decision")).to_contain_text("scams/free-gift")
    await window.picture("locum")
