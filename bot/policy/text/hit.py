"""A literal that was found in a message."""

from dataclasses import dataclass

from bot.domain.judgement import Span


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A literal that was found in a message."""

    #: index of the literal
    literal: int
    #: where, in the original text
    span: Span
