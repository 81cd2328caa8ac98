"""Queues by choice: who chose which, and how many of its cases they were given in their shift."""

import json
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from bot.store.engine import Tx
from bot.store.tables import queue_choices, shifts
from bot.store.upsert import insert_new

_CHOSEN = select(queue_choices.c.queue).where(
    queue_choices.c.community == bindparam("community"), queue_choices.c.person == bindparam("person")
)
_GIVEN = select(shifts.c.given).where(shifts.c.id == bindparam("shift")).with_for_update()
_GIVE = update(shifts).where(shifts.c.id == bindparam("_shift")).values(given=bindparam("_given"))


async def chosen_queues(tx: Tx, community: str, person: str) -> set[str]:
    """Return the queues that somebody chose to work on."""
    return set(await tx.scalars(_CHOSEN, {"community": community, "person": person}))


async def choose_queue(tx: Tx, community: str, person: str, queue: str, at: datetime) -> None:
    """Write down that somebody chose a queue."""
    await insert_new(tx, queue_choices, [{"community": community, "person": person, "queue": queue, "at": at}])


async def leave_queue(tx: Tx, community: str, person: str, queue: str) -> None:
    """Write down that somebody no longer wants a queue's cases; nobody is asked why."""
    await tx.execute(
        delete(queue_choices).where(
            queue_choices.c.community == community, queue_choices.c.person == person, queue_choices.c.queue == queue
        )
    )


async def given_in_shift(tx: Tx, shift: str) -> dict[str, int]:
    """Return how many cases of each capped queue were given in a shift, and let nobody else count meanwhile."""
    given = (await tx.execute(_GIVEN, {"shift": shift})).scalar_one_or_none()
    return {} if given is None else {str(queue): int(count) for queue, count in json.loads(given).items()}


async def note_given(tx: Tx, shift: str, given: dict[str, int]) -> None:
    """Write down how many cases were given."""
    await tx.execute(_GIVE, {"_shift": shift, "_given": json.dumps(given, sort_keys=True)})
