"""One browser and one running program for all stories; a story that stops its program has one of its own."""

import shutil
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.program import Program
from tests.browser.window import Window

#: opens a window, in a browser that knows nothing yet; what is given goes to Playwright's `new_context`
Opening = Callable[..., Awaitable[Window]]

_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
]  # fmt: skip
#: milliseconds after which something that was waited for isn't coming, on a machine that is busy with other tests
_PATIENCE = 60_000

expect.set_options(timeout=_PATIENCE)


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Return Debian's Chromium; skip loudly where there is none."""
    found = shutil.which("chromium")
    if found is None:
        warnings.warn("no Chromium: the stories in the browser are left out", stacklevel=1)
        pytest.skip("NO CHROMIUM")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=_ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session")
async def program(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Program]:
    """Return the program that stories share: each has its own members, rooms and cases."""
    async for running in _running(tmp_path_factory.mktemp("program")):
        yield running


@pytest_asyncio.fixture
async def own_program(browser: Browser, tmp_path: Path) -> AsyncIterator[Program]:
    """Return a program that a story may stop, and whose time and policies are its own."""
    async for running in _running(tmp_path):
        yield running


async def _running(folder: Path) -> AsyncIterator[Program]:
    program = Program(folder)
    await program.start()
    try:
        yield program
    finally:
        await program.stop()


@pytest_asyncio.fixture
async def opening(browser: Browser) -> AsyncIterator[Opening]:
    """Return what opens windows: every one as if by another person at another machine."""
    contexts = []

    async def open_window(program: Program, **more: Any) -> Window:
        # what moves is drawn by the processor here
        options: dict[str, Any] = {
            "locale": "en-GB", "viewport": {"width": 1400, "height": 900}, "reduced_motion": "reduce", **more,
        }  # fmt: skip
        context = await browser.new_context(**options)
        context.set_default_timeout(_PATIENCE)
        contexts.append(context)
        return Window(await context.new_page(), program)

    yield open_window
    for context in contexts:
        await context.close()
