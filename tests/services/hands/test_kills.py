"""Killed at any statement between a platform's word and the record of it, a step is asked for and settled once."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.action import ActionKind
from bot.store.engine import Store, open_store
from tests.services.staff.staging import on_stage
from tests.stage.stage import Stage

#: about so many statements are made until people are asked, and from a press until what was said is settled
_ASKING, _SAYING = 125, 95
#: every third of them is one at which a process ends
_STEP = 3


class KilledError(Exception):
    """The process is gone."""


@dataclass(kw_only=True)
class Killing:
    """Counts statements, and ends everything at one of them."""

    #: which one
    last: int
    #: how many were made
    passed: int = 0

    def count(self, *_: Any) -> None:
        """Count one more."""
        self.passed += 1
        if self.passed == self.last:
            raise KilledError


@contextmanager
def killing(store: Store, last: int) -> Iterator[Killing]:
    """Let the process end at a statement that may write; what its transaction did is gone then."""
    found = Killing(last=last)
    event.listen(store.writer.sync_engine, "before_cursor_execute", found.count)
    try:
        with suppress(KilledError):
            yield found
    finally:
        event.remove(store.writer.sync_engine, "before_cursor_execute", found.count)


@pytest.fixture
async def store(sqlite_database: str) -> Any:
    made = open_store(sqlite_database)
    yield made
    await made.close()


async def asked(stage: Stage) -> None:
    """Have somebody's message left to hands, and nobody perform anything yet."""
    stage.platform.by_hand = lambda effect: effect.kind is ActionKind.DELETE
    message = stage.message("you blockhead")
    stage.world.join(stage.ref("u1"))
    stage.world.post(message)
    await stage.intake.judge([message])


async def changes(stage: Stage) -> list[str]:
    return [one["details"]["change"] for one in await stage.entries("manual_step")]


@pytest.mark.parametrize("statement", range(1, _ASKING, _STEP))
async def test_people_are_asked_once_whatever_is_killed(store: Store, statement: int) -> None:
    async with on_stage(store) as stage:
        await asked(stage)
        with killing(store, statement):
            await stage.perform()
        await stage.pass_time(timedelta(minutes=3))
        assert len(await stage.rows("manual_steps")) == 1
        assert len([card for card in stage.cards() if card.title.startswith("By hand")]) == 1
        assert await changes(stage) == ["asked"]
        assert [row["state"] for row in await stage.rows("actions", kind="delete")] == ["by_hand"]


@pytest.mark.parametrize("statement", range(2, _SAYING, _STEP))
async def test_what_was_said_is_settled_once_whatever_is_killed(store: Store, statement: int) -> None:
    async with on_stage(store) as stage:
        await asked(stage)
        await stage.perform()
        (message,) = [one for found in stage.world.messages.values() for one in found.values()]
        stage.world.erase(message.ref)
        card = stage.card_with("hand.done")
        with killing(store, statement):
            await stage.press("lee", card.buttons[0].action)
        if [row["state"] for row in await stage.rows("actions", kind="delete")] == ["by_hand"]:
            # the press itself was lost, and whoever pressed saw that
            await stage.press("lee", card.buttons[0].action)
        await stage.pass_time(timedelta(minutes=3))
        ended = [one for one in await stage.entries("action") if one["details"]["kind"] == "delete"]
        assert [(one["actor"]["who"], one["details"]["outcome"]) for one in ended] == [("lee", "confirmed")]
        assert await changes(stage) == ["asked", "done"]
