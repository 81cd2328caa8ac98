"""What a client doesn't show is blanked out before a text is read: each function returns a text of the same length.

Removed characters become `BLANK`, which folds to nothing: every offset stays where it was, and no white space is made.
"""

import html
import re
from urllib.parse import unquote

#: a character that is not shown and folds to nothing
BLANK = "\u200b"

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_LINK_TARGET = re.compile(r"(?:\[\]|\])\([^()\s]*\)")
_SLACK_LINK = re.compile(r"<(?:https?:|mailto:)[^<|>\s]*\|")
_EMOJI_CODE = re.compile(r":regional_indicator_([a-z]):")
_CUSTOM_EMOJI = re.compile(r"<a?:\w{2,32}:\d{1,20}>")
_ESCAPE = re.compile(r"\\")
_MENTION = re.compile(r"<[@#][!&]?\w{1,24}(?:\|[^<>\s]*)?>|<![a-z]{1,16}>")


def _padded(shown: str, length: int) -> str:
    """Return `shown` and as many blanks as make up the length."""
    return shown[:length] + BLANK * (length - len(shown))


def _entity(match: re.Match[str]) -> str:
    return _padded("".join(html.unescape(match[0]).split()), len(match[0]))


def _percent(match: re.Match[str]) -> str:
    shown = unquote(match[0], errors="replace")
    return match[0] if "\ufffd" in shown else _padded("".join(shown.split()), len(match[0]))


def _target(match: re.Match[str]) -> str:
    return _padded("" if match[0].startswith("[") else "]", len(match[0]))


def render(text: str) -> str:
    """Return the text without what no reader sees: link targets, entities, percent signs, emoji codes, escapes."""
    return unescape(show(text))


def show(text: str) -> str:
    """Return the same with backslashes, which may draw letters."""
    if "&" in text:
        text = _ENTITY.sub(_entity, text)
    if "%" in text:
        text = _PERCENT.sub(_percent, text)
    if "](" in text:
        text = _LINK_TARGET.sub(_target, text)
    if "<" in text:
        text = _SLACK_LINK.sub(lambda match: BLANK * len(match[0]), text)
        text = _CUSTOM_EMOJI.sub(lambda match: _padded("\x01", len(match[0])), text)
        text = _MENTION.sub(lambda match: _padded("\x01", len(match[0])), text)
    if ":regional" in text:
        text = _EMOJI_CODE.sub(lambda match: _padded(match[1], len(match[0])), text)
    return text


def unescape(text: str) -> str:
    """Return the text without the backslashes that keep signs from being markup."""
    return _ESCAPE.sub(BLANK, text) if "\\" in text else text
