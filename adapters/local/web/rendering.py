"""Renders templates: whatever isn't a template's own is data, escaped, with every hidden character made visible."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache, partial
from types import CodeType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined, select_autoescape
from jinja2.bccache import Bucket
from markupsafe import Markup

from bot.domain.card import Quote
from bot.domain.decoding import as_read
from bot.domain.severity import Severity
from bot.i18n import LANGUAGES, say
from bot.services.tracing.chain import EntryShown

#: what steers whoever shows it, or is nothing at all: controls, formats, surrogates, private and unassigned signs
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: joins pictures to one picture
_JOINER = "\u200d"
#: a moment in a sentence of either language, with its zone: the browser says it in the reader's own
_MOMENT = re.compile(
    r"\b(\d{4}-\d\d-\d\d \d\d:\d\d UTC\b|\d{4}-\d\d-\d\d \d\d:\d\d \([A-Za-z/_]+\)"
    r"|\d\d\.\d\d\.\d{4}, \d\d:\d\d Uhr \([A-Za-z/_]+\))"
)
_FORMS = ("%Y-%m-%d %H:%M", "%d.%m.%Y, %H:%M Uhr")
#: what lines of a difference begin with, and how they are marked
_SIDES = {"+ ": "plus", "\u2212 ": "minus"}
#: signs of a field, and of one word of it, beyond which it has a line of its own
_LONG, _LONG_WORD = 48, 24
#: hues that the style sheet has
_HUES = 12
#: what a link may begin with; anything else is shown as plain text
_SCHEMES = ("http://", "https://")


class _Compiled(BytecodeCache):
    """What templates were compiled to, by name: the same in every language, of which each has but its own words."""

    def __init__(self) -> None:
        self._found: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template the code that it has, if any."""
        bucket.code = self._found.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template's code."""
        if bucket.code is not None:
            self._found[bucket.key] = bucket.code


_COMPILED = _Compiled()


def render(name: str, language: str, **context: object) -> str:
    """Return a template filled in, in one language; a name that it doesn't get is an error."""
    return environment(language if language in LANGUAGES else LANGUAGES[0]).get_template(name).render(context)


@cache
def environment(language: str) -> Environment:
    """Return what templates of one language are read by: `say` speaks it, in templates and in their macros."""
    env = Environment(
        loader=PackageLoader("adapters.local.web"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        finalize=_shown,
        bytecode_cache=_COMPILED,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.globals |= {"say": partial(_say, language), "language": language}
    env.tests["grades"] = grades
    env.filters |= {
        "clock": clock, "iso": iso, "hue": hue, "marked": marked, "address": address, "size": partial(size, language),
        "timed": timed, "wide": wide, "sides": sides, "runs": runs,
    }  # fmt: skip
    return env


def _say(language: str, key: str, **values: str | int | float) -> str:
    return say(key, language, **values)


def _shown(value: object) -> object:
    """Return what an expression of a template comes to; text that isn't a template's own gets visible."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def visible(text: str) -> str:
    """Return a text in which controls, overrides of direction and the like are spelt out by their numbers."""
    if text.isprintable():
        return text
    return "".join(_spelt(sign) if _hidden(text, at) else sign for at, sign in enumerate(text))


def _spelt(sign: str) -> str:
    return f"\\u{ord(sign):04x}"


def _hidden(text: str, at: int) -> bool:
    sign = text[at]
    if sign in "\n ":
        return False
    if sign == _JOINER and 0 < at < len(text) - 1:
        return not (_pictorial(text[at - 1]) and _pictorial(text[at + 1]))
    return unicodedata.category(sign) in _HIDDEN


def _pictorial(sign: str) -> bool:
    return unicodedata.category(sign) in {"So", "Sk"} or sign in "\ufe0f\u2640\u2642"


def clock(at: datetime) -> str:
    """Return hours and minutes, UTC: what stands there until the browser says it in its own zone."""
    return f"{at.astimezone(UTC):%H:%M}"


def iso(at: datetime) -> str:
    """Return a moment for the attribute `datetime`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def hue(degrees: int) -> str:
    """Return the class of the style sheet that stands for a hue."""
    return f"hue-{degrees * _HUES // 360 % _HUES}"


def address(link: str) -> str:
    """Return a link that may be followed; empty for one that would do anything else."""
    return link if link.lower().startswith(_SCHEMES) else ""


def timed(text: str) -> Sequence[tuple[str, datetime | None]]:
    """Return the stretches of a sentence of ours, and of each the moment that it says; None where it says none."""
    found = []
    for at, stretch in enumerate(_MOMENT.split(text)):
        found.append((stretch, _moment(stretch) if at % 2 else None))
    return [(stretch, moment) for stretch, moment in found if stretch]


def _moment(text: str) -> datetime | None:
    said, _, zone = text.rpartition(" ")
    for form in _FORMS:
        # no day of any calendar, or no zone of this world
        with suppress(ValueError, ZoneInfoNotFoundError):
            return datetime.strptime(said, form).replace(tzinfo=ZoneInfo(zone.strip("()"))).astimezone(UTC)
    return None


def wide(text: str) -> bool:
    """Return whether a field wants a line of its own."""
    return "\n" in text or len(text) > _LONG or max(map(len, text.split()), default=0) > _LONG_WORD


def grades(text: str, severity: Severity) -> bool:
    """Return whether a field only says a severity, whichever language it is in: a card is in the community's."""
    return text in _severities(severity)


@cache
def _severities(severity: Severity) -> frozenset[str]:
    rooms = ("local", "words", "cards", "escalation")
    return frozenset(say(f"{room}.severity_{severity.word}", language) for room in rooms for language in LANGUAGES)


def sides(text: str) -> Sequence[tuple[str, str]]:
    """Return the lines of a field, each with `plus` or `minus` where it is one side of a difference."""
    return [(line, _SIDES.get(line[:2], "")) for line in text.split("\n")]


def runs(entries: Sequence[EntryShown]) -> Sequence[Sequence[EntryShown]]:
    """Return entries, newest first: each by itself, but those that are routine together with their neighbours."""
    newest = sorted(entries, key=lambda one: -one.seq)
    found: list[list[EntryShown]] = []
    for entry in newest:
        if found and entry.routine and found[-1][-1].routine:
            found[-1].append(entry)
        else:
            found.append([entry])
    return found


def size(language: str, count: int) -> str:
    """Return how big a file is, in words."""
    unit, shown = "bytes", float(count)
    for larger in ("kilobytes", "megabytes"):
        if shown < 1000:
            break
        unit, shown = larger, shown / 1000
    number = f"{shown:.0f}" if shown >= 10 or unit == "bytes" else f"{shown:.1f}"
    return say(f"local.{unit}", language, number=number.replace(".", "," if language == "de" else "."))


def marked(quote: Quote) -> Sequence[tuple[str, bool]]:
    """Return the stretches of a quote, and of each whether it is an offending one."""
    return list(_stretches(*as_read(quote)))


def _stretches(text: str, marks: Sequence[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """Yield stretches that make up the text; marks that overlap or reach beyond it mark what there is."""
    done = 0
    for start, end in sorted(marks):
        begin, until = max(start, done), min(end, len(text))
        if begin < until:
            if begin > done:
                yield text[done:begin], False
            yield text[begin:until], True
            done = until
    if done < len(text):
        yield text[done:], False
