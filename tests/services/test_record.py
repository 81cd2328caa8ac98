"""Recording: numbers without gaps, personal values apart, and nothing left of what was rolled back."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import Table, func, select

from bot.domain.actor import automation
from bot.domain.retention import Retention, keeps
from bot.ledger import canonical, entries, sealing, tree
from bot.ledger.sealing import Wrapped, WrappingKey
from bot.ledger.tree import Frontier
from bot.services.record import (
    Draft,
    FieldError,
    NotBegunError,
    OtherOriginError,
    Private,
    begin_ledger,
    record,
)
from bot.store import subject_keys
from bot.store.columns import new_id
from bot.store.engine import Store, open_store
from bot.store.ledger import growing
from bot.store.sealed_values import sealed_of
from bot.store.tables import ledger_entries, ledger_names, ledger_nodes, sealed_values
from bot.store.tables import subject_keys as key_rows
from tests.fakes.keys import FakeKeys
from tests.services.ledgers import COMMUNITY, NOON, ORIGIN, begun, bodies, check, drafts, fill, plain


def private(account: str, *, field: str = "details.evidence", value: str = "what was written") -> Private:
    return Private(field=field, account=account, value=value, retention=Retention.EVIDENCE)


def secret(*values: Private) -> Draft:
    return Draft(kind="rule_failed", actor=automation("respect/slurs"), details={"rule": "r"}, private=values)


async def count(store: Store, table: Table) -> int:
    async with store.reading() as tx:
        return (await tx.execute(select(func.count()).select_from(table))).scalar_one()


async def test_entries_get_numbers_without_gaps(store: Store) -> None:
    keys = FakeKeys()
    await begun(store)
    given: list[int] = []
    for many in (1, 3, 0, 5):
        async with store.writing() as tx:
            given.extend(await record(tx, keys, COMMUNITY, NOON, drafts(many)))
    assert given == list(range(9))
    assert [entries.read(body).seq for body in await bodies(store)] == given


async def test_an_entry_says_what_the_draft_said(store: Store) -> None:
    keys = FakeKeys()
    await begun(store)
    draft = Draft(
        kind="action", actor=automation("a/b"), policy="p1", case="c1", action="a1", details={"outcome": "confirmed"}
    )
    async with store.writing() as tx:
        await record(tx, keys, COMMUNITY, NOON + timedelta(microseconds=1999), [draft])
    entry = entries.read((await bodies(store))[0])
    assert (entry.kind, entry.policy, entry.case, entry.action) == ("action", "p1", "c1", "a1")
    assert entry.actor == {"kind": "automation", "who": "a/b"}
    assert entry.details == {"outcome": "confirmed"}
    assert entry.at == int(NOON.timestamp()) * 1000 + 1


async def test_the_tree_grows_as_if_all_had_come_at_once(store: Store) -> None:
    keys = FakeKeys()
    await begun(store)
    await fill(store, keys, 77, batch=7)
    async with store.reading() as tx:
        head = await growing.head(tx, COMMUNITY)
    assert head is not None
    assert Frontier(size=head.size, peaks=head.peaks) == tree.rebuild(await bodies(store))
    assert not (await check(store, keys)).problems


async def record_and_fail(store: Store, keys: FakeKeys, made: list[Draft]) -> None:
    async with store.writing() as tx:
        await record(tx, keys, COMMUNITY, NOON, made)
        raise ZeroDivisionError


async def test_what_is_rolled_back_leaves_no_trace(store: Store) -> None:
    keys = FakeKeys()
    await begun(store)
    await fill(store, keys, 3)
    account = new_id()
    found = Draft(kind="case_opened", actor=automation("respect/slurs"), case=new_id())
    with pytest.raises(ZeroDivisionError):
        await record_and_fail(store, keys, [*drafts(5), found, secret(private(account))])
    assert [await count(store, table) for table in (ledger_entries, sealed_values, key_rows)] == [3, 0, 0]
    assert await count(store, ledger_names) == 0
    assert await count(store, ledger_nodes) == 4
    async with store.writing() as tx:
        assert await record(tx, keys, COMMUNITY, NOON, [plain()]) == range(3, 4)
    assert not (await check(store, keys)).problems


async def test_nothing_is_recorded_before_the_ledger_begins(store: Store) -> None:
    with pytest.raises(NotBegunError):
        async with store.writing() as tx:
            await record(tx, FakeKeys(), "nowhere", NOON, [plain()])


async def test_a_ledger_begins_once_and_keeps_its_name(store: Store) -> None:
    await begun(store)
    async with store.writing() as tx:
        await begin_ledger(tx, COMMUNITY, ORIGIN, NOON)
    for origin in ("locum.example/other", "two words", ""):
        with pytest.raises(OtherOriginError):
            async with store.writing() as tx:
                await begin_ledger(tx, COMMUNITY, origin, NOON)


async def test_a_personal_value_stands_apart_sealed_and_the_entry_commits_to_it(store: Store) -> None:
    keys = FakeKeys()
    await begun(store)
    account = new_id()
    async with store.writing() as tx:
        await record(tx, keys, COMMUNITY, NOON, [plain(), secret(private(account, value="Schönes Wort"))])
    body = (await bodies(store))[1]
    assert "Wort" not in body.decode()
    async with store.reading() as tx:
        (sealed,) = await sealed_of(tx, COMMUNITY, 1)
        stored = (await subject_keys.wrapped_keys(tx, [account]))[account]
    wrapping = {one.id: WrappingKey(id=one.id, secret=one.value) for one in keys.wrapping()}
    key = sealing.unwrap(Wrapped(key_id=stored[0], data=stored[1]), wrapping, account)
    value = canonical.read(sealing.unseal(sealed.sealed, key, seq=1, field="details.evidence"))
    assert value == "Schönes Wort"
    assert sealing.committed(sealed.salt, value, entries.commitments(entries.read(body))["details.evidence"])
    assert (sealed.retention, sealed.until) == ("evidence", NOON + keeps(Retention.EVIDENCE))


async def test_all_values_of_an_account_share_its_key_and_others_have_their_own(store: Store) -> None:
    keys = FakeKeys()
    await begun(store)
    one, other = new_id(), new_id()
    for _ in range(2):
        async with store.writing() as tx:
            made = [secret(private(one), private(other, field="details.reason")), secret(private(one))]
            await record(tx, keys, COMMUNITY, NOON, made)
    assert await count(store, key_rows) == 2
    assert await count(store, sealed_values) == 6


async def test_a_thousand_accounts_get_their_keys_at_once(store: Store) -> None:
    await begun(store)
    async with store.writing() as tx:
        await record(tx, FakeKeys(), COMMUNITY, NOON, [secret(private(new_id())) for _ in range(1_001)])
    assert await count(store, key_rows) == 1_001


async def test_a_value_may_lie_deeper_in_the_details(store: Store) -> None:
    await begun(store)
    draft = Draft(
        kind="rule_failed",
        actor=automation("a/b"),
        details={"case": {"queue": "hate"}},
        private=(private("a1", field="details.case.note"), private("a2", field="details.new.place")),
    )
    async with store.writing() as tx:
        await record(tx, FakeKeys(), COMMUNITY, NOON, [draft])
    entry = entries.read((await bodies(store))[0])
    assert set(entries.commitments(entry)) == {"details.case.note", "details.new.place"}
    assert json.loads((await bodies(store))[0])["details"]["case"]["queue"] == "hate"


@pytest.mark.parametrize("field", ["evidence", "details", "details.", "details..x", "actor.who", "details.rule"])
async def test_a_value_without_a_place_of_its_own_is_refused(sqlite_database: str, field: str) -> None:
    store = open_store(sqlite_database)
    try:
        await begun(store)
        with pytest.raises(FieldError):
            async with store.writing() as tx:
                await record(tx, FakeKeys(), COMMUNITY, NOON, [secret(private("a1", field=field))])
        assert await bodies(store) == []
    finally:
        await store.close()


async def test_a_personal_value_is_never_shown(store: Store) -> None:
    assert "what was written" not in repr(secret(private("a1")))
