"""All RE2 patterns of a policy set, searched at once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import re2

from bot.domain.judgement import Span

#: memory for the patterns' automata, in bytes; RE2 refuses sets that need more
_MEMORY = 256 << 20
#: places of one pattern in one message stop here
_MOST_PLACES = 50
_FORBIDDEN = (
    (re.compile(r"\(\?<?[=!]"), "look_around"),
    (re.compile(r"(?<!\\)(?:\\\\)*\\[1-9]"), "back_reference"),
    (re.compile(r"\(\?P="), "back_reference"),
    (re.compile(r"\(\?>|[*+?}]\+"), "possessive"),
)


def _options() -> Any:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    return options


def fault_of(source: str) -> tuple[str, str] | None:
    """Return why a pattern can't be used, as a kind and RE2's own words, or None when it can.

    Kinds: `look_around`, `back_reference`, `possessive`, `empty` (it matches every text) and `syntax`.
    """
    try:
        compiled = re2.compile(source, _options())
    except re2.error as error:
        detail = error.args[0].decode(errors="replace") if isinstance(error.args[0], bytes) else str(error.args[0])
        kinds = (kind for pattern, kind in _FORBIDDEN if pattern.search(source))
        return next(kinds, "syntax"), detail
    return ("empty", "") if compiled.search("") is not None else None


@dataclass(frozen=True, kw_only=True)
class Patterns:
    """A set of patterns over one form of the text."""

    #: RE2's set; None when there are no patterns
    together: Any = field(repr=False)
    #: place in the set → scan id
    ids: Sequence[int]
    #: scan id → the pattern alone, for finding places
    single: Mapping[int, Any] = field(repr=False)

    def fired(self, text: str) -> list[int]:
        """Return the scan ids of the patterns that match somewhere in text without lone surrogates."""
        if self.together is None:
            return []
        found = self.together.Match(text)
        return [self.ids[i] for i in found] if found else []

    def places(self, scan_id: int, text: str) -> tuple[Span, ...]:
        """Return where one pattern matches; nowhere where it doesn't."""
        raw = text.encode()
        spans: list[Span] = []
        for match in self.single[scan_id].finditer(raw):
            start = len(raw[: match.start()].decode(errors="replace"))
            end = start + len(raw[match.start() : match.end()].decode(errors="replace"))
            spans.append(Span(start=start, end=end, what=self.single[scan_id].pattern))
            if len(spans) == _MOST_PLACES:
                break
        return tuple(spans)


def build_patterns(sources: Mapping[int, str]) -> Patterns:
    """Return the set of the patterns by scan id; each is known to be valid."""
    if not sources:
        return Patterns(together=None, ids=(), single={})
    together = re2.Set.SearchSet(_options())
    for source in sources.values():
        together.Add(source)
    together.Compile()
    single = {scan_id: re2.compile(source, _options()) for scan_id, source in sources.items()}
    return Patterns(together=together, ids=tuple(sources), single=single)
