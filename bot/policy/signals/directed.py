"""`directed`: a message that is said to somebody."""

import re
from functools import cache
from typing import Literal

from pydantic import Field

from bot.policy.detection import ALWAYS, HOLDS, Answer
from bot.policy.inspection import Inspection
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of

# One set of first letters lets the search skip from one to the next.
_EN = re.compile(
    r"[yYuUtT](?<!\w\w)(?i:(?<=y)(?:ou(?:r(?:s|sel(?:f|ves))?|re|ve|ll|d)?|a(?:ll)?|['’]all)|(?<=u)(?:r(?:self)?)?"
    r"|(?<=t)h(?:ou|ee|y|ine))\b"
)
_DE = re.compile(
    r"[dDiIeEbBhHkKmMwWsSgG](?<!\w\w)(?i:(?<=d)(?:u|ich|ir|ein(?:e[mnrs]?|s)?)|(?<=i)hr|(?<=e)(?:uch|ure[mnrs]?|uer)"
    r"|(?:(?<=b)i|(?<=h)a|(?<=k)ann|(?<=m)ach|(?<=[ws])(?:il|ol)l|(?<=g)(?:eh|laub)|(?<=d)enk)st[eu]|(?<=w)eißt[eu])\b"
)
# The polite forms differ from `sie` and `ihr` by their capital alone, which the start of a sentence gives to any word.
_POLITE = re.compile(r"[SI](?<=[a-zäöüß0-9,] [SI])(?:(?<=S)ie|(?<=I)(?:hnen|hre?[mnrs]?))\b")
_WORDS = {"en": (_EN,), "de": (_DE, _POLITE)}
_BOTH = (_EN, _DE, _POLITE)


class DirectedParams(Params):
    """Nothing to set."""

    short = "enabled"

    enabled: Literal[True] = Field(
        default=True,
        description="The message mentions or answers somebody else, or uses the second person of the channel's "
        "languages (English, German).",
    )


def _at_somebody(inspection: Inspection) -> bool:
    message = inspection.message
    own = message.author.key
    if any(person != own for person in message.mentions.people):
        return True
    return message.reply_to is not None and message.reply_author != own


@cache
def _patterns(languages: frozenset[str]) -> tuple[re.Pattern[str], ...]:
    """Return the second person of the channel's languages, or of both where it has neither."""
    return tuple(words for name in _WORDS if name in languages for words in _WORDS[name]) or _BOTH


def build(params: DirectedParams, assembly: Assembly) -> Detector:
    """Return a detector of messages said to somebody; whether `you` means one person or anybody can't be told."""

    def probe(inspection: Inspection) -> Answer:
        if _at_somebody(inspection):
            return HOLDS
        text = inspection.message.text
        # It is no evidence of its own: a place here would have to lie inside a quotation for `unless: quoted`.
        return HOLDS if any(words.search(text) for words in _patterns(inspection.languages)) else False

    return Detector(key=key_of("directed", params), anchors=ALWAYS, probe=probe)


SIGNAL = Signal(
    name="directed",
    summary="The message is said to somebody: it mentions or answers a person, or speaks in the second person.",
    family="text",
    params=DirectedParams,
    example="directed: true",
    build=build,
)
