"""A browser window in which somebody is somebody: what a person does with hands and eyes, by the page's own means."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browser.program import ROOT, Program

#: where pictures of the main views go
SCREENSHOTS = ROOT / "out" / "screenshots"


class Window:
    """One window on one page."""

    def __init__(self, page: Page, program: Program) -> None:
        """Look at a program through a page."""
        self.page = page
        self.program = program

    # --- where one is

    async def be(self, who: str, room: str, language: str = "") -> None:
        """Be somebody in a room; what comes from now on is seen."""
        query = f"?language={language}" if language else ""
        await self.page.goto(f"{self.program.address}/harbour/as/{who}/{room}{query}")
        await expect(self.page.locator("#posts")).to_be_attached()

    async def go(self, path: str) -> None:
        """Open an address of the program."""
        await self.page.goto(f"{self.program.address}{path}")

    # --- what one does

    @property
    def composer(self) -> Locator:
        """Where one writes."""
        return self.page.locator("#composer textarea[name=text]")

    async def say(self, text: str) -> None:
        """Write a post or a command, send it with Enter, and return once it is taken, or isn't."""
        await self.composer.fill(text)
        # what could follow would take the Enter for itself
        await self.composer.press("Escape")
        async with self.page.expect_response(lambda answer: answer.url.endswith(("/say", "/edit"))):
            await self.composer.press("Enter")

    async def command(self, text: str) -> str:
        """Give a command, and return what one is answered."""
        async with self.answered():
            await self.say(text)
        return await self.answer.inner_text()

    async def press(self, action: str, within: Locator | None = None) -> str:
        """Press the newest button whose action begins so, and return what one is answered."""
        scope = within or self.page.locator("#posts")
        async with self.answered():
            await scope.locator(f'button[data-action^="{action}"]').last.click()
        return await self.answer.inner_text()

    async def send_form(self, **fields: str) -> str:
        """Fill in the form that is asked, send it, and return what one is answered."""
        form = self.page.locator("dialog[open] form")
        for name, value in fields.items():
            field = form.locator(f'[name="{name}"]')
            if await field.evaluate("one => one.tagName") == "SELECT":
                await field.select_option(value)
            else:
                await field.fill(value)
        async with self.answered():
            await form.locator("button.good").click()
        return await self.answer.inner_text()

    @asynccontextmanager
    async def answered(self) -> AsyncIterator[None]:
        """Return from the block once something new is answered, to this person alone."""
        await self.page.evaluate(
            "document.querySelectorAll('#answers > .answer').forEach((one) => one.setAttribute('data-known', ''))"
        )
        yield
        await expect(self.page.locator("#answers > .answer:not([data-known])")).to_be_attached()

    async def ask(self, path: str, **fields: str) -> tuple[int, str]:
        """Send a form of one's own making, with this page's token; return status and body."""
        answer = await self.page.evaluate(
            """async ([path, fields]) => {
                const csrf = document.querySelector("input[name=csrf]").value;
                const answer = await fetch(document.body.dataset.base + path, {
                    method: "POST", body: new URLSearchParams({...fields, csrf}),
                });
                return [answer.status, await answer.text()];
            }""",
            [path, fields],
        )
        return answer[0], answer[1]

    async def skip(self, minutes: int) -> None:
        """Let the program's time skip ahead."""
        status, text = await self.ask("/skip", minutes=str(minutes))
        assert status < 300, text

    # --- what one sees

    def post(self, text: str) -> Locator:
        """Return the posts that hold a text."""
        return self.page.locator("#posts .post").filter(has_text=text)

    @property
    def answer(self) -> Locator:
        """What only oneself was told, at last."""
        return self.page.locator("#answers > .answer").last

    def button(self, action: str) -> Locator:
        """Return the buttons of cards whose action begins so."""
        return self.page.locator(f'button[data-action^="{action}"]')

    def card(self, action: str) -> Locator:
        """Return the newest card of the room that has a button whose action begins so."""
        return self.page.locator("#posts .card").filter(has=self.button(action)).last

    async def picture(self, name: str, **more: Any) -> Path:
        """Keep a picture of what is seen."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        file = SCREENSHOTS / f"{name}.png"
        await self.page.screenshot(path=file, animations="disabled", **more)
        return file
