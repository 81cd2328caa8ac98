"""What the one scan over a message saw: which term groups and patterns fired, and where."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.judgement import Span


def _nothing(_: int) -> tuple[Span, ...]:
    return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """Fired scan ids with their spans; empty for most messages."""

    #: term group → spans in the original text, in order, overlaps allowed
    spans: Mapping[int, Sequence[Span]]
    #: term group of names → terms seen in one of the author's names
    names: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    #: finds where a pattern that fired matches
    locate: Callable[[int], tuple[Span, ...]] = field(default=_nothing, repr=False)

    def at(self, scan_id: int) -> tuple[Span, ...]:
        """Return where a term group or pattern was seen."""
        spans = self.spans.get(scan_id)
        return tuple(spans) if spans is not None else self.locate(scan_id)

    def in_names(self, scan_id: int) -> tuple[str, ...]:
        """Return which terms of a group were seen in the author's names."""
        return self.names.get(scan_id, ())
