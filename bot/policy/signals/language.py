"""`language`: text in a language that the channel does not speak."""

import re
from functools import cache
from threading import Event, Lock
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from bot.i18n import phrase
from bot.policy.detection import ALWAYS, Answer, Evidence
from bot.policy.inspection import Inspection
from bot.policy.signals.base import Assembly, Detector, Params, Signal, key_of
from bot.policy.signals.prose import prose
from bot.policy.text.everyday import KNOWN, everyday_words

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

#: what is read of a long text: enough to be sure
_READ = 1_500
#: how sure of a foreign language, with what is then left at most for the channel's own; chat in them stays far above it
_SURE = ((0.9, 0.01), (0.5, 0.001))
_FEWEST_WORDS = 3
#: share of everyday words from which a text is one of the channel's
_AT_HOME = 0.7
_UNMARKED = str.maketrans("", "", '.,:;!?"()„“”…')
_CODE_LIKE = re.compile(r"[_={}<>\[\]|\\$#*+^~@\d]|\w[.:/(]\w|\(\)|;$")
_LATIN_END = "\u0250"
#: not anybody's chat: no language at all, and filler text
_NEVER = {"zxx", "la"}
#: what short lines of chat can't be told apart from a language
_NEAR = {
    "en": {"pcm"},
    "de": {"lb"},
    "fr": {"gcf", "gcr", "oc", "wa", "ht"},
    "es": {"ext", "an", "gl"},
    "pt": {"gl"},
    "it": {"vec", "lij"},
    "nl": {"af", "fy"},
    "el": {"grc"},
    "tr": {"az", "crh", "tk"},
    "ru": {"uk", "be", "bg"},
    "uk": {"ru", "be"},
    "no": {"nn", "da", "sv"},
    "nn": {"no", "da"},
    "da": {"no", "nn"},
    "sv": {"no", "nn", "da"},
    "sr": {"hr", "bs", "mk"},
    "hr": {"sr", "bs"},
    "bs": {"hr", "sr"},
    "cs": {"sk"},
    "sk": {"cs"},
    "id": {"ms"},
    "ms": {"id"},
    "zh": {"yue", "wuu"},
}


class LanguageParams(Params):
    """How much text it takes to tell a language."""

    short = "enabled"

    enabled: Literal[True] = Field(default=True, description="`language: true` asks for the usual amount of text.")
    min_letters: int = Field(
        default=20,
        ge=10,
        strict=True,
        description="Messages with fewer letters are left alone; code, links, mentions and emoji don't count.",
    )


#: one thread loads the model, and whoever else wants it waits
_LOADING = Lock()
#: set once any policies ask for a language
_WANTED = Event()


def make_ready() -> None:
    """Load the model if any policies ask for a language: the first message that needs it is to wait for nothing."""
    if _WANTED.is_set():
        _identifier()


def _identifier() -> "LanguageIdentifier":
    with _LOADING:
        return _loaded()


@cache
def _loaded() -> "LanguageIdentifier":
    """Return the model; loading takes about half a second and 90 MB, so nobody pays who doesn't use it."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  # brings NumPy: 0.1 s, 25 MB

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@cache
def _labels() -> frozenset[str]:
    """Return the languages that the model knows."""
    return frozenset(_identifier().labels)


def _wording(text: str, min_letters: int) -> str:
    """Return the part of a text that a language can be told by; empty when it is too little, or code."""
    tokens = prose(text[:_READ]).split()
    # Laughter and drawn-out sounds (`hahaha`, `aaaaah`) are of no language, and of few letters.
    words = [token for token in tokens if _CODE_LIKE.search(token) is None and 3 * len(set(token.lower())) > len(token)]
    if 2 * len(words) <= len(tokens):
        return ""
    wording = " ".join(words)
    letters = [sign for sign in wording if sign.isalpha()]
    if len(letters) < min_letters:
        return ""
    latin = sum(sign < _LATIN_END for sign in letters)
    return "" if len(words) < _FEWEST_WORDS and 2 * latin > len(letters) else wording


@cache
def _inside(languages: frozenset[str], known: frozenset[str]) -> frozenset[str]:
    """Return the channel's languages with what is too near to them; empty when the model doesn't know one of them."""
    names = {name.split("-")[0] for name in languages}
    return frozenset(names.union({"zxx"}, *(_NEAR.get(name, ()) for name in names))) if names <= known else frozenset()


def _is_at_home(text: str, languages: frozenset[str]) -> bool:
    """Return whether most words of a text are everyday ones of a channel's language: then no model is asked."""
    words = text.lower().translate(_UNMARKED).split()
    enough = _AT_HOME * len(words)
    return any(sum(map(everyday_words(name).__contains__, words)) >= enough for name in languages if name in KNOWN)


def build(params: LanguageParams, assembly: Assembly) -> Detector:
    """Return a detector of foreign text; it stays silent unless the channel's languages are as good as excluded."""
    min_letters = params.min_letters
    _WANTED.set()

    def probe(inspection: Inspection) -> Answer:
        text = inspection.message.text
        if len(text) < min_letters or _is_at_home(text, inspection.languages):
            return False
        identifier = _identifier()
        inside = _inside(inspection.languages, _labels())
        wording = _wording(text, min_letters) if inside else ""
        if not wording:
            return False
        ranked = identifier.rank(wording)
        language, confidence = ranked[0]
        if language in _NEVER:
            return False
        own = sum(share for name, share in ranked if name in inside)
        if not any(confidence >= sure and own <= left for sure, left in _SURE):
            return False
        return Evidence(notes=(phrase("signals.language", language=language),))

    return Detector(key=key_of("language", params), anchors=ALWAYS, probe=probe)


SIGNAL = Signal(
    name="language",
    summary="The text is in none of the channel's languages. Short, mixed or uncertain text is left alone, and so is "
    "every text in a channel with a language that the model doesn't know.",
    family="text",
    params=LanguageParams,
    example="language: {min_letters: 30}",
    build=build,
)
