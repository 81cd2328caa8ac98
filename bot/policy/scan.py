"""What the one scan over a message saw: which term groups and patterns fired, and where."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from bot.domain.judgement import Span


def _nowhere(_: int, __: str) -> tuple[Span, ...]:
    return ()


class Scan(NamedTuple):
    """Fired scan ids with their spans; empty for most messages. A tuple, since one is made for every message."""

    #: term group → spans in the original text, in order, overlaps allowed
    spans: Mapping[int, Sequence[Span]]
    #: term group of names → terms seen in one of the author's names
    names: Mapping[int, tuple[str, ...]] = {}
    #: the text that was searched
    text: str = ""
    #: finds where a pattern matches in a text
    locate: Callable[[int, str], tuple[Span, ...]] = _nowhere
    #: parts of the scan that failed, with the kind of error
    broken: tuple[tuple[str, str], ...] = ()

    def at(self, scan_id: int) -> tuple[Span, ...]:
        """Return where a term group or pattern was seen."""
        spans = self.spans.get(scan_id)
        return tuple(spans) if spans is not None else self.locate(scan_id, self.text)

    def in_names(self, scan_id: int) -> tuple[str, ...]:
        """Return which terms of a group were seen in the author's names."""
        return self.names.get(scan_id, ())
