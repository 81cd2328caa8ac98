"""Upholds sanctions for which a platform has no word: what the member writes is deleted, by the same decision.

Nothing new is decided by it: no strike, case or notice follows, and no budget of automation stops it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

from bot.domain.action import Action, ActionKind
from bot.domain.actor import scheduler
from bot.domain.governance import Governance
from bot.domain.message import Message
from bot.domain.outcome import OutcomeKind
from bot.domain.place import Connection, stream_of
from bot.domain.sanction import Sanction, upheld_against
from bot.policy.policy_set import PolicySet
from bot.services.intake.items import Judged
from bot.services.intake.translate import sound_id
from bot.services.record import Draft
from bot.services.sanctioning import UPHOLDS, planned_entry, written
from bot.services.showing.hanging import leads_stream
from bot.services.staff.governing import govern
from bot.store.actions import plan, present
from bot.store.columns import new_id
from bot.store.engine import Tx
from bot.store.messages import add_messages, known_messages
from bot.store.sanctions import Imposed, active_sanctions, unended

#: which sanctions a connection has no word for
Emulated = Callable[[Connection], Collection[OutcomeKind]]
#: who upholds: nobody in particular
_ACTOR = scheduler("uphold")


def nothing(_: Connection) -> Collection[OutcomeKind]:
    """Return that a platform has a word for every sanction."""
    return ()


async def uphold(
    tx: Tx, policies: PolicySet, judged: Sequence[Judged], emulated: Emulated, now: datetime, *,
    planned: Sequence[Action],
) -> tuple[list[Action], list[Draft]]:  # fmt: skip
    """Plan that messages are deleted which members under such a sanction wrote, and return that with its entries.

    `planned` are the actions of the same batch: what a rule has deleted needn't be deleted twice. What is read back
    after an interruption is deleted as well: where a platform has a word for it, it would never have been written.
    Messages of staff are left alone, and whatever stands in the leads' channel.
    """
    kinds = {one: frozenset(emulated(one)) for one in {_connection(one.message) for one in judged}}
    meant = [one for one in judged if kinds[_connection(one.message)] and _is_meant(one.message, policies)]
    if not meant:
        return [], []
    active = await active_sanctions(tx, {one.message.author.key for one in meant}, now)
    if not active:
        return [], []
    governance = await govern(tx, policies)
    found: list[tuple[Judged, Sanction]] = []
    for one in meant:
        held = active.get(one.message.author.key, ())
        sanction = upheld_against(held, kinds[_connection(one.message)], one.message.acted_at, now)
        if sanction is not None and not _is_staff(one.message, governance):
            found.append((one, sanction))
    behind = {one.sanction.id: one for one in await unended(tx, policies.community, {one.id for _, one in found})}
    messages = await _messages(tx, policies.community, [one for one, _ in found])
    deleted = {action.target for action in planned if action.kind is ActionKind.DELETE}
    actions = [
        _deletion(behind[sanction.id], policies.community, messages[one.key], now)
        for one, sanction in found
        if sanction.id in behind and f"message:{messages[one.key]}" not in deleted
    ]
    await plan(tx, actions, now)
    there = await present(tx, [one.id for one in actions])
    new = [one for one in actions if one.id in there]
    return new, _entries(new, behind)


def _is_meant(message: Message, policies: PolicySet) -> bool:
    if message.is_nowhere:
        return False
    leads = leads_stream(policies, _connection(message))
    return leads is None or leads.channel != stream_of(message.channel).channel


def _is_staff(message: Message, governance: Governance) -> bool:
    author = message.author
    seated = author.account is not None and bool(governance.roster.with_account(author.account))
    return seated or (author.roles is not None and not governance.protected.isdisjoint(author.roles))


def _connection(message: Message) -> Connection:
    return Connection(platform=message.channel.platform, workspace=message.channel.workspace)


async def _messages(tx: Tx, community: str, found: Sequence[Judged]) -> dict[tuple[int, str], str]:
    """Return the messages' surrogates; those that have none get one."""
    known = await known_messages(tx, {one.key for one in found}) if found else {}
    rows: list[Mapping[str, object]] = []
    for one in found:
        if one.key in known:
            continue
        known[one.key] = new_id()
        rows.append(
            {
                "id": known[one.key], "community": community, "channel": one.key[0], "message": one.key[1],
                "account": one.message.author.key, "at": one.message.at,
                "category": sound_id(one.message.channel.category or ""),
            }
        )  # fmt: skip
    await add_messages(tx, rows)
    return known


def _deletion(one: Imposed, community: str, message: str, now: datetime) -> Action:
    sanction = one.sanction
    return Action(
        id=new_id(),
        community=community,
        connection=one.connection,
        key=f"uphold:{sanction.id}:{message}",
        kind=ActionKind.DELETE,
        target=f"message:{message}",
        severity=one.severity,
        decision=one.decision,
        case=one.case,
        details={"account": sanction.account, UPHOLDS: sanction.id, "actor": written(_ACTOR)},
        due_at=now,
    )


def _entries(actions: Sequence[Action], behind: Mapping[str, Imposed]) -> list[Draft]:
    """Return one entry for each sanction, whatever a member writes under it within a batch."""
    together: dict[str, list[Action]] = defaultdict(list)
    for action in actions:
        together[str(action.details[UPHOLDS])].append(action)
    return [planned_entry(same, _ACTOR, behind[sanction].policy) for sanction, same in together.items()]
