"""What staff and members of a scene do goes through Locum as anybody's commands do, and comes to what it should."""

import itertools
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from adapters.local.life.act import Act, ActKind
from adapters.local.life.scenes import play, ways
from bot.commands.desk import Desk
from bot.commands.dispatch import give
from bot.domain.command import Invocation, Reply
from bot.ports import Feed
from bot.services.record import begin_ledger
from bot.store.communities import add_community
from bot.store.engine import Store
from bot.store.policies import activate_policy
from bot.store.tables import metadata
from tests.adapters.local.life.telling import Behind, Telling, harbour, open_telling
from tests.fakes.clock import FakeClock
from tests.fakes.keys import FakeKeys


class Staffed:
    """A story told beside a Locum that answers commands."""

    def __init__(self, telling: Telling, store: Store) -> None:
        self.telling, self.store = telling, store
        self.given: list[tuple[Invocation, Reply]] = []
        clock, policies = _Clock(telling.behind), harbour()
        self.desk = Desk(
            store=store, keys=FakeKeys(), clock=clock, policies=lambda _: policies, platform=lambda _: None
        )  # fmt: skip
        telling.community.feed = Feed(
            offer=lambda _: True, expect=lambda _: None, interrupted=lambda _: None, resumed=lambda _: None,
            give=self._give,
        )  # fmt: skip

    async def _give(self, invocation: Invocation) -> Reply:
        reply = await give(self.desk, invocation)
        self.given.append((invocation, reply))
        return reply

    async def tell(self, name: str, way: int = 0, *, key: str = "1", until: str = "") -> list[Act]:
        """Play a scene, perhaps only up to a command."""
        scenery = self.telling.scenery
        acts = list(play(ways(name, scenery)[way], scenery, seed=1, key=key))
        if until:
            acts = list(itertools.takewhile(lambda act: act.text != until, acts))
        await self.telling.tell(acts)
        return acts

    async def rows(self, table: str) -> list[dict[str, Any]]:
        async with self.store.reading() as tx:
            return [dict(row._mapping) for row in await tx.execute(select(metadata.tables[table]))]


class _Clock(FakeClock):
    def __init__(self, behind: Behind) -> None:
        super().__init__(behind.at)
        self._behind = behind

    def now(self) -> Any:
        return self._behind.at


@pytest_asyncio.fixture
async def staffed(tmp_path: Path, store: Store) -> Staffed:
    telling = open_telling(tmp_path)
    policies, now = harbour(), telling.behind.at
    async with store.writing() as tx:
        await add_community(tx, policies.community, now)
        await begin_ledger(tx, policies.community, f"locum.test/{policies.community}", now)
        await activate_policy(tx, policies.community, policies.version)
    return Staffed(telling, store)


@pytest.mark.parametrize("way", [0, 1])
async def test_a_member_is_punished_wrongly_and_appeals(staffed: Staffed, way: int) -> None:
    acts = await staffed.tell("wrong", way)
    assert [invocation.command for invocation, _ in staffed.given] == [
        "shift.start", "mod.timeout", "everyone.appeal", "shift.end"
    ]  # fmt: skip
    assert [reply.text for _, reply in staffed.given if not reply.done] == []
    assert [row["kind"] for row in await staffed.rows("sanctions")] == ["timeout"]
    assert len(await staffed.rows("appeals")) == 1
    punished = next(act.who for act in acts if act.text == "everyone.appeal")
    assert staffed.given[1][0].options["member"].account.user == punished  # type: ignore[union-attr]  # a Member


@pytest.mark.parametrize(("way", "reports"), [(0, 2), (1, 1)])
async def test_members_report_somebody(staffed: Staffed, way: int, reports: int) -> None:
    await staffed.tell("report", way)
    assert [(invocation.command, reply.done) for invocation, reply in staffed.given] == [
        ("everyone.report", True)
    ] * reports
    assert len(await staffed.rows("reports")) == reports


async def test_a_shift_that_somebody_was_on_already_is_not_ended(staffed: Staffed) -> None:
    await staffed.tell("wrong", until="mod.timeout")
    await staffed.tell("wrong", key="2")
    commands = [(invocation.command, reply.done) for invocation, reply in staffed.given]
    assert commands.count(("shift.end", True)) == 0
    assert commands[:2] == [("shift.start", True), ("shift.start", False)]


async def test_a_command_that_a_restart_repeats_is_done_once(staffed: Staffed) -> None:
    acts = await staffed.tell("report")
    reports = [act for act in acts if act.kind is ActKind.GIVE]
    await staffed.telling.tell(reports)
    assert len(await staffed.rows("reports")) == len(reports)
