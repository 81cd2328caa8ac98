"""What the card of a question shows: words that are opened when they are shown."""

from collections.abc import Collection, Mapping

from bot.cards.question import question_card
from bot.domain.card import Card
from bot.i18n import say
from bot.services.showing.viewing import Viewing
from bot.services.staff.governing import govern
from bot.services.unsealing import sealed_text
from bot.store.cases import read_cases
from bot.store.notes import Note, answers_to, read_notes


async def question_cards(viewing: Viewing, ids: Collection[str]) -> Mapping[str, Card]:
    """Return the cards of questions; one whose case is gone is missing."""
    notes = await read_notes(viewing.tx, viewing.community, ids)
    cases = await read_cases(viewing.tx, viewing.community, {one.case for one in notes.values()})
    answers = await answers_to(viewing.tx, viewing.community, ids)
    people = {} if viewing.policies is None else (await govern(viewing.tx, viewing.policies)).roster.people
    shown: dict[str, Card] = {}
    for name, one in notes.items():
        case = cases.get(one.case)
        if case is None:
            continue
        person = people.get(one.actor.who)
        said = tuple([await _words(viewing, each) for each in answers if each.answers == name])
        shown[name] = question_card(
            name,
            case=case.number,
            asker=one.actor.who if person is None else person.alias,
            question=await _words(viewing, one),
            answers=said,
            severity=case.severity,
            language=viewing.language,
        )
    return shown


async def _words(viewing: Viewing, note: Note) -> str:
    text = None
    if note.entry is not None:
        text = await sealed_text(viewing.tx, viewing.keys, viewing.community, note.entry, "details.text")
    return say("cards.words_gone", viewing.language) if text is None else text
