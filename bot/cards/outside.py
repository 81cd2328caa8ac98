"""Cards for leads about what goes past Locum: what partners' people did by hand, and staff roles they still hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.card import Card, Field
from bot.domain.severity import Severity
from bot.i18n import catalogue, say


@dataclass(frozen=True, kw_only=True, slots=True)
class DeedNews:
    """What a card says of somebody who acted on the platform itself."""

    #: who, in words for staff
    whom: str
    #: how often, by what was done
    counts: Mapping[str, int]
    #: when that was first, and last
    first: datetime
    last: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleNews:
    """What a card says of staff roles of somebody who no longer moderates."""

    #: who, in words for staff
    whom: str
    #: why they don't, as a code: contract, suspended, removed
    why: str
    #: none, taking, taken, kept
    state: str
    #: what the roles are called
    roles: tuple[str, ...] = ()
    #: kept: what the platform said, as a code
    reason: str = ""


def deed_card(news: DeedNews, language: str) -> Card:
    """Return the card about somebody who acted without Locum."""
    fields = [
        Field(label=say(f"outside.deed_{kind}", language), value=str(count))
        for kind, count in sorted(news.counts.items())
    ]
    times = [("first", news.first), *([("last", news.last)] if news.last != news.first else [])]
    fields += [Field(label=say(f"outside.{name}", language), value=_shown(at)) for name, at in times]
    return Card(
        title=say("outside.acted", language, whom=news.whom),
        text=say("outside.acted_text", language),
        fields=tuple(fields),
        severity=Severity.HIGH,
    )


def role_card(news: RoleNews, language: str) -> Card:
    """Return the card about staff roles that are taken, or couldn't be."""
    why = f"outside.why_{news.why}"
    said = {"why": say(why, language) if why in catalogue(language) else news.why, "reason": news.reason}
    which = Field(label=say("outside.which", language), value=", ".join(news.roles))
    return Card(
        title=say("outside.roles", language, whom=news.whom),
        text=say(f"outside.roles_{news.state}", language, **said),
        fields=(which,) if news.roles else (),
        severity=Severity.HIGH if news.state == "kept" else None,
    )


def _shown(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
