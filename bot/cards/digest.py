"""The card of a burst: many new cases of one queue in one list."""

from collections.abc import Sequence

from bot.cards.case_card import handle
from bot.domain.card import Button, ButtonStyle, Card, CaseView, Field
from bot.domain.severity import Severity
from bot.i18n import say

#: lines that a digest has room for
LINES = 20


def digest_card(subject: str, queue: str, views: Sequence[CaseView], language: str, *, count: int) -> Card:
    """Return the digest of so many of a queue's cases; a press gives whoever presses the next of them.

    `views` are the gravest, gravest first: as many as there is room for, or all.
    """
    lines = [_line(one, language) for one in views[:LINES]]
    if count > len(lines):
        lines.append(say("cards.digest_more", language, count=count - len(lines)))
    next_one = Button(
        action=f"case.take:{subject}", label=say("cards.button_take", language), style=ButtonStyle.GOOD
    )  # fmt: skip
    return Card(
        title=say("cards.digest", language, count=count, queue=queue or say("cards.queue_own", language)),
        text=say("cards.digest_text" if views else "cards.digest_over", language),
        fields=(Field(label=say("cards.digest_cases", language), value="\n".join(lines)),) if lines else (),
        buttons=(next_one,) if views else (),
        severity=max((one.severity for one in views), default=Severity.LOW),
    )


def _line(view: CaseView, language: str) -> str:
    severity = say(f"cards.severity_{view.severity.word}", language)
    member = handle(view.account) if view.account else "–"
    return f"{view.number} · {severity} · {member} · {', '.join(view.rules) or view.guideline or '–'}"
