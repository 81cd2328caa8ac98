"""Levels: how far people are trusted, once a lead decided it."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import bindparam, select

from bot.domain.actor import Actor, ActorKind, read_actor
from bot.domain.staff import Level
from bot.store.engine import Tx
from bot.store.tables import levels
from bot.store.upsert import upsert

_OF = select(levels.c.person, levels.c.level).where(
    levels.c.community == bindparam("community"), levels.c.person.in_(bindparam("people", expanding=True))
)


_KEPT = select(levels.c.person, levels.c.level, levels.c.actor).where(levels.c.community == bindparam("community"))


async def decided_levels(tx: Tx, community: str, people: Collection[str]) -> dict[str, Level]:
    """Return the levels that leads decided; of others the policies' start holds."""
    found = await tx.execute(_OF, {"community": community, "people": sorted(people)})
    return {row.person: Level[row.level.upper()] for row in found}


async def decide_level(tx: Tx, community: str, person: str, level: Level, *, actor: Actor, at: datetime) -> None:
    """Write down how far somebody is trusted from now on."""
    row = {
        "community": community, "person": person, "level": level.word, "actor": json.dumps(actor.record()), "at": at,
    }  # fmt: skip
    await upsert(tx, levels, [row], ("community", "person"), ("level", "actor", "at"))


async def keep_levels(tx: Tx, community: str, starts: Mapping[str, Level], actor: Actor, at: datetime) -> None:
    """Hold fast how far people are trusted at most while no lead has decided it: it only ever becomes less.

    `starts` are the levels at which the policies let people begin now.
    """
    known = {row.person: row for row in await tx.execute(_KEPT, {"community": community})}
    for person, level in sorted(starts.items()):
        row = known.get(person)
        if row is not None:
            decided = read_actor(json.loads(row.actor)).kind is ActorKind.PERSON
            if decided or Level[row.level.upper()] <= level:
                continue
        await decide_level(tx, community, person, level, actor=actor, at=at)
