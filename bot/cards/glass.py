"""The card about an owner's override: who, until when, and whether somebody else looked at it."""

from datetime import UTC, datetime

from bot.domain.card import Button, ButtonStyle, Card, Field
from bot.domain.severity import Severity
from bot.i18n import say


def glass_card(override: str, whom: str, until: datetime, due: datetime, *, reviewed: bool, language: str) -> Card:
    """Return the card; its button is for whoever looked at what was done."""
    key = "breakglass.reviewed_text" if reviewed else "breakglass.news_text"
    button = Button(
        action=f"lead.review_override:{override}", label=say("breakglass.button", language), style=ButtonStyle.GOOD
    )
    return Card(
        title=say("breakglass.news", language, whom=whom),
        text=say(key, language),
        fields=(
            Field(label=say("breakglass.until", language), value=until.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")),
        ),
        buttons=() if reviewed else (button,),
        severity=None if reviewed else Severity.HIGH,
        due_at=None if reviewed else due,
    )
