"""The card of a case: what staff see of it where they work, and what they can do with it by one press."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain.card import Button, ButtonStyle, Card, CaseView, Choice, Field, Quote, WaveMember
from bot.domain.case import CaseState
from bot.domain.outcome import OutcomeKind
from bot.i18n import say

#: characters of a surrogate that are enough to tell members apart when people speak of them
_HANDLE = 8
#: of several members so many are named
_NAMED = 12
#: what has no time stands first: it can't be placed
_EVER = datetime.min.replace(tzinfo=UTC)
#: lengths of a timeout that one press gives
_TIMEOUTS = ("10m", "1h", "24h", "7d")
#: what is asked for from a card, as those who may alone do it at once
_ASKED_FOR = ("kick", "ban")


def handle(surrogate: str) -> str:
    """Return how people call a case or member among themselves."""
    return surrogate[:_HANDLE].upper()


def case_card(view: CaseView, version: int, language: str, *, quotes: Sequence[Quote] = ()) -> Card:
    """Return the card of a case in one language; `quotes` is what the member wrote, as data."""
    return Card(
        title=say("cards.case", language, case=view.number or handle(view.case)),
        text=say("cards.care", language) if view.care else "",
        fields=tuple(
            Field(label=say(f"cards.{name}", language), value=value) for name, value in _lines(view, language) if value
        ),
        quotes=tuple(quotes),
        buttons=_buttons(view, language),
        choices=_choices(view, language),
        severity=view.severity,
        due_at=view.due_at,
        version=version,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a platform tells of the message that a card is about."""

    #: surrogate of whom it answered; None for nobody, or somebody unknown
    addressee: str | None = None
    #: names of its files
    files: tuple[str, ...] = ()
    #: when its author's account was made, UTC; None where the platform doesn't say
    created_at: datetime | None = None
    #: when they joined the community, likewise
    joined_at: datetime | None = None


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d}"


def with_quotes(card: Card, around: Sequence[Quote], told: Told, language: str) -> Card:
    """Return a case's card with what was written around it, and what the platform tells of the message itself."""
    files = told.files
    own = [replace(one, files=files, hidden=bool(files)) if one.central else one for one in card.quotes]
    said = [
        ("addressee", handle(told.addressee) if told.addressee else ""),
        ("account_made", _day(told.created_at)),
        ("joined", _day(told.joined_at)),
    ]
    fields = [
        *card.fields,
        *(Field(label=say(f"cards.{name}", language), value=value) for name, value in said if value),
    ]
    quotes = sorted([*around, *own], key=lambda one: (one.at or _EVER, one.central))
    return replace(card, fields=tuple(fields), quotes=tuple(quotes))


def _lines(view: CaseView, language: str) -> list[tuple[str, str]]:
    outcomes = ", ".join(_outcome(one, language) for one in view.outcomes)
    before = "\n".join(_before(one, language) for one in view.before)
    sanctions = "\n".join(_sanction(kind, until, language) for kind, until in view.sanctions)
    return [
        ("state", say(f"cards.state_{view.state}", language)),
        ("holder", view.holder),
        ("turn", view.turn),
        ("severity", say(f"cards.severity_{view.severity.word}", language)),
        ("queue", view.queue or say("cards.queue_own", language)),
        ("guideline", view.guideline),
        ("member", _member(view, language)),
        ("wave", _wave(view, language)),
        ("members", "\n".join(_one_of(one, language) for one in view.members[:_NAMED])),
        ("known_since", "" if view.forgotten else _day(view.known_since)),
        ("left", "" if view.forgotten or view.left_at is None else f"{view.left_at:%Y-%m-%d %H:%M} UTC"),
        ("strikes", str(view.strikes) if view.strikes else ""),
        ("sanctions", sanctions),
        ("before", before),
        ("rules", ", ".join(view.rules)),
        ("outcomes", outcomes),
        ("reports", str(view.reports) if view.reports else ""),
        ("gone", say("cards.gone_by_others", language, count=view.gone) if view.gone else ""),
        ("files", " · ".join(_file(one, language) for one in view.files)),
        ("waiting", say("cards.waiting_approval", language) if view.waiting else ""),
        ("escalated", _escalated(view, language)),
        ("verdict", say(f"cards.verdict_{view.verdict}", language) if view.verdict else ""),
    ]


def _escalated(view: CaseView, language: str) -> str:
    if view.escalated is None:
        return ""
    return say("cards.escalated_by_routing", language) if view.escalated == "by routing" else view.escalated


def _outcome(kind: str, language: str) -> str:
    return say(f"cards.outcome_{kind}", language)


def _before(one: tuple[datetime, tuple[str, ...], bool], language: str) -> str:
    at, kinds, automatic = one
    what = ", ".join(_outcome(kind, language) for kind in kinds) or say("cards.outcome_none", language)
    by = say("cards.by_automation" if automatic else "cards.by_person", language)
    return f"{at:%Y-%m-%d %H:%M} UTC: {what} ({by})"


def _sanction(kind: str, until: datetime | None, language: str) -> str:
    end = say("cards.for_good", language) if until is None else f"{until:%Y-%m-%d %H:%M} UTC"
    return say("cards.sanction_until", language, sanction=_outcome(kind, language), until=end)


def _can_act(view: CaseView) -> bool:
    """Return whether there is a member to whom something could be done from here."""
    return view.about_member and bool(view.account) and not view.forgotten


def handled_elsewhere(card: Card) -> Card:
    """Return a case's card for somebody who could do nothing with it, because others work on it: they may still ask."""
    asking = tuple(one for one in card.buttons if one.action.startswith("case.lead:"))
    return replace(card, buttons=asking, choices=())


def _buttons(view: CaseView, language: str) -> tuple[Button, ...]:
    """Return what can be pressed; whether it is allowed is asked again when somebody presses."""
    if view.state == CaseState.RESOLVED.value:
        return _looking(view, language)
    plain, good, grave = ButtonStyle.PLAIN, ButtonStyle.GOOD, ButtonStyle.GRAVE
    words = [("claim", good)] if view.state == CaseState.OPEN.value else [("release", plain)]
    words.append(("no_violation", plain))
    if _can_act(view):
        words += [("remind", plain), ("warn", plain)]
        words += [("delete", grave)] if view.messages else []
    else:
        words.append(("violation", grave))
    words += [("lead", plain)] if view.about_member else []
    words.append(("discuss", plain))
    words.append(("skip", plain))
    pressed = tuple(
        Button(
            action=f"case.{word}:{view.case}:{view.version}", label=say(f"cards.button_{word}", language), style=style
        )
        for word, style in words
    )
    return (*pressed, *_looking(view, language))


def _looking(view: CaseView, language: str) -> tuple[Button, ...]:
    """Return the button that says what of the case's files is kept, where there is something."""
    if not view.files:
        return ()
    return (Button(action=f"case.files:{view.case}", label=say("cards.button_files", language)),)


def _file(one: tuple[str, int | None, str], language: str) -> str:
    """Return a file by its sort and size alone: its name is its author's own word."""
    media, size, missing = one
    said = say(f"cards.media_{media}", language)
    if size is not None:
        said += f" {size_of(size)}"
    return said if not missing else f"{said} ({say(f'cards.missing_{missing}', language)})"


def size_of(count: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{max(count, 1) / 1024:.0f} KB" if count >= 1024 else f"{count} B"


def _choices(view: CaseView, language: str) -> tuple[Choice, ...]:
    if view.state == CaseState.RESOLVED.value or not _can_act(view):
        return ()
    subject = f"{view.case}:{view.version}"
    return (
        Choice(
            action=f"case.timeout:{subject}",
            label=say("cards.choose_timeout", language),
            options=tuple((length, length) for length in _TIMEOUTS),
        ),
        Choice(
            action=f"case.ask_for:{subject}",
            label=say("cards.choose_ask_for", language),
            options=tuple((one, say(f"cards.ask_for_{one}", language)) for one in _ASKED_FOR),
        ),
    )


def _wave(view: CaseView, language: str) -> str:
    """Return how many members a case is about, on how many platforms; those beyond who is named count as well."""
    if not view.members:
        return ""
    members, platforms = len(view.members), len({one.platform for one in view.members})
    return ", ".join(
        say(f"cards.wave_{name}", language, count=count)
        for name, count in (("members", members), ("platforms", platforms))
    )


def _one_of(one: WaveMember, language: str) -> str:
    called = handle(one.account)
    shown = say("cards.forgotten", language, member=called) if one.forgotten else called
    followed = ", ".join(_outcome(kind, language) for kind in one.outcomes if kind != OutcomeKind.CASE)
    return f"{shown} ({one.platform.title()})" + (f": {followed}" if followed else "")


def _member(view: CaseView, language: str) -> str:
    if not view.account:
        return ""
    called = handle(view.account)
    return say("cards.forgotten", language, member=called) if view.forgotten else called
