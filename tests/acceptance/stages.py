"""What stories of people who moderate share: a stage that is closed again, and variations of its policies."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import pytest

from bot.domain.card import Card
from bot.store.engine import Store
from tests.stage.discord import set_discord
from tests.stage.page import set_page
from tests.stage.policies import COMMUNITY, ORGANISATIONS
from tests.stage.slack import set_slack, set_slack_bot
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


#: by which door people come in: `core`, as any platform's adapter hands over what they do, `page`, as the browser of a
#: chat of our own asks for it, or over the wire: `discord`, `slack` with both tokens, `slack_bot` with the bot's alone;
#: set for every story by the fixture of that name
DOOR = {"door": "core"}
#: the outer doors have nothing of the database in them, and so their stories are told on SQLite alone; the core's on
#: both kinds
BY_EVERY_DOOR = pytest.mark.parametrize(
    ("door", "database"),
    [
        ("core", "sqlite"),
        ("core", "postgresql"),
        ("page", "sqlite"),
        ("discord", "sqlite"),
        ("slack", "sqlite"),
        ("slack_bot", "sqlite"),
    ],
    indirect=True,
)
_OPENINGS: dict[str, Opening] = {
    "core": set_stage, "page": set_page, "discord": set_discord, "slack": set_slack,
    "slack_bot": set_slack_bot,
}  # fmt: skip


@asynccontextmanager
async def on_stage(store: Store, *files: tuple[str, str], at: datetime = NOON) -> AsyncIterator[Stage]:
    """Open the stage, and close it when the story is over."""
    stage = await _OPENINGS[DOOR["door"]](store, *files, at=at)
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
