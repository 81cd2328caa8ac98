"""What the evaluator says of one message: findings with evidence, what should follow, what it wants to know."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from bot.domain.message import MessageRef
from bot.domain.outcome import Outcome
from bot.domain.severity import Severity
from bot.i18n import Phrase


class Mode(StrEnum):
    """Whether a rule acts, only watches, or rests."""

    LIVE = "live"
    SHADOW = "shadow"
    OFF = "off"


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A part of the original text, in code points, end excluded."""

    #: first code point
    start: int
    #: one behind the last
    end: int
    #: how it has to be read to see it: `as written`, `leet`, `spaced`, …
    how: str = "as written"
    #: what was recognised there: a term, a host, a pattern's name
    what: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A rule that matched, with its evidence."""

    #: `guideline/rule`
    rule: str
    #: the guideline the rule belongs to
    guideline: str
    #: how grave
    severity: Severity
    #: live, or shadow
    mode: Mode
    #: where in the text
    spans: tuple[Span, ...]
    #: what else was seen: "12 mentions", "account 2 h old"
    notes: tuple[Phrase, ...]
    #: what this rule alone asks for
    outcomes: tuple[Outcome, ...]
    #: True when the guideline helps before it punishes
    care: bool = False
    #: False when nothing of the message may be copied
    copies: bool = True


class WantKind(StrEnum):
    """What the evaluator can ask of the outside."""

    INVITE = "invite"
    FILE_HASH = "file_hash"
    MEMBER = "member"


@dataclass(frozen=True, kw_only=True, slots=True)
class Want:
    """An outside answer that could change the judgement."""

    #: what sort of answer
    kind: WantKind
    #: the invite's code, the attachment's id, the member's key
    subject: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A rule that could not be evaluated: recorded and shown, and no other rule is silenced by it."""

    #: `guideline/rule`, or the part of the scan that serves several: `words`, `patterns`, `names`
    rule: str
    #: the error's type, without message content
    reason: str


def window_key(channel: str, message: str) -> str:
    """Return what windows know a message by: on some platforms, its id is its own in its channel alone."""
    return f"{channel}/{message}"


class Features(NamedTuple):
    """What windows remember of one message: never text.

    A tuple, because one is made for every message and a frozen dataclass takes three times as long; sorted by time.
    """

    #: message time, seconds since the epoch
    at: float
    #: which message, by `window_key`; an edit or a second evaluation replaces what was remembered
    message: str
    #: the author's key
    member: str
    #: the channel's id
    channel: str
    #: True for a join
    joined: bool = False
    #: account age at that moment in seconds, where a rule watches for joins and it is known
    account_age: float | None = None
    #: people, roles and everyone pinged
    mentions: int = 0
    #: links in the text
    links: int = 0
    #: files
    attachments: int = 0
    #: hash of the text's letters, when a rule watches for copies
    skeleton: int | None = None
    #: signature for near copies, when a rule watches for them
    shingles: bytes = b""
    #: windowed conditions that were true: (condition's key, addressee's key or "")
    counted: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """What a message that was found and its copies have in common; it stays in memory, and is kept as digests."""

    #: the live rules that matched
    rules: tuple[str, ...]
    #: hash of the text's letters; None where there are too few
    skeleton: int | None
    #: signature for near copies; empty for a short text
    shingles: bytes
    #: where its links lead: host and path
    targets: tuple[str, ...]


class Judgement(NamedTuple):
    """The findings on one message and what should follow. A tuple, since one is made for every message."""

    #: which message
    ref: MessageRef
    #: digest of the policy set that judged
    version: str
    #: every rule that matched, gravest first
    findings: tuple[Finding, ...]
    #: what should follow, merged over the live findings
    outcomes: tuple[Outcome, ...]
    #: what would follow from the shadow findings, and doesn't
    shadow: tuple[Outcome, ...]
    #: outside answers that could change this judgement
    wants: tuple[Want, ...]
    #: rules that could not be evaluated
    failures: tuple[Failure, ...]
    #: what the windows should remember
    features: Features
    #: by what others' copies of it are told, where that may matter
    likeness: Likeness | None = None
