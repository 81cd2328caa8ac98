"""The card of a question on a case: what somebody asks the leads, and what they were answered."""

from bot.domain.card import Button, ButtonStyle, Card, Field
from bot.domain.severity import Severity
from bot.i18n import say


def question_card(
    note: str, *, case: str, asker: str, question: str, answers: tuple[str, ...], severity: Severity, language: str
) -> Card:  # fmt: skip
    """Return the card of a question; once it is answered, there is nothing to press any more."""
    answer = Button(action=f"case.answer:{note}", label=say("cards.button_answer", language), style=ButtonStyle.GOOD)
    fields = [Field(label=say("cards.asker", language), value=asker)]
    fields += [Field(label=say("cards.answer", language), value=one) for one in answers]
    return Card(
        title=say("cards.question", language, case=case),
        text=question,
        fields=tuple(fields),
        buttons=() if answers else (answer,),
        severity=severity,
    )
