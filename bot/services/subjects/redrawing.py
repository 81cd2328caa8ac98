"""Draws a member's cards anew, so that what staff still see is what is still known."""

from dataclasses import replace
from datetime import datetime

from bot.domain.actor import Actor
from bot.domain.entry_kind import EntryKind
from bot.domain.severity import Severity
from bot.services.record import Draft
from bot.services.showing.wanting import card_action
from bot.store.actions import plan
from bot.store.cards import cards_about, want_cards
from bot.store.engine import Tx
from bot.store.subjects import Subject


async def redraw(tx: Tx, subject: Subject, at: datetime, actor: Actor) -> list[Draft]:
    """Want every card about a locked member at a new version, and return what is to be recorded of that."""
    held = await cards_about(tx, subject.account)
    wanted = [replace(card, wanted=card.wanted + 1) for card in held if card.stream is not None]
    if not wanted:
        return []
    await want_cards(tx, subject.community, wanted, at)
    actions = [card_action(subject.community, card, Severity.MEDIUM, at) for card in wanted]
    await plan(tx, actions, at)
    planned = [{"id": one.id, "kind": one.kind.value, "target": one.target} for one in actions]
    return [Draft(kind=EntryKind.PLANNED, actor=actor, details={"actions": planned})]
