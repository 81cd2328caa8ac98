"""The card of manual steps: what is to be done by hand, where, and what became of it."""

from dataclasses import dataclass

from bot.domain.by_hand import Pile
from bot.domain.card import Button, ButtonStyle, Card, Field, Link
from bot.domain.severity import Severity
from bot.i18n import catalogue, say


@dataclass(frozen=True, kw_only=True, slots=True)
class HandView:
    """What a card shows of steps that belong together."""

    #: what the card stands on
    subject: str
    #: how many steps ever came to it: a press on an older card means fewer of them
    version: int
    #: what is to be done, as the catalogue has it: `delete`, `restrict_ban_1`
    sort: str
    #: name of the connection
    connection: str
    #: how many stand where
    pile: Pile
    #: numbers of the cases that it is about
    cases: tuple[str, ...] = ()
    #: where it is done, of those that wait; not more than are shown
    links: tuple[str, ...] = ()
    #: why the platform leaves it to people, as a code
    reason: str = ""
    #: somebody said that it was done, and it wasn't
    still_there: bool = False
    #: how grave
    severity: Severity = Severity.MEDIUM


def hand_card(view: HandView, language: str) -> Card:
    """Return the card of steps that belong together; once nothing is left to do, there is nothing to press."""
    pile = view.pile
    waits = pile.open > 0
    counts = [("open", pile.open), ("checked", pile.checked), ("done", pile.done), ("failed", pile.failed),
              ("pointless", pile.pointless)]  # fmt: skip
    many = sum(count for _, count in counts) > 1
    fields = [("case", ", ".join(view.cases)), ("where", view.connection)]
    fields += [(name, str(count)) for name, count in counts if count and many]
    if waits and view.reason:
        fields.append(("reason", _reason(view.reason, language)))
    return Card(
        title=say("hand.title", language, what=_what(view, language)),
        text=_text(view, language),
        fields=tuple(Field(label=say(f"hand.{name}", language), value=value) for name, value in fields if value),
        links=_links(view, language) if waits else (),
        buttons=_buttons(view, language) if waits else (),
        severity=view.severity if waits else None,
    )


def _what(view: HandView, language: str) -> str:
    pile = view.pile
    count = pile.open or pile.checked + pile.done + pile.failed + pile.pointless
    key = f"hand.todo_{view.sort}"
    return say(key if key in catalogue(language) else "hand.todo_other", language, count=count)


def _text(view: HandView, language: str) -> str:
    pile = view.pile
    if pile.open:
        said = [say("hand.waits", language)]
        if view.still_there:
            said.insert(0, say("hand.still_there", language))
        if pile.open > len(view.links) > 0:
            said.append(say("hand.more", language, count=pile.open - len(view.links)))
        return " ".join(said)
    if pile.checked:
        return say("hand.looks", language)
    if pile.failed:
        return say("hand.given_up", language)
    return say("hand.over" if pile.done else "hand.needless", language)


def _links(view: HandView, language: str) -> tuple[Link, ...]:
    if len(view.links) == 1:
        return (Link(label=say("hand.link", language), url=view.links[0]),)
    return tuple(
        Link(label=say("hand.link_number", language, number=number), url=link)
        for number, link in enumerate(view.links, start=1)
    )


def _reason(code: str, language: str) -> str:
    key = f"hand.because_{code}"
    return say(key, language) if key in catalogue(language) else code


def _buttons(view: HandView, language: str) -> tuple[Button, ...]:
    words = (("done", ButtonStyle.GOOD), ("impossible", ButtonStyle.PLAIN))
    return tuple(
        Button(
            action=f"hand.{word}:{view.subject}:{view.version}", label=say(f"hand.button_{word}", language), style=style
        )
        for word, style in words
    )
