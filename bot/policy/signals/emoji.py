"""`emoji`: how many emoji a message holds, and how much of it they are."""

import re

from pydantic import Field

from bot.domain.message import Markup
from bot.i18n import phrase
from bot.policy.detection import ALWAYS, Answer, Evidence
from bot.policy.inspection import Inspection
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of

# Drawn as emoji without being asked to; ☹ ☺ ❤ are not by Unicode, but are by every client.
_DRAWN = (
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2639\u263a\u2648-\u2653\u267f\u2693\u26a1\u26aa"
    "\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e"
    "\u2753-\u2755\u2757\u2764\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55\U0001f004\U0001f0cf\U0001f18e"
    "\U0001f191-\U0001f19a\U0001f201\U0001f21a\U0001f22f\U0001f232-\U0001f236\U0001f238-\U0001f23a\U0001f250\U0001f251"
    "\U0001f300-\U0001f3fa\U0001f400-\U0001f64f\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7f0\U0001f90c-\U0001f9ff"
    "\U0001fa70-\U0001faff"
)
_TONE = "[\U0001f3fb-\U0001f3ff]"
_ONE = f"(?:[{_DRAWN}]\ufe0f?|[\xa9\xae\u203c-\u3299\U0001f170-\U0001f251]\ufe0f){_TONE}?[\U000e0020-\U000e007f]*"
_JOINED = f"(?:\u200d[{_DRAWN}\u2190-\u2bff]\ufe0f?{_TONE}?)*"
_UNICODE = f"{_ONE}{_JOINED}|[\U0001f1e6-\U0001f1ff]{{1,2}}|[0-9#*]\ufe0f?\u20e3|{_TONE}"
_CUSTOM = r"<a?:\w{1,32}:\d{1,20}>"
_SLACK = r"(?<![A-Za-z0-9]):[a-z0-9_+'-]{1,100}:(?::skin-tone-[2-6]:)?"

_HIGH = re.compile("[\u200d-\U0010ffff]")
_EMOJI = re.compile(f"{_CUSTOM}|{_UNICODE}")
_EMOJI_SLACK = re.compile(f"{_CUSTOM}|{_SLACK}|{_UNICODE}")


class EmojiParams(Params):
    """How many emoji, or how large a part; with both given, both have to hold."""

    short = "over"

    over: int | None = Field(default=None, ge=0, strict=True, description="The text has more emoji than this.")
    share: float | None = Field(
        default=None,
        gt=0,
        le=1,
        strict=True,
        description="Emoji make up at least this share, from 0 to 1, of all that is not space; each counts as one.",
    )


def count_emoji(text: str, markup: Markup) -> tuple[int, int]:
    """Return how many emoji a text holds, and how many other characters that are not space."""
    emoji = _EMOJI_SLACK if markup is Markup.SLACK else _EMOJI
    rest, count = emoji.subn("", text)
    return count, sum(map(len, rest.split())) if count else len(rest)


def _may_hold(text: str, markup: Markup) -> bool:
    """Return whether a closer look is worth it; false for nearly every message."""
    if ":" in text and (markup is Markup.SLACK or "<" in text):
        return True
    return not text.isascii() and _HIGH.search(text) is not None


def build(params: EmojiParams, assembly: Assembly) -> Detector:
    """Return a detector of messages full of emoji; a flag, a family or a skin tone is one emoji with its parts."""
    if params.over is None and params.share is None:
        assembly.error(phrase("signals.needs_one", keys="over, share"))
    over, share = params.over or 0, params.share or 0.0

    def probe(inspection: Inspection) -> Answer:
        text = inspection.message.text
        if len(text) <= over or not _may_hold(text, inspection.message.markup):
            return False
        count, others = count_emoji(text, inspection.message.markup)
        if count <= over or count < share * (count + others):
            return False
        return Evidence(notes=(phrase("signals.emoji", count=count, percent=100 * count // (count + others)),))

    return Detector(key=key_of("emoji", params), anchors=ALWAYS, probe=probe)


SIGNAL = Signal(
    name="emoji",
    summary="The text holds many emoji, or is made of them: those of Unicode, and the platform's own.",
    family="text",
    params=EmojiParams,
    example="emoji: {over: 15, share: 0.5}",
    build=build,
)
