"""Ledger entries about actions: how each one ended, on whose word."""

import json
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from bot.domain.action import Action, ActionState
from bot.domain.actor import Actor, read_actor, scheduler
from bot.domain.by_hand import HAND
from bot.domain.entry_kind import EntryKind
from bot.ports import Keys
from bot.services.record import Draft, record
from bot.services.sanctioning import planned_entry
from bot.store.actions import Claimed
from bot.store.engine import Tx

#: who acts when no decision stands behind it
PERFORMER = scheduler("perform")

#: an entry and the community whose ledger takes it
Entry = tuple[str, Draft]


def actor_of(claimed: Claimed) -> Actor:
    """Return on whose word an action is done: whom its details name, or who decided."""
    said = claimed.action.details.get("actor")
    if said is not None:
        # a row that somebody damaged must still come to an end
        with suppress(ValueError, KeyError, TypeError):
            return read_actor(json.loads(str(said)))
    return claimed.actor or PERFORMER


def doer_of(claimed: Claimed, state: ActionState) -> Actor:
    """Return by whose word an action ended: whoever did it by hand, or else on whose it was done."""
    said = claimed.action.details.get(HAND)
    if said is not None and state is ActionState.CONFIRMED:
        with suppress(ValueError, KeyError, TypeError):
            return read_actor(json.loads(str(said)))
    return actor_of(claimed)


def ended(claimed: Claimed, state: ActionState, reason: str, attempts: int) -> Entry:
    """Return the entry that says how an action ended."""
    action = claimed.action
    return action.community, Draft(
        kind=EntryKind.ACTION,
        actor=doer_of(claimed, state),
        policy=claimed.policy,
        case=action.case,
        action=action.id,
        details={"outcome": state.value, "reason": reason, "attempts": attempts, "kind": action.kind.value},
        refused=int(state is ActionState.REFUSED),
    )


def planned(action: Action) -> Entry:
    """Return the entry of an action that performing others gave rise to."""
    return action.community, planned_entry([action], PERFORMER, None)


async def record_all(tx: Tx, keys: Keys, at: datetime, entries: Sequence[Entry]) -> None:
    """Append entries to their communities' ledgers, one ledger after the other in one order; call it last."""
    by_community: dict[str, list[Draft]] = defaultdict(list)
    for community, draft in entries:
        by_community[community].append(draft)
    for community in sorted(by_community):
        await record(tx, keys, community, at, by_community[community])
