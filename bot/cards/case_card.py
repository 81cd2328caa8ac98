"""The card of a case: what staff see of it where they work."""

from bot.domain.card import Card, CaseView, Field
from bot.i18n import say

#: characters of a surrogate that are enough to tell cases apart when people speak of them
_HANDLE = 8


def handle(surrogate: str) -> str:
    """Return how people call a case or member among themselves."""
    return surrogate[:_HANDLE].upper()


def case_card(view: CaseView, version: int, language: str) -> Card:
    """Return the card of a case in one language; it holds no text of members."""
    fields = [
        ("state", say(f"cards.state_{view.state}", language)),
        ("severity", say(f"cards.severity_{view.severity.word}", language)),
        ("queue", view.queue or say("cards.queue_own", language)),
        ("member", _member(view, language)),
        ("rules", ", ".join(view.rules)),
        ("outcomes", ", ".join(say(f"cards.outcome_{one}", language) for one in view.outcomes)),
        ("escalated", view.escalated or ""),
        ("verdict", view.verdict or ""),
    ]
    return Card(
        title=say("cards.case", language, case=handle(view.case)),
        text=say("cards.care", language) if view.care else "",
        fields=tuple(Field(label=say(f"cards.{name}", language), value=value) for name, value in fields if value),
        version=version,
    )


def _member(view: CaseView, language: str) -> str:
    if not view.account:
        return ""
    called = handle(view.account)
    return say("cards.forgotten", language, member=called) if view.forgotten else called
