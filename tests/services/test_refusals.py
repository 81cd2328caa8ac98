"""Refusals that repeat: the first is an entry at once, the others are one entry more, and none is forgotten."""

from datetime import timedelta

from bot.domain.actor import Actor, ActorKind, OrganisationKind
from bot.domain.retention import Retention
from bot.ledger import entries
from bot.ledger.entries import Entry
from bot.services.record import Draft, Private, close_refusals, refuse
from bot.store.engine import Store, open_store
from tests.fakes.keys import FakeKeys
from tests.services.ledgers import COMMUNITY, NOON, begun, bodies, check

WHO = Actor(
    kind=ActorKind.PERSON, who="nw-17", organisation="nightwatch", side=OrganisationKind.PARTNER, mandate="night"
)
REFUSED = Draft(kind="refused", actor=WHO, policy="p1", details={"command": "ban", "reason": "not_allowed"})
TEN = timedelta(minutes=10)


async def attempt(store: Store, keys: FakeKeys, seconds: float = 0, key: str = "nw-17 ban a1") -> None:
    async with store.writing() as tx:
        await refuse(tx, keys, COMMUNITY, NOON + timedelta(seconds=seconds), REFUSED, key=key)


async def close(store: Store, keys: FakeKeys, after: timedelta) -> int:
    async with store.writing() as tx:
        return await close_refusals(tx, keys, NOON + after)


async def recorded(store: Store) -> list[Entry]:
    return [entries.read(body) for body in await bodies(store)]


async def test_the_first_refusal_is_an_entry_at_once(store: Store) -> None:
    keys = FakeKeys()
    await begun(store)
    await attempt(store, keys)
    (entry,) = await recorded(store)
    assert (entry.kind, entry.refused, entry.details["command"]) == ("refused", 1, "ban")


async def test_those_that_repeat_it_become_one_entry_when_the_window_closes(store: Store) -> None:
    keys = FakeKeys()
    await begun(store)
    for second in range(50):
        await attempt(store, keys, second)
    assert len(await recorded(store)) == 1
    assert await close(store, keys, TEN - timedelta(seconds=1)) == 0
    assert await close(store, keys, TEN) == 1
    first, rest = await recorded(store)
    assert (first.refused, rest.refused) == (1, 49)
    assert (rest.actor, rest.policy, rest.details) == (first.actor, first.policy, first.details)
    assert await close(store, keys, TEN * 2) == 0
    assert not (await check(store, keys)).problems


async def test_a_single_refusal_leaves_no_second_entry(store: Store) -> None:
    keys = FakeKeys()
    await begun(store)
    await attempt(store, keys)
    assert await close(store, keys, TEN) == 0
    assert len(await recorded(store)) == 1


async def test_refusals_of_others_are_entries_of_their_own(store: Store) -> None:
    keys = FakeKeys()
    await begun(store)
    for key in ("nw-17 ban a1", "nw-17 ban a2", "nw-17 kick a1"):
        await attempt(store, keys, key=key)
    assert [entry.refused for entry in await recorded(store)] == [1, 1, 1]


async def test_a_new_window_opens_even_when_nobody_closed_the_old_one(store: Store) -> None:
    keys = FakeKeys()
    await begun(store)
    for second in (0, 1, 2, 600, 601):
        await attempt(store, keys, second)
    assert [entry.refused for entry in await recorded(store)] == [1, 2, 1]
    assert await close(store, keys, TEN * 3) == 1
    assert sum(entry.refused for entry in await recorded(store)) == 5


async def test_a_restart_forgets_none(database: str) -> None:
    keys = FakeKeys()
    store = open_store(database)
    await begun(store)
    for second in range(3):
        await attempt(store, keys, second)
    await store.close()
    store = open_store(database)
    await close(store, keys, TEN)
    assert [entry.refused for entry in await recorded(store)] == [1, 2]
    await store.close()


async def test_a_personal_value_stands_in_the_first_entry_alone(store: Store) -> None:
    keys = FakeKeys()
    await begun(store)
    value = Private(field="details.said", account="a1", value="let me", retention=Retention.REASON)
    draft = Draft(kind="refused", actor=WHO, details={"command": "ban"}, private=(value,))
    for second in range(3):
        async with store.writing() as tx:
            await refuse(tx, keys, COMMUNITY, NOON + timedelta(seconds=second), draft, key="k")
    await close(store, keys, TEN)
    first, rest = await recorded(store)
    assert set(entries.commitments(first)) == {"details.said"}
    assert (rest.refused, dict(rest.details)) == (2, {"command": "ban"})
