"""The card of manual steps says what is to be done, where, and what became of it, in both languages."""

import pytest

from bot.cards.hand import HandView, hand_card
from bot.domain.action import ActionKind, ActionState
from bot.domain.by_hand import POSSIBLE, pile_of
from bot.domain.outcome import SANCTIONS, OutcomeKind
from bot.i18n import LANGUAGES, catalogue

OPEN, DONE, FAILED = ActionState.BY_HAND, ActionState.CONFIRMED, ActionState.FAILED
CHECKED, POINTLESS = ActionState.UNKNOWN, ActionState.SUPERSEDED


def view(*states: ActionState, links: int = 0, sort: str = "delete") -> HandView:
    return HandView(
        subject="s" * 32, version=len(states), sort=sort, connection="slack/T0A", pile=pile_of(states), cases=("K7M2",),
        links=tuple(f"https://chat.example/{number}" for number in range(links)), reason="no_admin",
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_waits_can_be_pressed_and_gone_to(language: str) -> None:
    card = hand_card(view(OPEN, OPEN, links=2), language)
    assert [one.action.partition(":")[0] for one in card.buttons] == ["hand.done", "hand.impossible"]
    assert all(one.action.endswith(":2") for one in card.buttons)
    assert len({one.label for one in card.links}) == 2


@pytest.mark.parametrize("states", [(CHECKED,), (DONE, DONE), (FAILED, DONE), (POINTLESS,), (CHECKED, POINTLESS)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_waits_there_is_nothing_to_press(states: tuple[ActionState, ...], language: str) -> None:
    card = hand_card(view(*states, links=1), language)
    assert (card.buttons, card.links) == ((), ())
    assert card.text


def test_each_end_is_said_in_other_words() -> None:
    ends = [(CHECKED,), (DONE,), (FAILED,), (POINTLESS,), (OPEN,)]
    assert len({hand_card(view(*states), "en").text for states in ends}) == len(ends)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_a_human_can_do_has_words(language: str) -> None:
    lasting = set(SANCTIONS) - {OutcomeKind.KICK}
    sorts = {kind.value for kind in POSSIBLE - {ActionKind.RESTRICT}}
    sorts |= {f"restrict_{kind.value}_{held}" for kind in lasting for held in (0, 1)}
    assert {f"hand.todo_{sort}" for sort in sorts} <= set(catalogue(language))
    assert hand_card(view(OPEN, sort="something new"), language).title


def test_many_links_say_how_many_more_there_are() -> None:
    card = hand_card(view(*[OPEN] * 25, links=20), "en")
    assert "5 more" in card.text
    assert card.title == "By hand: delete 25 messages"
