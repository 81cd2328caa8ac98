"""The card of a request for somebody's yes: the evidence first, then who asks for what, and what holds meanwhile."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cards.notice import show_moment
from bot.domain.card import Button, ButtonStyle, Card, Field, Quote
from bot.domain.right import Right
from bot.domain.severity import Severity
from bot.domain.verdict import ApprovalState
from bot.i18n import say


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is asked for, or was approved instead."""

    #: the power
    right: Right
    #: for how long; None for good, or where it doesn't last
    lasts: timedelta | None = None
    #: deletion: how many messages it has come to
    messages: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ApprovalView:
    """What a card shows of a request."""

    #: surrogate
    approval: str
    #: grows with every change
    version: int
    #: where it stands
    state: ApprovalState
    #: how people call the case; empty where there is none
    case: str
    #: how people call the member; empty where it is about a place
    member: str
    #: who asks: alias, organisation and level, or the rule
    asker: str
    #: why: asks, supervised, budget
    cause: str
    #: what is asked for
    asked: Asked
    #: how grave
    severity: Severity
    #: what the member wrote
    quotes: tuple[Quote, ...] = ()
    #: title of the guideline; empty where none is cited
    guideline: str = ""
    #: the asker's own words; empty for none
    reason: str = ""
    #: what holds meanwhile; None for nothing
    interim: Asked | None = None
    #: until when it holds, UTC
    interim_until: datetime | None = None
    #: when the path begins, UTC
    due_at: datetime
    #: nobody answered in time
    late: bool = False
    #: further messages join while it waits
    grows: bool = False
    #: something milder can be chosen
    changeable: bool = False
    #: who answered; empty while nobody did
    answered_by: str = ""
    #: when, UTC
    answered_at: datetime | None = None
    #: what was approved instead
    answer: Asked | None = None
    #: the answerer's own words; empty for none
    words: str = ""
    #: IANA zone in which times are told
    zone: str = "UTC"


def approval_card(view: ApprovalView, language: str) -> Card:
    """Return the card of a request in one language; what members wrote is quoted, and stays data."""
    is_open = view.state is ApprovalState.OPEN
    fields = [
        ("asker", view.asker),
        ("cause", say(f"approval.cause_{view.cause}", language)),
        ("what", show_asked(view.asked, language)),
        ("member", view.member),
        ("guideline", view.guideline),
        ("reason", view.reason),
        ("severity", say(f"words.severity_{view.severity.word}", language)),
        ("interim", _interim(view, language)),
        ("answer", _answer(view, language)),
        ("words", view.words),
    ]
    return Card(
        title=say("approval.title", language, what=_name(view.asked.right, language), case=view.case or "–"),
        text=_text(view, language),
        fields=tuple(Field(label=say(f"approval.{name}", language), value=value) for name, value in fields if value),
        quotes=view.quotes,
        buttons=_buttons(view, language) if is_open else (),
        severity=view.severity,
        due_at=view.due_at if is_open and not view.late else None,
        version=view.version,
    )


def show_asked(asked: Asked, language: str) -> str:
    """Return a deed in words, with its length where it has one, and how many messages where it took up several."""
    name = _name(asked.right, language)
    if asked.messages > 1:
        return say("approval.delete_many", language, count=asked.messages)
    if asked.lasts is not None:
        return say("approval.for_so_long", language, what=name, lasts=asked.lasts)
    for_good = asked.right in (Right.BAN, Right.QUARANTINE)
    return say("approval.for_good", language, what=name) if for_good else name


def _name(right: Right, language: str) -> str:
    return say(f"approval.right_{right.value}", language)


def _text(view: ApprovalView, language: str) -> str:
    if view.state is not ApprovalState.OPEN:
        return say(f"approval.is_{view.state.value}", language)
    said = say("approval.late" if view.late else "approval.silence", language)
    return f"{said} {say('approval.grows', language)}" if view.grows else said


def _interim(view: ApprovalView, language: str) -> str:
    if view.interim is None:
        return say("approval.no_interim", language) if view.state is ApprovalState.OPEN else ""
    name = _name(view.interim.right, language)
    if view.interim_until is None:
        return say("approval.interim_over", language, what=name)
    until = show_moment(view.interim_until, view.zone, language)
    return say("approval.interim_until", language, what=name, until=until)


def _answer(view: ApprovalView, language: str) -> str:
    if not view.answered_by or view.answered_at is None:
        return ""
    said = say(
        "approval.answered", language, who=view.answered_by, at=show_moment(view.answered_at, view.zone, language),
        how=say(f"approval.state_{view.state.value}", language),
    )  # fmt: skip
    return said if view.answer is None else f"{said}: {show_asked(view.answer, language)}"


def _buttons(view: ApprovalView, language: str) -> tuple[Button, ...]:
    styles = (
        ("approve", ButtonStyle.GRAVE),
        *((("change", ButtonStyle.PLAIN),) if view.changeable else ()),
        ("refuse", ButtonStyle.PLAIN),
        ("take_over", ButtonStyle.PLAIN),
    )
    return tuple(
        Button(
            action=f"approval.{word}:{view.approval}:{view.version}",
            label=say(f"approval.{word}", language),
            style=style,
        )
        for word, style in styles
    )
