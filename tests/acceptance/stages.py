"""What stories of people who moderate share: a stage that is closed again, and variations of its policies."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import pytest

from bot.domain.card import Card
from bot.store.engine import Store
from tests.stage.page import set_page
from tests.stage.policies import COMMUNITY, ORGANISATIONS
from tests.stage.stage import NOON, Stage, set_stage

Opening = Callable[..., Awaitable[Stage]]

#: Nightwatch may ban by itself, and nobody else has to agree
ALONE = ("community.yaml", COMMUNITY.replace("by_another_organisation: [ban]", "by_another_organisation: []"))
BANNING = (
    "organisations.yaml",
    ORGANISATIONS.replace(
        "may: [delete, notice, warn, {timeout: {up_to: 24h}}]\n      asks: {kick: internal, ban: internal}",
        "may: [delete, notice, warn, ban, {timeout: {up_to: 24h}}]\n      asks: {kick: internal}",
    ),
)


#: by which door people come in: `core`, as any platform's adapter hands over what they do, or `page`, as the browser
#: of a chat of our own asks for it; set for every story by the fixture of that name
DOOR = {"door": "core"}
#: the page has nothing of the database in it, and so its stories are told on SQLite alone; the core's on both kinds
BY_BOTH_DOORS = pytest.mark.parametrize(
    ("door", "database"), [("core", "sqlite"), ("core", "postgresql"), ("page", "sqlite")], indirect=True
)


@asynccontextmanager
async def on_stage(store: Store, *files: tuple[str, str], at: datetime = NOON) -> AsyncIterator[Stage]:
    """Open the stage, and close it when the story is over."""
    opened: Opening = set_page if DOOR["door"] == "page" else set_stage
    stage = await opened(store, *files, at=at)
    try:
        yield stage
        assert not await stage.held(), "something is left undone at the end of the story"
    finally:
        await stage.close()


def approval_card(stage: Stage) -> Card:
    """Return the newest card in the leads' channel that can be approved."""
    return [card for card in stage.cards() if any(one.action.startswith("approval.approve") for one in card.buttons)][
        -1
    ]
