"""What the one scan over a message saw: which term groups and patterns fired, and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.judgement import Span


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """Fired scan ids with their spans; empty for most messages."""

    #: scan id → spans in the original text, in order, overlaps allowed
    spans: Mapping[int, Sequence[Span]]

    def at(self, scan_id: int) -> tuple[Span, ...]:
        """Return where a term group or pattern was seen."""
        return tuple(self.spans.get(scan_id, ()))
