"""Cards for leads about what a platform doesn't let Locum see."""

from collections.abc import Sequence

from bot.domain.capability import Ability
from bot.domain.card import Card, Field
from bot.domain.severity import Severity
from bot.i18n import say


def lacking_card(connection: str, absent: Sequence[Ability], language: str) -> Card:
    """Return the card that says what can't be seen through a connection, and who knows what to do."""
    words = [say(f"lacking.{one.value}", language) for one in absent]
    return Card(
        title=say("lacking.title", language),
        text="\n".join([*words, say("lacking.remedy", language)]),
        fields=(Field(label=say("lacking.connection", language), value=connection),),
        severity=Severity.MEDIUM,
    )
