"""Previews: what somebody was shown before they confirm it, for a while, and once."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from bot.store.columns import new_id
from bot.store.engine import Tx
from bot.store.tables import previews

_MINE = (
    select(previews)
    .where(
        previews.c.id == bindparam("which"),
        previews.c.community == bindparam("community"),
        previews.c.person == bindparam("person"),
        previews.c.command == bindparam("command"),
    )
    .with_for_update()
)
_USE = (
    update(previews)
    .where(
        previews.c.id == bindparam("which"),
        previews.c.used_at.is_(None),
        previews.c.until > bindparam("now", type_=previews.c.until.type),
    )
    .values(used_at=bindparam("now", type_=previews.c.until.type))
)
_TRIM = delete(previews).where(previews.c.until < bindparam("before", type_=previews.c.until.type))


async def add_preview(
    tx: Tx, community: str, *, person: str, command: str, details: Mapping[str, Any], until: datetime
) -> str:
    """Keep what somebody was shown, by surrogates alone, and return its surrogate."""
    surrogate = new_id()
    await tx.execute(
        insert(previews).values(
            id=surrogate,
            community=community,
            person=person,
            command=command,
            details=json.dumps(dict(details)),
            until=until,
        )
    )
    return surrogate


async def use_preview(
    tx: Tx, community: str, which: str, *, person: str, command: str, now: datetime
) -> Mapping[str, Any] | None:
    """Return what was shown to them, and use it up; None when it isn't theirs, has had its time, or was used."""
    values = {"which": which, "community": community, "person": person, "command": command}
    row = (await tx.execute(_MINE, values)).one_or_none()
    if row is None:
        return None
    used = await tx.execute(_USE, {"which": which, "now": now})
    if used.rowcount != 1:
        return None
    found: Mapping[str, Any] = json.loads(row.details)
    return found


async def trim_previews(tx: Tx, before: datetime) -> int:
    """Forget what nobody can confirm any more, and return how many rows that were."""
    return (await tx.execute(_TRIM, {"before": before})).rowcount
