"""Forms that the browser sends by itself, as it does before anybody is let in, and for whoever runs no scripts."""

from pathlib import Path

from playwright.async_api import Browser, expect

from bot.services.tracing.chain import Chain, Link, LinkKind
from tests.adapters.local.web.house import house_in

#: what must be known
PHRASE = "lantern-over-the-quay"


async def test_who_knows_the_password_comes_in_by_the_form(browser: Browser, tmp_path: Path) -> None:
    async with house_in(tmp_path, password=PHRASE) as house:
        page = await browser.new_page()
        await page.goto(house.serving.address)
        await page.locator("#password").fill("a harbour by day")
        await page.keyboard.press("Enter")
        await expect(page.locator(".wrong")).to_be_visible()
        await page.locator("#password").fill(PHRASE)
        await page.keyboard.press("Enter")
        await expect(page).to_have_url(f"{house.serving.address}acme/")
        await page.close()


async def test_who_runs_no_scripts_writes_too(browser: Browser, tmp_path: Path) -> None:
    async with house_in(tmp_path) as house:
        page = await browser.new_page(java_script_enabled=False)
        await page.goto(f"{house.serving.address}acme/as/u1/help")
        await page.locator("#composer textarea[name=text]").fill("ahoy")
        await page.locator("#composer button[type=submit], #composer button:not([type])").first.click()
        await expect(page.locator("#posts .post")).to_contain_text("ahoy")
        await page.close()


async def test_who_runs_no_scripts_is_answered_and_looks_behind_within_the_page(
    browser: Browser, tmp_path: Path
) -> None:
    async with house_in(tmp_path) as house:
        house.chat.say("u2", "help", "ahoy")
        house.backstage.chains["1"] = Chain(links=(Link(kind=LinkKind.DECISION, title="message deleted"),))
        page = await browser.new_page(java_script_enabled=False)
        await page.goto(f"{house.serving.address}acme/as/u1/help")
        await page.locator("[data-behind]").click()
        await expect(page.locator("#behind .chain")).to_contain_text("message deleted")
        await expect(page.locator("#composer")).to_be_visible()
        await page.locator("#posts .post header .name").click()
        await expect(page.locator("#sheet")).to_contain_text("limpet")
        await page.locator("#sheet .close").click()
        await expect(page.locator("#sheet")).to_be_hidden()
        await page.locator("[data-do=verify]").click()
        await expect(page.locator("#verified .sound")).to_be_visible()
        await page.locator("#composer textarea[name=text]").fill("/mod")
        await page.locator("#composer .send").click()
        await expect(page.locator("#answers .answer")).to_be_visible()
        await page.close()
