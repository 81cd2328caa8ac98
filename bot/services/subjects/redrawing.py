"""Draws a member's cards anew, so that what staff still see is what is still known."""

from dataclasses import replace
from datetime import datetime

from bot.domain.action import Action, ActionKind
from bot.domain.actor import Actor
from bot.domain.entry_kind import EntryKind
from bot.domain.severity import Severity
from bot.services.record import Draft
from bot.store.actions import plan
from bot.store.case_cards import CaseCard, cards_about, want_cards
from bot.store.columns import new_id
from bot.store.engine import Tx
from bot.store.subjects import Subject


async def redraw(tx: Tx, subject: Subject, at: datetime, actor: Actor) -> list[Draft]:
    """Want every card about a locked member at a new version, and return what is to be recorded of that."""
    wanted = [replace(card, wanted=card.wanted + 1) for card in await cards_about(tx, subject.account)]
    if not wanted:
        return []
    await want_cards(tx, subject.community, wanted, at)
    actions = [_action(subject.community, card, at) for card in wanted]
    await plan(tx, actions, at)
    planned = [{"id": one.id, "kind": one.kind.value, "target": one.target} for one in actions]
    return [Draft(kind=EntryKind.PLANNED, actor=actor, details={"actions": planned})]


def _action(community: str, card: CaseCard, at: datetime) -> Action:
    return Action(
        id=new_id(),
        community=community,
        connection=card.stream.connection.name,
        key=f"card:{card.id}:{card.wanted}",
        kind=ActionKind.CARD,
        target=f"card:{card.id}",
        severity=Severity.MEDIUM,
        decision="",
        case=card.case,
        details={"card": card.id},
        due_at=at,
    )
