"""`caps`: shouting, as the share of capitals among a message's letters."""

from string import ascii_lowercase, ascii_uppercase

from pydantic import Field

from bot.i18n import phrase
from bot.policy.detection import ALWAYS, Answer, Evidence
from bot.policy.inspection import Inspection
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of
from bot.policy.signals.prose import prose

_UPPER = ascii_uppercase.encode()
# One leading byte stands for each character beyond ASCII, whatever its case.
_MAYBE_UPPER = _UPPER + bytes(range(0xC2, 0xF5))
_LETTERS = (ascii_uppercase + ascii_lowercase).encode()


class CapsParams(Params):
    """How much has to be written in capitals."""

    short = "share"

    share: float = Field(
        default=0.7,
        gt=0,
        le=1,
        strict=True,
        description="From this share of capitals on, from 0 to 1, among letters that have both cases, it is shouting.",
    )
    min_letters: int = Field(
        default=10, ge=1, strict=True, description="Messages with fewer such letters are never shouting."
    )


def _most_capitals(text: str) -> int:
    """Return how many capitals a text has at most: exact for ASCII, and cheap."""
    raw = text.encode("utf-8", "surrogatepass")
    return len(raw) - len(raw.translate(None, _MAYBE_UPPER))


def _count(text: str) -> tuple[int, int]:
    """Return how many capitals and how many letters with two cases a text has."""
    if text.isascii():
        raw = text.encode()
        return len(raw) - len(raw.translate(None, _UPPER)), len(raw) - len(raw.translate(None, _LETTERS))
    capitals = sum(map(str.isupper, text))
    return capitals, capitals + sum(map(str.islower, text))


def build(params: CapsParams, assembly: Assembly) -> Detector:
    """Return a detector of shouting; code, links, mentions and emoji names don't count."""
    share, min_letters = params.share, params.min_letters
    needed = share * min_letters

    def probe(inspection: Inspection) -> Answer:
        text = inspection.message.text
        if len(text) < min_letters or _most_capitals(text) < needed:
            return False
        capitals, letters = _count(prose(text))
        if letters < min_letters or capitals < share * letters:
            return False
        return Evidence(notes=(phrase("signals.caps", percent=100 * capitals // letters, letters=letters),))

    return Detector(key=key_of("caps", params), anchors=ALWAYS, probe=probe)


SIGNAL = Signal(
    name="caps",
    summary="The message is shouted: most of its letters are capitals. Code, links, mentions and emoji don't count.",
    family="text",
    params=CapsParams,
    example="caps: {share: 0.8, min_letters: 15}",
    build=build,
)
