"""Reads what claimed actions refer to: refs, active sanctions, standings, cards."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.cards.notice import NoticeView
from bot.cards.thread import Said
from bot.domain.action import ActionKind
from bot.domain.card import Card, CardKind
from bot.domain.message import AccountRef, MessageRef
from bot.domain.place import Around, Stream
from bot.domain.sanction import Sanction
from bot.services.performing.needs import Needs
from bot.services.performing.noticing import notice_views
from bot.services.sanctioning import UPHOLDS
from bot.services.showing.thread import said_in_threads
from bot.services.showing.views import VIEWS, Viewing
from bot.store.accounts import account_refs
from bot.store.actions import Claimed
from bot.store.cards import CardRow, card_rows
from bot.store.case_views import messages_of
from bot.store.channels import streams_of_channels
from bot.store.copies import CopyState, copies_of
from bot.store.engine import Tx
from bot.store.messages import message_refs, message_streams
from bot.store.sanctions import active_sanctions, sanctions_by_id
from bot.store.standings import Known, StandingKey, known_standings, purged_messages

#: of a case's messages so many are looked at for one that stands beside its card
_LOOKED_AT = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What a batch of actions refers to, by surrogate or number; what was forgotten is missing."""

    #: where messages are
    messages: Mapping[str, MessageRef]
    #: in which channel or thread messages that are to be deleted stand
    stood: Mapping[str, Stream]
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
    #: what cards show now, by card
    views: Mapping[str, Card]
    #: messages that went with a ban of their author
    purged: AbstractSet[str]
    #: cards of cases: where the newest message stands, by card
    around: Mapping[str, Around] = field(default_factory=dict)
    #: what notices say, by action
    notices: Mapping[str, NoticeView] = field(default_factory=dict)
    #: sanctions that deletions uphold, whether they still hold or not
    upheld: Mapping[str, Sanction] = field(default_factory=dict)
    #: what is said in threads of cases, by action
    threads: Mapping[str, Said] = field(default_factory=dict)


async def gather(tx: Tx, needs: Needs, claimed: Sequence[Claimed], now: datetime) -> Facts:
    """Return what these actions refer to, at most one statement a table."""
    actions = [one.action for one in claimed]
    accounts = {str(action.details.get("account", "")) for action in actions if action.kind in _ABOUT_MEMBERS}
    restricted = {str(action.details.get("account", "")) for action in actions if action.kind is ActionKind.RESTRICT}
    cards = await card_rows(tx, {surrogate(action.target) for action in actions if action.kind is ActionKind.CARD})
    upheld = {str(action.details[UPHOLDS]) for action in actions if UPHOLDS in action.details}
    deleted = {surrogate(action.target) for action in actions if action.kind is ActionKind.DELETE}
    talked = {str(action.details.get("message", "")) for action in actions if action.kind is ActionKind.THREAD}
    messages = deleted | talked | {card.message for card in cards.values() if card.message is not None}
    named = [action.details.get("channel") for action in actions if action.kind is ActionKind.SLOW_MODE]
    channels = {number for number in named if isinstance(number, int)}
    return Facts(
        messages=await message_refs(tx, messages) if messages else {},
        stood=await message_streams(tx, deleted | talked) if deleted or talked else {},
        accounts=await account_refs(tx, accounts) if accounts else {},
        streams=await streams_of_channels(tx, channels) if channels else {},
        sanctions=await active_sanctions(tx, restricted, now) if restricted else {},
        known=await known_standings(tx, restricted) if restricted else {},
        cards=cards,
        purged=await purged_messages(tx, deleted) if deleted else set(),
        views=await _views(tx, needs, claimed, cards, now) if cards else {},
        around=await _around(tx, [card for card in cards.values() if card.kind is CardKind.CASE]) if cards else {},
        notices=await _notices(tx, needs, claimed),
        upheld=await sanctions_by_id(tx, upheld) if upheld else {},
        threads=await _threads(tx, needs, claimed, now) if talked else {},
    )


async def _threads(tx: Tx, needs: Needs, claimed: Sequence[Claimed], now: datetime) -> dict[str, Said]:
    """Return what is said in threads of cases, each under the policies of its community."""
    found: dict[str, Said] = {}
    talked = [one.action for one in claimed if one.action.kind is ActionKind.THREAD]
    for community in sorted({action.community for action in talked}):
        viewing = Viewing(
            tx=tx, keys=needs.keys, community=community, policies=needs.policies(community), now=now
        )  # fmt: skip
        found |= await said_in_threads(viewing, [action for action in talked if action.community == community])
    return found


async def _notices(tx: Tx, needs: Needs, claimed: Sequence[Claimed]) -> dict[str, NoticeView]:
    """Return what notices say, each under the policies of its community."""
    found: dict[str, NoticeView] = {}
    told = [one for one in claimed if one.action.kind is ActionKind.NOTICE]
    for community in sorted({one.action.community for one in told}):
        same = [one for one in told if one.action.community == community]
        found |= await notice_views(tx, needs.keys, needs.policies(community), same, needs.emulated())
    return found


async def _views(
    tx: Tx, needs: Needs, claimed: Sequence[Claimed], cards: Mapping[str, CardRow], now: datetime
) -> dict[str, Card]:
    """Return what cards show now; one whose subject is gone is missing."""
    kinds: dict[tuple[str, CardKind], list[CardRow]] = defaultdict(list)
    for one in claimed:
        card = cards.get(surrogate(one.action.target)) if one.action.kind is ActionKind.CARD else None
        if card is not None:
            kinds[one.action.community, card.kind].append(card)
    found: dict[str, Card] = {}
    for (community, kind), rows in kinds.items():
        viewing = Viewing(
            tx=tx, keys=needs.keys, community=community, policies=needs.policies(community), now=now
        )  # fmt: skip
        shown = await VIEWS[kind](viewing, {row.subject for row in rows})
        found |= {row.id: replace(shown[row.subject], version=row.wanted) for row in rows if row.subject in shown}
    return found


async def _around(tx: Tx, cards: Sequence[CardRow]) -> dict[str, Around]:
    """Return where the newest message of each case stands; what was forgotten is missing."""
    held = await messages_of(tx, {card.subject for card in cards})
    last = {card.id: held.get(card.subject, [])[-_LOOKED_AT:] for card in cards}
    stands = await message_streams(tx, {one.id for messages in last.values() for one in messages})
    # a case of several members may go on elsewhere: through the card's own connection nobody could look there
    here = {
        card.id: [one for one in last[card.id] if one.id in stands and _is_beside(stands[one.id], card)]
        for card in cards
    }
    newest = {card: messages[-1] for card, messages in here.items() if messages}
    copies = await copies_of(tx, {one.id for one in newest.values()})
    # what never may be copied isn't shown, either
    named = {one.id for one in newest.values() if one.id not in copies or copies[one.id].state is not CopyState.NEVER}
    streams, refs = await message_streams(tx, named), await message_refs(tx, named)
    return {
        card: Around(stream=streams[one.id], message=refs[one.id].message, at=one.at)
        for card, one in newest.items()
        if one.id in streams and one.id in refs
    }


def _is_beside(stream: Stream, card: CardRow) -> bool:
    """Return whether a stream is on the card's own connection."""
    if card.stream is None:
        return True
    return (stream.platform, stream.workspace) == (card.stream.platform, card.stream.workspace)


def surrogate(target: str) -> str:
    """Return whom or what a target names."""
    return target.partition(":")[2]


_ABOUT_MEMBERS = frozenset({ActionKind.RESTRICT, ActionKind.KICK, ActionKind.NOTICE, ActionKind.ROLE})
