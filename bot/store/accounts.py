"""Accounts: the one place where a user's id on a platform stands beside the surrogate that everything else uses."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, select, update

from bot.domain.message import AccountRef, PlatformName
from bot.store.chunks import chunks
from bot.store.columns import new_id
from bot.store.engine import Tx
from bot.store.tables import accounts, communities
from bot.store.upsert import insert_new

_KNOWN = select(accounts.c.user, accounts.c.id).where(
    accounts.c.community == bindparam("community"),
    accounts.c.platform == bindparam("platform"),
    accounts.c.workspace == bindparam("workspace"),
    accounts.c.user.in_(bindparam("users", expanding=True)),
)
_REFS = select(accounts.c.id, accounts.c.platform, accounts.c.workspace, accounts.c.user).where(
    accounts.c.id.in_(bindparam("ids", expanding=True)), accounts.c.user.is_not(None)
)
_LOCK = (
    select(accounts.c.id)
    .where(accounts.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(accounts.c.id)
    .with_for_update(key_share=True)
)
_LANGUAGE = (
    update(accounts)
    .where(
        accounts.c.id.in_(bindparam("_ids", expanding=True)),
        accounts.c.language.is_distinct_from(bindparam("_language")),
    )
    .values(language=bindparam("_language"))
)
_LANGUAGES = select(accounts.c.id, accounts.c.language).where(
    accounts.c.id.in_(bindparam("ids", expanding=True)), accounts.c.language.is_not(None)
)
_GENERATION = select(communities.c.generation).where(communities.c.id == bindparam("community"))


async def known_accounts(tx: Tx, community: str, refs: Collection[AccountRef]) -> dict[AccountRef, str]:
    """Return the surrogates of the accounts that are known."""
    places: dict[tuple[PlatformName, str], list[str]] = defaultdict(list)
    for ref in refs:
        places[ref.platform, ref.workspace].append(ref.user)
    found: dict[AccountRef, str] = {}
    for (platform, workspace), users in places.items():
        for part in chunks(users):
            values = {"community": community, "platform": platform.value, "workspace": workspace, "users": part}
            for user, surrogate in await tx.execute(_KNOWN, values):
                found[AccountRef(platform=platform, workspace=workspace, user=user)] = surrogate
    return found


async def add_accounts(tx: Tx, community: str, refs: Collection[AccountRef], at: datetime) -> dict[AccountRef, str]:
    """Add accounts, and return the surrogates that stand there afterwards, whoever added them."""
    if not refs:
        return {}
    # in one order, so that two that add the same don't wait for each other
    ordered = sorted(refs, key=lambda ref: (ref.platform, ref.workspace, ref.user))
    rows = [
        {
            "id": new_id(),
            "community": community,
            "platform": ref.platform.value,
            "workspace": ref.workspace,
            "user": ref.user,
            "added_at": at,
        }
        for ref in ordered
    ]
    await insert_new(tx, accounts, rows)
    return await known_accounts(tx, community, ordered)


async def accounts_of(tx: Tx, community: str, refs: Collection[AccountRef], at: datetime) -> dict[AccountRef, str]:
    """Return the surrogates of accounts, most of which are known; those that aren't are added."""
    found = await known_accounts(tx, community, refs)
    missing = [ref for ref in refs if ref not in found]
    return found | await add_accounts(tx, community, missing, at) if missing else found


async def account_refs(tx: Tx, ids: Collection[str]) -> dict[str, AccountRef]:
    """Return where the accounts are; forgotten ones are missing."""
    found: dict[str, AccountRef] = {}
    for part in chunks(ids):
        for surrogate, platform, workspace, user in await tx.execute(_REFS, {"ids": part}):
            found[surrogate] = AccountRef(platform=PlatformName(platform), workspace=workspace, user=user)
    return found


async def note_languages(tx: Tx, spoken: Mapping[str, str]) -> None:
    """Remember in which language each of several members reads."""
    for language in sorted(set(spoken.values())):
        for part in chunks([one for one, own in spoken.items() if own == language]):
            await tx.execute(_LANGUAGE, {"_ids": part, "_language": language})


async def languages_of(tx: Tx, ids: Collection[str]) -> dict[str, str]:
    """Return in which language members read, as far as their platform told."""
    found: dict[str, str] = {}
    for part in chunks(ids):
        found |= {row.id: row.language for row in await tx.execute(_LANGUAGES, {"ids": part})}
    return found


async def lock_accounts(tx: Tx, ids: Collection[str]) -> None:
    """Keep everybody else from deciding about these members until the transaction ends."""
    if tx.dialect.name == "sqlite":  # who writes there is alone
        return
    for part in chunks(sorted(ids)):
        await tx.execute(_LOCK, {"ids": part})


async def generation(tx: Tx, community: str, *, locked: bool = True) -> int | None:
    """Return what grows whenever remembered surrogates are no longer true; None when the community isn't there.

    With `locked`, it stays so until the transaction ends.
    """
    statement = _GENERATION.with_for_update(read=True) if locked else _GENERATION
    found: int | None = (await tx.execute(statement, {"community": community})).scalar_one_or_none()
    return found
