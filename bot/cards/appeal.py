"""The card of an appeal: what the member says, what was decided, by whom, and who may hear it."""

from dataclasses import dataclass
from datetime import datetime

from bot.cards.notice import show_moment
from bot.domain.card import Button, ButtonStyle, Card, Field, Quote
from bot.domain.outcome import OutcomeKind
from bot.domain.severity import Severity
from bot.domain.verdict import AppealState
from bot.i18n import catalogue, say


@dataclass(frozen=True, kw_only=True, slots=True)
class Imposed:
    """A sanction that was decided."""

    #: timeout, quarantine or ban
    kind: OutcomeKind
    #: when it ends, UTC; None for good
    until: datetime | None
    #: whether it holds now
    holds: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class AppealView:
    """What a card shows of an appeal."""

    #: surrogate
    appeal: str
    #: grows with every change
    version: int
    #: where it stands
    state: AppealState
    #: how people call the appeal's case
    case: str
    #: how people call the member
    member: str
    #: what the member says; empty where it was erased
    statement: str
    #: who decided: alias, organisation and level as they were, or the rule
    decided_by: str
    #: when, UTC
    decided_at: datetime
    #: how grave it was
    severity: Severity
    #: what was decided, by kind
    outcomes: tuple[str, ...] = ()
    #: sanctions, as they are now
    sanctions: tuple[Imposed, ...] = ()
    #: the rules or the guideline cited
    rules: tuple[str, ...] = ()
    #: what the member wrote, for which it was decided
    quotes: tuple[Quote, ...] = ()
    #: the organisation that hears it, by name
    heard_by: str
    #: when the path begins, UTC
    due_at: datetime
    #: nobody heard it in time
    late: bool = False
    #: who heard it; empty while nobody did
    answered_by: str = ""
    #: when, UTC
    answered_at: datetime | None = None
    #: the hearer's own words; empty for none
    words: str = ""
    #: IANA zone in which times are told
    zone: str = "UTC"


def appeal_card(view: AppealView, language: str) -> Card:
    """Return the card of an appeal in one language; what the member says is quoted, and stays data."""
    is_open = view.state is AppealState.OPEN
    fields = [
        ("member", view.member),
        ("decided_by", view.decided_by),
        ("decided_at", show_moment(view.decided_at, view.zone, language)),
        ("outcomes", ", ".join(_outcome(one, language) for one in view.outcomes)),
        ("sanctions", "; ".join(_sanction(one, view.zone, language) for one in view.sanctions)),
        ("rules", ", ".join(view.rules)),
        ("heard_by", view.heard_by),
        ("answer", _answer(view, language)),
        ("words", view.words),
    ]
    said = (Quote(author=view.member, text=view.statement),) if view.statement else ()
    return Card(
        title=say("appeal.title", language, case=view.case or "–"),
        text=_text(view, language),
        fields=tuple(Field(label=say(f"appeal.{name}", language), value=value) for name, value in fields if value),
        quotes=(*view.quotes, *said),
        buttons=_buttons(view, language) if is_open else (),
        severity=view.severity,
        due_at=view.due_at if is_open and not view.late else None,
        version=view.version,
    )


def _text(view: AppealView, language: str) -> str:
    if view.state is not AppealState.OPEN:
        return say(f"appeal.is_{view.state.value}", language)
    return say("appeal.late" if view.late else "appeal.waits", language)


def _outcome(kind: str, language: str) -> str:
    key = f"cards.outcome_{kind}"
    return say(key, language) if key in catalogue(language) else kind


def _sanction(one: Imposed, zone: str, language: str) -> str:
    name = say(f"cards.outcome_{one.kind.value}", language)
    if not one.holds:
        return say("appeal.is_over", language, what=name)
    if one.until is None:
        return say("appeal.holds_for_good", language, what=name)
    return say("appeal.holds_until", language, what=name, until=show_moment(one.until, zone, language))


def _answer(view: AppealView, language: str) -> str:
    if not view.answered_by or view.answered_at is None:
        return ""
    return say(
        "appeal.answered", language, who=view.answered_by, at=show_moment(view.answered_at, view.zone, language),
        how=say(f"appeal.state_{view.state.value}", language),
    )  # fmt: skip


def _buttons(view: AppealView, language: str) -> tuple[Button, ...]:
    words = [("stands", ButtonStyle.PLAIN), ("lifted", ButtonStyle.GOOD)]
    if any(one.holds for one in view.sanctions):
        words.insert(1, ("reduced", ButtonStyle.PLAIN))
    return tuple(
        Button(action=f"appeal.{word}:{view.appeal}:{view.version}", label=say(f"appeal.{word}", language), style=style)
        for word, style in words
    )
