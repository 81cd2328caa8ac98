"""What is read of an escalation: its card in a channel, a direct message, a page, and what waited for the morning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.card import Button, ButtonStyle, Card, Field
from bot.domain.message import AccountRef
from bot.domain.severity import Severity
from bot.i18n import catalogue, say

#: lines of a digest; the rest is counted
_MOST = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class EscalationView:
    """What a card shows of an escalation: numbers, codes and people's aliases, never anything of a member."""

    #: surrogate of the escalation
    escalation: str
    #: by which people call the case
    number: str
    #: how grave
    severity: Severity
    #: the queue it waits in
    queue: str
    #: the path
    path: str
    #: why it began
    cause: str
    #: running, acknowledged, ended
    state: str
    #: how it ended, as a code
    ended_by: str
    #: alias of who acknowledged; empty while nobody did
    acknowledged_by: str
    #: (name, medium) of those who were told in the newest step
    told: tuple[tuple[str, str], ...]
    #: when it goes on
    due_at: datetime | None
    #: who is mentioned
    mentions: tuple[AccountRef, ...]
    #: what buttons go by
    version: int


def escalation_card(view: EscalationView, language: str) -> Card:
    """Return the card of an escalation in one language; what has ended has no buttons."""
    told = ", ".join(f"{name} ({say(f'escalation.via_{via}', language)})" for name, via in view.told)
    fields = [
        ("severity", say(f"escalation.severity_{view.severity.word}", language)),
        ("queue", view.queue or say("escalation.queue_own", language)),
        ("cause", say(f"escalation.cause_{view.cause}", language)),
        ("path", view.path),
        ("told", told),
        ("acknowledged_by", view.acknowledged_by),
    ]
    return Card(
        title=say("escalation.title", language, number=view.number),
        text=_state(view, language),
        fields=tuple(Field(label=say(f"escalation.{name}", language), value=value) for name, value in fields if value),
        buttons=_buttons(view.escalation, str(view.version), language, view.state) if view.state != "ended" else (),
        severity=view.severity,
        due_at=view.due_at,
        mentions=view.mentions if view.state == "running" else (),
    )


def _state(view: EscalationView, language: str) -> str:
    if view.state != "ended":
        return say(f"escalation.state_{view.state}", language)
    key = f"escalation.state_ended_{view.ended_by}"
    return say(key if key in catalogue(language) else "escalation.state_ended_by_other", language)


def _buttons(escalation: str, version: str, language: str, state: str) -> tuple[Button, ...]:
    styles = {"acknowledge": ButtonStyle.GOOD, "further": ButtonStyle.GRAVE}
    words = ["acknowledge", "take_over", "resolve", "further"]
    if state != "running":
        words.remove("acknowledge")
    return tuple(
        Button(
            action=f"escalation.{word}:{escalation}:{version}".rstrip(":"),
            label=say(f"escalation.button_{word}", language),
            style=styles.get(word, ButtonStyle.PLAIN),
        )
        for word in words
    )


def escalation_notice(details: Mapping[str, str | int], language: str) -> Card:
    """Return the direct message to somebody whom a step tells: what it is about, and what they can press.

    It stays as it was sent, so that its buttons go by no version.
    """
    many = int(details.get("together", 0))
    title = _said(details, language)
    buttons = () if many > 1 else _buttons(str(details["subject"]), "", language, "running")
    return Card(title=title, text=say("escalation.what_to_do", language), buttons=buttons)


def escalation_page(details: Mapping[str, str | int], language: str) -> str:
    """Return the page to somebody whom a step tells."""
    return f"{_said(details, language)}\n{say('escalation.page_to_do', language)}"


def _said(details: Mapping[str, str | int], language: str) -> str:
    many = int(details.get("together", 0))
    if many > 1:
        return say("escalation.many", language, count=many)
    key = "escalation.fallback" if details.get("fallback") else "escalation.called"
    return say(
        key,
        language,
        number=str(details["number"]),
        severity=say(f"escalation.severity_{details['severity']}", language),
        queue=str(details["queue"]) or say("escalation.queue_own", language),
        cause=say(f"escalation.cause_{details['cause']}", language),
    )


def digest_card(views: Sequence[EscalationView], language: str) -> Card:
    """Return what was collected until the hours began, the gravest first, in one card."""
    waiting = [one for one in views if one.state == "running"]
    rows = sorted(waiting, key=lambda one: (-one.severity, one.number))
    fields = [
        Field(
            label=say("escalation.title", language, number=one.number),
            value=", ".join((
                say(f"escalation.severity_{one.severity.word}", language),
                one.queue or say("escalation.queue_own", language),
                say(f"escalation.cause_{one.cause}", language),
            )),
        )
        for one in rows[:_MOST]
    ]  # fmt: skip
    if len(rows) > _MOST:
        fields.append(Field(label="…", value=say("escalation.and_more", language, count=len(rows) - _MOST)))
    text = say("escalation.digest", language, count=len(rows)) if rows else say("escalation.digest_done", language)
    return Card(
        title=say("escalation.digest_title", language),
        text=text,
        fields=tuple(fields),
        severity=max((one.severity for one in rows), default=None),
        mentions=tuple(dict.fromkeys(ref for one in rows for ref in one.mentions)),
    )
