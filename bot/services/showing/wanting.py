"""Wants cards at a new version, and plans the action that brings each there."""

from dataclasses import replace
from datetime import datetime

from bot.domain.action import Action, ActionKind
from bot.domain.actor import scheduler
from bot.domain.card import CardKind
from bot.domain.place import Stream
from bot.domain.severity import Severity
from bot.services.sanctioning import planned_entry
from bot.services.work import Work
from bot.store.actions import plan
from bot.store.cards import CardRow, cards_of_subjects, want_cards
from bot.store.columns import new_id

#: who shows cards: nobody in particular
_SHOWER = scheduler("show")


def card_action(community: str, card: CardRow, severity: Severity, at: datetime, *, decision: str = "") -> Action:
    """Return the action that brings a card, which hangs somewhere, to its wanted version."""
    assert card.stream is not None  # noqa: S101 - a card that hangs nowhere can't be shown
    return Action(
        id=new_id(),
        community=community,
        connection=card.stream.connection.name,
        key=f"card:{card.id}:{card.wanted}",
        kind=ActionKind.CARD,
        target=f"card:{card.id}",
        severity=severity,
        decision=decision,
        case=card.case,
        details={"card": card.id},
        due_at=at,
    )


async def show(
    work: Work,
    kind: CardKind,
    subject: str,
    *,
    stream: Stream | None,
    case: str | None = None,
    severity: Severity = Severity.MEDIUM,
) -> None:
    """Want every card about a subject at a new version; where there is none, hang one up in a channel.

    Without a channel and without a card, nothing happens: the community named none.
    """
    held = await cards_of_subjects(work.tx, [subject])
    wanted = [replace(card, wanted=card.wanted + 1) for card in held if card.kind is kind and card.stream is not None]
    if not wanted and stream is not None:
        wanted = [CardRow(id=new_id(), kind=kind, subject=subject, case=case, stream=stream)]
    if not wanted:
        return
    await want_cards(work.tx, work.community, wanted, work.now)
    actions = [card_action(work.community, card, severity, work.now) for card in wanted]
    await plan(work.tx, actions, work.now)
    for action in actions:
        work.record(planned_entry([action], _SHOWER, work.policies.version))
