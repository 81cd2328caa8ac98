"""Ends what goes with refused actions: sanctions that were to begin, and notices that would tell of what isn't done."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from bot.domain.action import Action, ActionKind
from bot.domain.entry_kind import EntryKind
from bot.services.performing.entries import PERFORMER, Entry
from bot.services.record import Draft
from bot.services.sanctioning import EXPIRE, ending, planned_entry
from bot.store.actions import Claimed, plan
from bot.store.engine import Tx
from bot.store.sanctions import end_sanctions, unended
from bot.store.superseding import undone_actions
from bot.store.timers import drop_timers


async def end_refused(tx: Tx, refused: Sequence[Claimed], now: datetime) -> list[Entry]:
    """End the sanctions that refused actions were to begin, and return the entries that say so.

    Something else may have brought the platform to them meanwhile: it is brought back to what still holds.
    """
    names: dict[str, set[str]] = defaultdict(set)
    for one in refused:
        first, _, rest = one.action.key.partition(":")
        sanction, _, last = rest.partition(":")
        if one.action.kind is ActionKind.RESTRICT and (first, last) == ("restrict", "start"):
            names[one.action.community].add(sanction)
    entries: list[Entry] = []
    for community in sorted(names):
        found = await unended(tx, community, names[community])
        await end_sanctions(tx, [one.sanction.id for one in found], now)
        await drop_timers(tx, EXPIRE, community, [one.sanction.id for one in found])
        planned = [ending(one, community, now, PERFORMER) for one in found]
        await plan(tx, planned, now)
        for imposed, action in zip(found, planned, strict=True):
            said = {"sanction": imposed.sanction.id, "account": imposed.sanction.account, "reason": "refused"}
            draft = Draft(
                kind=EntryKind.SANCTION_ENDED, actor=PERFORMER, policy=imposed.policy, case=imposed.case, details=said
            )
            entries += [(community, draft), (community, planned_entry([action], PERFORMER, imposed.policy))]
    return entries


async def silenced(tx: Tx, refused: Sequence[Claimed]) -> list[Claimed]:
    """Return the notices, still to be sent, of decisions of which something was refused: they would tell of it."""
    decisions = {one.action.decision for one in refused if one.action.decision}
    if not decisions:
        return []
    return [one for one in await undone_actions(tx, decisions) if tells_of_decision(one.action)]


def tells_of_decision(action: Action) -> bool:
    """Return whether a notice says what its decision does."""
    return action.kind is ActionKind.NOTICE and bool(action.decision) and not action.details.get("about")
