"""Cards as Discord's components (https://docs.discord.com/developers/components/reference)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from adapters.discord.text import cut, escaped, marked
from bot.domain.card import Button, ButtonStyle, Card, Choice, Field, Quote
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
#: what one message holds: characters of all texts, components, people who are pinged
_CHARACTERS, _COMPONENTS, _PINGED = 4_000, 40, 100
_IN_ROW, _LABEL, _OPTIONS, _OPTION, _PLACEHOLDER = 5, 80, 25, 100, 150
#: characters of one quotation, at first; less where a card is crowded
_QUOTED = (900, 400, 160)
_REFERENCE = 12


def message(card: Card, language: str, *, action: str = "", text: str = "") -> dict[str, Any]:
    """Return a card as the body of a message; `action` is found again in it, by `reference`.

    Pings those whom the card mentions, and nobody else, whatever stands in it.
    """
    pinged = [one.user for one in card.mentions if one.platform is PlatformName.DISCORD][:_PINGED]
    return {
        "flags": COMPONENTS,
        "components": components(card, language, pinged=pinged, action=action, text=text),
        "allowed_mentions": {"parse": [], "users": pinged},
    }


def plain(text: str, *, action: str = "") -> dict[str, Any]:
    """Return words of our own as the body of a message that pings nobody."""
    return {
        "flags": COMPONENTS,
        "components": [_words(cut(text, _CHARACTERS - 40)), *_reference(action)],
        "allowed_mentions": {"parse": []},
    }


def reference(action: str) -> str:
    """Return by what a message is known again that an action posted."""
    return action[:_REFERENCE]


def components(
    card: Card, language: str, *, pinged: Sequence[str] = (), action: str = "", text: str = "", room: int = _CHARACTERS
) -> list[dict[str, Any]]:
    """Return a card as components: the longest form of its quotations that fits into so many characters."""
    found: list[dict[str, Any]] = []
    for longest in _QUOTED:
        found = _laid_out(card, language, longest, pinged=pinged, action=action, text=text)
        if _characters(found) <= room and _count(found) <= _COMPONENTS:
            return found
    return _laid_out(_shortened(card), language, _QUOTED[-1], pinged=pinged, action=action, text=text)


def _laid_out(
    card: Card, language: str, longest: int, *, pinged: Sequence[str], action: str, text: str
) -> list[dict[str, Any]]:
    inside: list[dict[str, Any]] = [_words(_head(card, language))]
    if card.text:
        inside.append(_words(cut(card.text, 1_500)))
    if card.quotes:
        inside += [{"type": _SEPARATOR}, _words("\n".join(_quote(one, language, longest) for one in card.quotes))]
    if card.fields:
        inside += [{"type": _SEPARATOR}, _words("\n".join(map(_field, card.fields)))]
    inside += [*_buttons(card.buttons), *(_choice(one) for one in card.choices), *_reference(action)]
    container: dict[str, Any] = {"type": _CONTAINER, "components": inside}
    if card.severity is not None:
        container["accent_color"] = _COLOURS[card.severity]
    above = " ".join([*(f"<@{user}>" for user in pinged), *([text] if text else [])])
    return [*([_words(above)] if above else []), container]


def _head(card: Card, language: str) -> str:
    lines = [f"### {cut(escaped(card.title), 200)}"]
    if card.severity is not None:
        lines.append(f"**{say(f'words.severity_{card.severity.word}', language)}**")
    if card.due_at is not None:
        lines.append(f"<t:{int(card.due_at.timestamp())}:R>")
    return lines[0] if len(lines) == 1 else f"{lines[0]}\n{' · '.join(lines[1:])}"


def _quote(quote: Quote, language: str, longest: int) -> str:
    sign = "▸ " if quote.central else ""
    moment = "" if quote.at is None else f" · <t:{int(quote.at.timestamp())}:f>"
    text = cut(marked(quote.text, quote.marks), longest) if quote.text else ""
    files = "\n".join(f"📎 {escaped(cut(name, 80))}" for name in quote.files)
    body = "\n".join(part for part in (text, files) if part)
    if quote.hidden and body:
        # whoever wants to see it presses on it
        body = f"||{body}||"
    shown = "\n".join(f"> {line}" for line in body.splitlines()) if body else f"> *{say('discord.no_text', language)}*"
    return f"{sign}**{escaped(quote.author)}**{moment}\n{shown}"


def _field(field: Field) -> str:
    return f"**{field.label}** {cut(escaped(field.value), 500)}"


def _buttons(buttons: Sequence[Button]) -> Iterable[dict[str, Any]]:
    for start in range(0, len(buttons), _IN_ROW):
        yield {"type": _ROW, "components": [_button(one) for one in buttons[start : start + _IN_ROW]]}


def _button(button: Button) -> dict[str, Any]:
    return {
        "type": _BUTTON, "style": _STYLES[button.style], "label": cut(button.label, _LABEL), "custom_id": button.action,
    }  # fmt: skip


def _choice(choice: Choice) -> dict[str, Any]:
    options = [
        {"label": cut(label, _OPTION), "value": value} for value, label in choice.options[:_OPTIONS]
    ]  # fmt: skip
    select = {
        "type": _SELECT, "custom_id": choice.action, "placeholder": cut(choice.label, _PLACEHOLDER), "options": options,
    }  # fmt: skip
    return {"type": _ROW, "components": [select]}


def _reference(action: str) -> list[dict[str, Any]]:
    return [_words(f"-# {reference(action)}")] if action else []


def _words(text: str) -> dict[str, Any]:
    return {"type": _TEXT, "content": text}


def _shortened(card: Card) -> Card:
    """Return a card with what it is about alone: nothing of what was written around it."""
    central = [one for one in card.quotes if one.central] or list(card.quotes[:1])
    return replace(card, quotes=tuple(central), fields=card.fields[:12], choices=card.choices[:3])


def _characters(found: Iterable[dict[str, Any]]) -> int:
    return sum(len(one.get("content", "")) + _characters(one.get("components", ())) for one in found)


def _count(found: Iterable[dict[str, Any]]) -> int:
    return sum(1 + _count(one.get("components", ())) for one in found)
