"""Cards as Slack's blocks, within every limit (https://docs.slack.dev/reference/block-kit/blocks).

What members wrote stands in `rich_text` and `plain_text` alone, where nothing in it is markup. Who is mentioned stands
in a line of our own; nobody else is ever named.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from adapters.slack.text import cut, escaped, fitted, link, moment, person
from adapters.slack.text import plain as visible
from bot.domain.card import Button, ButtonStyle, Card, Choice, Field, Quote
from bot.domain.decoding import as_read
from bot.domain.message import PlatformName
from bot.i18n import say

#: one block, one element
Block = dict[str, Any]
#: what one message holds: blocks, and characters of all texts together, below what Slack is known to take
_BLOCKS, _ROOM = 50, 9_000
_TITLE, _SECTION, _IN_SECTION, _IN_ROW, _FIELDS = 150, 2_900, 2_000, 5, 10
_LABEL, _OPTIONS, _OPTION, _OPTION_VALUE, _ID, _VALUE = 75, 100, 75, 150, 255, 2_000
#: people who are pinged
_PINGED = 30
#: characters of one quotation and of one field, at first; less where a card is crowded
_CROWDING = ((1_500, 800), (600, 400), (200, 200), (80, 80))
#: what stays of a card that is crowded even so: all that can be pressed and chosen stays
_SHORT, _FEW_FIELDS = 600, 10
#: characters of the text that stands in for the blocks, in notifications
_INSTEAD = 300
#: files of one quotation that are named
_MOST_FILES = 10
_STYLES = {ButtonStyle.GOOD: "primary", ButtonStyle.GRAVE: "danger"}
#: in front of what is covered until somebody presses: Slack itself has nothing that covers
REVEAL = "reveal:"


def message(card: Card, language: str) -> dict[str, Any]:
    """Return a card as the arguments of a post or an edit; it pings those whom the card mentions, and nobody else."""
    there = [person(one.user) for one in card.mentions if one.platform is PlatformName.SLACK]
    pinged = [one for one in dict.fromkeys(there) if one][:_PINGED]
    return {"text": instead_of(card, language), "blocks": blocks(card, language, pinged=pinged)}


def plain(text: str, buttons: Sequence[Button] = ()) -> dict[str, Any]:
    """Return words of our own as the arguments of a post that pings nobody, with what can be pressed under them."""
    return {"text": fitted(text, _INSTEAD) or "…", "blocks": [*words(text), *_buttons(buttons)]}


def words(text: str) -> list[Block]:
    """Return words of our own as blocks; none where there is nothing to say."""
    return [_plain(part) for part in _parts(visible(text))] if text.strip() else []


def instead_of(card: Card, language: str) -> str:
    """Return what stands in for a card where its blocks can't be shown: nothing that a member wrote."""
    grave = "" if card.severity is None else f" – {say(f'words.severity_{card.severity.word}', language)}"
    return fitted(card.title, _INSTEAD) + grave or "…"


def blocks(card: Card, language: str, *, pinged: Sequence[str] = (), most: int = _BLOCKS) -> list[Block]:
    """Return a card as blocks: the longest form of its quotations that fits into one message."""
    found: list[Block] = []
    for longest in _CROWDING:
        found = list(_laid_out(card, language, longest, pinged))
        if _fits(found, most):
            return found
    short: Card | None = _shortened(card)
    while short is not None:
        found = list(_laid_out(short, language, _CROWDING[-1], pinged))
        # what can be chosen is no less for leaving out something else
        if _fits(found, most, room=_ROOM + _characters(_menus_in(found))):
            return found
        short = _with_less(short)
    return found[:most]


def button(one: Button) -> Block:
    """Return a button."""
    label = _shown(cut(visible(one.label), _LABEL))
    found: Block = {"type": "button", "text": _text(label), "action_id": one.action[:_ID]}
    return found | ({"style": _STYLES[one.style]} if one.style in _STYLES else {})


def options(known: Iterable[tuple[str, str]]) -> list[Block]:
    """Return what can be chosen, each value once."""
    once = {value: label for value, label in known if 0 < len(value) <= _OPTION_VALUE}
    return [
        {"text": _text(_shown(cut(visible(label), _OPTION), cut(visible(value), _OPTION))), "value": value}
        for value, label in list(once.items())[:_OPTIONS]
    ]


def _shown(*found: str) -> str:
    """Return the first text of which anything is to be seen: Slack takes no empty ones."""
    return next((one for one in found if one.strip()), "…")


def _laid_out(card: Card, language: str, longest: tuple[int, int], pinged: Sequence[str]) -> Iterator[Block]:
    quoted, valued = longest
    yield {"type": "header", "text": _text(_shown(cut(visible(card.title.replace("\n", " ")), _TITLE), "–"))}
    lines = []
    if card.severity is not None:
        lines.append(f"*{escaped(say(f'words.severity_{card.severity.word}', language))}*")
    if card.due_at is not None:
        lines.append(moment(card.due_at, card.due_at.strftime("%Y-%m-%d %H:%M UTC")))
    if pinged:
        lines.append(" ".join(pinged))
    if lines:
        yield _marked(" · ".join(lines))
    if card.text.strip():
        yield from words(card.text)
    for number, one in enumerate(card.quotes):
        yield from _quote(one, language, quoted, number)
    for start in range(0, len(card.fields), _FIELDS):
        yield {"type": "section", "fields": [_field(one, valued) for one in card.fields[start : start + _FIELDS]]}
    leads = [link(one.url, cut(one.label, _LABEL)) for one in card.links]
    for part in _lines(leads, _SECTION):
        yield _marked(part)
    yield from _buttons(card.buttons)
    yield from _menus(card)


def _quote(quote: Quote, language: str, longest: int, number: int) -> Iterator[Block]:
    sign = "▸ " if quote.central else ""
    when = "" if quote.at is None else f" · {moment(quote.at, quote.at.strftime('%Y-%m-%d %H:%M UTC'))}"
    yield {"type": "context", "elements": [_mrkdwn(f"{sign}*{fitted(quote.author, 80) or '–'}*{when}")]}
    files = [f"📎 {cut(name, 80)}" for name in quote.files[:_MOST_FILES]]
    text, marks = as_read(quote)
    if quote.hidden:
        covered = cut(visible("\n".join(filter(None, (text, *files)))), min(_VALUE, longest))
        if covered.strip():
            shown = say("slack.reveal", language)
            yield {
                "type": "actions",
                "elements": [
                    {"type": "button", "text": _text(shown), "action_id": f"{REVEAL}{number}", "value": covered}
                ],
            }
        return
    if not quote.text.strip() and not files:
        yield {"type": "context", "elements": [_mrkdwn(f"_{escaped(say('discord.no_text', language))}_")]}
        return
    if len(text) > longest:
        text = cut(text, longest)
        marks = tuple((start, min(end, longest - 1)) for start, end in marks if start < longest - 1)
    yield _quoted(text, marks, files)


def _quoted(text: str, marks: Sequence[tuple[int, int]], files: Sequence[str] = ()) -> Block:
    """Return what somebody wrote as a quotation: text elements hold no markup, whatever is in them."""
    pieces: list[Block] = []
    at = 0
    for start, end in marks:
        if start < at or end <= start or end > len(text):
            continue
        pieces += [*_piece(text[at:start]), *_piece(text[start:end], bold=True)]
        at = end
    pieces += _piece(text[at:])
    if files:
        pieces += _piece(("\n" if pieces else "") + "\n".join(files))
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": pieces or _piece("–")}]}


def _piece(text: str, *, bold: bool = False) -> list[Block]:
    if not text:
        return []
    found: Block = {"type": "text", "text": visible(text)}
    return [found | ({"style": {"bold": True, "code": True}} if bold else {})]


def _field(field: Field, longest: int) -> Block:
    label, value = fitted(field.label, 80), fitted(field.value, min(longest, _IN_SECTION - 100))
    return _mrkdwn(f"*{label or '–'}*\n{value or '–'}")


def _buttons(found: Sequence[Button]) -> Iterator[Block]:
    # what says the same twice, Slack doesn't take
    once = list({one.action[:_ID]: one for one in found}.values())
    for start in range(0, len(once), _IN_ROW):
        yield {"type": "actions", "elements": [button(one) for one in once[start : start + _IN_ROW]]}


def _menus(card: Card) -> Iterator[Block]:
    pressed = {one.action for one in card.buttons}
    for choice in {one.action: one for one in card.choices if one.action not in pressed}.values():
        yield from _menu(choice)


def _menu(choice: Choice) -> Iterator[Block]:
    known = options(choice.options)
    if known:
        select = {
            "type": "static_select", "action_id": choice.action[:_ID], "options": known,
            "placeholder": _text(_shown(cut(visible(choice.label), _OPTION_VALUE))),
        }  # fmt: skip
        yield {"type": "actions", "elements": [select]}


def _parts(text: str) -> Iterator[str]:
    for start in range(0, min(len(text), 4 * _SECTION), _SECTION):
        yield text[start : start + _SECTION]


def _lines(found: Sequence[str], room: int) -> Iterator[str]:
    """Yield lines, as many together as there is room for; one for which there is none is left out."""
    held = ""
    for one in (line for line in found if 0 < len(line) <= room):
        if held and len(held) + len(one) + 1 > room:
            yield held
            held = ""
        held = f"{held}\n{one}" if held else one
    if held:
        yield held


def _text(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _plain(text: str) -> Block:
    return {"type": "section", "text": _text(text)}


def _marked(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _shortened(card: Card) -> Card:
    """Return a card with what it is about alone: nothing of what was written around it."""
    central = [one for one in card.quotes if one.central] or list(card.quotes)
    return replace(
        card, text=cut(card.text, _SHORT), quotes=tuple(central[:1]), fields=card.fields[:_FEW_FIELDS]
    )  # fmt: skip


def _with_less(card: Card) -> Card | None:
    """Return a card with one thing less, what it is about last; None where there is nothing left to leave out."""
    if card.fields:
        return replace(card, fields=card.fields[:-1])
    if len(card.links) > 1:
        return replace(card, links=card.links[:-1])
    return replace(card, links=(), quotes=(), text="") if card.links or card.quotes or card.text else None


def _fits(found: Sequence[Block], most: int, *, room: int = _ROOM) -> bool:
    return len(found) <= most and _characters(found) <= room


def _menus_in(found: Sequence[Block]) -> list[Block]:
    return [one for block in found if block["type"] == "actions" for one in block["elements"] if "options" in one]


def _characters(found: object) -> int:
    """Return the characters of every text in blocks."""
    if isinstance(found, dict):
        own = [value for name, value in found.items() if name in ("text", "value") and isinstance(value, str)]
        return sum(map(len, own)) + sum(_characters(one) for one in found.values() if not isinstance(one, str))
    if isinstance(found, list | tuple):
        return sum(map(_characters, found))
    return 0


def is_reveal(action: str) -> bool:
    """Return whether a press asks to see what is covered."""
    return action.startswith(REVEAL)
