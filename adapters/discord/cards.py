"""Cards as Discord's components (https://docs.discord.com/developers/components/reference)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from adapters.discord.text import cut, fitted
from bot.domain.card import Button, ButtonStyle, Card, Field, Link, Quote
from bot.domain.decoding import as_read
from bot.domain.message import PlatformName
from bot.domain.severity import Severity
from bot.i18n import say

#: message flag: the message is made of components, and of nothing else
COMPONENTS = 1 << 15
_ROW, _BUTTON, _SELECT, _TEXT, _SEPARATOR, _CONTAINER = 1, 2, 3, 10, 14, 17
_STYLES = {ButtonStyle.PLAIN: 2, ButtonStyle.GOOD: 3, ButtonStyle.GRAVE: 4}
#: a colour says how grave a card is, and never alone
_COLOURS = {
    Severity.LOW: 0x7A8B99, Severity.MEDIUM: 0xD9A441, Severity.HIGH: 0xD9683C, Severity.CRITICAL: 0xC0392B,
}  # fmt: skip
#: what one message holds: characters of all texts, and components
_CHARACTERS, _COMPONENTS = 4_000, 40
#: people who are pinged: more of them would leave no room for what they are pinged about
_PINGED = 30
_IN_ROW, _LABEL, _OPTIONS, _OPTION, _PLACEHOLDER, _ID = 5, 80, 25, 100, 150, 100
#: characters of a headline, a paragraph and a field's label
_TITLE, _PARAGRAPH, _NAMED = 200, 1_500, 80
#: characters of one quotation and of one field, at first; less where a card is crowded
_CROWDING = ((900, 500), (400, 300), (160, 160), (80, 60))
#: what stays of a card that is crowded even so: fields, menus, rows of buttons; and characters of its paragraph
_FIELDS, _CHOICES, _ROWS, _SHORT = 10, 3, 4, 600
_REFERENCE = 12
#: links may take so many times the room of one field
_LINKED = 4
#: files of one quotation that are named
_MOST_FILES = 10


def message(card: Card, language: str, *, action: str = "", server: str = "") -> dict[str, Any]:
    """Return a card as the body of a message; `action` is found again in it, by `reference`.

    Pings those whom the card mentions, and nobody else, whatever stands in it. In a direct message, `server` says
    which server its buttons are about.
    """
    there = [one.user for one in card.mentions if one.platform is PlatformName.DISCORD]
    pinged = list(dict.fromkeys(there))[:_PINGED]
    return {
        "flags": COMPONENTS,
        "components": components(card, language, pinged=pinged, action=action, server=server),
        "allowed_mentions": {"parse": [], "users": pinged},
    }


def plain(text: str, *, action: str = "", buttons: Sequence[Button] = (), server: str = "") -> dict[str, Any]:
    """Return words of our own as the body of a message that pings nobody, with what can be pressed under them."""
    rows = list(_buttons(buttons, server))
    return {
        "flags": COMPONENTS,
        "components": [*words_of(text, _CHARACTERS - 40), *rows, *_reference(action)],
        "allowed_mentions": {"parse": []},
    }


def reference(action: str) -> str:
    """Return by what a message is known again that an action posted."""
    return action[:_REFERENCE]


def words_of(text: str, most: int) -> list[dict[str, Any]]:
    """Return words of our own as a component; none where there is nothing to say."""
    return [_words(cut(text, most))] if text.strip() else []


def components(
    card: Card, language: str, *, pinged: Sequence[str] = (), action: str = "", server: str = "",
    room: int = _CHARACTERS, beside: int = 0,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return a card as components: the longest form of its quotations that fits into so many characters.

    `beside` is how many components stand in the same message beside it.
    """
    most = _COMPONENTS - beside
    found: list[dict[str, Any]] = []
    for longest in _CROWDING:
        found = _laid_out(card, language, longest, pinged=pinged, action=action, server=server)
        if _fits(found, room, most):
            return found
    short = _shortened(card)
    while True:
        found = _laid_out(short, language, _CROWDING[-1], pinged=pinged, action=action, server=server)
        less = _less(short)
        if less == short or _fits(found, room, most):
            return found
        short = less


def _laid_out(
    card: Card, language: str, longest: tuple[int, int], *, pinged: Sequence[str], action: str, server: str
) -> list[dict[str, Any]]:
    quoted, valued = longest
    inside: list[dict[str, Any]] = [_words(_head(card, language))]
    if card.text.strip():
        inside.append(_words(fitted(card.text, _PARAGRAPH)))
    if card.quotes:
        inside += [{"type": _SEPARATOR}, _words("\n".join(_quote(one, language, quoted) for one in card.quotes))]
    if card.fields:
        inside += [{"type": _SEPARATOR}, _words("\n".join(_field(one, valued) for one in card.fields))]
    if card.links:
        inside.append(_words(_links(card.links, valued * _LINKED)))
    inside += [*_buttons(card.buttons, server), *_menus(card, server), *_reference(action)]
    container: dict[str, Any] = {"type": _CONTAINER, "components": inside}
    if card.severity is not None:
        container["accent_color"] = _COLOURS[card.severity]
    above = " ".join(f"<@{user}>" for user in pinged)
    return [*([_words(above)] if above else []), container]


def _head(card: Card, language: str) -> str:
    # a line of its own, and one line: what would end it is shown as it is
    lines = [f"### {fitted(card.title.replace(chr(10), ' '), _TITLE) or '–'}"]
    if card.severity is not None:
        lines.append(f"**{say(f'words.severity_{card.severity.word}', language)}**")
    if card.due_at is not None:
        lines.append(f"<t:{int(card.due_at.timestamp())}:R>")
    return lines[0] if len(lines) == 1 else f"{lines[0]}\n{' · '.join(lines[1:])}"


def _quote(quote: Quote, language: str, longest: int) -> str:
    sign = "▸ " if quote.central else ""
    moment = "" if quote.at is None else f" · <t:{int(quote.at.timestamp())}:f>"
    words, marks = as_read(quote)
    text = fitted(words, longest, marks)
    files = "\n".join(f"📎 {fitted(name, 80)}" for name in quote.files[:_MOST_FILES])
    body = "\n".join(part for part in (text, files) if part.strip())
    if quote.hidden and body:
        # whoever wants to see it presses on it
        body = f"||{body}||"
    shown = "\n".join(f"> {line}" for line in body.split("\n")) if body else f"> *{say('discord.no_text', language)}*"
    return f"{sign}**{fitted(quote.author, 80) or '–'}**{moment}\n{shown}"


def _links(links: Sequence[Link], longest: int) -> str:
    """Return links in one line, as many as there is room for; an address is never cut."""
    shown: list[str] = []
    for one in links:
        said = f"[{fitted(one.label, _NAMED)}](<{one.url}>)"
        if sum(map(len, shown)) + len(said) > longest:
            break
        shown.append(said)
    return " · ".join(shown) or "…"


def _field(field: Field, longest: int) -> str:
    return f"**{fitted(field.label, _NAMED)}** {fitted(field.value, longest)}"


def _buttons(buttons: Sequence[Button], server: str) -> Iterable[dict[str, Any]]:
    # what says the same twice, Discord doesn't take
    once = list({one.action: one for one in buttons}.values())
    for start in range(0, len(once), _IN_ROW):
        yield {"type": _ROW, "components": [_button(one, server) for one in once[start : start + _IN_ROW]]}


def _button(button: Button, server: str) -> dict[str, Any]:
    return {
        "type": _BUTTON, "style": _STYLES[button.style], "label": cut(button.label, _LABEL) or "…",
        "custom_id": custom_id(button.action, server),
    }  # fmt: skip


def custom_id(action: str, server: str) -> str:
    """Return what is said when something is pressed; outside a server, which one it is about stands in front."""
    return (f"{server}/{action}" if server else action)[:_ID]


def _menus(card: Card, server: str) -> Iterable[dict[str, Any]]:
    pressed = {one.action for one in card.buttons}
    for choice in {one.action: one for one in card.choices if one.action not in pressed}.values():
        known = {value: label for value, label in choice.options if 0 < len(value) <= _OPTION}
        options = [
            {"label": cut(label, _OPTION) or value, "value": value} for value, label in list(known.items())[:_OPTIONS]
        ]  # fmt: skip
        select = {
            "type": _SELECT, "custom_id": custom_id(choice.action, server),
            "placeholder": cut(choice.label, _PLACEHOLDER), "options": options,
        }  # fmt: skip
        if options:
            yield {"type": _ROW, "components": [select]}


def _reference(action: str) -> list[dict[str, Any]]:
    return [_words(f"-# {reference(action)}")] if action else []


def _words(text: str) -> dict[str, Any]:
    return {"type": _TEXT, "content": text}


def _shortened(card: Card) -> Card:
    """Return a card with what it is about alone: nothing of what was written around it."""
    central = [one for one in card.quotes if one.central] or list(card.quotes)
    return replace(
        card, text=card.text[:_SHORT], quotes=tuple(central[:1]), fields=card.fields[:_FIELDS],
        choices=card.choices[:_CHOICES], buttons=card.buttons[: _ROWS * _IN_ROW],
    )  # fmt: skip


def _less(card: Card) -> Card:
    """Return a shortened card without what is missed least; itself where nothing is left."""
    if card.fields or card.quotes:
        return replace(card, fields=card.fields[:-1], quotes=card.quotes[:1] if card.fields else ())
    if card.choices:
        return replace(card, choices=card.choices[:-1])
    return replace(card, buttons=card.buttons[: max(0, len(card.buttons) - _IN_ROW)])


def _fits(found: Sequence[dict[str, Any]], room: int, most: int) -> bool:
    return _characters(found) <= room and count_of(found) <= most


def _characters(found: Iterable[dict[str, Any]]) -> int:
    return sum(len(one.get("content", "")) + _characters(one.get("components", ())) for one in found)


def count_of(found: Iterable[dict[str, Any]]) -> int:
    """Return how many components these are, with all that stand within them."""
    return sum(1 + count_of((*one.get("components", ()), *one.get("items", ()))) for one in found)
