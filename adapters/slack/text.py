"""Text for Slack: what members wrote is data, and stays so; nothing in it pings, links or hides.

Slack's markup names people and links between `<` and `>`, and writes the three signs of its own as entities
(https://docs.slack.dev/messaging/formatting-message-text). There is no way to write `*` so that it emphasises for sure
nothing: what members wrote stands in `plain_text` and `rich_text`, as `plain` returns it, wherever there is room for a
block; `escaped` is for the text that stands in for the blocks.
"""

import re
from datetime import datetime

from bot.domain import blocks

#: characters that are not to be seen and change how others are, or begin a line without a line's end
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
#: joins words without being seen: a name, a link or an emoji's code with it inside is none
_JOINER = "\u2060"
#: what is made a mention, a channel's name, a link, an emoji or emphasis of, wherever it stands
_ACTIVE = re.compile(r"<(?=[!@#])|[@#](?=\w)|:(?=//)|(?<=\w)\.(?=[^\W\d_]{2})|:(?=[\w+'-]{1,100}:)|[*_~`]")
_USER = re.compile(r"[UW][A-Z0-9]{1,30}")
_ELLIPSIS = "…"
#: characters that one becomes at most: a control, escaped
_WIDEST = 6


def plain(text: str) -> str:
    """Return what somebody wrote for `plain_text` and for the text of a `rich_text`: all that is in it can be seen."""
    text = _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return _ACTIVE.sub(lambda found: found[0] + _JOINER, text)


def escaped(text: str) -> str:
    """Return what somebody wrote for `mrkdwn`: it names nobody, and leads nowhere."""
    return blocks.escaped(plain(text))


def fitted(text: str, most: int) -> str:
    """Return what somebody wrote, escaped, in at most so many characters; what is left out shows as an ellipsis.

    It is cut before it is escaped, so that no half of an entity is left.
    """
    length = min(len(text), most)
    while True:
        found = escaped(text[:length]) + (_ELLIPSIS if length < len(text) else "")
        if len(found) <= most or length == 0:
            return found if len(found) <= most else ""
        # what is cut away took at least one character each, and none took more
        length -= max(1, (len(found) - most) // _WIDEST)


def cut(text: str, most: int) -> str:
    """Return plain words in at most so many characters; what is left out shows as an ellipsis."""
    return text if len(text) <= most else text[: max(0, most - 1)] + _ELLIPSIS[:most]


def person(user: str) -> str:
    """Return what pings one person; empty for what is no user's id."""
    return f"<@{user}>" if _USER.fullmatch(user) else ""


def link(url: str, words: str) -> str:
    """Return our own link; empty where it leads out of the web."""
    if not url.startswith(("https://", "http://")) or re.search(r"[\s<>|]", url):
        return ""
    return f"<{blocks.escaped(url)}|{escaped(words)}>"


def moment(at: datetime, instead: str) -> str:
    """Return a time as each reader's clock and language show it; `instead` is for clients that can't."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{escaped(instead)}>"
