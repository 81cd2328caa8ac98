"""Excerpts of member text around what a rule saw, few and short, so that memory stays flat."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.judgement import Finding, Span
from bot.domain.message import Message
from bot.i18n import Phrase

SAMPLES_KEPT = 5
_WIDTH = 280
_BEFORE = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch of an excerpt."""

    #: the member's words, exactly
    text: str
    #: True for what a rule saw
    marked: bool = False
    #: how the marked part has to be read to see it
    how: str = ""
    #: what was recognised there
    what: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One message that a rule matched, cut to what explains it."""

    #: the platform's id of the message
    message: str
    #: the channel's name, or its id where it has none
    channel: str
    #: key of the author
    member: str
    #: when it was posted, UTC
    at: datetime
    #: code points of the whole message
    length: int
    #: the excerpt, in order
    pieces: tuple[Piece, ...]
    #: True when text was left off before the excerpt
    cut_before: bool
    #: True when text was left off behind it
    cut_after: bool
    #: what else was seen
    notes: tuple[Phrase, ...]


def take_sample(message: Message, spans: Sequence[Span], notes: tuple[Phrase, ...] = ()) -> Sample:
    """Return an excerpt of the message around the first of these spans, with the spans marked."""
    text = message.text
    start, end = _window(text, spans)
    return Sample(
        message=message.ref.message,
        channel=message.channel.name or message.channel.id,
        member=message.author.key,
        at=message.at,
        length=len(text),
        pieces=_pieces(text, spans, start, end),
        cut_before=start > 0,
        cut_after=end < len(text),
        notes=notes,
    )


def _window(text: str, spans: Sequence[Span]) -> tuple[int, int]:
    if len(text) <= _WIDTH:
        return 0, len(text)
    first = min((span.start for span in spans), default=0)
    start = max(0, min(first - _BEFORE, len(text) - _WIDTH))
    return start, start + _WIDTH


def _pieces(text: str, spans: Sequence[Span], start: int, end: int) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = start
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        begin, stop = max(span.start, at), min(span.end, end)
        if begin >= stop:
            continue
        if begin > at:
            pieces.append(Piece(text=text[at:begin]))
        pieces.append(Piece(text=text[begin:stop], marked=True, how=span.how, what=span.what))
        at = stop
    if at < end:
        pieces.append(Piece(text=text[at:end]))
    return tuple(pieces)


@dataclass(kw_only=True, slots=True)
class SampleBox:
    """A few samples of one rule: different matches first, of the same match the shortest message."""

    #: by what was matched, ignoring case
    distinct: dict[str, Sample] = field(default_factory=dict)
    #: further ones, for a rule that always sees the same
    more: list[Sample] = field(default_factory=list)

    def offer(self, message: Message, finding: Finding) -> None:
        """Keep the message as a sample if it shows more than those already kept."""
        span = finding.spans[0] if finding.spans else None
        match = message.text[span.start : span.end][:100].casefold() if span else ""
        held = self.distinct.get(match)
        full = len(self.distinct) >= SAMPLES_KEPT
        better = not full if held is None else len(message.text) < held.length
        room = len(self.more) < SAMPLES_KEPT and not full
        if not (better or room):
            return
        sample = take_sample(message, finding.spans, finding.notes)
        if better:
            self.distinct[match] = sample
        spare = held if better else sample
        if spare is not None and room:
            self.more.append(spare)

    def kept(self) -> tuple[Sample, ...]:
        """Return at most `SAMPLES_KEPT` samples, shortest message first."""
        several = [*self.distinct.values(), *self.more][:SAMPLES_KEPT]
        return tuple(sorted(several, key=lambda sample: (sample.length, sample.at)))
