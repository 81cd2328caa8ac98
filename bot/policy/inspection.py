"""Everything known about one message while it is judged; made anew for each, shared by all its rules."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from bot.domain.facts import Facts
from bot.domain.judgement import Span, Want
from bot.domain.message import Message
from bot.policy.copies import letters, signature, skeleton
from bot.policy.history import History
from bot.policy.links import Link, find_sightings
from bot.policy.scan import Scan


@dataclass(kw_only=True)
class Inspection:
    """The message, what is known of it, and what detectors leave for the judgement."""

    #: what is judged
    message: Message
    #: outside answers known by now
    facts: Facts
    #: what came before
    history: History
    #: the time of judging, UTC
    now: datetime
    #: message time in seconds since the epoch; windows use it
    at: float
    #: languages of the channel
    languages: frozenset[str]
    #: zone-aware local time is computed from this name
    zone: str
    #: what the one scan saw
    scan: Scan
    #: outside answers that conditions would need
    wants: list[Want]
    #: windowed conditions that were true for this message: (condition's key, addressee's key or "")
    counted: list[tuple[str, str]]
    #: inside `unless`: the evidence of the rule's `when`
    focus: tuple[Span, ...] = ()

    @cached_property
    def sightings(self) -> tuple[Link, ...]:
        """Every link in the text, parsed once, in order, and what only somebody who looks for it takes for one."""
        return find_sightings(self.message.text, self.message.markup)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Every link that is certainly one, in order."""
        return tuple(link for link in self.sightings if link.certain)

    @cached_property
    def letters(self) -> str:
        """The text's letters alone, by which copies are told."""
        return letters(self.message.text)

    @cached_property
    def skeleton(self) -> int | None:
        """What exact copies have in common; None without letters."""
        return skeleton(self.letters)

    @cached_property
    def shingles(self) -> bytes:
        """What near copies have nearly in common; empty for short texts."""
        return signature(self.letters)
