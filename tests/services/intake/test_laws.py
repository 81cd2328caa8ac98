"""Whatever is delivered twice, out of order or never, and wherever the process dies: the outcome is the same."""

import asyncio
import itertools
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.message import Message
from bot.domain.place import stream_of
from bot.services.intake.reading_back import catch_up
from bot.services.intake.settings import Limits
from bot.store.engine import Store
from tests.services.intake.house import CONNECTION, SECOND, House, build, channel, policies_of

_NAMES = (f"acme{number}" for number in itertools.count())
_TEXTS = ("hello", "blockhead", "nitwit", "rascal", "dunce", "goose", "outlaw")

_says = st.tuples(st.just("say"), st.sampled_from(("u1", "u2")), st.sampled_from(("4101", "4102")),
                  st.sampled_from(_TEXTS), st.sampled_from(("now", "late", "twice")))  # fmt: skip
_steps = st.one_of(
    _says,
    _says,
    st.tuples(st.just("edit"), st.integers(0, 30)),
    st.tuples(st.just("again"), st.integers(0, 30)),
    st.tuples(st.just("interrupt")),
    st.tuples(st.just("resume")),
    st.tuples(st.just("crash")),
    st.tuples(st.just("wait"), st.integers(1, 60)),
    st.tuples(st.just("catch up")),
)


@dataclass(kw_only=True)
class Run:
    """One way in which a story goes."""

    #: where it goes on
    house: House
    #: whether anything goes wrong
    disturbed: bool
    #: messages as they stand now
    written: list[Message] = field(default_factory=list)
    #: deliveries that are on their way
    late: list[Message] = field(default_factory=list)
    #: whether the connection is live
    live: bool = True

    async def step(self, kind: str, *given: Any) -> None:
        """Let one thing happen."""
        self.house.clock.move(SECOND)
        if kind == "say":
            self._say(*given)
        elif kind == "edit" and self.written:
            self._edit(given[0] % len(self.written))
        elif self.disturbed:
            await self._disturb(kind, *given)

    def _say(self, user: str, where: str, text: str, how: str) -> None:
        message = self.house.message(text, user=user, where=where, id=f"m{len(self.written)}")
        self.written.append(message)
        self.house.world.post(message)
        self._deliver(message, how)

    def _edit(self, number: int) -> None:
        """Let a member add to what they wrote; what was there stays, as nobody may have seen it before."""
        before = self.written[number]
        message = replace(before, text=f"{before.text} nitwit", edited_at=self.house.clock.now())
        self.written[number] = message
        self.house.world.edit(message)
        self._deliver(message, "now")

    def _deliver(self, message: Message, how: str) -> None:
        assert self.house.intake is not None
        if not self.disturbed:
            self.house.intake.offer(message)
        elif self.live:
            if how == "late":
                self.late.append(message)
                return
            self.house.intake.offer(message)
            if how == "twice":
                self.late.append(message)

    async def _disturb(self, kind: str, *given: Any) -> None:
        intake = self.house.intake
        assert intake is not None
        if kind == "again" and self.written and self.live:
            intake.offer(self.written[given[0] % len(self.written)])
        elif kind == "interrupt":
            intake.interrupted(CONNECTION)
            self.live, self.late = False, []
        elif kind == "resume" and not self.live:
            intake.resumed(CONNECTION, self.house.clock.now())
            self.live = True
        elif kind == "crash":
            await self.house.crash()
            self.late = []
            await self.house.open()
            self.live = True
        elif kind == "wait":
            for _ in range(given[0]):
                await asyncio.sleep(0)
        elif kind == "catch up":
            await catch_up(intake, self.house.platform)

    async def end(self) -> dict[str, Any]:
        """Let everything calm down, and return what became of it."""
        intake = self.house.intake
        assert intake is not None
        for message in self.late:
            intake.offer(message)
        if not self.live:
            intake.resumed(CONNECTION, self.house.clock.now())
        await self.house.settle()
        await catch_up(intake, self.house.platform)
        await self.house.settle()
        await catch_up(intake, self.house.platform)
        assert intake.health().open_gaps == 0
        found = await outcome(self.house)
        await self.house.crash()
        return found


async def outcome(house: House) -> dict[str, Any]:
    """Return what doesn't depend on the order in which messages of one outburst were judged."""
    users = {row["id"]: row["user"] for row in await house.rows("accounts")}
    refs = {row["id"]: row["message"] for row in await house.rows("messages")}
    actions: Counter[tuple[str, str, str | None]] = Counter()
    for action in await house.rows("actions"):
        kind, _, target = action["target"].partition(":")
        name = refs.get(target) if kind == "message" else users.get(target, "")
        if action["kind"] not in ("card", "restrict") or action["state"] == "held":
            actions[action["kind"], action["state"], name] += 1
    sanctions: dict[str, timedelta] = {}
    for sanction in await house.rows("sanctions"):
        user, length = users[sanction["account"]], sanction["until"] - sanction["start"]
        sanctions[user] = max(length, sanctions.get(user, length))
    return {
        "seen": sorted(row["message"] for row in await house.rows("seen")),
        "actions": actions,
        "sanctions": sanctions,
        "incidents": sorted((users[row["account"]], sorted(json.loads(row["rules"])), row["severity"])
                            for row in await house.rows("incidents")),
        "strikes": Counter(users[row["account"]] for row in await house.rows("strikes")),
        # the first finding of an outburst says in which queue
        "cases": sorted(users[row["account"]] for row in await house.rows("cases")),
        "rules": sorted({(refs[row["message"]], rule, row["mode"]) for row in await house.rows("decisions")
                         for rule in json.loads(row["rules"])}),
    }  # fmt: skip


async def _tell(store: Store, story: list[tuple[Any, ...]], *, disturbed: bool, queue: int) -> dict[str, Any]:
    policies = replace(policies_of(), community=next(_NAMES), plans={}, named={})
    limits = Limits(queue=queue, batch=3, findings=2, first_wait=0.001)
    streams = [stream_of(channel(name)) for name in ("4101", "4102")]
    house = await build(store, policies=policies, limits=limits, streams=streams)
    await house.open()
    assert house.intake is not None
    await house.intake.judge([])
    run = Run(house=house, disturbed=disturbed)
    for kind, *rest in story:
        await run.step(kind, *rest)
    return await run.end()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(story=st.lists(_steps, max_size=30), queue=st.sampled_from((2, 1000)))
async def test_any_interleaving_ends_as_if_nothing_had_gone_wrong(
    store: Store, story: list[tuple[Any, ...]], queue: int
) -> None:
    undisturbed = await _tell(store, story, disturbed=False, queue=1000)
    assert await _tell(store, story, disturbed=True, queue=queue) == undisturbed


@pytest.mark.parametrize("moment", range(0, 60, 6))
async def test_a_crash_at_any_moment_loses_and_repeats_nothing(store: Store, moment: int) -> None:
    says: list[tuple[Any, ...]] = [("say", "u1", "4101", text, "now") for text in _TEXTS]
    undisturbed = await _tell(store, says, disturbed=False, queue=1000)
    story = [*says, ("wait", moment), ("crash",), ("wait", moment), ("crash",)]
    assert await _tell(store, story, disturbed=True, queue=1000) == undisturbed
