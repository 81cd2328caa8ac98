"""Accounts: the one place where a user's id stands beside its surrogate."""

import asyncio
from datetime import UTC, datetime

from sqlalchemy import update

from bot.domain.message import AccountRef, PlatformName
from bot.store.accounts import account_refs, add_accounts, generation, known_accounts
from bot.store.communities import add_community
from bot.store.engine import Store
from bot.store.tables import accounts

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def refs(*users: str, workspace: str = "W") -> list[AccountRef]:
    return [AccountRef(platform=PlatformName.DISCORD, workspace=workspace, user=user) for user in users]


async def _community(store: Store, name: str = "acme") -> None:
    async with store.writing() as tx:
        await add_community(tx, name, NOON)


async def test_an_account_keeps_its_surrogate_however_often_it_is_added(store: Store) -> None:
    await _community(store)
    async with store.writing() as tx:
        first = await add_accounts(tx, "acme", refs("a", "b"), NOON)
    async with store.writing() as tx:
        second = await add_accounts(tx, "acme", refs("b", "c"), NOON)
    assert second[refs("b")[0]] == first[refs("b")[0]]
    async with store.reading() as tx:
        assert await known_accounts(tx, "acme", refs("a", "b", "c", "d")) == {**first, **second}


async def test_those_who_add_the_same_account_at_once_get_the_same_surrogate(store: Store) -> None:
    await _community(store)

    async def add(users: str) -> dict[AccountRef, str]:
        async with store.writing() as tx:
            return await add_accounts(tx, "acme", refs(*users), NOON)

    found = await asyncio.gather(*(add(users) for users in ("abc", "cba", "bcd", "dab")))
    merged: dict[AccountRef, set[str]] = {}
    for one in found:
        for ref, surrogate in one.items():
            merged.setdefault(ref, set()).add(surrogate)
    assert all(len(surrogates) == 1 for surrogates in merged.values())


async def test_communities_and_workspaces_share_no_account(store: Store) -> None:
    await _community(store)
    await _community(store, "other")
    async with store.writing() as tx:
        here = await add_accounts(tx, "acme", [*refs("a"), *refs("a", workspace="V")], NOON)
        there = await add_accounts(tx, "other", refs("a"), NOON)
    assert len({*here.values(), *there.values()}) == 3


async def test_a_forgotten_account_is_found_neither_way(store: Store) -> None:
    await _community(store)
    async with store.writing() as tx:
        (surrogate,) = (await add_accounts(tx, "acme", refs("a"), NOON)).values()
        assert await account_refs(tx, [surrogate]) == {surrogate: refs("a")[0]}
        await tx.execute(update(accounts).values(user=None))
        assert await account_refs(tx, [surrogate]) == {}
        assert await known_accounts(tx, "acme", refs("a")) == {}


async def test_more_accounts_than_a_statement_takes_are_found(store: Store) -> None:
    await _community(store)
    many = refs(*(f"u{number}" for number in range(33_000)))
    async with store.writing() as tx:
        added = await add_accounts(tx, "acme", many, NOON)
        assert len(added) == 33_000
        assert len(await account_refs(tx, list(added.values()))) == 33_000


async def test_a_community_that_isnt_there_has_no_generation(store: Store) -> None:
    await _community(store)
    async with store.writing() as tx:
        assert await generation(tx, "acme") == 0
        assert await generation(tx, "nowhere") is None
