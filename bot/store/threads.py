"""Threads of cases: the actions that opened and ended them are all that is kept, and say what is wanted."""

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.domain.action import ActionKind, ActionState
from bot.store.engine import Tx
from bot.store.tables import actions

_OF_CASE = (
    select(actions.c.connection, actions.c.target, actions.c.state, actions.c.details)
    .where(actions.c.kind == ActionKind.THREAD.value)
    .order_by(actions.c.number)
)
#: what came to nothing
_NOTHING = frozenset({ActionState.FAILED, ActionState.DEAD, ActionState.REFUSED, ActionState.SUPERSEDED})


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreadAsked:
    """A thread that somebody asked for."""

    #: surrogate of the message at which it hangs: that of the case's card
    message: str
    #: name of the connection
    connection: str
    #: `card:…`
    target: str
    #: False where it couldn't be opened
    stands: bool


async def threads_asked(tx: Tx, case: str) -> list[ThreadAsked]:
    """Return the threads that were asked for at the cards of a case, in their order."""
    found: list[ThreadAsked] = []
    for row in await tx.execute(_OF_CASE.where(actions.c.case == case)):
        with suppress(ValueError, KeyError, TypeError):
            # a row that somebody damaged opened nothing
            details: Any = json.loads(row.details)
            if details["opens"]:
                stands = ActionState(row.state) not in _NOTHING
                message = str(details["message"])
                found.append(
                    ThreadAsked(message=message, connection=row.connection, target=row.target, stands=stands)
                )  # fmt: skip
    return found
