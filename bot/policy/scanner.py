"""The one scan that serves all rules: terms, patterns and the hint of a link, over text and names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.domain.judgement import Span
from bot.policy.patterns import Patterns
from bot.policy.scan import Scan
from bot.policy.text.as_read import as_read, origins
from bot.policy.text.reader import Hit, Reader

#: how many members' names are remembered with what they show
_REMEMBERED_NAMES = 50_000
#: term group → terms seen in names
NamesShown = Mapping[int, tuple[str, ...]]

_NO_SPANS: Mapping[int, list[Span]] = {}
_NO_NAMES: NamesShown = {}


@dataclass(frozen=True, kw_only=True)
class Scanner:
    """Everything that a policy set looks for in text, compiled."""

    #: finds terms in texts
    reader: Reader
    #: finds terms in names; None when no rule asks for it
    name_reader: Reader | None
    #: patterns over the raw text, the hint of a link among them
    raw: Patterns
    #: patterns over the text as it is read
    folded: Patterns
    #: a cache: names → what they show
    seen_names: dict[tuple[str, ...], NamesShown] = field(default_factory=dict, repr=False, compare=False)

    def scan(self, text: str, languages: frozenset[str], names: tuple[str, ...]) -> tuple[Scan, set[int]]:
        """Return what was seen in a text and its author's names, and the ids that fired.

        A part that fails is said in the scan, and silences no other.
        """
        if not text.isascii():
            text = _well_formed(text)
        broken: list[tuple[str, str]] = []
        fired: set[int] = set()
        spans, shown = _NO_SPANS, _NO_NAMES
        try:
            hits = self.reader.find(text) if text else ()
            if hits:
                spans = _by_group(self.reader, hits, languages)
                fired.update(spans)
        except Exception as error:  # noqa: BLE001 - patterns and names are looked for all the same
            broken.append(("words", type(error).__name__))
        try:
            fired.update(self.raw.fired(text))
            if self.folded.together is not None:
                fired.update(self.folded.fired(as_read(text)))
        except Exception as error:  # noqa: BLE001 - words and names are looked for all the same
            broken.append(("patterns", type(error).__name__))
        if self.name_reader is not None:
            try:
                shown = self._names(names, self.name_reader)
                fired.update(shown)
            except Exception as error:  # noqa: BLE001 - words and patterns are looked for all the same
                broken.append(("names", type(error).__name__))
        return Scan(spans, shown, text, self._places, tuple(broken)), fired

    def _places(self, scan_id: int, text: str) -> tuple[Span, ...]:
        """Return where a pattern matches in a well-formed text; nowhere for a term group, whose spans are known."""
        if scan_id in self.raw.single:
            return self.raw.places(scan_id, text)
        if scan_id in self.folded.single:
            return _unfolded(text, self.folded.places(scan_id, as_read(text)))
        return ()

    def _names(self, names: tuple[str, ...], reader: Reader) -> NamesShown:
        """Return which terms the names show, by group; a name is seen in every channel, so languages don't matter."""
        known = self.seen_names.get(names)
        if known is None:
            found: dict[int, list[str]] = {}
            for name in names:
                hits = reader.find(_well_formed(name))
                for group, spans in _by_group(reader, hits, None).items():
                    found.setdefault(group, []).extend(span.what for span in spans)
            known = {group: tuple(dict.fromkeys(terms)) for group, terms in found.items()}
            if len(self.seen_names) >= _REMEMBERED_NAMES:
                self.seen_names.clear()
            self.seen_names[names] = known
        return known


def _well_formed(text: str) -> str:
    """Return the text with every lone surrogate replaced, so that native code takes it; the length stays."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
    return text


def _by_group(reader: Reader, hits: Iterable[Hit], languages: frozenset[str] | None) -> dict[int, list[Span]]:
    """Return the hits by term group, without those in other languages and those inside what a group lets pass."""
    literals = reader.lexicon.literals
    found: dict[int, list[Span]] = {}
    excused: dict[int, list[Span]] = {}
    for hit in hits:
        for owner in literals[hit.literal].owners:
            if owner.language is None or languages is None or owner.language in languages:
                (excused if owner.allows else found).setdefault(owner.group, []).append(hit.span)
    for group, allowed in excused.items():
        if group in found:
            kept = [span for span in found[group] if not _is_inside(span, allowed)]
            if kept:
                found[group] = kept
            else:
                del found[group]
    return {group: _distinct(spans) for group, spans in found.items()}


def _is_inside(span: Span, others: list[Span]) -> bool:
    return any(other.start <= span.start and span.end <= other.end for other in others)


def _distinct(spans: list[Span]) -> list[Span]:
    """Return spans in order, each place once, and none that lies inside another."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.end > kept[-1].end:
            kept.append(span)
    return kept


def _unfolded(text: str, places: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return places in folded text as places in the original."""
    begun = origins(text)
    return tuple(
        Span(start=begun[place.start], end=begun[place.end - 1] + 1, how="folded", what=place.what)
        for place in places if place.end > place.start
    )  # fmt: skip
