"""What the ledger and the cards are told of escalations."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.action import Action
from bot.domain.actor import Actor
from bot.domain.card import CardKind
from bot.domain.entry_kind import EntryKind
from bot.domain.place import Stream
from bot.ledger.canonical import Plain
from bot.services.record import Draft
from bot.services.sanctioning import planned_entry
from bot.services.showing.wanting import card_action
from bot.services.work import Work
from bot.store.actions import plan
from bot.store.cards import CardRow, cards_of_subjects, want_cards
from bot.store.columns import new_id
from bot.store.escalations import Escalation


def note(work: Work, escalation: Escalation, change: str, actor: Actor, **details: Plain) -> None:
    """Have a change of an escalation recorded."""
    said: dict[str, Plain] = {"escalation": escalation.id, "change": change, "path": escalation.path.name, **details}
    work.record(
        Draft(
            kind=EntryKind.ESCALATION,
            actor=actor,
            policy=work.policies.version,
            case=escalation.case.id,
            details=said,
        )
    )


async def wanted_cards(
    work: Work, escalations: Sequence[Escalation], fresh: Mapping[str, Sequence[Stream]], leads: Mapping[str, Stream]
) -> list[Action]:
    """Want every card of these escalations at a new version, and return the actions, which are still to be planned.

    A card that is edited calls nobody: in each channel of `fresh` a new one is hung up. In the leads' channel there is
    one from the first step on, whomever that step tells.
    """
    held = await cards_of_subjects(work.tx, [one.id for one in escalations]) if escalations else []
    hanging: dict[str, list[CardRow]] = defaultdict(list)
    for card in held:
        if card.kind is CardKind.ESCALATION and card.stream is not None:
            hanging[card.subject].append(replace(card, wanted=card.wanted + 1))
    wanted: list[tuple[CardRow, Escalation]] = []
    for one in escalations:
        cards, streams = hanging[one.id], list(fresh.get(one.id, ()))
        overview = leads.get(one.id)
        if overview is not None and overview not in (*streams, *(card.stream for card in cards)):
            streams.append(overview)
        cards += [
            CardRow(id=new_id(), kind=CardKind.ESCALATION, subject=one.id, case=one.case.id, stream=stream)
            for stream in streams
        ]
        wanted += [(card, one) for card in cards]
    if wanted:
        await want_cards(work.tx, work.community, [card for card, _ in wanted], work.now)
    return [card_action(work.community, card, one.case.facts.severity, work.now) for card, one in wanted]


async def show_again(work: Work, escalations: Sequence[Escalation], actor: Actor) -> None:
    """Bring the cards of these escalations up to date."""
    await plan_all(work, await wanted_cards(work, escalations, {}, {}), actor)


async def plan_all(work: Work, actions: Sequence[Action], actor: Actor) -> None:
    """Plan actions, and have them recorded with the cases that they are for."""
    await plan(work.tx, actions, work.now)
    of: dict[str | None, list[Action]] = defaultdict(list)
    for action in actions:
        of[action.case].append(action)
    for together in of.values():
        work.record(planned_entry(together, actor, work.policies.version))
