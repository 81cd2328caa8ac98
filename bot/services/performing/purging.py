"""What a ban takes along where hands carry it out: the member's messages are deleted one by one, by its decision."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.domain.action import FINAL, Action, ActionKind, ActionState
from bot.domain.actor import scheduler
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Connection
from bot.services.sanctioning import planned_entry, written
from bot.services.work import Work
from bot.store.actions import plan, present
from bot.store.columns import new_id
from bot.store.gone import deletions_of
from bot.store.messages import add_messages, known_messages
from bot.store.seen import Written, written_by

#: who deletes: nobody in particular
_ACTOR = scheduler("purge")
#: states of deletions that delete nothing any more, or never did
_OVER = FINAL - {ActionState.CONFIRMED}
#: messages that one ban takes along at most
_MOST = 1_000


async def purge_by_hand(work: Work, left: Sequence[Action]) -> None:
    """Plan that what members wrote lately goes with bans that were left to hands; asked again, it is planned once."""
    for ban in left:
        seconds = int(ban.details.get("purge", 0))
        if ban.kind is not ActionKind.RESTRICT or ban.details.get("sanction") != OutcomeKind.BAN.value or not seconds:
            continue
        account, since = str(ban.details["account"]), work.now - timedelta(seconds=seconds)
        found = [
            one for one in await written_by(work.tx, work.community, account, _MOST)
            if one.at >= since and _through(one) == ban.connection
        ]  # fmt: skip
        names = await _named(work, account, found)
        asked = {
            one.action.target for one in await deletions_of(work.tx, names.values()) if one.action.state not in _OVER
        }
        actions = [
            _deletion(work, ban, name)
            for name in (names[one.channel, one.message] for one in found) if f"message:{name}" not in asked
        ]  # fmt: skip
        await plan(work.tx, actions, work.now)
        there = await present(work.tx, [one.id for one in actions])
        new = [one for one in actions if one.id in there]
        if new:
            work.record(planned_entry(new, _ACTOR, work.policies.version))


def _through(one: Written) -> str:
    return Connection(platform=one.stream.platform, workspace=one.stream.workspace).name


async def _named(work: Work, account: str, found: Sequence[Written]) -> dict[tuple[int, str], str]:
    """Return the messages' surrogates; those that have none get one."""
    known = await known_messages(work.tx, {(one.channel, one.message) for one in found}) if found else {}
    rows: list[Mapping[str, object]] = []
    for one in found:
        if (one.channel, one.message) not in known:
            known[one.channel, one.message] = new_id()
            rows.append(
                {
                    "id": known[one.channel, one.message], "community": work.community, "channel": one.channel,
                    "message": one.message, "account": account, "at": one.at,
                }
            )  # fmt: skip
    await add_messages(work.tx, rows)
    return known


def _deletion(work: Work, ban: Action, message: str) -> Action:
    return Action(
        id=new_id(),
        community=work.community,
        connection=ban.connection,
        key=f"purge:{ban.id}:{message}",
        kind=ActionKind.DELETE,
        target=f"message:{message}",
        severity=ban.severity,
        decision=ban.decision,
        case=ban.case,
        details={"account": str(ban.details["account"]), "actor": written(_ACTOR)},
        due_at=work.now,
    )
