"""Entries against the domain's own rows: what one side says alone is named, in memory that doesn't grow."""

from typing import Any

import pytest_asyncio
from sqlalchemy import delete, insert, update

from bot.domain.actor import automation
from bot.domain.entry_kind import EntryKind
from bot.services.ledger import parity
from bot.services.ledger.verifying import Report
from bot.services.record import Draft, record
from bot.store.columns import new_id
from bot.store.engine import Store, open_store
from bot.store.tables import accounts, actions, cases, channels, decisions, gaps, sanctions, strikes
from tests.fakes.keys import FakeKeys
from tests.services.ledgers import COMMUNITY, NOON, begun, check

WHO = automation("respect/slurs")


def draft(kind: EntryKind, case: str | None = None, action: str | None = None, **details: Any) -> Draft:
    return Draft(kind=kind, actor=WHO, policy="p1", case=case, action=action, details=details)


def row(**values: Any) -> dict[str, Any]:
    return {"id": new_id(), "community": COMMUNITY} | values


class World:
    """Rows of every kind that the ledger is held against, and the entries that belong to them."""

    def __init__(self) -> None:
        self.account = row(platform="local", workspace="w", user="u", added_at=NOON)
        self.case = row(
            number="K7Q2MX", account=self.account["id"], state="resolved", severity=3, care=False, mode="live",
            verdict="violation", opened_at=NOON, closed_at=NOON,
        )  # fmt: skip
        self.decision = row(
            account=self.account["id"], case=self.case["id"], actor="{}", rules="[]", outcomes="[]", mode="live",
            policy="p1", severity=3, at=NOON,
        )  # fmt: skip
        self.actions = [
            row(
                connection="local/w", key=f"k{number}", kind="restrict", target=f"account:{self.account['id']}",
                severity=3, decision=self.decision["id"], state=state, due_at=NOON, planned_at=NOON,
            )
            for number, state in enumerate(("confirmed", "failed", "planned", "unknown"))
        ]  # fmt: skip
        lasting = {"account": self.account["id"], "decision": self.decision["id"]}
        self.sanctions = [
            row(kind="timeout", start=NOON, until=NOON, lifted_at=NOON, **lasting),
            row(kind="ban", start=NOON, until=None, lifted_at=None, **lasting),
        ]
        self.strikes = [row(amount=2, at=NOON, revoked_at=NOON, **lasting)]
        self.gaps = [
            {"id": new_id(), "channel": 1, "after": NOON, "read_until": NOON, "cause": "restart", "state": state}
            | {"opened_at": NOON, "due_at": NOON}
            for state in ("open", "closed", "lost")
        ]

    def drafts(self) -> list[Draft]:
        planned = [{name: action[name] for name in ("id", "kind", "target")} for action in self.actions]
        return [
            draft(EntryKind.CASE_OPENED, case=self.case["id"], account=self.account["id"], severity=3),
            draft(
                EntryKind.DECISION,
                decision=self.decision["id"],
                account=self.account["id"],
                mode="live",
                actions=planned[:3],
                sanctions=[{"id": one["id"], "kind": one["kind"], "until": None} for one in self.sanctions],
                strikes=[{"id": one["id"], "amount": one["amount"]} for one in self.strikes],
            ),
            draft(EntryKind.PLANNED, actions=planned[3:]),
            *(
                draft(EntryKind.ACTION, action=action["id"], outcome=action["state"], attempts=1)
                for action in self.actions
            ),
            draft(EntryKind.SANCTION_ENDED, sanction=self.sanctions[0]["id"], reason="expired"),
            draft(EntryKind.STRIKE_REVOKED, strike=self.strikes[0]["id"]),
            draft(EntryKind.CASE_CLOSED, case=self.case["id"], verdict="violation"),
            *(draft(EntryKind.GAP_OPENED, gap=gap["id"]) for gap in self.gaps),
            draft(EntryKind.GAP_CLOSED, gap=self.gaps[1]["id"]),
            draft(EntryKind.GAP_LOST, gap=self.gaps[2]["id"], reason="channel_gone"),
        ]

    async def store(self, store: Store, keys: FakeKeys) -> None:
        stream = {"platform": "local", "workspace": "w", "channel": "c", "mark": NOON, "newest": NOON}
        async with store.writing() as tx:
            for table, rows in (
                (accounts, [self.account]),
                (cases, [self.case]),
                (decisions, [self.decision]),
                (actions, self.actions),
                (sanctions, self.sanctions),
                (strikes, self.strikes),
                (channels, [{"id": 1, "community": COMMUNITY} | stream]),
                (gaps, self.gaps),
            ):
                await tx.execute(insert(table).inline(), rows)
            await record(tx, keys, COMMUNITY, NOON, self.drafts())


async def change(store: Store, statement: Any) -> None:
    async with store.writing() as tx:
        await tx.execute(statement)


def found(report: Report) -> set[tuple[str, str]]:
    return {
        (problem.key.removeprefix("verify."), str(dict(problem.values).get("id", ""))) for problem in report.problems
    }


@pytest_asyncio.fixture
async def world(store: Store) -> World:
    made = World()
    await begun(store)
    await made.store(store, FakeKeys())
    return made


async def test_rows_and_entries_that_say_the_same_are_no_problem(store: Store, world: World) -> None:
    report = await check(store, FakeKeys())
    assert (report.problems, report.looked["rows"]) == ((), 19)


async def test_a_row_that_no_entry_speaks_of_is_named(store: Store, world: World) -> None:
    late = row(**{name: value for name, value in world.decision.items() if name != "id"})
    await change(store, insert(decisions).values(late))
    assert found(await check(store, FakeKeys())) == {("entry_lacks_decision", late["id"])}


async def test_a_row_that_was_deleted_is_named(store: Store, world: World) -> None:
    await change(store, delete(actions).where(actions.c.id == world.actions[0]["id"]))
    lost = world.actions[0]["id"]
    assert found(await check(store, FakeKeys())) == {("row_lacks_action", lost), ("row_lacks_action_ended", lost)}


async def test_every_state_that_is_not_the_recorded_one_is_named(store: Store, world: World) -> None:
    failed, open_gap = world.actions[1]["id"], world.gaps[0]["id"]
    live, over, strike = world.sanctions[1]["id"], world.sanctions[0]["id"], world.strikes[0]["id"]
    case, decision = world.case["id"], world.decision["id"]
    for statement, expected in (
        (
            update(actions).where(actions.c.id == failed).values(state="confirmed"),
            {("row_lacks_action_ended", failed), ("entry_lacks_action_ended", failed)},
        ),
        (
            update(sanctions).where(sanctions.c.id == live).values(lifted_at=NOON),
            {("entry_lacks_sanction_ended", live)},
        ),
        (
            update(sanctions).where(sanctions.c.id == over).values(lifted_at=None),
            {("row_lacks_sanction_ended", over)},
        ),
        (
            update(strikes).values(amount=1),
            {("row_lacks_strike", strike), ("entry_lacks_strike", strike)},
        ),
        (update(strikes).values(revoked_at=None), {("row_lacks_strike_revoked", strike)}),
        (update(cases).values(state="open"), {("row_lacks_case_closed", case)}),
        (
            update(cases).values(verdict="no_violation"),
            {("row_lacks_case_closed", case), ("entry_lacks_case_closed", case)},
        ),
        (
            update(decisions).values(mode="shadow"),
            {("row_lacks_decision", decision), ("entry_lacks_decision", decision)},
        ),
        (update(gaps).where(gaps.c.id == open_gap).values(state="closed"), {("entry_lacks_gap_ended", open_gap)}),
    ):
        await change(store, statement)
        assert found(await check(store, FakeKeys())) == expected, str(statement)
        await restore(store, world)
    assert not (await check(store, FakeKeys())).problems


async def restore(store: Store, world: World) -> None:
    """Put every row back to what it was."""
    async with store.writing() as tx:
        for table, rows in (
            (cases, [world.case]),
            (decisions, [world.decision]),
            (actions, world.actions),
            (sanctions, world.sanctions),
            (strikes, world.strikes),
            (gaps, world.gaps),
        ):
            for one in rows:
                await tx.execute(update(table).where(table.c.id == one["id"]).values(one))


async def test_an_outcome_recorded_twice_is_named(store: Store, world: World) -> None:
    again = draft(EntryKind.ACTION, action=world.actions[0]["id"], outcome="confirmed")
    async with store.writing() as tx:
        await record(tx, FakeKeys(), COMMUNITY, NOON, [again])
    assert found(await check(store, FakeKeys())) == {("row_lacks_action_ended", world.actions[0]["id"])}


async def test_an_entry_that_cannot_be_what_it_says_is_named(store: Store, world: World) -> None:
    async with store.writing() as tx:
        await record(tx, FakeKeys(), COMMUNITY, NOON, [draft(EntryKind.PLANNED, actions="none")])
    assert found(await check(store, FakeKeys())) == {("entry_unlike", "")}


async def test_rows_of_another_community_are_none_of_this_ledgers_business(store: Store, world: World) -> None:
    await begun(store, "other", "locum.example/other")
    account = row(platform="local", workspace="w", user="v", added_at=NOON) | {"community": "other"}
    await change(store, insert(accounts).values(account))
    await change(store, insert(decisions).values(world.decision | {"id": new_id(), "community": "other", "case": None}))
    assert not (await check(store, FakeKeys())).problems


async def test_where_everything_differs_only_the_first_places_are_named(sqlite_database: str) -> None:
    store, keys = open_store(sqlite_database), FakeKeys()
    await begun(store)
    strays = [draft(EntryKind.STRIKE_REVOKED, strike=new_id()) for _ in range(3_000)]
    async with store.writing() as tx:
        await record(tx, keys, COMMUNITY, NOON, strays)
    report = await check(store, keys)
    assert 0 < report.count < 200
    assert report.problems[-1].key in {"verify.parity_more", "verify.row_lacks_strike_revoked"}
    await store.close()


def test_facts_of_rows_and_entries_are_spelt_alike() -> None:
    assert list(parity.facts_of_rows("action_ended", [("a1", "confirmed")])) == ["action_ended a1 confirmed"]
    assert list(parity.facts_of_rows("case_closed", [("c1", None)])) == ["case_closed c1 -"]
