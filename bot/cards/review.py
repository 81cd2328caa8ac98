"""The card of a second look: what somebody decided, and whether it was right."""

from dataclasses import dataclass

from bot.domain.card import Button, ButtonStyle, Card, Field
from bot.domain.handle import handle_of
from bot.domain.severity import Severity
from bot.i18n import catalogue, say


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewView:
    """What a card shows of a decision that is looked at again."""

    #: surrogate of the review
    review: str
    #: surrogate of the decision
    decision: str
    #: who decided, in words for staff
    who: str
    #: number of the case; empty without one
    case: str
    #: the rules or guidelines cited
    rules: tuple[str, ...]
    #: what followed, each kind once
    outcomes: tuple[str, ...]
    #: how grave
    severity: Severity


def review_card(view: ReviewView, language: str) -> Card:
    """Return the card with its two buttons."""
    outcomes = [_outcome(one, language) for one in view.outcomes]
    fields = [
        ("who", view.who),
        ("case", view.case),
        ("rules", ", ".join(view.rules)),
        ("outcomes", ", ".join(outcomes)),
        ("severity", say(f"cards.severity_{view.severity.word}", language)),
    ]
    return Card(
        title=say("review.title", language, decision=handle_of(view.decision)),
        text=say("review.text", language),
        fields=tuple(
            Field(label=say(f"review.field_{name}", language), value=value) for name, value in fields if value
        ),
        buttons=(
            Button(action=f"review.right:{view.review}:1", label=say("review.right", language), style=ButtonStyle.GOOD),
            Button(
                action=f"review.wrong:{view.review}:1", label=say("review.wrong", language), style=ButtonStyle.GRAVE
            ),
        ),
        severity=view.severity,
    )


def _outcome(kind: str, language: str) -> str:
    known = f"cards.outcome_{kind}"
    return say(known, language) if known in catalogue(language) else kind
