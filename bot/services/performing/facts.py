"""Reads what claimed actions refer to: refs, active sanctions, standings, cards."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from bot.domain.action import ActionKind
from bot.domain.card import CaseView
from bot.domain.message import AccountRef, MessageRef
from bot.domain.place import Stream
from bot.domain.sanction import Sanction
from bot.store.accounts import account_refs
from bot.store.actions import Claimed
from bot.store.cards import CardRow, card_rows, case_views
from bot.store.channels import streams_of_channels
from bot.store.engine import Tx
from bot.store.messages import message_refs
from bot.store.sanctions import active_sanctions
from bot.store.standings import Known, StandingKey, known_standings, purged_messages


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What a batch of actions refers to, by surrogate or number; what was forgotten is missing."""

    #: where messages are
    messages: Mapping[str, MessageRef]
    #: where members are
    accounts: Mapping[str, AccountRef]
    #: where channels are
    streams: Mapping[int, Stream]
    #: the sanctions that hold, by account
    sanctions: Mapping[str, Sequence[Sanction]]
    #: what was set before, and seen
    known: Mapping[StandingKey, Known]
    #: cards as they are wanted and shown
    cards: Mapping[str, CardRow]
    #: what cards show, by case
    views: Mapping[str, CaseView]
    #: messages that went with a ban of their author
    purged: AbstractSet[str]


async def gather(tx: Tx, claimed: Sequence[Claimed], now: datetime) -> Facts:
    """Return what these actions refer to, at most one statement a table."""
    actions = [one.action for one in claimed]
    accounts = {str(action.details.get("account", "")) for action in actions if action.kind in _ABOUT_MEMBERS}
    restricted = {str(action.details.get("account", "")) for action in actions if action.kind is ActionKind.RESTRICT}
    cards = await card_rows(tx, {surrogate(action.target) for action in actions if action.kind is ActionKind.CARD})
    deleted = {surrogate(action.target) for action in actions if action.kind is ActionKind.DELETE}
    messages = deleted | {card.message for card in cards.values() if card.message is not None}
    named = [action.details.get("channel") for action in actions if action.kind is ActionKind.SLOW_MODE]
    channels = {number for number in named if isinstance(number, int)}
    channels |= {card.channel for card in cards.values() if card.channel is not None}
    return Facts(
        messages=await message_refs(tx, messages) if messages else {},
        accounts=await account_refs(tx, accounts) if accounts else {},
        streams=await streams_of_channels(tx, channels) if channels else {},
        sanctions=await active_sanctions(tx, restricted, now) if restricted else {},
        known=await known_standings(tx, restricted) if restricted else {},
        cards=cards,
        purged=await purged_messages(tx, deleted) if deleted else set(),
        views=await case_views(tx, {card.case for card in cards.values() if card.case is not None}) if cards else {},
    )


def surrogate(target: str) -> str:
    """Return whom or what a target names."""
    return target.partition(":")[2]


_ABOUT_MEMBERS = frozenset({ActionKind.RESTRICT, ActionKind.KICK, ActionKind.NOTICE})
