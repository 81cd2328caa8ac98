"""Everything known about one message while it is judged; made anew for each, shared by all its rules."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.facts import Facts
from bot.domain.judgement import Span, Want, window_key
from bot.domain.message import Message
from bot.policy.copies import letters, signature, skeleton
from bot.policy.detection import Answer
from bot.policy.history import History
from bot.policy.lazy import lazy
from bot.policy.links import Link, find_sightings
from bot.policy.links.clear import unveiled
from bot.policy.links.nested import nested
from bot.policy.scan import Scan


@dataclass
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
    #: what shared conditions said already, by key, with what they wanted
    answers: dict[str, tuple[Answer, tuple[Want, ...]]] = field(default_factory=dict)

    @lazy
    def key(self) -> str:
        """Return what windows know the message by."""
        return window_key(self.message.channel.id, self.message.ref.message)

    @lazy
    def sightings(self) -> tuple[Link, ...]:
        """Every link in the text, parsed once, in order, and what only somebody who looks for it takes for one."""
        return find_sightings(self.message.text, self.message.markup)

    @lazy
    def links(self) -> tuple[Link, ...]:
        """Every link that is certainly one, in order."""
        return tuple(link for link in self.sightings if link.certain)

    @lazy
    def carried(self) -> dict[Link, tuple[Link, ...]]:
        """Those of the sightings that carry others along, with these."""
        return {link: inner for link in self.sightings if (inner := nested(link))}

    @lazy
    def unveiled(self) -> str:
        """Return the text in lower case without what hides parts of a host."""
        return unveiled(self.message.text).lower()

    @lazy
    def letters(self) -> str:
        """Return the text's letters alone, by which copies are told."""
        return letters(self.message.text)

    @lazy
    def skeleton(self) -> int | None:
        """Return what exact copies have in common; None without letters."""
        return skeleton(self.letters)

    @lazy
    def shingles(self) -> bytes:
        """Return what near copies have nearly in common; empty for short texts."""
        return signature(self.letters)
