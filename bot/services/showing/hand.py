"""What the card of manual steps shows: links are opened when they are shown, and are gone with whose they are."""

from collections.abc import Collection, Mapping, Sequence

from bot.cards.hand import HandView, hand_card
from bot.domain.action import ActionKind, ActionState
from bot.domain.by_hand import MOST_LINKS, ManualStep, pile_of, sound_link
from bot.domain.card import Card
from bot.services.showing.viewing import Viewing
from bot.services.unsealing import sealed_text
from bot.store.cases import read_cases
from bot.store.manual_steps import steps_of

#: cases that are named on one card
_MOST_CASES = 10


async def hand_cards(viewing: Viewing, ids: Collection[str]) -> Mapping[str, Card]:
    """Return the cards of manual steps."""
    found = await steps_of(viewing.tx, viewing.community, ids)
    named = {step.case for steps in found.values() for step in steps if step.case is not None}
    cases = await read_cases(viewing.tx, viewing.community, named) if named else {}
    numbers = {name: case.number for name, case in cases.items()}
    return {
        subject: hand_card(await _view(viewing, subject, steps, numbers), viewing.language)
        for subject, steps in found.items()
    }


async def _view(
    viewing: Viewing, subject: str, steps: Sequence[ManualStep], numbers: Mapping[str, str]
) -> HandView:  # fmt: skip
    waiting = [one for one in steps if one.state is ActionState.BY_HAND]
    first = waiting[0] if waiting else steps[0]
    cases = dict.fromkeys(numbers[one.case] for one in steps if one.case is not None and one.case in numbers)
    return HandView(
        subject=subject,
        version=len(steps),
        sort=_sort(first),
        connection=first.connection,
        pile=pile_of([one.state for one in steps]),
        cases=tuple(cases)[:_MOST_CASES],
        links=await _links(viewing, waiting),
        reason="" if first.reason == "still_there" else first.reason,
        still_there=any(one.reason == "still_there" for one in waiting),
        severity=max(one.severity for one in steps),
    )


def _sort(step: ManualStep) -> str:
    if step.kind is not ActionKind.RESTRICT:
        return step.kind.value
    return f"{step.kind.value}_{step.sanction}_{int(step.held)}"


async def _links(viewing: Viewing, waiting: Sequence[ManualStep]) -> tuple[str, ...]:
    """Return where steps are done, each address once; what was erased, or is past its time, is missing."""
    found: dict[str, None] = {}
    for one in waiting[:MOST_LINKS]:
        if one.entry is None:
            continue
        text = await sealed_text(viewing.tx, viewing.keys, viewing.community, one.entry, "details.link")
        if text is not None and sound_link(text):
            found[text] = None
    return tuple(found)
