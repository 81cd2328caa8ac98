"""Cards of news for leads: a freeze or suspension, the wind-down of a contract, and the report at its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.domain.card import Card, Field
from bot.i18n import say

#: counts of a return report, in the order in which they are read
COUNTS = ("decisions", "cases", "appeals", "requests", "sanctions", "shifts", "seats")


@dataclass(frozen=True, kw_only=True, slots=True)
class RestraintNews:
    """What a card says of a freeze or suspension."""

    #: freeze or suspension
    kind: str
    #: whose rights, in words for staff
    whom: str
    #: who did it, likewise; empty where a budget did
    by: str
    #: why, as a code: colleague, lead, budget
    reason: str
    #: until when, or when it was lifted; None without an end
    until: datetime | None
    #: it was ended before its time
    lifted: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractNews:
    """What a card says of a contract."""

    #: the partner's name, for staff
    organisation: str
    #: wind_down or ended
    step: str
    #: when it fell due
    at: datetime
    #: counts of the return report
    report: Mapping[str, int] = field(default_factory=dict)
    #: the deletion certificate is there
    certified: bool = False


def restraint_card(news: RestraintNews, language: str) -> Card:
    """Return the card about somebody whose rights are held."""
    fields = [("by", news.by)]
    if news.until is not None:
        fields.append(("lifted" if news.lifted else "until", _shown(news.until)))
    return Card(
        title=say(f"lead.news_{news.kind}", language, whom=news.whom),
        text="" if news.lifted else say(f"lead.news_{news.kind}_{_known(news.reason)}", language),
        fields=_fields(fields, "lead.field", language),
    )


def contract_card(news: ContractNews, language: str) -> Card:
    """Return the card about a contract: that its wind-down began, or the return report."""
    fields = [(name, str(news.report[name])) for name in COUNTS if name in news.report]
    text = say(f"partner.news_{news.step}_text", language)
    if news.step == "ended":
        certificate = "partner.news_certified" if news.certified else "partner.news_uncertified"
        text = f"{text}\n{say(certificate, language)}"
    return Card(
        title=say(f"partner.news_{news.step}", language, organisation=news.organisation),
        text=text,
        fields=_fields([("at", _shown(news.at)), *fields], "partner.field", language),
    )


def _known(reason: str) -> str:
    return reason if reason in ("colleague", "budget") else "lead"


def _fields(said: list[tuple[str, str]], key: str, language: str) -> tuple[Field, ...]:
    return tuple(Field(label=say(f"{key}_{name}", language), value=value) for name, value in said if value)


def _shown(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
